"""A number is the same text to us and to the formulas of a workbook, and as whole: LibreOffice must agree."""

from __future__ import annotations

import math
from pathlib import Path
from random import Random

import xlsxwriter
from python_calamine import CalamineWorkbook

from collabxl.reading import values
from collabxl.schema.kinds import Percent
from collabxl.text import format_number
from tests.parts import convert_all

NUMBERS = [1.2000000000000002, 0.1 + 0.2, 1 / 3, 100 / 3, 2 / 3 * 1e10, -1.0000000000000002, 1e-5, 1.5e-7, 0.0, 1e14]
SHARES = [0.9999999999999999, 1.0000000000000002, 0.99, 0.995, 1.0, 0.30000000000000004 / 0.3]


def test_numbers_are_what_libreoffice_makes_of_them(tmp_path: Path) -> None:
    chance = Random(17)
    typed = (float(f"{chance.uniform(-1, 1) * 10 ** chance.randint(-6, 14):.13g}") for _ in range(300))
    numbers = [*NUMBERS, *(math.nextafter(number, chance.choice((-math.inf, number, math.inf))) for number in typed)]
    with xlsxwriter.Workbook(tmp_path / "numbers.xlsx") as book:
        sheet = book.add_worksheet()
        for row, number in enumerate(numbers):
            sheet.write_number(row, 0, number)
            sheet.write_formula(row, 1, f'=A{row + 1}&""')
        for row, share in enumerate(SHARES):
            sheet.write_number(row, 2, share)
            sheet.write_formula(row, 3, f"=C{row + 1}<1")
    (computed,) = convert_all([tmp_path / "numbers.xlsx"], "xlsx", tmp_path / "computed", recalculate=True)
    rows = CalamineWorkbook.from_path(str(computed)).get_sheet_by_index(0).to_python()
    assert [row[1] for row in rows] == list(map(format_number, numbers))
    found, _ = values.value_reader(Percent(), "zh", date1904=False).column(SHARES)
    assert [share < 1 for share in found] == [row[3] for row in rows[: len(SHARES)]]
