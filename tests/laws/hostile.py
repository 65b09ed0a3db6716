"""Workbooks that the reader accepts and nobody would type: every kind of cell in every column, by a seed.

Most are typed by hand, every sixth is a built one; to two of three something was done that only programs do.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter

from collabxl.pipeline.new_workbook import build_workbook
from collabxl.schema.columns import Sheet
from collabxl.schema.kinds import Choice
from collabxl.schema.sheets import STANDARD
from collabxl.text import Lang
from tests.laws.dirty import TODAY, content
from tests.laws.mangle import mangle

FEW_ROWS = 9
BUILT, BASES = 6, 3
"""Every which workbook is a built one, and of how many different projects."""
CELLS: tuple[Any, ...] = (
    *(None, None, "", " ", "　", "-", "无", "NA", "nan", "None"),
    *(0, -1, 0.5, 1e-300, 1.2000000000000002, 1e300, -1e300, 2**53, 45520, 20240705),
    *(True, False, dt.time(9, 30), dt.datetime(2024, 7, 5, 23, 59, 59)),
    *(dt.date(1900, 1, 1), dt.date(1900, 3, 1), dt.date(9999, 12, 31), dt.date(9999, 12, 30), dt.date(2024, 8, 1)),
    *("#REF!", "#N/A", "=1+1", "@SUM(A1)"),
    *("+1 同意", "甲::T001", "::", "T001::", "{}", "{0}", "%s", "%(x)s", "\\x41"),
    *(
        "第一行\x0b第二行",
        "\x00\x01",
        "_x000B_",
        "_xD800_",
        "_xFFFF_",
        "\ufffe\uffff",
        "\u202e反\u2066向\u2069",
        "a\rb\r\nc",
    ),
    *(
        "<r>x</r>",
        "<r><t>x</t></r>",
        "<!--",
        "]]>",
        "&amp;",
        "\"'`",
        "</script>",
        "\u200d",
        "👩\u200d💻",
        "\u0301",
        "ﷺ" * 9,
    ),
    *(
        "长" * 32_767,
        "T001、" * 300,
        "T001\n" * 40,
        "、；，",
        "T001",
        "T002",
        "T003",
        "t1",
        "T-2",
        "甲",
        "甲",
        "张三@李四",
    ),
)
"""What may stand in any cell."""


def hostile(path: Path, seed: int) -> Path:
    """Write the hostile workbook of a seed."""
    chance = Random(seed)
    if is_built(seed):
        path.write_bytes(mangle(_built(seed // BUILT % BASES, chance.choice(("zh", "en"))), chance))
        return path
    _typed(path, chance)
    if chance.random() < 2 / 3:
        path.write_bytes(mangle(path.read_bytes(), chance))
    return path


def is_built(seed: int) -> bool:
    """Return whether a seed's workbook is one that ``new`` has built, a master."""
    return seed % BUILT == BUILT - 1


@cache
def _built(number: int, lang: Lang) -> bytes:
    project, rows = content(number, FEW_ROWS, 0.25)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "built.xlsx"
        build_workbook(path, project=project, rows=rows, today=TODAY, lang=lang)
        return path.read_bytes()


def _typed(path: Path, chance: Random) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "default_date_format": "yyyy-mm-dd"}
    lang = chance.choice(("zh", "zh", "en"))
    with xlsxwriter.Workbook(path, options) as book:
        for sheet in STANDARD.data_sheets:
            if sheet.meta.standard or chance.random() < 0.6:
                _fill(book.add_worksheet(sheet.meta.title.to(lang)), sheet, lang, chance)


def _fill(target: xlsxwriter.worksheet.Worksheet, sheet: type[Sheet], lang: Lang, chance: Random) -> None:
    if chance.random() < 0.05:  # nothing at all
        return
    if sheet.meta.form_headers:
        target.write_row(0, 0, [head.title.to(lang) for head in sheet.meta.form_headers])
        for row, column in enumerate(sheet.meta.columns, 1):
            target.write(row, 0, column.title.to(lang))
            _put(target, row, 1, _cell(column.example.to(lang) if column.example else "项目", chance))
        return
    columns = [column for column in sheet.meta.columns if chance.random() < 0.9]
    chance.shuffle(columns)
    target.write_row(0, 0, [column.title.to(lang) for column in columns])
    for row in range(1, chance.choice((1, 2, FEW_ROWS, FEW_ROWS))):
        for at, column in enumerate(columns):
            fit = (
                chance.choice(column.kind.words.words).title.to(lang)
                if isinstance(column.kind, Choice)
                else f"T{row:03}"
            )
            _put(target, row, at, _cell(fit, chance))


def _cell(fit: str, chance: Random) -> Any:
    return fit if chance.random() < 0.3 else chance.choice(CELLS)


def _put(target: xlsxwriter.worksheet.Worksheet, row: int, at: int, value: Any) -> None:
    """Write a cell as it is, an error as one, and a text as text."""
    if isinstance(value, str) and value.startswith("#"):
        target.write_formula(row, at, "=1/0", None, value)
    elif isinstance(value, str) and not (value.startswith("<r>") and value.endswith("</r>")):
        target.write_string(row, at, value)
    elif isinstance(value, str):
        target.write_formula(row, at, '="x"', None, value.replace("<", "&lt;"))
    elif value is not None:
        target.write(row, at, value)
