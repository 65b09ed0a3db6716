"""Paths as people give them – files, folders, patterns – and the files they name."""

from __future__ import annotations

from pathlib import Path

from collabxl.errors import FileError, not_found
from collabxl.saving.names import PREFIX
from collabxl.text import Text

SUFFIXES = (".xlsx", ".xlsm")
"""How names of workbooks end."""
NOT_INPUT = ("~$", "._", ".~", PREFIX)
"""What names of files begin with that programs leave beside workbooks."""


def files(path: Path, suffixes: tuple[str, ...], nothing: Text) -> list[Path | FileError]:
    """Return the file ``path``, or those with ``suffixes`` in a folder, or those a pattern fits; errors for none.

    ``nothing`` is said of a folder ``{path}`` without such files. A file named outright is never questioned.
    """
    if path.is_dir():
        inside = sorted(file for suffix in suffixes for file in path.rglob(f"*{suffix}") if is_input(file))
        return [*inside] or [FileError("not-found", nothing, path=str(path))]
    if not path.exists() and any(letter in str(path) for letter in "*?["):
        pattern = path.relative_to(path.anchor)
        return [file for file in sorted(Path(path.anchor or ".").glob(str(pattern))) if is_input(file)] or [
            not_found(str(path))
        ]
    return [path]


def is_input(file: Path) -> bool:
    """Return whether a file found in a folder is one that a person put there."""
    return file.is_file() and not file.name.startswith(NOT_INPUT)
