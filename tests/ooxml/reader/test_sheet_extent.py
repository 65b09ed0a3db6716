"""When calamine may take a sheet: never if it would lay out a box that does not fit."""

from __future__ import annotations

import pytest

from collabxl.ooxml.reader.sheet_extent import counts_are_sane, fits_in_memory


def sheet(cells: str) -> bytes:
    return f'<worksheet xmlns="m"><cols><col min="1"/></cols><sheetData>{cells}</sheetData></worksheet>'.encode()


def at(*refs: str) -> str:
    return "".join(f'<row><c r="{ref}"><v>1</v></c></row>' for ref in refs)


@pytest.mark.parametrize(
    "cells",
    [
        "",
        at("A1", "ZZ9999"),
        at("A1", "BZ99999"),
        at("XFD1", "XFA1000"),
        at("A1048576"),
        at("A1") + '<c r="XFD1048576" s="1"/>',
        at(*(f"A{row}" for row in range(1, 110_000))),
    ],
    ids=["empty", "702-wide", "78-wide", "far-but-small", "one-far", "styled-only", "full-column"],
)
def test_a_small_or_well_filled_box_is_calamines(cells: str) -> None:
    assert fits_in_memory(sheet(cells))


@pytest.mark.parametrize(
    "cells",
    [
        at("A1", "XFD1048576"),
        at("A1", "A1048576"),
        at("A1", "XFE1"),
        at("A1048577"),
        at("A0", "AAA1048570"),
        "<row>" + "<c><v>1</v></c>" * 3 + "</row>",
        '<row><c s="1" r="XFD1048576"><v>1</v></c><c r="A1"><v>1</v></c></row>',
        "<row><c\nr=\"A1\"><v>1</v></c><c r='XFD1048576'><v>1</v></c></row>",
        '<x:c r="XFD1048576"><x:v>1</x:v></x:c>' + at("A1"),
        '<x:c r="xfd1048576"><x:v>1</x:v></x:c>' + at("A1"),
    ],
)
def test_a_box_that_does_not_fit_is_found_however_it_is_written(cells: str) -> None:
    assert not fits_in_memory(sheet(cells))


@pytest.mark.parametrize(
    ("head", "wanted"),
    [
        (b'<sst xmlns="m" count="900000" uniqueCount="40000"><si>', True),
        (b"<x:sst><x:si>", True),
        (b'<sst uniqueCount="4294967295">', False),
        (b"<sst count='99999999999999999999'>", False),
        (b'<sst count="-1">', False),
        (b"<!--" + b"x" * 5000, False),
    ],
)
def test_an_absurd_count_of_texts_is_not_believed(head: bytes, wanted: bool) -> None:
    assert counts_are_sane(head) is wanted
