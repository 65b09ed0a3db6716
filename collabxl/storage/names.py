"""Names beside a workbook: short, hidden, never taken for input, and told apart by the workbook they belong to."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from pathlib import Path

from collabxl.errors import FileError
from collabxl.text import t

PREFIX = ".cx-"
LOCK, TEMP = ".lock", ".tmp"
_TAG = 8


def resolve_links(path: Path) -> Path:
    """Return the file that ``path`` means, links followed; FileError of kind unsupported if they go in circles."""
    try:
        return path.resolve()
    except (OSError, RuntimeError) as error:  # RuntimeError until Python 3.12
        says = t("{path} 是指向自己的链接。请给出文件本身", "{path} is a link to itself. Name the file")
        raise FileError("unsupported", says, path=str(path)) from error


def tag_of(target: Path) -> str:
    """Return a file's short mark: equal for all spellings that a file system may take for the same name."""
    name = unicodedata.normalize("NFC", target.name).casefold()
    return hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:_TAG]


def lock_path(folder: Path, tag: str) -> Path:
    """Return the lock file of the workbook with this tag."""
    return folder / f"{PREFIX}{tag}{LOCK}"


def soft_lock_path(lock: Path) -> Path:
    """Return the file that is a lock by being there, where the system has none."""
    return lock.with_name(f"{lock.stem}-here{LOCK}")


def temp_path(target: Path) -> Path:
    """Return a new name for what is not yet in its place."""
    return target.with_name(f"{PREFIX}{tag_of(target)}-{secrets.token_hex(4)}{TEMP}")


def tag_in(name: str) -> str | None:
    """Return the tag of the workbook that a lock or temp file belongs to; None for any other file."""
    if not name.startswith(PREFIX) or not name.endswith((LOCK, TEMP)):
        return None
    return name.removeprefix(PREFIX)[:_TAG]


def backup_path(target: Path) -> Path:
    """Return where the old content is kept: beside the file, easy to find, and not a workbook by its name."""
    return target.with_name(f"{target.name}.bak")
