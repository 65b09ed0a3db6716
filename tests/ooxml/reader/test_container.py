from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from collabxl import FileError
from collabxl.ooxml.reader.container import Container, load_file
from tools.samples.__main__ import SAMPLES


def zipped(**parts: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as made:
        for name, part in parts.items():
            made.writestr(name.replace("__", "/"), part)
    return content.getvalue()


def kind(content: bytes) -> str:
    with pytest.raises(FileError) as caught:
        Container(content)
    for lang in ("zh", "en"):
        assert caught.value.say(lang)
    return caught.value.kind


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (b"", "not-a-workbook"),
        (b"a,b,c\n1,2,3\n", "not-a-workbook"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "not-a-workbook"),
        (OLE + "Workbook".encode("utf-16-le"), "unsupported"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "unsupported"),
        (zipped(**{"hello.txt": b"hello"}), "not-a-workbook"),
        (
            zipped(**{"[Content_Types].xml": b"<Types><Override ContentType='x.sheet.binary.y'/></Types>"}),
            "unsupported",
        ),
        (zipped(**{"[Content_Types].xml": b"<Types/>"}), "not-a-workbook"),
        (b"PK\x03\x04" + b"\0" * 100, "corrupt"),
    ],
)
def test_what_a_file_really_is(content: bytes, wanted: str) -> None:
    assert kind(content) == wanted


def test_a_truncated_workbook_is_damaged() -> None:
    content = (SAMPLES / "seed.xlsx").read_bytes()
    assert kind(content[: len(content) // 2]) == "corrupt"


def test_a_document_type_is_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "aaaa">]><workbook>&a;</workbook>'
    kind_of = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    rels = b'<Relationships><Relationship Id="r" Type="%s" Target="xl/workbook.xml"/></Relationships>' % kind_of
    assert (
        kind(zipped(**{"[Content_Types].xml": b"<Types/>", "_rels__.rels": rels, "xl__workbook.xml": bomb}))
        == "corrupt"
    )


def test_files_that_are_not_there(tmp_path: Path) -> None:
    for path, wanted in ((tmp_path / "no.xlsx", "not-found"), (tmp_path, "not-a-workbook")):
        with pytest.raises(FileError) as caught:
            load_file(path)
        assert caught.value.kind == wanted


def test_sheets_properties_and_calendar_of_a_sample() -> None:
    container = Container((SAMPLES / "clean.xlsx").read_bytes())
    names = [sheet.name for sheet in container.sheets()]
    assert names[:3] == ["说明", "汇总", "项目基本信息表"]
    assert not {sheet.name: sheet.visible for sheet in container.sheets()}["列表"]
    assert container.properties()["collabxl.workbook_id"] == "sample-clean"
    assert container.date1904() is False
