"""Names of mail folders as IMAP spells them: modified UTF-7 (RFC 3501, 5.1.3)."""

from __future__ import annotations

import base64
import re

_FOREIGN = re.compile(r"[^\x20-\x7e]+|&")


def spelled(name: str) -> str:
    """Return a folder's name in modified UTF-7, quoted for a command."""
    return quoted(_FOREIGN.sub(_shifted, name))


def quoted(word: str) -> str:
    """Return a word as a quoted string of a command."""
    letters = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{letters}"'


def _shifted(found: re.Match[str]) -> str:
    if found[0] == "&":
        return "&-"
    shifted = base64.b64encode(found[0].encode("utf-16-be", "surrogatepass")).rstrip(b"=").replace(b"/", b",")
    return f"&{shifted.decode()}-"
