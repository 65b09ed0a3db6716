"""Formulas computed in Python: what they show of cells of every kind, and what is refused rather than guessed."""

from __future__ import annotations

from typing import Any

import pytest

from collabxl import SchemaError
from collabxl.formulas.evaluator import EvaluationError, Value, Values, range_array
from collabxl.formulas.parser import compile_formula

ROWS: dict[int, dict[int | str, Value]] = {
    6: {1: "Plan", 2: 3, 3: None, "tasks.name": "plan"},
    7: {1: "plan", 2: 0.5, 3: True, "tasks.name": "Test"},
}


class Paper:
    """Two rows of cells, as any sheet has them."""

    def value(self, row: int, column: int | str) -> Value:
        return ROWS.get(row, {}).get(column)

    def area(self, column: int | str, rows: tuple[int, int]) -> Values:
        return range_array(self.value(row, column) for row in range(max(rows[0], 6), min(rows[1], 7) + 1))

    def name(self, word: str) -> Value | Values:
        return {"as_of": 45505}[word]


@pytest.mark.parametrize(
    ("formula", "shown"),
    [
        ("=1+2*3-4/2", 5),
        ("=-$B6+1", -2),
        ('=$A6&"”""x"', 'Plan”"x'),
        ("=$A6=$A$7", True),
        ('=IF($C6="",IF($C6=0,"blank",1),2)', "blank"),
        ("=$A6>$B6", True),
        ("=$C$7>$A$7", True),
        ('=IFERROR(FIND("x",$A6),"none")', "none"),
        ('=ISNUMBER(FIND("l",$A6))', True),
        ("=ISNUMBER($A6)", False),
        ("=INDEX(tasks.name,ROW())", "plan"),
        ("=INDEX($A$6:$A$7,2)", "plan"),
        ("=MATCH($A$7,$A$6:$A$7,0)", 1),
        ("=SUMPRODUCT(($A$6:$A$7=$A6)*1)", 2),
        ("=SUMPRODUCT(($B$6:$B$7>1)*ROW($B$6:$B$7))", 6),
        ("=as_of<=45505", True),
        ("=1E3+1.5e-2*2-1E+2", 900.03),
        ('=SUBSTITUTE(LOWER($A6),"p","")', "lan"),
    ],
)
def test_a_formula_shows_what_a_spreadsheet_does(formula: str, shown: Any) -> None:
    assert compile_formula(formula)(Paper(), 6) == shown


def test_an_error_spreads_until_somebody_takes_it() -> None:
    with pytest.raises(EvaluationError):
        compile_formula('=LEN(FIND("x",$A6))')(Paper(), 6)


@pytest.mark.parametrize(
    "formula",
    ["=XLOOKUP(1,$A:$A,$B:$B)", "=1 2", "=$A6 $B6", "=__import__(1)", "=;", "=(1", "=1)", '="a', "={1,2}", "=#REF!"],
)
def test_what_is_none_of_ours_is_refused(formula: str) -> None:
    with pytest.raises(SchemaError):
        compile_formula(formula)
