"""How SpreadsheetML spells what XML cannot say: ``_xHHHH_`` (ISO 29500-1, 22.9.2.19)."""

from __future__ import annotations

import re

_UNSPEAKABLE = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_LOOKALIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


def escape_text(text: str) -> str:
    """Return text as SpreadsheetML spells it: what XML cannot say as ``_xHHHH_``, and what looks so with its own."""
    text = _LOOKALIKE.sub("_x005F_", text)
    return _UNSPEAKABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def unescape_text(text: str) -> str:
    """Return the text that is meant; halves of surrogate pairs, which no text can hold, stay as written."""
    return _ESCAPE.sub(_unescape_letter, text) if "_x" in text else text


def _unescape_letter(escaped: re.Match[str]) -> str:
    code = int(escaped[1], 16)
    return escaped[0] if 0xD800 <= code <= 0xDFFF else chr(code)
