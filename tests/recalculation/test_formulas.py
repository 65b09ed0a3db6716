"""What formulas of people show, by kinds of what programs read in one way or in several; the latter is left."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from collabxl.recalculation.faults import FormulaError, UnsupportedFormula
from tests.laws.programs import DATA, LAST, write_book
from tests.laws.test_programs import computed

LEFT = UnsupportedFormula
KINDS: dict[str, dict[str, Any]] = {
    "references to what is none of our cells": {
        f"SUM({DATA}:{LAST}!A1)": LEFT, f"SUM('{DATA}:{LAST}'!A1)": LEFT, "SUM(Table1)": LEFT, "ROWS(Table1)": LEFT,
        "COUNTA(Table1)": LEFT, "nobody": LEFT, "ISERROR(nobody)": LEFT, "SUM(nobody!A1)": LEFT,
        "ROW(nobody!A1)": LEFT,
        "A1:nobody": LEFT, f"SUM({DATA}!A1:{DATA}!A3)": 22.0, "SUM(nums)": 97.0, "首个*2": 4.5, "SUM(税率,1)": 1.06,
        "SUM(Table1[a])": LEFT, "SUM([1]Sheet1!A1)": LEFT, "SUM(2:3)": LEFT, "A1#": LEFT, "@A1:A3": LEFT,
        "_xlfn.CONCAT(A1)": LEFT, "SUM(A1:A3 A2:A4)": LEFT, "SUM((A1,A3))": LEFT, "SUM({1,2})": LEFT,
    },
    "single cells in functions of ranges": {
        "SUM(D2,A1)": 3.0, "SUM(D5,A1)": 3.0, "MIN(I2,5)": 5.0, "MAX(C1,-5)": -5.0, "COUNT(D6)": 0.0,
        "COUNTA(D6)": 1.0,
        "COUNT(1/0)": 0.0, "COUNTA(1/0)": 1.0, "AND(D5)": "#VALUE!", "AND(C1:C3,TRUE)": True, "OR(F2,C1)": False,
        "AND(I2)": "#VALUE!", "AND(D6,FALSE)": "#DIV/0!", "SUM(IF(TRUE,D5,1),1)": 1.0, "SUM(IFERROR(D5,0),1)": LEFT,
        "SUM(F1)": LEFT, "COUNT(F1:F3)": LEFT, "COUNT(TRUE)": LEFT, 'SUM("5",1)': LEFT, 'SUM("x",1)': "#VALUE!",
        "SMALL(A1,1)": 3.0, "SMALL(I1:I12,2)": 2.0, "SMALL(A1:A9,1.5)": LEFT, "MIN(TRUE)": 1.0,
    },
    "sizes of ranges": {
        "SUMPRODUCT((A1:B1)*(C1:C2))": LEFT, "SUMPRODUCT((A1:B2)*(A1:A4))": LEFT, "SUMPRODUCT((A1:A2)*(A1:A3))": LEFT,
        "SUMPRODUCT(A1:A2,A1:A3)": LEFT, "SUMPRODUCT(A1:A3,2)": LEFT, "SUMPRODUCT((A1:A4>4)*(B1:C2=2))": LEFT,
        "SUMPRODUCT(A1:B2)": 12.75, "SUMPRODUCT((A1:B2)*(A1:B2))": 63.3125, "SUMPRODUCT(ROW(A3:B5))": 12.0,
        "SUM(A1:A3*2)": LEFT, "A1:A3": LEFT, "A1:A3+1": LEFT, "ROW(A3:A5)": LEFT, "INDEX(A1:C4,2)": LEFT,
        "SUMPRODUCT((A:A=7)*1)": LEFT, "MATCH(7,A1:B3,0)": LEFT, "LOOKUP(2,1/(A1:A3>5),B1:B2)": LEFT,
    },
    "criteria": {
        "COUNTIF(D1:D12,5)": LEFT, 'COUNTIF(A1:A12,"2024-07-01")': LEFT, 'COUNTIF(A1:A12,"50%")': LEFT,
        'COUNTIF(F1:F12,"TRUE")': LEFT, "COUNTIF(F1:F12,TRUE)": LEFT, 'COUNTIF(C1:C12,"*三")': LEFT,
        "COUNTIF(A1:A3,I2)": LEFT,
        'COUNTIF(I1:I12,"")': 7.0, 'COUNTIF(I1:I12,"<>")': 5.0, 'COUNTIF(D1:D12,"")': LEFT,
        'COUNTIF(I:I,"<>x")': 1048576.0,
        'COUNTIF(C1:C12,"ZHANG SAN")': 2.0, 'COUNTIF(H1:H12,"a1")': LEFT, 'COUNTIF(C1:C12,">a")': LEFT,
        'COUNTIF(A1:A12,">=7")': 7.0, 'COUNTIF(A1:A12,"7")': 2.0, 'COUNTIF(D1:D12,"#DIV/0!")': LEFT,
    },
    "texts": {
        '"ab"<"b"': LEFT, '"A"<="a"': True, '""<"a"': True, 'UPPER("ß")': LEFT, 'UPPER("é")': "É", '"Ａ"="A"': LEFT,
        'LEN("😀")': LEFT, 'MID("😀x",2,1)': LEFT, 'FIND("x","😀x")': LEFT, 'FIND("x","x😀")': 1.0, "CHAR(200)": LEFT,
        "CHAR(65)": "A", 'REPT("x",-1)': "#VALUE!", 'FIND("","x")': LEFT, 'LEFT("abc",1E+20)': LEFT, "TRUE&1": LEFT,
        "0.00001&1": LEFT, "1E+15&1": LEFT, "0.00012&1": "0.000121", "2/3&1": "0.6666666666666671",
        'VALUE("1/2")': LEFT,
        "VALUE(I2)": 0.0, 'VALUE("x")': "#VALUE!", 'VALUE("TRUE")': LEFT, 'TEXT("x","0")': LEFT,
        'TEXT(-0.4,"0")': LEFT,
        'TEXT(2.5,"0")': "3", 'TEXT(A1,"0.0")': LEFT, "-C1": "#VALUE!", "D2+1": LEFT, "D8+1": "#VALUE!",
        '"TRUE"+1': LEFT,
    },
    "numbers whose last digits decide": {
        "0.1+0.2=0.3": True, "0.1+0.2-0.3": LEFT, "SUM(0.1,0.2,-0.3)": LEFT, "0.3-0.1=0.2": True, "1=1+1E-14": LEFT,
        "1=1+1E-13": False, "SUMPRODUCT((B4:B4*B1:B1=0.1)*1)": 1.0, "INT(0.99999999999999989)": LEFT,
        "ROUND(1.005,2)": 1.01,
        "ROUNDUP(1.1*1.1,2)": LEFT, "ROUND(2.5,0)": 3.0, "ROUND(-2.5,0)": -3.0, "MOD(-7,3)": 2.0, "MOD(7,-3)": -2.0,
        "MOD(0.3,0.1)": LEFT, "MOD(1E+12,7)": LEFT, "0^0": LEFT, "(-8)^(1/3)": LEFT, "0^-1": "#DIV/0!",
        "0.1^400": LEFT,
    },
    "truth values": {
        "F1=1": LEFT, "TRUE>5": LEFT, 'TRUE="x"': False, 'TRUE>"x"': LEFT, "F1=TRUE": True, "ISNUMBER(F1)": LEFT,
        "SUMPRODUCT(F1:F3*1)": 2.0, "SUMPRODUCT(F1:F3)": LEFT, "ISTEXT(D6)": False, "ISLOGICAL(D6)": False,
        "N(F1)": 1.0,
        'IF("TRUE",1,2)': LEFT, 'AND("TRUE")': LEFT,
    },
    "days": {
        "DATE(1900,2,28)": LEFT, "DATE(24,7,1)": LEFT, "DATE(1899,1,1)": LEFT, "DATE(2024,13,1)": 45658.0,
        "YEAR(60)": LEFT,
        "YEAR(61)": 1900.0, "DAY(-1)": LEFT, "WORKDAY(45505,1.5)": 45506.0, "WORKDAY(45507,1)": 45509.0,
        "DATE(9999,13,1)": LEFT,
        'TEXT(45505.7,"yyyy-mm-dd")': "2024-08-01", "WEEKDAY(45505,3)": LEFT, "DAY(45505.9999999999)": LEFT,
    },
    "what programs differ in, where it comes to the same and where it does not": {
        'AND("a"<"b",FALSE)': False, 'AND("a"<"b",TRUE)': LEFT, '("a"<"b")=("b">"a")': True,
        '("a"<"b")=("c"<"d")': LEFT,
        '(TRUE&"")=""': False, 'LEN(TRUE&"")': LEFT, 'ISNUMBER(FIND("","x"))*0': 0.0, 'ISNUMBER(FIND("","x"))': LEFT,
        "DAY(DATE(24,7,1))": 1.0, "DATE(99,7,1)": 36342.0,
        'SUMPRODUCT(ISNUMBER(FIND(C1:C3&"","张三"))*(A1:A3>99))': 0.0,
    },
    "look-ups": {
        "LOOKUP(5,A1:A12,B1:B12)": LEFT, "LOOKUP(5,G1:G12,A1:A12)": 5.0, "LOOKUP(2,1/(A1:A12=7),B1:B12)": 99.99,
        "MATCH(7,A:A,0)": 2.0, 'MATCH("zhang SAN",C1:C12,0)': 4.0, 'MATCH("5",D1:D12,0)': LEFT,
        'MATCH("T*",C1:C12,0)': LEFT,
        "MATCH(7,A1:A12,1)": LEFT, "INDEX(I1:I12,2)": 0.0, "INDEX(A1:A12,0)": LEFT,
        "IFERROR(MATCH(99,A1:A12,0),0)": 0.0,
    },
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_it_shows_what_programs_do_or_is_left(kind: str, tmp_path: Path) -> None:
    write_book(tmp_path / "book.xlsx", [*KINDS[kind]])
    found = computed(tmp_path / "book.xlsx", len(KINDS[kind]))
    shown = {
        formula: each.code if isinstance(each, FormulaError) else each
        for formula, each in zip(KINDS[kind], found, strict=True)
    }
    assert shown == KINDS[kind]
