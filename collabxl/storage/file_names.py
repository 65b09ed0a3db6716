"""Names of files that are made of what workbooks say: every system takes them, and no two of a run are alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

from collabxl.text.printable import clean

LONGEST = 150
"""Bytes of a name: leaves room for what others put before and after it in 255."""
_FULL_WIDTH = str.maketrans({letter: chr(ord(letter) + 0xFEE0) for letter in '<>:"/\\|?*'})
"""What no name may hold somewhere, and the letter that looks like it."""
_NOTHING = "_"
_EDGES = re.compile(r"\A[\s.]+|[\s.]+\Z")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[\d¹²³])(?=\s*(?:\.|\Z))", re.IGNORECASE)


def file_name(*parts: str, suffix: str) -> str:
    """Return parts joined by _ as a name that every system takes and that leads nowhere else.

    What a name may not hold stands there in full width (／); if it would be too long, the longest parts are cut.
    """
    seen = [_safe_part(part) for part in parts]
    room = LONGEST - len(suffix.encode()) - len(parts) + 1
    most = max(each for each in range(room + 1) if sum(min(len(part.encode()), each) for part in seen) <= room)
    return avoid_device_name("_".join(truncate_bytes(part, most) for part in seen) + suffix)


def _safe_part(part: str) -> str:
    return _EDGES.sub("", unicodedata.normalize("NFC", clean(part)).translate(_FULL_WIDTH)) or _NOTHING


def truncate_bytes(text: str, room: int) -> str:
    """Return the beginning of a text that has at most so many bytes."""
    return text.encode("utf-8", "ignore")[: max(room, 0)].decode("utf-8", "ignore").rstrip()


def avoid_device_name(name: str) -> str:
    """Return a name that Windows takes for a file, not for a device such as CON."""
    return f"_{name}" if _DEVICE.match(name) else name


def distinct_names(names: Iterable[str]) -> Iterator[str]:
    """Return names in their order, numbered where a system that ignores case would take two for the same."""
    used: set[str] = set()
    for name in map(Path, names):
        number, free = 1, name
        while unicodedata.normalize("NFC", str(free)).casefold() in used:
            number += 1
            free = name.with_stem(f"{name.stem} ({number})")
        used.add(unicodedata.normalize("NFC", str(free)).casefold())
        yield str(free)
