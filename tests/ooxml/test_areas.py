"""Rectangles of cells: cutting and joining never gains or loses a cell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collabxl.ooxml.areas import Box, bound, box, boxes, common, covers, minus, same, sqref, tidy

few = st.integers(1, 7)
box_like = st.builds(lambda a, b, c, d: Box(min(a, c), min(b, d), max(a, c), max(b, d)), few, few, few, few)
some = st.lists(box_like, max_size=5)


def spots(areas: list[Box]) -> set[tuple[int, int]]:
    return {
        (row, column) for row in range(1, 8) for column in range(1, 8) if any(a.holds((row, column)) for a in areas)
    }


@given(some, some)
def test_areas_behave_as_sets_of_cells(ours, theirs):
    assert spots(minus(ours, theirs)) == spots(ours) - spots(theirs)
    assert spots(common(ours, theirs)) == spots(ours) & spots(theirs)
    assert covers(ours, theirs) == (spots(theirs) <= spots(ours))
    assert same(ours, theirs) == (spots(ours) == spots(theirs))


@given(some)
def test_tidying_keeps_the_cells_and_counts_each_once(areas):
    tidied = tidy(areas)
    assert spots(tidied) == spots(areas)
    assert sum((b.bottom - b.top + 1) * (b.right - b.left + 1) for b in tidied) == len(spots(areas))
    assert tidied == sorted(tidied)
    assert tidy(tidied) == tidied
    assert boxes(sqref(tidied)) == tidied


def test_a_column_torn_apart_is_one_again():
    whole = box("D6:D305")
    assert tidy([*minus([whole], [box("D10:D12"), box("D20")]), box("D10:D12"), box("D20")]) == [whole]
    assert bound([box("B2"), box("A9:C9")]) == box("A2:C9")


@pytest.mark.parametrize(
    ("ref", "expected"),
    [
        ("$B$2", Box(2, 2, 2, 2)),
        ("C3:A1", Box(1, 1, 3, 3)),
        ("A:B", Box(1, 1, 1_048_576, 2)),
        ("2:3", Box(2, 1, 3, 16_384)),
    ],
)
def test_refs_are_read_as_excel_writes_them(ref, expected):
    assert box(ref) == expected


@pytest.mark.parametrize("ref", ["", "A", "1", "A0", "XFE1", "A1048577", "A1:", "x!A1", "3:2"])
def test_what_is_no_area_is_refused_and_left_out_of_lists(ref):
    with pytest.raises(ValueError, match=r".*"):
        box(ref)
    assert boxes(f"A1 {ref} B2") == [box("A1"), box("B2")]
