"""A formula moved as Excel moves it: openpyxl agrees wherever it is right itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.formula.translate import Translator

from collabxl.address import a1
from collabxl.opc.shift import rooted, shifted

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


@pytest.mark.parametrize(("formula", "expected"), MOVED)
def test_only_relative_references_move(formula, expected):
    assert shifted(formula, 1, 1).upper() == expected.upper()
    assert shifted(formula, 0, 0) == formula


def test_what_leaves_the_sheet_is_a_broken_reference():
    assert shifted("A1+B2", -1, 0) == "#REF!+B1"
    assert shifted("A1:B2", -1, 0) == "#REF!"
    assert shifted("XFD1", 0, 1) == "#REF!"
    assert shifted("$A$1", -1, -1) == "$A$1"


def test_a_formula_without_relative_references_is_rooted():
    assert rooted("$A$1+SUM(T[x])") and rooted("1+2")
    assert not rooted("$A1") and not rooted("A:A")


cell = st.builds(
    lambda row, column, x, y: f"{x}{a1(1, column)[:-1]}{y}{row}",
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
    assert "=" + shifted(formula, down, right) == theirs


@given(st.text(alphabet="A1b$:!'\"[]#()+, \n汇R.\\", max_size=30), st.integers(-3, 3), st.integers(-3, 3))
def test_whatever_the_text_nothing_is_lost_or_raised(text, down, right):
    assert shifted(text, 0, 0) == text
    assert isinstance(shifted(text, down, right), str)
