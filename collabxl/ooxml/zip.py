"""The physical container: entries as raw extents, read with checks, written back by copying what did not change.

Knows the zip format (APPNOTE 6.3) by hand, because the standard library cannot copy an entry without unpacking it;
must not know XML or what the entries mean. Whatever the bytes are, only PackageError comes out.
Longer than most because each of its many refusals says in two languages what to do.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from collabxl.errors import PackageError
from collabxl.ooxml.compression import deflate, unpacks_to
from collabxl.ooxml.zip_errors import (
    checksum_error,
    damaged_zip_error,
    duplicate_names_error,
    foreign_bytes_error,
    too_large_error,
)
from collabxl.text import t

LARGEST_FILE = 0xFFFF_FFFE
LARGEST_ENTRY = 512 * 2**20
MOST_ENTRIES = 20_000
STEEPEST_RATIO, STEEP_FROM = 400, 64 * 2**20  # sheets of real workbooks stay below 1:100

_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR64 = struct.Struct("<4sLQL")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_OFFSET_AT = 42
_STORED, _DEFLATED = 0, 8
_UTF8_NAME = 0x800
_NEW_YEAR_1980 = 0x21
_UNPACKED_BY = 20  # the version of zip that knows deflate
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MISFIT = t("目录与内容对不上", "its directory does not fit its content")


class ZipEntry(NamedTuple):
    """One entry: its raw extent ``start:end``, its packed bytes and its record in the central directory."""

    name: str
    record: bytes
    offset_at: int
    start: int
    end: int
    data: int
    packed: int
    size: int
    crc: int
    method: int

    def record_at(self, start: int) -> bytes:
        """Return the directory record as it is when the entry begins at ``start``, all else as it was."""
        width = 4 if self.offset_at == _OFFSET_AT else 8
        return self.record[: self.offset_at] + start.to_bytes(width, "little") + self.record[self.offset_at + width :]


class _EntryHeader(NamedTuple):
    """What the directory says of an entry besides its content."""

    name: bytes
    created_by: int = _UNPACKED_BY
    flags: int = _UTF8_NAME
    time: int = 0
    date: int = _NEW_YEAR_1980
    inner: int = 0
    outer: int = 0
    comment: bytes = b""


class _CentralDirectory(NamedTuple):
    start: int
    end: int
    entries: int
    comment: bytes


class RawZip:
    """A zip file in memory; ``entries`` by exact name, in the order of the central directory.

    Raises PackageError for anything that cannot be copied without loss or doubt.
    """

    def __init__(self, source: bytes) -> None:
        self.source = source
        _refuse_other_formats(source)
        directory = _find_directory(source)
        self.comment = directory.comment
        self.entries = {entry.name: entry for entry in _entries(source, directory)}
        if len(self.entries) != directory.entries:
            raise duplicate_names_error()

    def raw(self, name: str) -> memoryview:
        """Return the very bytes of an entry: local header, packed data and whatever follows up to the next entry."""
        entry = self.entries[name]
        return memoryview(self.source)[entry.start : entry.end]

    def read(self, name: str) -> bytes:
        """Return the unpacked bytes of an entry, checked against its size and CRC."""
        entry = self.entries[name]
        packed = memoryview(self.source)[entry.data : entry.data + entry.packed]
        if entry.method == _STORED:
            content = bytes(packed)
        elif entry.method == _DEFLATED:
            content = _inflate(packed, entry)
        else:
            says = t(
                "部件 {part} 的压缩方式不受支持。请用 Excel 打开后另存",
                "Part {part} is compressed in an unsupported way. Open it in Excel and save it again",
            )
            raise PackageError("unknown-compression", says, part=name)
        if len(content) != entry.size or zlib.crc32(content) != entry.crc:
            raise checksum_error(name)
        return content

    def holds(self, name: str, content: bytes) -> bool:
        """Return whether an entry unpacks to just this content."""
        entry = self.entries[name]
        if entry.method != _DEFLATED or entry.size != len(content) or entry.crc != zlib.crc32(content):
            return entry.method == _STORED and self.read(name) == content
        return unpacks_to(memoryview(self.source)[entry.data : entry.data + entry.packed], content)

    def write(self, changes: Mapping[str, bytes], additions: Mapping[str, bytes], drops: Collection[str]) -> bytes:
        """Return the zip with entries changed in their place, dropped or added at the end; the rest is copied raw."""
        bodies: list[bytes | memoryview] = []
        records: dict[str, bytes] = {}
        at = 0
        for entry in sorted(self.entries.values(), key=lambda entry: entry.start):
            if entry.name in drops:
                continue
            if entry.name in changes:
                body, records[entry.name] = _pack_entry(_entry_header(entry), changes[entry.name], at)
                bodies.append(body)
            else:
                bodies.append(self.raw(entry.name))
                records[entry.name] = entry.record_at(at)
            at += len(bodies[-1])
        in_order = [records[name] for name in self.entries if name in records]
        for name, content in additions.items():
            body, record = _pack_entry(_EntryHeader(name.encode()), content, at)
            bodies.append(body)
            in_order.append(record)
            at += len(body)
        return b"".join([*bodies, *in_order, self._end(in_order, at)])

    def _end(self, records: list[bytes], at: int) -> bytes:
        size = sum(map(len, records))
        if at + size > LARGEST_FILE or len(records) > MOST_ENTRIES:
            raise too_large_error()
        return _END.pack(b"PK\5\6", 0, 0, len(records), len(records), size, at, len(self.comment)) + self.comment


def _refuse_other_formats(source: bytes) -> None:
    if not source:
        says = t(
            "文件是空的（0 字节）。可能仍在同步或下载，请稍后重试",
            "The file is empty (0 bytes). It may still be syncing or downloading; try again later",
        )
        raise PackageError("empty-file", says, kind="not-a-workbook")
    if source.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in source:
            says = t(
                "文件设有打开密码。请先在 Excel 中去掉密码再试",
                "The file has a password. Remove it in Excel first",
            )
            raise PackageError("encrypted", says, kind="encrypted")
        says = t(
            "这是旧版 .xls 或其他旧格式。请另存为 .xlsx",
            "This is an old .xls or another old format. Save it as .xlsx",
        )
        raise PackageError("ole-container", says)
    if len(source) > LARGEST_FILE:
        raise too_large_error()


def _find_directory(source: bytes) -> _CentralDirectory:
    ends = list(_end_records(source))
    if not ends and not source.startswith(b"PK"):
        says = t(
            "这不是 Excel 工作簿。请选择 .xlsx 或 .xlsm 文件",
            "This is no Excel workbook. Choose an .xlsx or .xlsm file",
        )
        raise PackageError("not-a-zip", says, kind="not-a-workbook")
    if not ends:
        raise damaged_zip_error(
            t("结尾缺失，可能没有下载完", "its end is missing, perhaps it was not downloaded whole")
        )
    whole = [at for at in ends if at + _END.size + _END.unpack_from(source, at)[7] == len(source)]
    if not whole:
        raise foreign_bytes_error("trailing-bytes", t("末尾", "after the end"))
    fitting = [directory for at in whole if (directory := _directory(source, at))]
    if not fitting and not source.startswith(b"PK\3\4"):
        raise foreign_bytes_error("leading-bytes", t("开头", "before the beginning"))
    if len(fitting) != 1:
        raise damaged_zip_error(_MISFIT)
    return fitting[0]


def _end_records(source: bytes) -> Iterator[int]:
    lowest = max(0, len(source) - _END.size - 0xFFFF)
    at = source.rfind(b"PK\5\6", lowest, len(source) - _END.size + 4)
    while at >= 0:
        yield at
        at = source.rfind(b"PK\5\6", lowest, at + 3)


def _directory(source: bytes, at: int) -> _CentralDirectory | None:
    """Return the directory that ends at the end record ``at``, or None where none lies."""
    _, disk, first_disk, here, count, size, start, _ = _END.unpack_from(source, at)
    end = at
    locator = at - _LOCATOR64.size
    if locator >= 0 and source[locator : locator + 4] == b"PK\6\7":
        _, disk, end, _ = _LOCATOR64.unpack_from(source, locator)
        if end > locator - _END64.size or source[end : end + 4] != b"PK\6\6":
            return None
        _, _, _, _, disk, first_disk, here, count, size, start = _END64.unpack_from(source, end)
    if disk or first_disk or here != count:
        says = t("这是分卷压缩包的一部分。请合并后再试", "This is one part of a split archive. Join the parts first")
        raise PackageError("multi-disk", says)
    if start + size != end or (count and source[start : start + 4] != b"PK\1\2"):
        return None
    if count > MOST_ENTRIES:
        raise too_large_error()
    return _CentralDirectory(start, end, count, source[at + _END.size :])


def _entries(source: bytes, directory: _CentralDirectory) -> list[ZipEntry]:
    """Return every entry with its extent, which runs to the next entry so that no descriptor or padding is lost."""
    entries = []
    at = directory.start
    for _ in range(directory.entries):
        entry, at = _entry(source, at, directory)
        entries.append(entry)
    if at != directory.end:
        raise damaged_zip_error(_MISFIT)
    by_place = sorted(entries, key=lambda entry: entry.start)
    starts = [entry.start for entry in by_place]
    if starts and starts[0]:
        raise foreign_bytes_error("leading-bytes", t("开头", "before the beginning"))
    ends = {}
    for entry, end in zip(by_place, [*starts[1:], directory.start], strict=False):
        if entry.data + entry.packed > end:
            says = t(
                "压缩包里的部件互相重叠，可能是恶意文件。请勿使用",
                "Parts of the package overlap; it may be malicious. Do not use it",
            )
            raise PackageError("overlapping-entries", says, kind="corrupt")
        ends[entry.name] = end
    return [entry._replace(end=ends[entry.name]) for entry in entries]


def _entry(source: bytes, at: int, directory: _CentralDirectory) -> tuple[ZipEntry, int]:
    fields = _unpack_record(_CENTRAL, source, at, b"PK\1\2", directory.end)
    _, _, _, flags, method, _, _, crc, packed, size, name_size, extra_size, comment_size, disk, _, _, start = fields
    name_at = at + _CENTRAL.size
    extra_at = name_at + name_size
    end = extra_at + extra_size + comment_size
    if end > directory.end:
        raise damaged_zip_error(t("目录被截断", "its directory is cut off"))
    raw_name = source[name_at:extra_at]
    name = _decode_name(raw_name)
    wide = _wide_fields(source[extra_at : extra_at + extra_size])
    offset_at = _OFFSET_AT
    if size == 0xFFFF_FFFF:
        size, _ = _next_wide(wide)
    if packed == 0xFFFF_FFFF:
        packed, _ = _next_wide(wide)
    if start == 0xFFFF_FFFF:
        start, place = _next_wide(wide)
        offset_at = _CENTRAL.size + name_size + place
    if disk not in (0, 0xFFFF):
        raise damaged_zip_error(_MISFIT)
    _refuse_entry(name, flags, method, packed, size)
    local = _unpack_record(_LOCAL, source, start, b"PK\3\4", directory.start)
    data = start + _LOCAL.size + local[9] + local[10]
    if source[start + _LOCAL.size : start + _LOCAL.size + local[9]] != raw_name:
        raise damaged_zip_error(_MISFIT)
    return ZipEntry(
        name=name,
        record=source[at:end],
        offset_at=offset_at,
        start=start,
        end=start,
        data=data,
        packed=packed,
        size=size,
        crc=crc,
        method=method,
    ), end


def _refuse_entry(name: str, flags: int, method: int, packed: int, size: int) -> None:
    if flags & 1 or method == 99:
        says = t("压缩包本身设有密码。请解密后再试", "The archive itself has a password. Remove it first")
        raise PackageError("zip-encryption", says, kind="encrypted")
    if size > LARGEST_ENTRY or (size > STEEP_FROM and size > packed * STEEPEST_RATIO):
        says = t(
            "部件 {part} 解压后有 {size} 字节，大得离谱，可能是恶意文件。未处理",
            "Part {part} unpacks to {size} bytes, absurdly much; the file may be malicious. Not touched",
        )
        raise PackageError("zip-bomb", says, kind="too-large", part=name, size=size)
    if ".." in name.replace("\\", "/").split("/"):
        says = t(
            "部件名 {part} 指向压缩包之外，可能是恶意文件。请勿使用",
            "The part name {part} leads out of the package; the file may be malicious. Do not use it",
        )
        raise PackageError("unsafe-name", says, kind="corrupt", part=name)


def _decode_name(raw: bytes) -> str:
    """Return a name as text; UTF-8 is tried first because many writers forget to flag it."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("cp437")


def _wide_fields(extra: bytes) -> Iterator[tuple[int, int]]:
    """Yield (value, place in the record after the name) of each 64-bit field of a zip64 extra."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        if kind == 1:
            for place in range(at + 4, min(at + 4 + size, len(extra)) - 7, 8):
                yield struct.unpack_from("<Q", extra, place)[0], place
            return
        at += 4 + size


def _next_wide(fields: Iterator[tuple[int, int]]) -> tuple[int, int]:
    found = next(fields, None)
    if found is None:
        raise damaged_zip_error(t("缺少 zip64 字段", "a zip64 field is missing"))
    return found


def _unpack_record(form: struct.Struct, source: bytes, at: int, signature: bytes, end: int) -> tuple[Any, ...]:
    if at + form.size > end or source[at : at + 4] != signature:
        raise damaged_zip_error(_MISFIT)
    return form.unpack_from(source, at)


def _inflate(packed: memoryview, entry: ZipEntry) -> bytes:
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        return stream.decompress(packed, entry.size + 1)
    except zlib.error as error:
        raise checksum_error(entry.name) from error


def _entry_header(entry: ZipEntry) -> _EntryHeader:
    """Return what stays of an entry whose content changes: its spelling, date, attributes and comment."""
    fields = _CENTRAL.unpack_from(entry.record)
    made, flags, time, date, name_size, comment_size, inner, outer = (fields[n] for n in (1, 3, 5, 6, 10, 12, 14, 15))
    name = entry.record[_CENTRAL.size :][:name_size]
    comment = entry.record[len(entry.record) - comment_size :]
    return _EntryHeader(
        name=name,
        created_by=made,
        flags=flags & _UTF8_NAME,
        time=time,
        date=date,
        inner=inner,
        outer=outer,
        comment=comment,
    )


def _pack_entry(label: _EntryHeader, content: bytes, start: int) -> tuple[bytes, bytes]:
    """Return body and directory record of an entry that begins at ``start``."""
    packed = deflate(content)
    sizes = zlib.crc32(content), len(packed), len(content), len(label.name), 0
    common = (_UNPACKED_BY, label.flags, _DEFLATED, label.time, label.date, *sizes)
    body = _LOCAL.pack(b"PK\3\4", *common) + label.name + packed
    ends = len(label.comment), 0, label.inner, label.outer, start
    return body, _CENTRAL.pack(b"PK\1\2", label.created_by, *common, *ends) + label.name + label.comment
