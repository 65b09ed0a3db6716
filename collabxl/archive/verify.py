"""Holding an archive against its manifest: every sum, and what is missing, changed or there besides.

Nothing is unpacked to disk. Whoever made the zip may wish us ill: a manifest has a limit, entries are read block by
block and no further than the manifest says, and one that unpacks to far more than it weighs is not read at all.
"""

from __future__ import annotations

import hashlib
import stat
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Literal, NamedTuple

from collabxl.archive import manifest as manifests
from collabxl.archive.manifest import File, Manifest, leads_out, manifest_of, no_manifest
from collabxl.archive.pack import BLOCK
from collabxl.errors import FileError, no_permission, not_found
from collabxl.read.preflight import damaged
from collabxl.text import t

Fault = Literal["missing", "changed", "damaged", "extra", "twice", "unsafe"]
LARGEST_DIRECTORY = 32 * 2**20
"""Bytes of a zip's directory: some 200,000 files."""
STEEPEST, STEEP_FROM = 200, 256 * 2**20
"""A zip is a bomb if it unpacks to so many times its size; below so many bytes it may."""
_END, _END64 = struct.Struct("<4s4H2LH"), struct.Struct("<4sQ2H2L4Q")
_LOCATOR64, _LONGEST_COMMENT = 20, 0xFFFF
_READABLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)
"""What zipfile raises over bytes that are no good zip; OSError where it is sent to places before the beginning."""
_BOMB = t(
    "{path} 展开后有 {size} MB，是它自身的 {times} 倍，像是压缩炸弹，没有展开。请向对方核实",
    "{path} unpacks to {size} MB, {times} times its own size, like a zip bomb; not unpacked. Ask who sent it",
)
_TOO_MANY = t("{path} 的目录大得离谱，没有打开", "The directory of {path} is absurdly large; not opened")


class Difference(NamedTuple):
    """Something about an archive that is not as its manifest says, and the name it is about."""

    fault: Fault
    name: str


class Verdict(NamedTuple):
    """What verifying found: the zip's own SHA-256, its manifest, and how it differs from that."""

    digest: str
    manifest: Manifest
    differences: tuple[Difference, ...]


def verify_archive(path: Path) -> Verdict:
    """Return how the archive at ``path`` differs from its manifest; FileError if it is none or cannot be read."""
    with _opened(path) as file:
        _refuse_vast_directory(path, file)
        with _as_zip(path, file) as archive:
            manifest = _manifest(archive)
            found = tuple(_differences(archive, manifest, path))
        file.seek(0)
        return Verdict(hashlib.file_digest(file, "sha256").hexdigest(), manifest, found)


@contextmanager
def _opened(path: Path) -> Iterator[BufferedReader]:
    try:
        with path.open("rb") as file:
            yield file
    except (FileNotFoundError, IsADirectoryError) as error:
        raise not_found(str(path)) from error
    except PermissionError as error:
        raise no_permission(str(path)) from error


def _as_zip(path: Path, file: BufferedReader) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except _BROKEN as error:
        raise damaged(str(error)) from error


def _refuse_vast_directory(path: Path, file: BufferedReader) -> None:
    """Raise FileError before a directory is read that would fill the memory."""
    length = file.seek(0, 2)
    file.seek(max(0, length - _END.size - _LONGEST_COMMENT - _LOCATOR64 - _END64.size))
    tail = file.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0 or at + _END.size > len(tail):
        raise damaged(t("结尾缺失，可能没有下载完", "its end is missing, perhaps it was not downloaded whole"))
    size = _END.unpack_from(tail, at)[5]
    locator = at - _LOCATOR64
    wide = locator - _END64.size
    if wide >= 0 and tail[locator : locator + 4] == b"PK\6\7" and tail[wide : wide + 4] == b"PK\6\6":
        size = _END64.unpack_from(tail, wide)[8]
    if size > LARGEST_DIRECTORY:
        raise FileError("too-large", _TOO_MANY, path=str(path))


def _manifest(archive: zipfile.ZipFile) -> Manifest:
    entries = [entry for entry in archive.infolist() if entry.filename == manifests.NAME]
    if len(entries) != 1:
        raise no_manifest(f"{len(entries)} × {manifests.NAME}")
    (entry,) = entries
    if entry.file_size > manifests.LARGEST:
        raise no_manifest(f"{entry.file_size} > {manifests.LARGEST}")
    try:
        return manifest_of(b"".join(_blocks(archive, entry)))
    except _BROKEN as error:
        raise damaged(str(error)) from error


def _differences(archive: zipfile.ZipFile, manifest: Manifest, path: Path) -> Iterator[Difference]:
    listed = {file.path: file for file in manifest.files}
    entries = [entry for entry in archive.infolist() if not entry.is_dir() and entry.filename != manifests.NAME]
    _refuse_bomb(path, [entry for entry in entries if entry.filename in listed])
    counts = Counter(entry.filename for entry in entries)
    there = {entry.filename: entry for entry in entries}
    for name, file in listed.items():
        if name not in there:
            yield Difference("missing", name)
        elif counts[name] == 1 and (fault := _fault(archive, there[name], file)):
            yield Difference(fault, name)
    for name, entry in there.items():
        if counts[name] > 1:
            yield Difference("twice", name)
        elif leads_out(name) or _is_link(entry):
            yield Difference("unsafe", name)
        elif name not in listed:
            yield Difference("extra", name)


def _refuse_bomb(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    unpacked, packed = sum(entry.file_size for entry in entries), path.stat().st_size
    if unpacked > STEEP_FROM and unpacked > STEEPEST * packed:
        raise FileError("too-large", _BOMB, path=str(path), size=unpacked // 2**20, times=unpacked // packed)


def _fault(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, file: File) -> Fault | None:
    if _is_link(entry):
        return None
    if entry.file_size != file.size:
        return "changed"
    digest = hashlib.sha256()
    try:
        for block in _blocks(archive, entry):
            digest.update(block)
    except _BROKEN:
        return "damaged"
    return None if digest.hexdigest() == file.sha256 else "changed"


def _blocks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Return what an entry unpacks to, as far as it says it does; raises what is in _BROKEN."""
    if entry.flag_bits & _ENCRYPTED or entry.compress_type not in _READABLE:
        raise NotImplementedError(f"{entry.filename}: method {entry.compress_type}, flags {entry.flag_bits}")
    with archive.open(entry) as opened:
        while block := opened.read(BLOCK):
            yield block


def _is_link(entry: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(entry.external_attr >> 16)
