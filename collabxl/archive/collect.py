"""What belongs to a project: the files around its master, by the identity in a workbook and the name of all else."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from collabxl.archive.manifest import Kind, normalize_name
from collabxl.archive.unzip import BROKEN, blocks, open_file, open_zip
from collabxl.errors import FileError, missing_file_error
from collabxl.exchange import quarantine
from collabxl.reading.workbook import Reading
from collabxl.rules.engine.ledger_reader import SUFFIX
from collabxl.storage.paths import ARCHIVE_MARK, SUFFIXES, free_path, is_input
from collabxl.workers.pool import readings

ELSEWHERE = "elsewhere"
"""Where in an archive the files are that were added from other folders."""
_MAILS = (".eml", ".msg", ".ics")
_BACKUP = ".bak"
_PROPERTIES = "docProps/custom.xml"


class Item(NamedTuple):
    """One file of a project: where it goes, what it is, and whose copy of which revision."""

    name: str
    kind: Kind
    file: Path
    department: str | None = None
    revision: str | None = None


class ProjectFiles(NamedTuple):
    """The files of a project in order; what is left: named after the master but another's or a link, and unreadable."""

    items: list[Item]
    skipped: list[Path]


def collect_files(
    path: Path, master: Reading, *, added: Sequence[Path] = (), returned: Collection[str] = ()
) -> ProjectFiles:
    """Return what belongs to the project of ``master`` at ``path``: around it, and in files and folders ``added``.

    Of what lies around, workbooks belong by their ``workbook_id``, other files by a name that begins with the
    master's and with no other workbook's longer one, or because copies were ``returned`` in them. What was added
    belongs in any case. Raises FileError (not-found) for an added path that is not there.
    """
    left: list[Path] = []
    around = dict(_files_around(path, left))
    here = {file.resolve() for file in (path, *around.values())}
    more = {name: file for name, file in _added_files(added, left) if file not in here}
    known = _FileIndex(path, master, [*around.values(), *more.values()])
    items = [Item(normalize_name(path.name), "workbook", path, None, master.identity.get("revision"))]
    wanted = {each.resolve() for each in added}
    for name, file in around.items():
        is_wanted = not wanted.isdisjoint((file.resolve(), *file.resolve().parents))
        if known.has(file) or is_wanted or (not file.is_symlink() and _is_among(name, returned)):
            items.append(known.item(name, file))
        elif known.seems_related(file):
            left.append(file)
    items += [known.item(name, file) for name, file in more.items()]
    return ProjectFiles(in_order(items), left)


def in_order(items: Iterable[Item]) -> list[Item]:
    """Return files in the order of an archive: the master, its ledger, then all others by name."""
    return sorted(items, key=lambda item: (item.kind != "workbook", item.kind != "ledger", item.name))


class _FileIndex:
    """What is known of the files around a master."""

    def __init__(self, path: Path, master: Reading, files: Sequence[Path]) -> None:
        self._stem = path.stem
        self._id = master.identity.get("workbook_id")
        self._quarantine = path.with_name(path.stem + quarantine.SUFFIX)
        books = [file for file in files if file.suffix.lower() in SUFFIXES and not file.is_symlink()]
        near = [file for file in books if self.seems_related(file) or (self._id and _has_identity(file, self._id))]
        self._read = dict(zip(near, readings(map(str, near), count=len(near)), strict=True))
        self._books = set(books)
        self._others = [file.stem for file in books if not self._is_ours(file)]

    def has(self, file: Path) -> bool:
        """Return whether a file belongs to the project."""
        if file.is_symlink():
            return False
        if file in self._books:
            return self._is_ours(file)
        if file.parent == self._quarantine:
            return True
        longer = (stem for stem in self._others if len(stem) > len(self._stem))
        return self.seems_related(file) and not any(_is_named_after(file, stem) for stem in longer)

    def seems_related(self, file: Path) -> bool:
        """Return whether a file is named after the master."""
        return _is_named_after(file, self._stem)

    def item(self, name: str, file: Path) -> Item:
        """Return a file that belongs to the project with its kind."""
        read = self._read.get(file)
        if isinstance(read, Reading) and read.is_copy:
            return Item(name, "copy", file, read.identity["department"], read.identity.get("revision"))
        if file in self._books:
            is_report = isinstance(read, Reading) and read.is_report
            return Item(name, "document" if is_report else "version", file)
        return Item(name, self._kind(file), file)

    def _kind(self, file: Path) -> Kind:
        if file.parent == self._quarantine:
            return "quarantine"
        ending = file.suffix.lower()
        return "mail" if ending in _MAILS else "version" if ending == _BACKUP else "document"

    def _is_ours(self, file: Path) -> bool:
        """Return whether a workbook bears the master's identity, or none and its name: its own may have been lost."""
        read = self._read.get(file)
        its = read.identity.get("workbook_id") if isinstance(read, Reading) else None
        if its is not None:
            return its == self._id
        lost = isinstance(read, FileError) or self._id is not None or (read is not None and read.is_report)
        return lost and self.seems_related(file)


def _is_named_after(file: Path, stem: str) -> bool:
    """Return whether a name begins with ``stem``, as a word of its own."""
    name, stem = normalize_name(file.name), normalize_name(stem)
    rest = name.removeprefix(stem)
    return rest != name and not rest[:1].isalnum()


def _is_among(name: str, named: Collection[str]) -> bool:
    """Return whether a name within the folder is one of those named from wherever: the one ends as the other does."""
    mine = f"/{name}"
    theirs = ("/" + normalize_name(each).replace("\\", "/").removeprefix("./").lstrip("/") for each in named if each)
    return any(mine.endswith(other) or other.endswith(mine) for other in theirs)


def _files_around(path: Path, unread: list[Path]) -> Iterator[tuple[str, Path]]:
    """Return what lies around a master, by the place in its folder, but for ledgers and archives of ours."""
    for file in _files_inside(path.parent, unread):
        is_master = file.name.casefold() == path.name.casefold() and file.samefile(path)
        if not is_master and not _is_excluded(file):
            yield normalize_name(file.relative_to(path.parent).as_posix()), file


def _files_inside(folder: Path, unread: list[Path]) -> Iterator[Path]:
    """Return the files in a folder and its folders, but none that a program hides or keeps beside those it has open.

    Folders that may not be read are added to ``unread``.
    """
    for here, folders, names in os.walk(folder, onerror=lambda error: unread.append(Path(error.filename))):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for file in (Path(here, name) for name in sorted(names)):
            if is_input(file):
                yield file


def _is_excluded(file: Path) -> bool:
    """Return whether a file is a ledger, or what SQLite keeps beside one, or an archive of ours."""
    name = file.name
    if name.endswith(tuple(f"{SUFFIX}{end}" for end in ("", "-wal", "-shm", "-journal"))):
        return True
    return file.suffix.lower() == ".zip" and _has_archive_mark(file)


def _has_archive_mark(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            opened.seek(-len(ARCHIVE_MARK), os.SEEK_END)
            return opened.read() == ARCHIVE_MARK
    except OSError:  # too short, or not ours to read: whoever packs it says so
        return False


def _added_files(paths: Iterable[Path], unread: list[Path]) -> Iterator[tuple[str, Path]]:
    """Return what was added with its name in the archive; several of one name are numbered."""
    taken: set[Path] = set()
    for path in paths:
        if not path.exists():
            raise missing_file_error(str(path))
        whole = path.resolve()
        place = free_path(Path(ELSEWHERE, whole.name), taken)
        for file in _files_inside(whole, unread) if whole.is_dir() else [whole]:
            yield normalize_name((place / file.relative_to(whole)).as_posix()), file


def _has_identity(book: Path, workbook_id: str) -> bool:
    """Return whether the properties of a workbook hold an identity: a quick look, to read only what may be ours."""
    try:
        with open_file(book) as file, open_zip(book, file) as package:
            part = next(blocks(package, package.getinfo(_PROPERTIES)), b"")
    except (FileError, KeyError, *BROKEN):  # no workbook, or none with an identity
        return False
    return workbook_id.encode() in part
