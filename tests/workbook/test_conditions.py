"""What is built into a cell is what its conditional formats show: LibreOffice evaluates every condition anew."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any

import openpyxl
import pytest
from openpyxl.formula.translate import Translator
from openpyxl.utils import get_column_letter as letters

from collabxl import build_workbook
from collabxl.formulas import layout
from collabxl.formulas.sheet_values import SheetValues
from collabxl.pipeline.new_workbook import new_formula_results
from collabxl.rules import RULES
from collabxl.schema.columns import Column, Sheet
from collabxl.schema.kinds import Day
from collabxl.schema.serials import to_serial
from collabxl.schema.sheets import STANDARD, Calendar, Conflicts, Tasks
from collabxl.schema.vocabularies import STATUS
from collabxl.text import LANGS
from collabxl.workbook import gantt, gantt_values, timeline
from collabxl.workbook.conditions import cell_states
from collabxl.workbook.content import Content, content
from collabxl.workbook.formats import conditions, state_format
from collabxl.workbook.theme import ThemeFormats, look
from tests.parts import convert_all
from tests.tables import example
from tools.samples import payment

TODAY = dt.date(2024, 8, 1)
PROJECT = {**payment.PROJECT, "status_date": TODAY}
SHEETS = [sheet for sheet in STANDARD.data_sheets if not sheet.meta.form_headers and sheet is not Conflicts]
COLUMNS = [column for sheet in SHEETS for column in sheet.meta.columns]


def rows() -> dict[str, list[dict[str, Any]]]:
    """Return rows in every state there is: the sample with mistakes, and besides what it lacks."""
    made = {key: [dict(row) for row in listed] for key, listed in payment.faulty().items()}
    first = made["tasks"][0]
    for number, status in enumerate((*STATUS.keys, None)):
        for due in (TODAY - dt.timedelta(9), TODAY, TODAY + dt.timedelta(5), TODAY + dt.timedelta(6)):
            task = {**first, "name": f"{status}{due}{number}", "status": status, "due": due, "start": None}
            made["tasks"].append({**task, "milestone": number % 2 == 0, "buffer": number, "after": None})
    made["risks"] += [
        {"description": f"风险{number}", "possibility": number, "impact": 3, "level": None, "reviewed": TODAY}
        for number in range(1, 6)
    ]
    made["risks"].append({"description": "过去了", "status": "closed", "possibility": 5, "impact": 5})
    made["minutes"].append({"topic": "例会", "action": "归档", "status": "done", "due": TODAY - dt.timedelta(9)})
    made["calendar"] = [{"date": TODAY, "kind": kind} for kind in ("off", "work")]
    made["waivers"] = [{"rule": "DL401", "reason": "已知", "until": TODAY - dt.timedelta(days)} for days in (-1, 0, 1)]
    return made


def content_of(text: str) -> tuple[dict[str, list[dict[str, Any]]], dt.date]:
    """Return an example as rows of a new workbook, words and dates as they would be typed, and its day."""
    made = example(text)
    told: dict[str, list[dict[str, Any]]] = {}
    for title, cells in made.source.sheets.items():
        sheet = next(sheet for sheet in STANDARD.data_sheets if sheet.meta.title.zh == title)
        if sheet.meta.form_headers:
            continue
        keys = {column.title.zh: column.key for column in sheet.meta.columns}
        heads = [keys[str(word)] for word in cells.rows[0]]
        told[sheet.meta.key] = [
            {key: value for key, value in zip(heads, row, strict=True) if value != ""} for row in cells.rows[1:]
        ]
    return told, made.today


@cache
def filled() -> Content:
    return content(PROJECT, rows())


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The workbook with the number of the first condition that holds beside each cell, as LibreOffice computes it."""
    folder = tmp_path_factory.mktemp("states")
    path = folder / "book.xlsx"
    build_workbook(path, project=PROJECT, rows=rows(), today=TODAY)
    book = openpyxl.load_workbook(path)
    for column in COLUMNS:
        found = cell_states(column, "zh")
        sheet, at = book[column.sheet.meta.title.zh], layout.column_number(column)
        for row in _rows(column) if found else ():
            cell = f"{letters(at)}{layout.FIRST}"
            place = f"{letters(100 + at)}{row}"
            sheet[place] = _first_that_holds([state.condition for state in found], cell, f"{letters(at)}{row}")
    sheet, origin = book["进度计划"], f"{letters(timeline.GRID)}{layout.FIRST}"
    bars = [bar.condition for bar in gantt.cell_formats("zh")]
    for row in _rows(Tasks.name):
        for column in range(timeline.GRID, timeline.GRID + timeline.CELLS):
            sheet.cell(row, 100 + column).value = _first_that_holds(bars, origin, f"{letters(column)}{row}")
    book.save(path)
    (computed,) = convert_all([path], "xlsx", folder / "computed", recalculate=True)
    return openpyxl.load_workbook(computed, data_only=True)


def _rows(column: Column) -> range:
    return range(layout.FIRST, layout.FIRST + len(filled().rows.get(column.sheet.meta.key, ())))


def _first_that_holds(conditions: list[str], origin: str, target: str) -> str:
    formula = "-1"
    for number, when in reversed(list(enumerate(conditions))):
        formula = f"IF({when},{number},{formula})"
    return Translator(f"={formula}", origin=origin).translate_formula(target)


@cache
def values_of(sheet: type[Sheet]) -> SheetValues:
    return SheetValues(new_formula_results(filled(), "zh", TODAY), sheet)


@pytest.mark.slow
def test_a_state_holds_where_its_condition_does(evaluated: Any) -> None:
    different, seen = {}, set()
    for column in COLUMNS:
        found = cell_states(column, "zh")
        sheet, at = evaluated[column.sheet.meta.title.zh], layout.column_number(column)
        cells = values_of(column.sheet)
        for row in _rows(column) if found else ():
            ours = next((number for number, state in enumerate(found) if cells.holds(state.condition, row)), -1)
            theirs = sheet.cell(row, 100 + at).value
            if ours >= 0:
                seen.add(found[ours].style)
            if ours != theirs:
                different[f"{column.sheet.meta.key}.{column.key}{row}"] = (ours, theirs)
    assert different == {}
    unseen = {state.style for column in COLUMNS for state in cell_states(column, "zh")} - seen
    assert unseen == {"mark_found", "mark_fine", "mark_told"}  # what sync writes, and signs checks do not bear yet


def test_the_grid_s_cells_are_built_as_their_conditions_say(evaluated: Any) -> None:
    sheet, bars = evaluated["进度计划"], gantt.cell_formats("zh")
    tasks = dict(enumerate(filled().rows["tasks"], layout.FIRST))
    scale = gantt_values.scale_of(tasks, TODAY)
    header = timeline.header_values(scale, filled().rows[Calendar.meta.key], "zh")
    critical = frozenset(tasks[row]["id"] for row in tasks if sheet.cell(row, timeline.CRITICAL).value == gantt.DOT)
    assert critical
    different, seen = {}, set()
    for row, task in tasks.items():
        span = gantt_values.gantt_task(task, filled(), critical)
        if span is None:
            continue
        for number in range(timeline.CELLS):
            off = bool(header[timeline.OFF, timeline.GRID + number])
            moment = gantt.Moment(scale.start + number * scale.step, scale.step, off, to_serial(TODAY))
            ours = gantt.cell_style(span, moment, "zh")
            place = sheet.cell(row, 100 + timeline.GRID + number).value
            theirs = bars[place].style if place >= 0 else "gantt_empty"
            seen.add(ours)
            if ours != theirs:
                different[row, number] = (ours, theirs)
    assert different == {}
    assert len(seen) >= 11


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: f"{column.sheet.meta.key}.{column.key}")
def test_what_is_built_in_is_always_set_by_a_condition(column: Column, lang: Any) -> None:
    """Whatever the cell was in when it was built, the conditional formats of today hide it."""

    class Recorder(ThemeFormats):
        def mark(self, **properties: Any) -> Any:
            return properties

    made = [rule for rule in conditions(column, Recorder(None), lang) if rule["type"] == "formula"]
    built = [
        look(state.style, "yyyy-mm-dd" if isinstance(column.value_kind, Day) else "@")
        for state in cell_states(column, lang)
    ]
    needed = {name for each in built for name in each if name in ("font_color", "bg_color", "num_format")}
    for rule in made:
        assert needed <= set(rule["format"]), rule["criteria"]
    assert not made or made[-1]["criteria"] == "=TRUE"
    for row in _rows(column):
        assert set(state_format(column, values_of(column.sheet), row, lang)) <= needed


ASKING = [rule for rule in RULES if rule.code in ("DY601", "DY602", "MT801", "MT802", "RK901", "RK902")]


@pytest.mark.parametrize("rule", ASKING, ids=lambda rule: rule.code)
def test_the_cells_that_ask_to_be_filled_in_are_those_the_rule_finds(rule: Any) -> None:
    listed, day = content_of(rule.example)
    made = content({}, listed)
    of, asked = rule.at.sheet, set()
    cells = SheetValues(new_formula_results(made, "zh", day), of)
    for number, row in enumerate(made.rows[of.meta.key]):
        state = state_format(rule.at, cells, layout.FIRST + number, "zh")
        if row.get(rule.at.key) is None and state.get("bg_color") == "soon":
            asked.add((of.meta.key, number + 2, rule.at.key))
    assert asked == example(rule.example).wanted
