"""Formulas of workbooks that are not ours: computed as spreadsheets do, or refused; none hangs or fills memory."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from collabxl.recalculation.compiler import compile_formula
from collabxl.recalculation.faults import UNCOMPUTED, FormulaError, UnsupportedFormula
from collabxl.recalculation.functions import FUNCTIONS
from collabxl.recalculation.values import Values, range_array
from collabxl.schema.kinds import LONGEST_CELL


class Sheet:
    """A sheet on which every cell shows the same."""

    def __init__(self, shows: Any = 9) -> None:
        self.shows = shows

    def value(self, sheet: str, row: int, column: int) -> Any:
        return self.shows

    def near(self, sheet: str, row: int, down: int, column: int) -> Any:
        return self.shows

    def beside(self, area: Any, row: int) -> Any:
        return self.shows

    def placed(self, moving: Any) -> Any:
        return moving

    def area(self, reference: Any) -> Values:
        return range_array([self.shows] * 4)

    def name(self, word: str, sheet: str) -> Any:
        raise UnsupportedFormula(word)

    def require(self, sheet: str) -> None:
        pass

    def today(self) -> float:
        return 45505.0


def computed(formula: str, shows: Any = 9) -> Any:
    try:
        return compile_formula(formula, 6, 2)(Sheet(shows), "a", 6, 2)
    except FormulaError as fault:
        return fault.args[0] if fault.args else "#VALUE!"
    except UNCOMPUTED:
        return UnsupportedFormula


@pytest.mark.parametrize(
    ("formula", "shows"),
    [
        ("9^9", 9.0**9), ("9^9^9^9^9^9^9^9^9^9^9^9", "#NUM!"), ("2^1024", "#NUM!"), ("1e300*1e300", "#NUM!"),
        ("1e999", UnsupportedFormula), ("1" * 5000, UnsupportedFormula), ('REPT("ab",3)', "ababab"),
        (f'REPT("x",{LONGEST_CELL})', "x" * LONGEST_CELL), ('REPT("x",1e9)', UnsupportedFormula),
        ('REPT(REPT("x",30000),2)', UnsupportedFormula), ('SUBSTITUTE("banana","a","oo")', "boonoonoo"),
        ('SUBSTITUTE(REPT("x",30000),"x","xx")', UnsupportedFormula), ("CHAR(1e12)", "#VALUE!"), ("CHAR(10)", "\n"),
        ("ROUND(2.5,0)", 3.0), ("ROUND(1.5,1e9)", UnsupportedFormula), ("ROUND(1e300,2)", 1e300),
    ],
)  # fmt: skip
def test_it_shows_what_a_spreadsheet_does_or_nothing(formula: str, shows: Any) -> None:
    assert computed(formula) == shows


ATOMS = some.sampled_from(
    ['"x"', '""', "0", "-1", "1e308", "1e-308", "9", "0.5", "A1", "$B$2", "A1:B2", "TRUE", "#N/A", "nobody"]
)
FORMULAS = some.recursive(
    ATOMS,
    lambda inner: some.one_of(
        some.tuples(inner, some.sampled_from(["+", "-", "*", "/", "^", "&", "=", "<"]), inner).map(
            "({0[0]}{0[1]}{0[2]})".format
        ),
        some.tuples(some.sampled_from(sorted(FUNCTIONS)), some.lists(inner, min_size=1, max_size=3)).map(
            lambda call: f"{call[0]}({','.join(call[1])})"
        ),
    ),
    max_leaves=12,
)


@pytest.mark.slow
@settings(max_examples=600)
@given(FORMULAS, some.sampled_from([9, -1, 0.0, 1e308, "x", "", None, True]))
def test_nothing_that_can_be_written_raises(formula: str, shows: Any) -> None:
    found = computed(formula, shows)
    assert not isinstance(found, str) or len(found) <= LONGEST_CELL
