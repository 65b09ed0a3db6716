"""Stretches compared in pieces, and rows found to differ, against the plain way."""

from __future__ import annotations

from itertools import takewhile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collabxl.ooxml import equality as module
from collabxl.ooxml.equality import common_prefix_length, equal_bytes
from collabxl.ooxml.package import Package
from collabxl.ooxml.sheet import worksheet_part
from collabxl.ooxml.sheet_lint import _changed_rows
from collabxl.ooxml.workbook_part import WorkbookPart
from tests.ooxml.workbooks import workbook

SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)
ROWS = st.dictionaries(
    st.integers(1, 40), st.sampled_from(["", '<c r="A{0}"><v>1</v></c>', '<c r="A{0}"/>']), max_size=20
)


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_PIECE", 8)


@given(st.binary(max_size=60), st.binary(max_size=60), st.binary(max_size=60))
def test_what_agrees_is_the_common_beginning(start: bytes, one: bytes, other: bytes) -> None:
    a, b = start + one, start + other
    assert common_prefix_length(memoryview(a), b) == sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False))
    )
    assert equal_bytes(a, memoryview(b)) == (a == b)


def sheet(rows: dict[int, str]) -> object:
    data = "".join(f'<row r="{number}">{rows[number].format(number)}</row>' for number in sorted(rows))
    package = Package(workbook("一"))
    package.put("xl/worksheets/sheet1.xml", SHEET.format(data).encode())
    return worksheet_part(WorkbookPart(package), "一")


@given(ROWS, ROWS)
def test_rows_that_differ_are_all_found(before: dict[int, str], after: dict[int, str]) -> None:
    found = _changed_rows(sheet(before), sheet(after))  # type: ignore[arg-type]
    differing = {number for number in before.keys() | after.keys() if before.get(number) != after.get(number)}
    assert differing <= set(found)
    assert found == sorted(set(found))
    assert len(found) <= len(differing) + 1
