"""Formulas as people write them, over a small workbook in which all sorts of things stand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter

ROWS = 12
ERROR, EMPTY, BLANK = "=1/0", '=""', None
DATA, SPACED, LAST = "数据", "Other Sheet", "乙"
GRID: dict[str, list[Any]] = {
    "A": [3, 7, 12, 5, 9, 7, 1, 20, 15, 4, 8, 6],
    "B": [0.5, 2.25, 0.1, 0.2, 0.3, 99.99, 1.005, 2.5, 1234.567, 0.7, 3.5, 10],
    "C": [
        "张三",
        "李四",
        "张三",
        "Zhang San",
        "zhang san",
        "市场部",
        "T-001",
        "已完成",
        "进行中",
        "a b  c",
        "Hello",
        "未开始",
    ],
    "D": [5, "5", True, BLANK, "x", ERROR, "2024-07-01", EMPTY, "1.5", -2.5, "50%", False],
    "E": [45474, 45480, 45505.5, 45530, 45536, 45566, 45600, 45444, 45657, 45700, 45720.75, 45750],
    "F": [True, False, True, True, False, False, True, False, True, True, True, False],
    "G": [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233],
    "H": ["Ａ１", "ß", "é", "😀x", "＃", "１２", "TRUE", " x ", "*", "a\nb", "'", "<>"],
    "I": [4, BLANK, 6, BLANK, BLANK, 1, BLANK, 2, BLANK, BLANK, BLANK, 3],
}
"""By column: whole numbers, parts, texts, anything, days, truths, rising numbers, odd texts, numbers and blanks."""
NUMBERS, TEXTS, DAYS, ODD = "ABG", "C", "E", "DFHI"
NAMES = {
    "nums": f"={DATA}!$A$1:$A${ROWS}",
    "税率": "=0.06",
    "首个": f"={DATA}!$B$2",
    "block": f"='{SPACED}'!$A$1:$B$4",
    "whole": f"={DATA}!$A:$A",
}
FIRST_COLUMN, HIGH = 12, 100
"""Where formulas begin, beside the grid, and how many stand in a column."""


NUMERIC = (
    "{n}+{n}", "{n}-{n}", "{n}*{n}", "{n}/{n}", "({n}+{n})", "({n}-{n})", "({n}*{n})", "({n}/{n})", "({n}^{n})",
    "-{n}",
    "{n}%", "+{n}", "IF({c},{n},{n})", "IF({c},{n},{n})", "IFERROR({n},{n})", "ABS({n})", "INT({n})", "MOD({n},{k})",
    "MOD({n},{n})", "ROUND({n},{k})", "ROUNDUP({n},{k})", "ROUNDDOWN({n},{k})", "N({any})", "LEN({t})",
    "FIND({t0},{t})",
    "VALUE({t})", "VALUE({n})", "DAY({d})", "MONTH({d})", "YEAR({d})", "WEEKDAY({d})", "WEEKDAY({d},2)",
    "WEEKDAY({d},1)",
    "ROW({cn})", "ROW()", "COLUMN()", "COLUMN({cn})", "{d}-{d}", "TRUE+{n}",
    *4 * ("SUM({rn})", "MAX({rn})", "MIN({rn})", "COUNT({rn})", "COUNTA({rt})", "COUNTIF({rn},{crit})"),
    *2 * ("SUM({rn},{n})", "MAX({cn},{n})", "MIN({cn},{rn})", "SUM({cn},{cn})", "COUNT({rn},{n})",
    "COUNTA({rn},{ct})"),
    "SUMPRODUCT({rn})", "SMALL({rn},{k})", "LARGE({rn},{k})", "INDEX({rn},{k})", "INDEX($A$1:$B$12,{k},{two})",
    "COUNTIF({rt},{crit})", "COUNTIF({rt},{crit})", "MATCH({cn},{rn},0)", "MATCH({t0},{rt},0)", "MATCH({ct},{rt},0)",
    "SUM(A1:INDEX($A$1:$A$12,{k}))", "SUM($A${k}:$A$10)", "SUM(IF({c},{cn},{n}),{cn})", "COUNT({cn},{t},{c})",
    "SUMPRODUCT({if}*{M})", "SUMPRODUCT({if}*1)", "SUMPRODUCT(--{if},{M})", "SUMPRODUCT({N},{M})",
    "SUMPRODUCT(LEN({T}))",
    "SUMPRODUCT(({N}+{M})*{n})", "LOOKUP(2,1/{if},{M})", "LOOKUP({n0},{G},{M})", "SUMPRODUCT({if}*ROW({N}))",
    "SUMPRODUCT(ISNUMBER(FIND({t0},{T}))*1)", "SUMPRODUCT(MAX({if}*{M}))", "SUMPRODUCT(ABS({N}-{M}))",
    "SUMPRODUCT((MONTH(E1:E12)={k})*A1:A12)", "SUMPRODUCT(ISTEXT({T})*{M})", "SUMPRODUCT({if}*{if}*{N}*{M})",
)  # fmt: skip
TEXTUAL = (
    "{t}&{t}", "{t}&{n}", "{ct}&{cn}", "LEFT({t},{k})", "RIGHT({t},{k})", "MID({t},{k},{k})", "TRIM({t})",
    "LOWER({t})",
    "UPPER({t})", "LEFT({t})", "REPT({t},{k})", 'SUBSTITUTE({t},{t0},"x")', "CHAR(10)", "CHAR(65)", 'TEXT({n},"0")',
    'TEXT({d},"yyyy-mm-dd")', 'IFERROR({t},"-")', "IF({c},{t},{t})", "INDEX({rt},{k})",
    'IF({ct}="","",{t})', "{ct}&\"\"", 'SUBSTITUTE({ct},{t0},"")',
)  # fmt: skip
TRUE_OR_NOT = (
    "{n}>{n}", "{n}<{n}", "{n}>={n}", "{n}<={n}", "{n}={n}", "{n}<>{n}", "{t}={t}", "{t}<>{t}", "NOT({c})", "TRUE",
    "FALSE",
    "AND({c},{c})", "OR({c},{c})", "ISNUMBER({any})", "ISTEXT({any})", "ISERROR({any})", "ISLOGICAL({cn})",
    'ISNUMBER({cn})',
    '{ct}=""', '{cn}<>""', "ISERROR(MATCH({t0},{rt},0))", "ISNUMBER(FIND({t0},{ct}))", "COUNTIF({rt},{ct})>1",
)  # fmt: skip
DAILY = (
    "DATE(2024,{k},{k})", "DATE(2025,13,1)", "DATE(2024,{n0},-1)", "{d}+{k}", "WORKDAY({d},{k})", "WORKDAY({d},-3)",
    "WORKDAY({d},10,{rd})", "MAX({rd})", "DATE(YEAR({d}),MONTH({d})+1,1)", "MIN({cd},{cd})", "{cd}",
)  # fmt: skip
LINKS = ('HYPERLINK("http://a.b",{any})', "HYPERLINK({t})", 'IF({c},HYPERLINK("http://a.b",{t}),{any})')
ODDITIES = {
    "n": ("NA()", "SUM({N}*{M})", "{t}+1", "SUM({any},{any})", "AVERAGE({rn})", "{c}*{n}", "SUMPRODUCT({rn}*{rn})",
          "-{t}",
          "SUM(IFERROR({cn},0))", "COUNT({any})", "COUNTA({any})", "MATCH({any},{rn},0)", "LOOKUP({n},{rn},{rn})",
          "MATCH({n},{rn},1)", "INDEX({rn},{n})", "SUMPRODUCT(({any}=1)*{M})", "SMALL({cn},1)", "INDEX(A1:C4,{k})",
          "ROW({rn})", "SUMPRODUCT(ROW({rn}))", "SUM({rn} {rn})", "SUM(({cn},{cn}))", "{rn}", "SUMPRODUCT(--{rn})",
          "MOD({n},0.1)", "0^{k}", "WEEKDAY({d},3)", "{n}&{n}+0", "DATE(24,7,1)", "DATE(1900,1,{k})",
          "COUNTIF({any},1)"),
    "t": ("{c}&{t}", "{any}&{any}", "{co}&{t}", "LEN({c}&{t})", "LEFT({any},{n})", "MID({t},{n},{n})",
          "REPT({any},{n})", "CHAR(200)",
          "SUBSTITUTE({t},{t},{t})",
          'TEXT({any},"0.0")', 'TEXT({any},"0")', "UPPER({any})", "IFERROR({any},{any})", "LEN({any})"),
    "c": ("{any}>{any}", "{t}<{t}", "AND({t}<{t},{c})", "OR(ISTEXT({ct}),{t}>{t})", "({co}&{t})=\"\"",
          "ISNUMBER(FIND({t},{t}))", "{any}={any}", "AND({ro},{c})", "OR({co})", "AND({any})", "ISLOGICAL({any})",
          "NOT({any})",
          "OR({ro},{ro})", "ISNUMBER({co})", "{co}={co}", "{co}>{co}", "{co}<>{t}", "ISTEXT({rn})"),
    "d": ("DATE({n},{n},{n})", "WORKDAY({n},{n})", "WORKDAY({d},-{n})", "DATE({n},1,{k})", "WORKDAY({d},{n},{any})",
          "{t}", "{d}+{any}", "MAX({any},{any})"),
}  # fmt: skip
ODD_RANGES = (
    "nums", "block", "首个", "whole", "A:A", "D:D", "A1:C4", "D1:F12", f"{DATA}:{LAST}!A1", "Table1", "nobody",
    "I:I", "A1:A1",
    f"'{DATA}:{SPACED}'!A1:A3", "nobody!A1", f"{LAST}!C:D", "B4:A1", f"{LAST}!A1:{LAST}!B2", "Table1[#All]", "2:3",
    "$D$1:$E9",
)  # fmt: skip
CRITERIA = (
    '"5"', '"=7"', '">5"', '">=0.5"', '"<45500"', '"<=7"', '"<>7"', "{cn}", "{ct}", '"张三"', '"已完成"', '"zhang san"',
    '"<>张三"', '">="&{cn}', "7", '"T-001"',
)  # fmt: skip
ODD_CRITERIA = (
    '"<>"', '""', '"="', '"TRUE"', "TRUE", '"*三"', '"a?"', '"50%"', '"2024-07-01"', '"<>x"', '"1/2"', "{co}", "{any}",
    '"=5"', '"1e3"', '">a"', '"#N/A"', '"<>5"', '"５"', '">"&{co}', '" 5"', '"A1"', '"SS"',
)  # fmt: skip
ATOMS = {
    "n": ("0", "1", "2", "5", "7", "9", "0.1", "2.5", "100"),
    "t": ('"张三"', '"三"', '"a"', '"an"', '"市场部"', '"-"', '"A"'),
    "d": ("45505",),
}
ODD_ATOMS = {
    "n": ("-1", "税率", "1E+20", "0.3", "首个", "FALSE", '"7"', "-0", "D2"),
    "t": ('""', '"ß"', '"５"', '"1e3"', '"<>"', '"😀"', '"TRUE"', '"2024-07-01"', '"  a "'),
    "d": ("0", "60", "45505.9999999999999", "-1", "E1"),
}
_HOLE = re.compile(r"\{(\w+)\}")


class FormulaWriter:
    """Writes formulas by chance: ``odd`` ones ask for what stands anywhere, the others for what is meant there."""

    def __init__(self, chance: Random, *, odd: bool) -> None:
        self._chance, self._odd = chance, odd

    def formula(self) -> str:
        """Return a formula, without its sign; links stand alone: inside others LibreOffice takes them for arrays."""
        return self._fill(self._of(LINKS), 3) if self._chance.random() < 0.02 else self._part("any", 3)

    def _of(self, words: Sequence[str]) -> str:
        return self._chance.choice(words)

    def _is_odd(self, share: float = 0.15) -> bool:
        return self._odd and self._chance.random() < share

    def _fill(self, form: str, depth: int) -> str:
        """Return a form with all its holes filled; its ranges in capitals reach over the same rows."""
        top, bottom = sorted(self._chance.sample(range(1, ROWS + 1), 2))
        columns = {"N": self._of(NUMBERS), "M": self._of(NUMBERS), "T": TEXTS, "G": "G"}
        rows = {hole: f"${column}${top}:${column}${bottom}" for hole, column in columns.items()}
        return _HOLE.sub(lambda hole: rows.get(hole[1]) or self._part(hole[1], depth - 1, rows), form)

    def _part(self, hole: str, depth: int, rows: Mapping[str, str] | None = None) -> str:
        if hole == "any" or (hole in ODDITIES and self._is_odd()):
            hole = self._chance.choices("ntcd", (6, 3, 2, 1))[0]
        match hole:
            case "n" | "t" | "c" | "d":
                return self._expression(hole, depth)
            case "n0" | "t0":
                return self._expression(hole[0], 0)
            case "cn" | "ct" | "cd" | "co":
                return self._cell({"n": NUMBERS, "t": TEXTS, "d": DAYS, "o": ODD}[hole[1]])
            case "rn" | "rt" | "rd" | "ro":
                return self._range({"n": NUMBERS, "t": TEXTS, "d": DAYS, "o": ODD}[hole[1]])
            case "k":
                return self._expression("n", depth) if self._is_odd() else self._of("1123579")
            case "two":
                return self._of("12")
            case "crit":
                return self._fill(self._of(ODD_CRITERIA if self._is_odd(0.4) else CRITERIA), depth)
        assert hole == "if" and rows is not None
        condition = self._of(['({T}="张三")', "({N}>{n0})", "({T}<>{t0})", "(E1:E12<{cd})", "({N}=({n0}))"])
        return _HOLE.sub(lambda each: rows.get(each[1]) or self._part(each[1], depth), condition)

    def _expression(self, kind: str, depth: int) -> str:
        if depth <= 0 or self._chance.random() < 0.1:
            return self._atom(kind)
        if self._is_odd():
            return self._fill(self._of(ODDITIES[kind]), depth)
        return self._fill(self._of({"n": NUMERIC, "t": TEXTUAL, "c": TRUE_OR_NOT, "d": DAILY}[kind]), depth)

    def _atom(self, kind: str) -> str:
        if kind == "c":
            return f"{self._cell(NUMBERS)}{self._of(('>', '<', '>=', '=', '<>', '<='))}{self._of('1579')}"
        if self._is_odd(0.3):
            return self._of(ODD_ATOMS[kind])
        columns = {"n": NUMBERS, "t": TEXTS, "d": DAYS}[kind]
        return self._of(ATOMS[kind]) if self._chance.random() < 0.4 else self._cell(columns)

    def _cell(self, columns: str) -> str:
        columns = ODD if self._is_odd(0.3) else columns
        sheet = self._of(("", "", "", f"{LAST}!", f"'{SPACED}'!"))
        return f"{sheet}{self._of(('', '$'))}{self._of(columns)}{self._of(('', '$'))}{self._chance.randint(1, ROWS)}"

    def _range(self, columns: str) -> str:
        if self._is_odd():
            return self._of(ODD_RANGES)
        columns = ODD if self._is_odd(0.3) else columns
        first, last = (
            (self._of(columns), self._of(columns)) if self._chance.random() < 0.1 else 2 * (self._of(columns),)
        )
        top, bottom = sorted(self._chance.sample(range(1, ROWS + 1), 2))
        sheet, fixed = self._of(("", "", f"{LAST}!", f"'{SPACED}'!")), self._of(("", "$"))
        return f"{sheet}{fixed}{first}{fixed}{top}:{fixed}{last}{fixed}{bottom}"


def write_book(path: Path, formulas: list[str]) -> None:
    """Write a workbook with the grid on three sheets and formulas beside the first one."""
    with xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        for number, title in enumerate((DATA, SPACED, LAST)):
            sheet = book.add_worksheet(title)
            for column, cells in enumerate(GRID.values()):
                for row, value in enumerate(cells[number:] + cells[:number]):
                    _write(sheet, row, column, value)
            if title == SPACED:
                sheet.add_table("K1:L4", {"name": "Table1", "data": [[1, 2], [3, 4], [5, 6]]})
        for name, meaning in NAMES.items():
            book.define_name(name, meaning)
        sheet = book.get_worksheet_by_name(DATA)
        assert sheet is not None
        for number, formula in enumerate(formulas):
            row, column = spot_of(number)
            sheet.write_formula(row - 1, column - 1, f"={formula}")


def spot_of(number: int) -> tuple[int, int]:
    """Return the row and the column of a formula."""
    return number % HIGH + 1, FIRST_COLUMN + number // HIGH


def _write(sheet: Any, row: int, column: int, value: Any) -> None:
    if value in (ERROR, EMPTY):
        sheet.write_formula(row, column, value, None, "")
    elif isinstance(value, str):
        sheet.write_string(row, column, value)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif value is not None:
        sheet.write_number(row, column, value)
