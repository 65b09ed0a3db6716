"""The name of an attached file: every way a header can say it, and the one that is safe to use."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote_to_bytes

from collabxl.mail.header_coding import decode_text, decode_words
from collabxl.storage.file_names import LONGEST, avoid_device_name, truncate_bytes
from collabxl.text.printable import is_invisible

NAMELESS = "attachment"

_PARAMETER = re.compile(r"""(?:^|;)\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)""", re.DOTALL)
_ESCAPED = re.compile(r'\\(["\\])')
_SECTION = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?\Z")
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_EDGES = re.compile(r"\A[\s.]+|[\s.]+\Z")
_LOST = ("\ufffd", "???")
"""What is left of a name that some program on the way could not write."""


def claimed_name(disposition: str, content_type: str) -> str:
    """Return the file name that the two headers give, "" for none; the disposition's counts more, as does ``name*``."""
    names = [
        name
        for header, key in ((disposition, "filename"), (content_type, "name"))
        for name in _names(parameters(header), key)
        if name.strip()
    ]
    whole = (name for name in names if not any(lost in name for lost in _LOST))
    return next(whole, names[0] if names else "")


def parameters(header: str) -> dict[str, str]:
    """Return the parameters of an unfolded header by their names in lower case, quotes taken off; the first counts."""
    found: dict[str, str] = {}
    for match in _PARAMETER.finditer(header):
        value = match[2].strip()
        if value.startswith('"'):
            value = _ESCAPED.sub(r"\1", value[1:].removesuffix('"'))
        found.setdefault(match[1].lower(), value)
    return found


def safe_name(claimed: str) -> str:
    """Return what somebody else claims as a name that leads nowhere else: no folders, no hidden or reversed letters."""
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", claimed))[-1]
    seen = "".join(letter for letter in base if not is_invisible(letter))
    name = avoid_device_name(_EDGES.sub("", _FORBIDDEN.sub("_", seen)))
    stem, dot, suffix = name.rpartition(".")
    if not dot or len(suffix) > 10:
        stem, dot, suffix = name, "", ""
    stem = truncate_bytes(stem, LONGEST - len((dot + suffix).encode()))
    return f"{stem or NAMELESS}{dot}{suffix}"


def _names(found: dict[str, str], key: str) -> list[str]:
    """Return what ``key`` says as RFC 2231 writes it, in pieces or whole, then as plain parameter."""
    pieces: dict[int, tuple[str, bool]] = {}
    for said, value in found.items():
        match = _SECTION.match(said)
        if match and match[1] == key and (match[2] or match[3]):
            pieces.setdefault(int(match[2] or 0), (value, bool(match[3])))
    names = [decode_words(found[key])] if key in found else []
    if 0 not in pieces:
        return names
    first, extended = pieces[0]
    charset, quote, rest = first.partition("'") if extended else ("", "", first)
    if quote:
        pieces[0] = (rest.partition("'")[2], True)
    joined = b"".join(_bytes(*pieces[at]) for at in range(len(pieces)) if at in pieces)
    return [decode_words(decode_text(joined, charset if quote else "")), *names]


def _bytes(value: str, extended: bool) -> bytes:
    raw = value.encode("utf-8", "replace")
    return unquote_to_bytes(raw) if extended else raw
