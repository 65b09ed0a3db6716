"""A formula moved as Excel moves it: openpyxl agrees wherever it is right itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.formula.tokenizer import TokenizerError
from openpyxl.formula.translate import Translator

from collabxl.ooxml.a1 import cell_address
from collabxl.ooxml.references import is_absolute, shift_formula

MOVED = [
    ("A1+$B$2*C$3+$D4", "B2+$B$2*D$3+$D5"),
    ('"A1 ""A1"&A1', '"A1 ""A1"&B2'),
    ("'A1 b''c'!A1", "'A1 b''c'!B2"),
    ("SUM(A:B)+SUM(1:$2)+SUM($A:A)", "SUM(B:C)+SUM(2:$2)+SUM($A:B)"),
    ("LOG10(A1)", "LOG10(B2)"),
    ("T[[#This Row],[A1]]+T[A1]+T[a'[b]+A1", "T[[#This Row],[A1]]+T[A1]+T[a'[b]+B2"),
    ("R1C1+RC+R[1]C", "R1C1+RC+R[1]C"),
    ("A1:B2 A1", "B2:C3 B2"),
    ("x.A1+A1.x+_A1+A1_+\\A1", "x.A1+A1.x+_A1+A1_+\\A1"),
    ("[1]Sheet1!A1+Sheet1!$A1", "[1]Sheet1!B2+Sheet1!$A2"),
    ("XFE1+A1048577+AAAA1", "XFE1+A1048577+AAAA1"),
    ("1E5+A1", "1E5+B2"),
    ("A1#+@A1:A2", "B2#+@B2:B3"),
    ("Q1!A1", "Q1!B2"),
    ("INDEX(A1:B2,1):C3", "INDEX(B2:C3,1):D4"),
    ("A1:INDEX(B:B,2)", "B2:INDEX(C:C,2)"),
    ("汇总!A1+任务A1", "汇总!B2+任务A1"),
    ("#REF!+A1", "#REF!+B2"),
    (" B1\r\n +  B2 ", " C2\r\n +  C3 "),
    ("aB$7", "BC$7".replace("BC", "AC")),
]


BOTH_RIGHT = [
    ("1E+5+A1", "1E+5+B2"),
    ("12E+5*A1-0.5e-3+.5E+3", "12E+5*B2-0.5e-3+.5E+3"),
    ("""'It''s "A1"'!A1&"'A1'\"""", """'It''s "A1"'!B2&"'A1'\""""),
    ("'[1]a b'!A1+'C:\\x\\[b.xlsx]S'!A1", "'[1]a b'!B2+'C:\\x\\[b.xlsx]S'!B2"),
    ("#REF!A1+#REF!", "#REF!B2+#REF!"),
    ("SUM(A1:B2 B1:C3)+SUM((A1,B2))", "SUM(B2:C3 C2:D4)+SUM((B2,C3))"),
    ("T[[#This Row],[A1]]+T[[a b]:[A1]]+T[@[A1]]*A1", "T[[#This Row],[A1]]+T[[a b]:[A1]]+T[@[A1]]*B2"),
    ("S:T!A1+A:C!A1+'S 1:S 3'!A1:B2", "S:T!B2+A:C!B2+'S 1:S 3'!B2:C3"),
    ("汇总!A:A+汇总!2:$3", "汇总!B:B+汇总!3:$3"),
    ("""{1,"A1";-1E+3,#N/A}+!A1""", """{1,"A1";-1E+3,#N/A}+!B2"""),
    ("_xlfn.XLOOKUP(A1,B:B,C:C)+-A1%^2", "_xlfn.XLOOKUP(B2,C:C,D:D)+-B2%^2"),
    ("LAMBDA(_xlpm.x,_xlpm.x+A1)(B1)", "LAMBDA(_xlpm.x,_xlpm.x+B2)(C2)"),
]
OPENPYXL_WRONG = [
    ("汇总!Rate*A1", "汇总!Rate*B2"),  # it loses the sheet of a name
    ("[1]!Rate*A1", "[1]!Rate*B2"),
    ("汇总!#REF!+A1", "汇总!#REF!+B2"),  # and the whole of a reference that is broken already
    ("SUM(A1:INDEX(B:B,2))", "SUM(B2:INDEX(C:C,2))"),  # leaves where a range begins
    ("汇总!A1:汇总!B2", "汇总!B2:汇总!C3"),
    ("@A1:A2", "@B2:B3"),
    ("A1\t+B1", "B2\t+C2"),
    ("A1  +  B1", "B2  +  C2"),  # does not keep what stands between
    ("XFD1+B1", "#REF!+C2"),  # goes beyond the last column and row
    ("A1048576+B1", "#REF!+C2"),
    ("XFE1+A1048577", "XFE1+A1048577"),  # and moves names that look like cells
    ("T[x:B2:y]+A1", "T[x:B2:y]+B2"),  # and words within a column's name
    ("T[紧急!]+A1", "T[紧急!]+B2"),
    ("T[a'[b]+A1", "T[a'[b]+B2"),  # raises
    ("A1#+1", "B2#+1"),
]


def by_openpyxl(formula: str) -> str:
    """Return a formula moved down and right by openpyxl, or the name of its error."""
    try:
        return str(Translator(f"={formula}", origin="A1").translate_formula(row_delta=1, col_delta=1))[1:]
    except TokenizerError as error:
        return type(error).__name__


@pytest.mark.parametrize(("formula", "expected"), BOTH_RIGHT)
def test_hard_formulas_move_as_openpyxl_moves_them(formula: str, expected: str) -> None:
    assert shift_formula(formula, 1, 1) == by_openpyxl(formula) == expected


@pytest.mark.parametrize(("formula", "expected"), OPENPYXL_WRONG)
def test_hard_formulas_are_right_where_openpyxl_is_wrong(formula: str, expected: str) -> None:
    assert shift_formula(formula, 1, 1) == expected
    assert by_openpyxl(formula) != expected, "openpyxl is right by now: is shift.py still needed?"


@pytest.mark.parametrize(("formula", "expected"), MOVED)
def test_only_relative_references_move(formula, expected):
    assert shift_formula(formula, 1, 1).upper() == expected.upper()
    assert shift_formula(formula, 0, 0) == formula


def test_what_leaves_the_sheet_is_a_broken_reference():
    assert shift_formula("A1+B2", -1, 0) == "#REF!+B1"
    assert shift_formula("A1:B2", -1, 0) == "#REF!"
    assert shift_formula("XFD1", 0, 1) == "#REF!"
    assert shift_formula("$A$1", -1, -1) == "$A$1"


def test_a_formula_without_relative_references_is_rooted():
    assert is_absolute("$A$1+SUM(T[x])") and is_absolute("1+2")
    assert not is_absolute("$A1") and not is_absolute("A:A")


cell = st.builds(
    lambda row, column, x, y: f"{x}{cell_address(1, column)[:-1]}{y}{row}",
    st.integers(1, 300),
    st.integers(1, 60),
    st.sampled_from(["", "$"]),
    st.sampled_from(["", "$"]),
)
term = st.one_of(
    cell,
    st.tuples(cell, cell).map(":".join),
    st.sampled_from(["汇总!A1", "'a b'!$C4", "SUM(A1:B9)", '"A1"', "12.5", "name", "TRUE", "A:C", "3:$9"]),
)


@given(st.lists(term, min_size=1, max_size=6), st.integers(0, 40), st.integers(0, 40))
def test_openpyxl_agrees(terms, down, right):
    formula = "+".join(terms)
    theirs = Translator("=" + formula, origin="A1").translate_formula(row_delta=down, col_delta=right)
    assert "=" + shift_formula(formula, down, right) == theirs


@given(st.text(alphabet="A1b$:!'\"[]#()+, \n汇R.\\", max_size=30), st.integers(-3, 3), st.integers(-3, 3))
def test_whatever_the_text_nothing_is_lost_or_raised(text, down, right):
    assert shift_formula(text, 0, 0) == text
    assert isinstance(shift_formula(text, down, right), str)
