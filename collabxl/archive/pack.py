"""Packing: the files of a project into one zip, block by block, the same bytes for the same files.

Entries are stored, not packed: workbooks, pictures and documents are packed already, no zlib decides what the bytes
are, and nothing in an archive of ours can unpack to more than it weighs.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import sqlite3
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import NamedTuple

from collabxl import __version__
from collabxl.archive.collect import Item, collect_files, in_order
from collabxl.archive.manifest import (
    FOLDER,
    NAME,
    ArchiveFile,
    Kind,
    Manifest,
    Versions,
    escapes_folder,
    normalize_name,
)
from collabxl.archive.missing_documents import write_missing
from collabxl.archive.page import pages
from collabxl.archive.unzip import BLOCK, open_file
from collabxl.errors import FileError, UsageError
from collabxl.exchange.ledger import return_sources, snapshot
from collabxl.exchange.master import refuse_copy
from collabxl.pipeline.batch import REPORT
from collabxl.reading.tables import build_tables
from collabxl.reading.workbook import Reading
from collabxl.rules.engine.ledger_reader import ledger_path
from collabxl.schema.settings import Settings
from collabxl.storage import save
from collabxl.storage.paths import ARCHIVE_MARK, Paths, path_list
from collabxl.text import t
from collabxl.workers.pool import readings

SUFFIX = ".archive.zip"
"""What the name of an archive ends with, unless it is given another one."""
_NEW_YEAR_1980 = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o100644 << 16
_THERE = t(
    "{path} 已经在那里。请用 {--output} 另起一个名字，或加 {--force} 覆盖",
    "{path} is there already. Choose another name with {--output}, or overwrite it with {--force}",
)
_NO_ZIP = t(
    "{path}：归档的文件名要以 .zip 结尾。请改成 {better}",
    "{path}: the name of an archive ends in .zip. Call it {better}",
)
_NO_NAME = t(
    "{path} 的文件名里有压缩包不能安全保存的字符（如 \\\\、: 或看不见的字符），或与另一个只差写法。请改名后再归档",
    "The name of {path} holds what no zip can safely keep (such as \\\\, : or hidden characters), or is another's but "
    "for its spelling. Rename it first",
)
_CHANGED = t(
    "{path} 在归档期间被改动，没有归档。请重新运行", "{path} changed meanwhile; nothing was archived. Run again"
)


class ArchiveResult(NamedTuple):
    """What was archived: the zip and its SHA-256, its manifest, what was left out, who has the master open.

    ``unmade`` says why documents that nobody had written were not made.
    """

    path: Path
    digest: str
    manifest: Manifest
    left: list[Path]
    holder: str | None
    unmade: UsageError | None


def archive_project(
    path: str | Path,
    *,
    output: str | Path | None = None,
    added: Paths = (),
    force: bool = False,
    today: dt.date | None = None,
    settings: Settings | None = None,
) -> ArchiveResult:
    """Write all that belongs to the project of the master at ``path`` into one zip: ``output``, or beside the master.

    ``added`` are files and folders from elsewhere that go in, too. The ledger goes in as one whole state, whoever is
    writing into it. With ``today`` documents of the process that nobody has written are made as of that day, unless
    that takes what is not installed. Raises UsageError for an output that is there already, unless ``force``; FileError
    if the master is no master, or something cannot be read or written.
    """
    path = Path(path)
    output = Path(output) if output else path.with_name(path.stem + SUFFIX)
    if output.suffix.lower() != ".zip":
        raise UsageError(_NO_ZIP, path=str(output), better=output.name + ".zip")
    if output.exists() and not force:
        raise UsageError(_THERE, path=str(output))
    with save.write_lock(path), TemporaryDirectory(prefix="collabxl-") as folder:
        reading, ledger = _master(path), _ledger(path, Path(folder))
        returned = return_sources(ledger[0].file) if ledger else ()
        found = collect_files(path, reading, added=list(map(Path, path_list(added))), returned=returned)
        items, unmade = in_order([*found.items, *ledger]), None
        if today is not None:
            try:
                items = in_order([*items, *write_missing(path, items, Path(folder), today, settings)])
            except UsageError as error:
                unmade = error
        _refuse_odd_names(items)
        packing = _Packer(reading, items)
        save.replace(output, packing.blocks(output.absolute().parent))
    holder = save.owner_name(path)
    return ArchiveResult(output, packing.digest.hexdigest(), packing.manifest, found.skipped, holder, unmade)


def _master(path: Path) -> Reading:
    (reading,) = readings([str(path)])
    if isinstance(reading, FileError):
        raise reading
    if reading.is_report:
        raise FileError("not-a-project", REPORT)
    refuse_copy(reading)
    return reading


def _ledger(path: Path, folder: Path) -> list[Item]:
    """Return the ledger of a master, if it has one, as one whole state in ``folder``."""
    there = ledger_path(path)
    return [Item(normalize_name(there.name), "ledger", snapshot(there, folder / there.name))] if there.is_file() else []


def _refuse_odd_names(items: list[Item]) -> None:
    names = Counter(item.name for item in items)
    for item in items:
        if escapes_folder(item.name) or names[item.name] > 1:
            raise FileError("unsupported", _NO_NAME, path=item.name.encode("utf-8", "backslashreplace").decode())


class _Packer:
    """A zip on its way; ``manifest`` and ``digest`` are whole once all blocks were taken."""

    def __init__(self, reading: Reading, items: list[Item]) -> None:
        self.digest = hashlib.sha256()
        self.manifest = _manifest(reading, items)
        self._reading, self._items = reading, items

    def blocks(self, folder: Path) -> Iterator[bytes]:
        """Return the zip block by block; it is made in a nameless file in ``folder``, never in memory."""
        with TemporaryFile(dir=folder) as paper:
            with zipfile.ZipFile(paper, "w", zipfile.ZIP_STORED) as archive:
                self._fill(archive)
            paper.seek(0)
            while block := paper.read(BLOCK):
                self.digest.update(block)
                yield block

    def _fill(self, archive: zipfile.ZipFile) -> None:
        files = [self._put(archive, item) for item in self._items]
        if files[0].sha256 != self._reading.digest:
            raise FileError("locked", _CHANGED, path=self._reading.path)
        self.manifest = self.manifest.model_copy(update={"files": tuple(files)})
        listed = [self._write(archive, name, "page", [page]) for name, page in pages(self.manifest).items()]
        self.manifest = self.manifest.model_copy(update={"files": (*files, *listed)})
        self._write(archive, NAME, "page", [self.manifest.content()])
        archive.comment = ARCHIVE_MARK

    def _put(self, archive: zipfile.ZipFile, item: Item) -> ArchiveFile:
        with open_file(item.file) as source:
            size = item.file.stat().st_size
            put = self._write(archive, FOLDER + item.name, item.kind, iter(lambda: source.read(BLOCK), b""), size)
        return put.model_copy(update={"department": item.department, "revision": item.revision})

    def _write(
        self, archive: zipfile.ZipFile, name: str, kind: Kind, content: Iterable[bytes], size: int = 0
    ) -> ArchiveFile:
        entry = zipfile.ZipInfo(name, _NEW_YEAR_1980)
        entry.create_system, entry.external_attr, entry.file_size = 3, _PLAIN_FILE, size
        digest, written = hashlib.sha256(), 0
        with archive.open(entry, "w") as target:
            for block in content:
                digest.update(block)
                written += target.write(block)
        return ArchiveFile(path=name, kind=kind, size=written, sha256=digest.hexdigest())


def _manifest(reading: Reading, items: list[Item]) -> Manifest:
    """Return the manifest of a project, without its files."""
    names = list(build_tables([reading]).frames["project"]["name"])
    ledger = next((item.file for item in items if item.kind == "ledger"), None)
    return Manifest(
        project=names[0] if names else None,
        workbook=FOLDER + items[0].name,
        workbook_id=reading.identity.get("workbook_id"),
        revision=reading.identity.get("revision"),
        language=reading.lang,
        versions=Versions(
            collabxl=__version__, workbook=reading.identity.get("schema"), ledger=_version(ledger) if ledger else None
        ),
        files=(),
    )


def _version(ledger: Path) -> str:
    with closing(sqlite3.connect(ledger)) as base:
        (found,) = base.execute("PRAGMA user_version").fetchone()
    return str(found)
