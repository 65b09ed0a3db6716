"""Words in headers as mail programs really write them: encoded, half encoded, declared wrongly or not at all."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from itertools import groupby

from collabxl.text.printable import is_invisible

_WORD = re.compile(r"=\?([^?*\s]*)(?:\*[^?]*)?\?([bBqQ])\?([^?]*)\?=")
_NARROW = ("gb2312", "gbk", "x-gbk", "cp936", "ms936", "windows-936", "euc-cn", "gb_2312-80")
_ROOMY = {**dict.fromkeys(_NARROW, "gb18030"), "iso-8859-1": "cp1252", "us-ascii": "utf-8", "ascii": "utf-8"}
"""What programs mean by a narrower name: they declare gb2312 and write characters of GB18030."""
_GUESSES = ("utf-8", "gb18030")
_LONGEST = 64 * 2**10
"""Bytes of one header that are looked at; more is no header."""


def decode_text(content: bytes, charset: str = "") -> str:
    """Return bytes as text, by the declared charset if they fit it, else as UTF-8, else as GB18030; never fails."""
    declared = _ROOMY.get(charset.lower(), charset.lower())
    for code in (declared, *_GUESSES):
        try:
            return content.decode(code)
        except (LookupError, ValueError):  # UnicodeError is a ValueError, and so is a NUL in the charset's name
            continue
    return content.decode("gb18030", "replace")


def unfold(raw: bytes) -> str:
    """Return a header's raw bytes as one line of text, encoded words as they stand."""
    return re.sub(r"[\r\n]+", "", decode_text(raw[:_LONGEST])).replace("\t", " ")


def decode_words(text: str) -> str:
    """Return a header's text with its encoded words decoded.

    Neighbouring words of one charset are joined before they are decoded: programs cut inside a character.
    """
    pieces: list[tuple[str | None, bytes]] = []
    end = 0
    for found in _WORD.finditer(text):
        between = text[end : found.start()]
        if between.strip() or not pieces:
            pieces.append((None, between.encode("utf-8", "replace")))
        pieces.append((found[1].lower(), _decode_word(found[2].lower(), found[3])))
        end = found.end()
    pieces.append((None, text[end:].encode("utf-8", "replace")))
    runs = groupby(pieces, lambda piece: piece[0])
    return "".join(decode_text(b"".join(content for _, content in run), charset or "") for charset, run in runs)


def escape_hidden(text: str) -> str:
    """Return a text that shows all it has: letters that hide stand as their numbers."""
    return "".join(f"\\u{ord(letter):04x}" if is_invisible(letter) else letter for letter in text)


def decode_base64(content: bytes) -> bytes | None:
    """Return what base64 stands for, foreign characters left out; None if it is cut inside a byte."""
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", content.partition(b"=")[0])
    if len(letters) % 4 == 1:
        return None
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def _decode_word(code: str, letters: str) -> bytes:
    raw = letters.encode("utf-8", "replace")
    if code == "q":
        return quopri.decodestring(raw.replace(b"_", b"=20").replace(b" ", b"=20"))
    found = decode_base64(raw)
    return base64.b64decode(raw[: len(raw) // 4 * 4]) if found is None else found
