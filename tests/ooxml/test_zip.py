"""The container: what is not changed keeps its bytes, what is damaged or disguised is refused."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest

from collabxl import PackageError
from collabxl.ooxml.zip import LARGEST_ENTRY, RawZip
from tests.ooxml.workbooks import pack, with_comment

PARTS = {"a.txt": b"one " * 50, "b/c.txt": b"two", "d.txt": b"three " * 9}


def raws(source: bytes) -> dict[str, bytes]:
    zipped = RawZip(source)
    return {name: bytes(zipped.raw(name)) for name in zipped.entries}


@pytest.mark.parametrize(
    "shape", [{}, {"stored": True}, {"streamed": True}, {"wide": True}, {"streamed": True, "wide": True}]
)
def test_what_is_not_changed_keeps_its_very_bytes_and_its_place(shape):
    source = pack(PARTS, **shape)
    result = RawZip(source).write({"b/c.txt": b"new"}, {"e.txt": b"last"}, ["d.txt"])

    before, after = raws(source), raws(result)
    assert list(after) == ["a.txt", "b/c.txt", "e.txt"]
    assert after["a.txt"] == before["a.txt"]
    with zipfile.ZipFile(io.BytesIO(result)) as zipped:
        assert zipped.testzip() is None
        assert [zipped.read(name) for name in zipped.namelist()] == [PARTS["a.txt"], b"new", b"last"]


def test_nothing_to_change_gives_the_same_file():
    source = with_comment(pack(PARTS, streamed=True), b"a comment")
    assert RawZip(source).write({}, {}, []) == source


def test_a_changed_entry_keeps_its_date_attributes_and_comment():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        entry = zipfile.ZipInfo("größe.txt", (2024, 7, 1, 12, 30, 2))
        entry.external_attr, entry.internal_attr, entry.create_system, entry.comment = (
            0o640 << 16,
            1,
            3,
            b"mine",
        )
        entry.extra = struct.pack("<HHL", 0x5455, 4, 7)
        zipped.writestr(entry, "old")
    result = RawZip(out.getvalue()).write({"größe.txt": b"new"}, {"new.txt": b""}, [])

    with zipfile.ZipFile(io.BytesIO(result)) as zipped:
        kept, new = zipped.infolist()
    for field in ("filename", "date_time", "external_attr", "internal_attr", "create_system", "comment"):
        assert getattr(kept, field) == getattr(entry, field)
    assert new.date_time == (1980, 1, 1, 0, 0, 0)


def test_the_same_change_gives_the_same_bytes():
    first, second = (RawZip(pack(PARTS)).write({"a.txt": b"x" * 99}, {"e": b"y"}, []) for _ in range(2))
    assert first == second


def test_entries_stay_in_their_physical_order_and_the_directory_in_its_own():
    source = pack(PARTS)
    zipped = RawZip(source)
    records = [entry.record for entry in zipped.entries.values()]
    start = source.index(records[0])
    turned = source[:start] + b"".join(reversed(records)) + source[start + sum(map(len, records)) :]

    result = RawZip(turned).write({}, {"e.txt": b""}, [])
    assert list(RawZip(result).entries) == ["d.txt", "b/c.txt", "a.txt", "e.txt"]
    assert result.startswith(source[:start])


def test_offsets_are_recomputed_inside_a_zip64_extra():
    source = wide_directory(pack(PARTS))
    result = RawZip(source).write({"a.txt": b"a much longer text " * 99}, {}, [])
    with zipfile.ZipFile(io.BytesIO(result)) as zipped:
        assert zipped.testzip() is None
        assert zipped.read("d.txt") == PARTS["d.txt"]
    assert raws(result)["d.txt"] == raws(source)["d.txt"]


def wide_directory(source: bytes) -> bytes:
    """Return a zip whose directory gives sizes and offsets in zip64 extras and ends in a zip64 end record."""
    zipped = RawZip(source)
    records = []
    for entry in zipped.entries.values():
        record = bytearray(entry.record)
        struct.pack_into("<LL", record, 20, 0xFFFFFFFF, 0xFFFFFFFF)
        struct.pack_into("<L", record, 42, 0xFFFFFFFF)
        struct.pack_into("<H", record, 30, 36)
        other = struct.pack("<HHL", 0x5455, 4, 7)
        wide = struct.pack("<HHQQQ", 1, 24, entry.size, entry.packed, entry.start)
        records.append(bytes(record) + other + wide)
    directory = b"".join(records)
    start = source.index(next(iter(zipped.entries.values())).record)
    end64 = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 3, 3, len(directory), start)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, start + len(directory), 1)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return source[:start] + directory + end64 + locator + end


def test_a_comment_that_looks_like_an_end_record_is_a_comment():
    source = with_comment(pack(PARTS), b"PK\5\6" + bytes(30))
    result = RawZip(source).write({"a.txt": b"new"}, {}, [])
    assert RawZip(result).read("a.txt") == b"new"
    assert RawZip(result).comment == b"PK\5\6" + bytes(30)


def patched(offset: int, form: str, *values: int, name: str = "b/c.txt") -> bytes:
    """Return a zip in which one directory record says something else."""
    source = bytearray(pack(PARTS))
    record = RawZip(bytes(source)).entries[name].record
    struct.pack_into(form, source, bytes(source).index(record) + offset, *values)
    return bytes(source)


def doubled() -> bytes:
    with pytest.warns(UserWarning, match="Duplicate"):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as zipped:
            zipped.writestr("a.txt", "1")
            zipped.writestr("a.txt", "2")
    return out.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
REFUSED = {
    "empty": (lambda: b"", "empty-file", "not-a-workbook"),
    "a web page": (lambda: b"<html><body>Sign in</body></html>", "not-a-zip", "not-a-workbook"),
    "old binary format": (lambda: OLE, "ole-container", "unsupported"),
    "password": (lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted", "encrypted"),
    "cut off": (lambda: pack(PARTS)[:-40], "damaged-zip", "corrupt"),
    "directory cut off": (lambda: patched(28, "<H", 500), "damaged-zip", "corrupt"),
    "another name inside": (lambda: patched(46, "<B", ord("x")), "damaged-zip", "corrupt"),
    "offset nowhere": (lambda: patched(42, "<L", 77_777), "damaged-zip", "corrupt"),
    "zip64 without its extra": (lambda: patched(42, "<L", 0xFFFFFFFF), "damaged-zip", "corrupt"),
    "junk in front": (lambda: b"MZ" + bytes(4094) + pack(PARTS), "leading-bytes", "corrupt"),
    "junk behind": (lambda: pack(PARTS) + b"#!/bin/sh", "trailing-bytes", "corrupt"),
    "overlapping": (lambda: patched(20, "<L", 5_000), "overlapping-entries", "corrupt"),
    "one name twice": (doubled, "duplicate-names", "corrupt"),
    "zip password": (lambda: patched(8, "<H", 1), "zip-encryption", "encrypted"),
    "one disk of several": (
        lambda: pack(PARTS)[:-18] + struct.pack("<H", 1) + pack(PARTS)[-16:],
        "multi-disk",
        "unsupported",
    ),
    "bomb by size": (lambda: patched(24, "<L", LARGEST_ENTRY + 1), "zip-bomb", "too-large"),
    "bomb by ratio": (lambda: patched(24, "<L", 100 * 2**20), "zip-bomb", "too-large"),
    "out of the package": (lambda: pack({"../../x": b""}), "unsafe-name", "corrupt"),
    "too many": (lambda: pack({str(number): b"" for number in range(20_001)}, stored=True), "too-large", "too-large"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(case):
    make, code, kind = REFUSED[case]
    source = make()
    with pytest.raises(PackageError) as refusal:
        RawZip(source)
    assert (refusal.value.code, refusal.value.kind) == (code, kind)


READ_REFUSED = {
    "wrong checksum": (lambda: patched(16, "<L", 1), "bad-checksum"),
    "wrong size": (lambda: patched(24, "<L", 9), "bad-checksum"),
    "unknown method": (lambda: patched(10, "<H", 12), "unknown-compression"),
    "broken stream": (lambda: pack(PARTS).replace(zlib.compress(b"two", wbits=-15), b"\xff" * 5), "bad-checksum"),
}


@pytest.mark.parametrize("case", READ_REFUSED)
def test_a_damaged_entry_is_refused_when_read_and_copied_when_not(case):
    make, code = READ_REFUSED[case]
    zipped = RawZip(make())
    with pytest.raises(PackageError) as refusal:
        zipped.read("b/c.txt")
    assert refusal.value.code == code
    assert "b/c.txt" in refusal.value.say("zh")
    assert raws(zipped.write({"a.txt": b"new"}, {}, []))["b/c.txt"] == bytes(zipped.raw("b/c.txt"))
