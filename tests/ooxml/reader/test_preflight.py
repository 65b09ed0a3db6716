"""A zip is what it claims to be, or it is not opened."""

from __future__ import annotations

import pytest

from collabxl import FileError
from collabxl.ooxml.reader.encoding import as_utf8
from collabxl.ooxml.reader.preflight import entries, head, unpack
from tests.hostile.package import SHEET, Part, book, deflated, parts, zipped
from tools.samples.__main__ import SAMPLES


def test_every_part_of_a_sample_is_unpacked_as_it_is() -> None:
    for part in parts():
        content = zipped([part])
        entry = entries(content)[part.name.lower()]
        assert unpack(content, entry) == part.content
        assert head(content, entry, 10) == part.content[:10]


def test_samples_pass() -> None:
    for path in SAMPLES.glob("*.xlsx"):
        content = path.read_bytes()
        for entry in entries(content).values():
            unpack(content, entry)


@pytest.mark.parametrize(("declared", "real"), [(10, 1_000_000), (1_000_000, 10), (0, 5)])
def test_a_declared_size_is_proved_and_never_exceeded(declared: int, real: int) -> None:
    content = zipped([Part("a.xml", b"x" * real, packed=deflated(b"x" * real), size=declared)])
    with pytest.raises(FileError) as caught:
        unpack(content, entries(content)["a.xml"])
    assert caught.value.kind == "corrupt"


def test_a_name_that_differs_inside_is_refused() -> None:
    content = book().replace(b"xl/worksheets/sheet1.xml", b"xl/worksheets/sheet9.xml", 1)
    with pytest.raises(FileError):
        unpack(content, entries(content)[SHEET])


@pytest.mark.slow
def test_repetitive_cells_are_no_bomb() -> None:
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (row, row) for row in range(1_000_000))
    content = zipped([Part("a.xml", rows)])
    assert unpack(content, entries(content)["a.xml"]) == rows


@pytest.mark.parametrize("code", ["utf-16", "utf-16-le", "utf-16-be", "latin-1", "utf-8-sig"])
def test_known_encodings_become_utf_8(code: str) -> None:
    said = {"latin-1": "ISO-8859-1", "utf-8-sig": "UTF-8"}.get(code, "UTF-16")
    text = f'<?xml version="1.0" encoding="{said}"?><a>é</a>'
    assert as_utf8("a.xml", text.encode(code)).decode().endswith("<a>é</a>")


def test_utf_8_is_left_as_it_is() -> None:
    content = '<?xml version="1.0" encoding="utf-8"?><a>é</a>'.encode()
    assert as_utf8("a.xml", content) is content


@pytest.mark.parametrize("code", ["utf-8", "utf-16"])
def test_a_document_type_is_found_before_the_root_only(code: str) -> None:
    assert as_utf8("a.xml", b"<a>&lt;!DOCTYPE <![CDATA[<!DOCTYPE]]></a>")
    with pytest.raises(FileError) as caught:
        as_utf8("a.xml", f'<?xml version="1.0"?><!-- {"x" * 5000} --><!DOCTYPE a><a/>'.encode(code))
    assert caught.value.kind == "corrupt"
