"""A note's text is replaced; everything else of it stays."""

from __future__ import annotations

import pytest

from collabxl.ooxml.comments import set_note
from collabxl.ooxml.package import Package
from collabxl.ooxml.workbook_part import WorkbookPart
from tests.ooxml.workbooks import edited, pack, prefixed, unpack, workbook
from tests.parts import sdk_errors

BASE = workbook("任务", "风险")
PART = "xl/comments1.xml"


def noted(source: bytes, spot: tuple[int, int], text: str, title: str = "任务") -> tuple[bytes, bool]:
    package = Package(source)
    there = set_note(WorkbookPart(package), title, spot, text)
    return package.save(), there


def with_note(change) -> bytes:
    parts = unpack(BASE)
    return pack(parts | {PART: change(parts[PART])})


def test_the_text_of_a_note_is_replaced_and_nothing_else(tmp_path):
    result, there = noted(BASE, (2, 1), "新 <1>\n2")
    assert there
    before, after = unpack(BASE), unpack(result)
    assert {name for name in before if before[name] != after[name]} == {PART}
    assert '<t xml:space="preserve">新 &lt;1&gt;\n2</t>' in after[PART].decode()
    assert after[PART].count(b"<rPr>") == before[PART].count(b"<rPr>")
    assert noted(result, (2, 1), "新 <1>\n2") == (result, True)
    path = tmp_path / "x.xlsx"
    path.write_bytes(result)
    assert sdk_errors(path) == []


@pytest.mark.parametrize(("spot", "title"), [((2, 2), "任务"), ((1, 1), "任务"), ((2, 1), "无")])
def test_where_there_is_no_note_none_is_made(spot, title):
    assert noted(BASE, spot, "x", title) == (BASE, False)


def test_the_same_text_is_no_change():
    assert noted(BASE, (2, 1), "note") == (BASE, True)


@pytest.mark.parametrize(
    "change",
    [
        prefixed,
        edited("<text>.*</text>", "<text/>"),
        edited("<text>.*</text>", "<text><t>old</t></text>"),
        edited('ref="A2"', 'ref="$A$2"'),
    ],
)
def test_notes_of_other_writers_are_replaced_too(change):
    source = with_note(change)
    result, there = noted(source, (2, 1), "neu")
    assert there and "neu" in unpack(result)[PART].decode()
    assert noted(result, (2, 1), "neu") == (result, True)
