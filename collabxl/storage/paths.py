"""Paths as people give them – files, folders, patterns – and the files they name."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from collabxl.errors import FileError, leads_nowhere, missing_file_error, no_regular_file
from collabxl.storage import remote
from collabxl.storage.names import PREFIX
from collabxl.text import Text

Paths = str | Path | Iterable[str | Path]
"""One path, or several."""
SUFFIXES = (".xlsx", ".xlsm")
"""How names of workbooks end."""
NOT_INPUT = ("~$", "._", ".~", ".#", PREFIX)
"""What names of files begin with that programs leave beside workbooks."""
ARCHIVE_MARK = b"collabxl archive"
"""What a zip that ``archive`` wrote ends with: it holds what lies around it, and is no input."""


def path_list(paths: Paths) -> list[str | Path]:
    """Return paths as a list; one by itself is one, not the letters of its name."""
    return [paths] if isinstance(paths, str | Path) else list(paths)


def find_files(
    path: Path, suffixes: tuple[str, ...], nothing: Text, aside: list[Path] | None = None
) -> list[Path | FileError]:
    """Return the file ``path``, or those with ``suffixes`` in a folder, or those a pattern fits; errors for none.

    ``nothing`` is said of a folder ``{path}`` without such files. A file named outright is never questioned. Links and
    hidden files that a folder holds are put ``aside``, where somebody takes them: they stand for what is elsewhere.
    """
    if path.is_dir():
        files = [file for file in path.rglob("*") if remote.has_suffix(file.name, suffixes)]
        if aside is not None:
            aside += sorted(file for file in files if _stands_aside(file, path))
            files = [file for file in files if not _stands_aside(file, path)]
        inside = _inputs(files)
        return inside or [FileError("not-found", nothing, path=str(path))]
    if not path.exists() and remote.is_pattern(str(path)):
        pattern = remote.case_insensitive_pattern(str(path.relative_to(path.anchor)), suffixes)
        return _inputs(Path(path.anchor or ".").glob(pattern)) or [missing_file_error(str(path))]
    return [path]


def _stands_aside(file: Path, folder: Path) -> bool:
    """Return whether a file in a folder is a link, or hidden as names that begin with a dot are."""
    return file.is_symlink() or any(step.startswith(".") for step in file.relative_to(folder).parts)


def _inputs(found: Iterable[Path]) -> list[Path | FileError]:
    """Return those of the files found in a folder that a person put there, and errors for what can be none to read."""
    named = [file for file in sorted(found) if not file.name.startswith(NOT_INPUT) and not file.is_dir()]
    return [
        file if file.is_file() else no_regular_file(str(file)) if file.exists() else leads_nowhere(str(file))
        for file in named
    ]


def find_addresses(address: str, suffixes: tuple[str, ...], nothing: Text) -> list[str | FileError]:
    """Return what ``files`` does for an address in another store; an error, too, if that cannot be asked."""
    try:
        remote.refuse_password(address)
        found = remote.find_files(address, suffixes)
    except FileError as error:
        error.fields.setdefault("path", address)
        return [error]
    if found is None:
        return [address]
    inside = [file for file in found if not file.rpartition("/")[2].startswith(NOT_INPUT)]
    return [*inside] or [FileError("not-found", nothing, path=address)]


def local_path(address: str) -> Path | None:
    """Return the path that a file:// address stands for, None for any other."""
    if not address.lower().startswith("file://"):
        return None
    return Path(url2pathname(urlsplit(address).path))


def is_input(file: Path) -> bool:
    """Return whether a file found in a folder is one that a person put there."""
    return file.is_file() and not file.name.startswith(NOT_INPUT)


def free_path(path: Path, taken: set[Path]) -> Path:
    """Return a path that nothing else of this run is written to, now taken: ``path``, or a numbered one like it."""
    number, free = 1, path
    while free in taken:
        number += 1
        free = path.with_name(f"{path.stem} ({number}){path.suffix}")
    taken.add(free)
    return free
