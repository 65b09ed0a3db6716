"""Holding an archive against its manifest: every sum, and what is missing, changed or there besides.

Whoever made the zip may wish us ill: a manifest has a limit, entries are read no further than it says, and a zip that
unpacks to far more than it weighs is not read at all.
"""

from __future__ import annotations

import hashlib
import stat
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from collabxl.archive import manifest as manifests
from collabxl.archive.manifest import ArchiveFile, Manifest, escapes_folder, manifest_error, manifest_of, normalize_name
from collabxl.archive.unzip import BROKEN, blocks, open_file, open_zip
from collabxl.errors import FileError
from collabxl.ooxml.reader.preflight import damaged_file_error
from collabxl.text import t

ArchiveFault = Literal["missing", "changed", "damaged", "extra", "twice", "unsafe"]
STEEPEST, STEEP_FROM = 200, 256 * 2**20
"""A zip is a bomb if it unpacks to so many times its size; below so many bytes it may."""
_BOMB = t(
    "{path} 展开后有 {size} MB，是它自身的 {times} 倍，像是压缩炸弹，没有展开。请向对方核实",
    "{path} unpacks to {size} MB, {times} times its own size, like a zip bomb; not unpacked. Ask who sent it",
)


class Difference(NamedTuple):
    """Something about an archive that is not as its manifest says, and the name it is about."""

    fault: ArchiveFault
    name: str


class Verdict(NamedTuple):
    """What verifying found: the zip's own SHA-256, its manifest, and how it differs from that."""

    digest: str
    manifest: Manifest
    differences: tuple[Difference, ...]


def verify_archive(path: str | Path) -> Verdict:
    """Return how the archive at ``path`` differs from its manifest; FileError if it is none or cannot be read."""
    path = Path(path)
    with open_file(path) as file:
        with open_zip(path, file) as archive:
            manifest = _manifest(archive)
            found = tuple(_differences(archive, manifest, path))
        file.seek(0)
        return Verdict(hashlib.file_digest(file, "sha256").hexdigest(), manifest, found)


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    entries = [entry for entry in archive.infolist() if entry.filename == manifests.NAME]
    if len(entries) != 1:
        raise manifest_error(f"{len(entries)} × {manifests.NAME}")
    (entry,) = entries
    if entry.file_size > manifests.LARGEST:
        raise manifest_error(f"{entry.file_size} > {manifests.LARGEST}")
    try:
        return manifest_of(b"".join(blocks(archive, entry)))
    except BROKEN as error:
        raise damaged_file_error(str(error)) from error


def _differences(archive: zipfile.ZipFile, manifest: Manifest, path: Path) -> Iterator[Difference]:
    listed = {normalize_name(file.path): file for file in manifest.files}
    entries = [entry for entry in archive.infolist() if entry.filename != manifests.NAME and not _is_folder(entry)]
    _refuse_bomb(path, entries)
    counts = Counter(normalize_name(entry.filename) for entry in entries)
    there = {normalize_name(entry.filename): entry for entry in entries}
    for name, file in listed.items():
        if name not in there:
            yield Difference("missing", name)
        elif counts[name] == 1 and (fault := _fault(archive, there[name], file)):
            yield Difference(fault, name)
    for name, entry in there.items():
        if counts[name] > 1:
            yield Difference("twice", name)
        elif escapes_folder(name) or _is_link(entry):
            yield Difference("unsafe", name)
        elif name not in listed:
            yield Difference("extra", name)


def _refuse_bomb(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    unpacked, packed = sum(entry.file_size for entry in entries), path.stat().st_size
    if unpacked > STEEP_FROM and unpacked > STEEPEST * packed:
        raise FileError("too-large", _BOMB, path=str(path), size=unpacked // 2**20, times=unpacked // packed)


def _fault(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, file: ArchiveFile) -> ArchiveFault | None:
    if _is_link(entry):
        return None
    if entry.file_size != file.size:
        return "changed"
    digest = hashlib.sha256()
    try:
        for block in blocks(archive, entry):
            digest.update(block)
    except BROKEN:
        return "damaged"
    return None if digest.hexdigest() == file.sha256 else "changed"


def _is_folder(entry: zipfile.ZipInfo) -> bool:
    """Return whether an entry stands for a folder within the archive's own, which other programs add."""
    return entry.is_dir() and not escapes_folder(entry.filename.removesuffix("/"))


def _is_link(entry: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(entry.external_attr >> 16)
