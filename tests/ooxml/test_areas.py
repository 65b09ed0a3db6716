"""Rectangles of cells: cutting and joining never gains or loses a cell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collabxl.ooxml.areas import (
    CellRange,
    bounding_range,
    covers,
    format_sqref,
    intersect,
    is_same_area,
    normalize_ranges,
    parse_range,
    parse_sqref,
    subtract,
)

few = st.integers(1, 7)
box_like = st.builds(lambda a, b, c, d: CellRange(min(a, c), min(b, d), max(a, c), max(b, d)), few, few, few, few)
some = st.lists(box_like, max_size=5)


def spots(areas: list[CellRange]) -> set[tuple[int, int]]:
    return {
        (row, column) for row in range(1, 8) for column in range(1, 8) if any(a.contains((row, column)) for a in areas)
    }


@given(some, some)
def test_areas_behave_as_sets_of_cells(ours, theirs):
    assert spots(subtract(ours, theirs)) == spots(ours) - spots(theirs)
    assert spots(intersect(ours, theirs)) == spots(ours) & spots(theirs)
    assert covers(ours, theirs) == (spots(theirs) <= spots(ours))
    assert is_same_area(ours, theirs) == (spots(ours) == spots(theirs))


@given(some)
def test_tidying_keeps_the_cells_and_counts_each_once(areas):
    tidied = normalize_ranges(areas)
    assert spots(tidied) == spots(areas)
    assert sum((b.bottom - b.top + 1) * (b.right - b.left + 1) for b in tidied) == len(spots(areas))
    assert tidied == sorted(tidied)
    assert normalize_ranges(tidied) == tidied
    assert parse_sqref(format_sqref(tidied)) == tidied


def test_a_column_torn_apart_is_one_again():
    whole = parse_range("D6:D305")
    assert normalize_ranges(
        [*subtract([whole], [parse_range("D10:D12"), parse_range("D20")]), parse_range("D10:D12"), parse_range("D20")]
    ) == [whole]
    assert bounding_range([parse_range("B2"), parse_range("A9:C9")]) == parse_range("A2:C9")


@pytest.mark.parametrize(
    ("ref", "expected"),
    [
        ("$B$2", CellRange(2, 2, 2, 2)),
        ("C3:A1", CellRange(1, 1, 3, 3)),
        ("A:B", CellRange(1, 1, 1_048_576, 2)),
        ("2:3", CellRange(2, 1, 3, 16_384)),
    ],
)
def test_refs_are_read_as_excel_writes_them(ref, expected):
    assert parse_range(ref) == expected


@pytest.mark.parametrize("ref", ["", "A", "1", "A0", "XFE1", "A1048577", "A1:", "x!A1", "3:2"])
def test_what_is_no_area_is_refused_and_left_out_of_lists(ref):
    with pytest.raises(ValueError, match=r".*"):
        parse_range(ref)
    assert parse_sqref(f"A1 {ref} B2") == [parse_range("A1"), parse_range("B2")]
