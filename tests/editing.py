"""A file read, changed and written again as every verb of ours does: read within the lock, replaced if it changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from collabxl.storage import file_access


def edit(path: Path, change: Callable[[bytes], bytes], *, backup: bool = False) -> bool:
    """Return whether anything had to be written."""
    with file_access.write_lock(str(path)):
        before = file_access.read_content(str(path))
        after = change(before)
        if after == before:
            return False
        file_access.replace(str(path), after, was=before, backup=backup)
    return True
