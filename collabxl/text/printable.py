"""Texts from outside as they may be shown: on one line, nothing in them that hides, moves a cursor or turns writing."""

from __future__ import annotations

import unicodedata

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of letters that are not seen: controls, formats such as U+202E, halves of letters, breaks of lines."""
_NO_LETTERS = "\ufffe\uffff"


def is_invisible(letter: str) -> bool:
    """Return whether a letter is not seen or turns the writing of others around it."""
    return unicodedata.category(letter) in _UNSEEN


_NO_BREAK = "\xa0"


def name_invisible(text: str) -> str:
    """Return a text with the letters that nobody sees, and blanks that only look like one, by name: ‹U+200B›."""
    if text.isprintable():
        return text
    return "".join(
        f"‹U+{ord(letter):04X}›" if letter == _NO_BREAK or unicodedata.category(letter) == "Cf" else letter
        for letter in text
    )


def clean(text: str) -> str:
    """Return a text on one line without what could move a terminal's cursor, turn its writing or break XML."""
    if text.isprintable():
        return text
    spaced = " ⏎ ".join(text.splitlines()).replace("\t", " ")
    return "".join(letter for letter in spaced if not is_invisible(letter) and letter not in _NO_LETTERS)
