"""Whether a zip is what it claims to be, before any reader sees it: its entries against each other, sizes as unpacked.

Nothing here knows what a part means. Declared sizes are refused when absurd and then proved by unpacking.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from collabxl.errors import FileError
from collabxl.ooxml.part_names import normalize_part_name
from collabxl.text import Text, t

MOST_PARTS = 10_000
LARGEST_PART = 256 * 2**20
LARGEST_TOTAL = 1024 * 2**20
STEEPEST, STEEP_FROM = 200, 32 * 2**20
"""A part is a bomb if it unpacks to so many times its packed size; below so many bytes it may: blank sheets do."""
HARMLESS = 48 * 2**10
"""No packed part so small unpacks (at most 1032 times) to more than a reader's memory, whatever it declares."""

_END = struct.Struct("<4s4H2LH")
_LOCAL_NAMES = struct.Struct("<26x2H")
_LARGEST_DIRECTORY = 2**10 * MOST_PARTS
_STORED, _DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED
_ENCRYPTED, _UTF8_NAME = 0x1, 0x800
_UNKNOWN = 0xFFFF_FFFF


def entries(content: bytes) -> dict[str, zipfile.ZipInfo]:
    """Return the entries of a zip by their plain names; FileError if it is damaged, a bomb or has two faces."""
    _refuse_foreign_bytes(content)
    try:
        listed = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, struct.error) as error:
        raise damaged_file_error(str(error)) from error
    if len(listed) > MOST_PARTS:
        raise _too_many_parts_error(len(listed))
    found = {normalize_part_name(entry.filename): entry for entry in listed}
    if len(found) != len(listed):
        raise damaged_file_error(t("两个部件同名", "two of its parts bear one name"))
    if sum(entry.file_size for entry in listed) > LARGEST_TOTAL:
        raise _zip_bomb_error(t("整个文件", "the file"), sum(entry.file_size for entry in listed), LARGEST_TOTAL)
    for entry in listed:
        _refuse_entry(entry)
    _refuse_overlaps(content, listed)
    return found


def unpack(content: bytes, entry: zipfile.ZipInfo) -> bytes:
    """Return the bytes of one entry, proved by size and checksum; never unpacks more than it declares."""
    if entry.file_size > LARGEST_PART:
        raise _zip_bomb_error(t(entry.filename, entry.filename), entry.file_size, LARGEST_PART)
    packed = _packed_bytes(content, entry)
    if entry.compress_type == _STORED:
        found, whole = bytes(packed), True
    else:
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            found = inflate.decompress(packed, entry.file_size + 1)
        except zlib.error as error:
            raise damaged_file_error(f"{entry.filename}: {error}") from error
        whole = inflate.eof
    if not whole or len(found) != entry.file_size:
        raise damaged_file_error(
            t(f"{entry.filename} 的大小与目录不符", f"the size of {entry.filename} is not what it declares")
        )
    if zlib.crc32(found) != entry.CRC:
        raise damaged_file_error(t(f"{entry.filename} 校验不符", f"the checksum of {entry.filename} is wrong"))
    return found


def head(content: bytes, entry: zipfile.ZipInfo, size: int) -> bytes:
    """Return at least the first ``size`` bytes of an entry, or all it has, unproved."""
    packed = _packed_bytes(content, entry)
    if entry.compress_type == _STORED:
        return bytes(packed[:size])
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, size)
    except zlib.error as error:
        raise damaged_file_error(f"{entry.filename}: {error}") from error


def damaged_file_error(reason: str | Text) -> FileError:
    """Return the error for a file whose bytes are broken."""
    return FileError(
        "corrupt",
        t("文件已损坏（{reason}）。请对方重新发送", "The file is damaged ({reason}). Ask for it again"),
        reason=reason,
    )


def _refuse_foreign_bytes(content: bytes) -> None:
    end = content.rfind(b"PK\5\6", max(0, len(content) - _END.size - 0xFFFF))
    if end < 0 or end + _END.size > len(content):
        raise damaged_file_error(
            t("结尾缺失，可能没有下载完", "its end is missing, perhaps it was not downloaded whole")
        )
    _, _, _, _, count, size, start, comment = _END.unpack_from(content, end)
    if end + _END.size + comment != len(content):
        raise _hidden_bytes_error(t("末尾", "after its end"))
    if size > _LARGEST_DIRECTORY and size != _UNKNOWN:
        raise _too_many_parts_error(count)
    if start != _UNKNOWN and start + size < end and content[end - 20 : end - 16] != b"PK\6\7":
        raise _hidden_bytes_error(t("开头或中间", "at its beginning or inside"))


def _refuse_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    if entry.flag_bits & _ENCRYPTED:
        says = t(
            "其中的 {part} 带有压缩包密码。请用 Excel 打开后另存",
            "Its part {part} has a zip password. Open it in Excel and save it anew",
        )
        raise FileError("encrypted", says, part=name)
    if entry.compress_type not in (_STORED, _DEFLATED):
        says = t(
            "其中的 {part} 用了 Excel 不认识的压缩方式（{method}）。请用 Excel 或 WPS 另存为 .xlsx",
            "Its part {part} is packed in a way Excel does not know ({method}). Save it as .xlsx with Excel or WPS",
        )
        raise FileError("unsupported", says, part=name, method=entry.compress_type)
    if ".." in name.replace("\\", "/").split("/") or ":" in name.partition("/")[0]:
        raise damaged_file_error(t(f"部件名 {name} 指向文件之外", f"its part name {name} leads out of the file"))
    if entry.file_size > STEEP_FROM and entry.file_size > STEEPEST * entry.compress_size:
        raise _zip_bomb_error(t(name, name), entry.file_size, STEEP_FROM)


def _refuse_overlaps(content: bytes, listed: list[zipfile.ZipInfo]) -> None:
    end = 0
    for entry in sorted(listed, key=_header_offset):
        start = entry.header_offset
        if start < end:
            raise damaged_file_error(
                t(f"部件 {entry.filename} 与别的部件重叠", f"its part {entry.filename} overlaps another")
            )
        if content[start : start + 4] != b"PK\3\4":
            raise damaged_file_error(
                t(f"找不到部件 {entry.filename}", f"its part {entry.filename} is not where it should be")
            )
        if not end and start:
            raise _hidden_bytes_error(t("开头", "before its beginning"))
        name_size, extra_size = _LOCAL_NAMES.unpack_from(content, start)
        end = start + 30 + name_size + extra_size + entry.compress_size
    if end > len(content) - _END.size:
        raise damaged_file_error(t("部件超出文件末尾", "a part runs past its end"))


def _header_offset(entry: zipfile.ZipInfo) -> int:
    return entry.header_offset


def _packed_bytes(content: bytes, entry: zipfile.ZipInfo) -> memoryview:
    name_size, extra_size = _LOCAL_NAMES.unpack_from(content, entry.header_offset)
    at = entry.header_offset + 30
    code = "utf-8" if entry.flag_bits & _UTF8_NAME else "cp437"
    if content[at : at + name_size].decode(code, "replace") != entry.orig_filename:
        raise damaged_file_error(t("目录与内容对不上", "its directory does not fit its content"))
    start = at + name_size + extra_size
    return memoryview(content)[start : start + entry.compress_size]


def _hidden_bytes_error(where: Text) -> FileError:
    says = t(
        "文件{where}夹带了不属于工作簿的内容，未打开。请用 Excel 打开后另存",
        "There are foreign bytes {where}; not opened. Open it in Excel and save it anew",
    )
    return FileError("corrupt", says, where=where)


def _too_many_parts_error(count: int) -> FileError:
    says = t("文件由 {count} 个部分组成，超过 {limit} 的上限", "The file has {count} parts; the limit is {limit}")
    return FileError("too-large", says, count=count, limit=MOST_PARTS)


def _zip_bomb_error(what: Text, size: int, limit: int) -> FileError:
    says = t(
        "{part} 展开后有 {size} MB（从 {limit} MB 起不收），像是压缩炸弹，未打开。请删去多余内容后另存",
        "{part} unpacks to {size} MB (too much from {limit} MB on), like a zip bomb; not opened. "
        "Remove what is not needed and save it anew",
    )
    return FileError("too-large", says, part=what, size=size // 2**20, limit=limit // 2**20)
