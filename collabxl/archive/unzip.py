"""Reading zips of which nobody knows who made them: block by block, no further than they say, one error for all faults.

Nothing is unpacked to disk.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from collabxl.errors import FileError, missing_file_error, permission_error
from collabxl.ooxml.reader.preflight import damaged_file_error
from collabxl.text import t

BLOCK = 2**20
BROKEN = (
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
LARGEST_DIRECTORY = 32 * 2**20
"""Bytes of a zip's directory: some 200,000 files."""
_END, _END64 = struct.Struct("<4s4H2LH"), struct.Struct("<4sQ2H2L4Q")
_LOCATOR64, _LONGEST_COMMENT = 20, 0xFFFF
_READABLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_TOO_MANY = t("{path} 的目录大得离谱，没有打开", "The directory of {path} is absurdly large; not opened")


@contextmanager
def open_file(path: Path) -> Iterator[BufferedReader]:
    """Give a file to read; raises FileError for one that is not there or not ours to read."""
    try:
        with path.open("rb") as file:
            yield file
    except (FileNotFoundError, IsADirectoryError) as error:
        raise missing_file_error(str(path)) from error
    except PermissionError as error:
        raise permission_error(str(path)) from error


def open_zip(path: Path, file: BufferedReader) -> zipfile.ZipFile:
    """Return an open file as the zip that it is; FileError if it is none, or its directory would fill the memory."""
    _refuse_vast_directory(path, file)
    try:
        return zipfile.ZipFile(file)
    except BROKEN as error:
        raise damaged_file_error(str(error)) from error


def blocks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Return what an entry unpacks to, as far as it says it does; raises what is in BROKEN."""
    if entry.flag_bits & _ENCRYPTED or entry.compress_type not in _READABLE:
        raise NotImplementedError(f"{entry.filename}: method {entry.compress_type}, flags {entry.flag_bits}")
    with archive.open(entry) as part:
        while block := part.read(BLOCK):
            yield block


def _refuse_vast_directory(path: Path, file: BufferedReader) -> None:
    length = file.seek(0, 2)
    file.seek(max(0, length - _END.size - _LONGEST_COMMENT - _LOCATOR64 - _END64.size))
    tail = file.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0 or at + _END.size > len(tail):
        raise damaged_file_error(
            t("结尾缺失，可能没有下载完", "its end is missing, perhaps it was not downloaded whole")
        )
    size = _END.unpack_from(tail, at)[5]
    locator = at - _LOCATOR64
    wide = locator - _END64.size
    if wide >= 0 and tail[locator : locator + 4] == b"PK\6\7" and tail[wide : wide + 4] == b"PK\6\6":
        size = _END64.unpack_from(tail, wide)[8]
    if size > LARGEST_DIRECTORY:
        raise FileError("too-large", _TOO_MANY, path=str(path))
