"""Texts from outside as they may be shown: on one line, nothing in them that hides, moves a cursor or turns writing."""

from __future__ import annotations

import unicodedata

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of letters that are not seen: controls, formats such as U+202E, halves of letters, breaks of lines."""
_NO_LETTERS = "\ufffe\uffff"


def is_invisible(letter: str) -> bool:
    """Return whether a letter is not seen or turns the writing of others around it."""
    return unicodedata.category(letter) in _UNSEEN


def clean(text: str) -> str:
    """Return a text on one line without what could move a terminal's cursor, turn its writing or break XML."""
    if text.isprintable():
        return text
    spaced = " ⏎ ".join(text.splitlines()).replace("\t", " ")
    return "".join(letter for letter in spaced if not is_invisible(letter) and letter not in _NO_LETTERS)
