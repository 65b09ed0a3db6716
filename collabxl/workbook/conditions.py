"""What a cell can be seen to be in – done, late, missing, at risk: a condition and a style.

The condition becomes a conditional format; computed on the day the workbook is made, it decides the format built into
the cell as well, so that programs that know no conditional formats show the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from collabxl.formulas import layout
from collabxl.formulas.auto_columns import auto_formula
from collabxl.formulas.named_ranges import AS_OF, list_name
from collabxl.formulas.row_values import FormulaResults
from collabxl.schema.columns import Column, Sheet
from collabxl.schema.kinds import Auto, Choice, Day, Id, YesNo
from collabxl.schema.serials import from_serial
from collabxl.schema.settings import limit_name
from collabxl.schema.sheets import Minutes, Progress, Risks, Waivers
from collabxl.schema.vocabularies import ENDED, STATUS
from collabxl.text import Lang
from collabxl.workbook.content import YES, Row, Value, to_key
from collabxl.workbook.theme import is_style

FINE, WRONG = "√", "▲"
"""What a live check may begin with."""
_CLOSED = (*ENDED, "closed")


@dataclass(frozen=True)
class RowFacts:
    """What one row says, by column; formulas' results included."""

    row: Row
    automatic: Mapping[Column, Value] = field(default_factory=dict)

    def __getitem__(self, column: Column) -> Value:
        if isinstance(column.kind, Auto) and self.row.get(column.key) is None:
            return self.automatic.get(column)
        return self.row.get(column.key)


def automatic_values(shown: FormulaResults, of: type[Sheet], row: int) -> dict[Column, Value]:
    """Return what the formulas of a row show: days as days, words of lists by their keys."""
    columns = (column for column in of.meta.columns if auto_formula(column, shown.lang) is not None)
    return {column: _value(shown.value_of(column, row), column) for column in columns}


def _value(result: Any, column: Column) -> Value:
    if isinstance(column.value_kind, Day) and isinstance(result, int | float) and result:
        return from_serial(result)
    return to_key(result, column) if result != "" else None


class CellState(NamedTuple):
    """One thing to be seen: where it holds, in the first prepared row, and by which style of the theme."""

    condition: str
    style: str


@cache
def cell_states(column: Column, lang: Lang) -> tuple[CellState, ...]:
    """Return the states of a column's cells, in the order they win."""
    if isinstance(column.kind, Id):
        return ()
    found = [*_choice_states(column, lang), *_date_states(column, lang), *_risk_states(column), *_text_states(column)]
    found += [
        *_conditional_states(column, lang),
        *_required_states(column),
        *_unknown_name_states(column),
        *_row_states(column, lang),
    ]
    return tuple(found)


def _choice_states(column: Column, lang: Lang) -> Iterator[CellState]:
    cell, kind = _cell(column), column.value_kind
    if isinstance(kind, YesNo):
        yield CellState(f'{cell}="{YES.to(lang)}"', "yes")
    if isinstance(kind, Choice):
        for word in kind.words.words:
            style = f"{kind.words.key}_{word.key}"
            if is_style(style):
                yield CellState(f'{cell}="{word.title.to(lang)}"', style)


def _date_states(column: Column, lang: Lang) -> Iterator[CellState]:
    cell = _cell(column)
    if column.deadline or column is Progress.planned:
        still = _open_condition(column.sheet, lang)
        late = f"AND(ISNUMBER({cell}),{cell}<{AS_OF},{still})"
        yield CellState(late, "mark_late")
        soon = f"AND(ISNUMBER({cell}),{cell}<=WORKDAY({AS_OF},{limit_name('due_soon_days')}),{still})"
        yield CellState(soon, "mark_soon")
    if column is Risks.reviewed:
        old = f"AND(ISNUMBER({cell}),{AS_OF}-{cell}>{limit_name('review_days')},{_open_condition(Risks, lang)})"
        yield CellState(old, "mark_late")
    if column is Waivers.until:
        yield CellState(f"AND(ISNUMBER({cell}),{cell}<{AS_OF})", "mark_over")


def _open_condition(sheet: type[Sheet], lang: Lang) -> str:
    status = sheet.meta.column("status")
    assert isinstance(status.kind, Choice)
    closed = [word for word in status.kind.words.words if word.key in _CLOSED]
    return ",".join(f'{_cell(status)}<>"{word.title.to(lang)}"' for word in closed)


def _risk_states(column: Column) -> Iterator[CellState]:
    """Yield how possibility and impact are shaded by their product, as the level beside them."""
    if column not in (Risks.possibility, Risks.impact):
        return
    both = f"{_cell(Risks.possibility)},{_cell(Risks.impact)}"
    product = f"PRODUCT({both})"
    for level, from_ in (("high", limit_name("high_risk")), ("medium", limit_name("medium_risk")), ("low", 0)):
        when = f"AND(COUNT({both})=2,{product}>={from_})"
        yield CellState(when, f"heat_{level}")


def _text_states(column: Column) -> Iterator[CellState]:
    cell = _cell(column)
    if column.key == "check":
        yield CellState(f'LEFT({cell},1)="{FINE}"', "mark_fine")
        yield CellState(f'LEFT({cell},1)="{WRONG}"', "mark_told")
        yield CellState(f'{cell}<>""', "mark_wrong")
    if column.key == "found":
        yield CellState(f'{cell}<>""', "mark_found")


def _conditional_states(column: Column, lang: Lang) -> Iterator[CellState]:
    """Yield where an empty cell is asked for because of what the row says elsewhere."""
    cell = _cell(column)
    for wanted, when in _conditional_requirements(lang):
        if wanted is column:
            empty = f'TRIM({cell}&"")=""'
            yield CellState(f"AND({empty},{when})", "mark_missing")


@cache
def _conditional_requirements(lang: Lang) -> tuple[tuple[Column, str], ...]:
    def word(column: Column, key: str) -> str:
        assert isinstance(column.kind, Choice)
        return f'{_cell(column)}="{column.kind.words.title_of(key).to(lang)}"'

    planned, status, acted = _cell(Progress.planned), Progress.status, f'TRIM({_cell(Minutes.action)}&"")<>""'
    task, updated = Progress.task, Progress.updated
    newest = f'COUNTIFS({_column_range(task)},{_cell(task)},{_column_range(updated)},">"&{_cell(updated)})=0'
    past = f"OR({word(status, 'delayed')},AND(ISNUMBER({planned}),{planned}<{AS_OF}))"
    running = f"AND({past},{_open_condition(Progress, lang)},{newest})"
    finished = _cell(Progress.finished)
    after = f"AND({word(status, 'done')},ISNUMBER({finished}),ISNUMBER({planned}),{finished}>{planned},{newest})"
    score = f"N({_cell(Risks.possibility)})*N({_cell(Risks.impact)})>={limit_name('high_risk')}"
    described = f'TRIM({_cell(Risks.description)}&"")<>""'
    return (
        (Progress.delay_reason, f"OR({running},{after})"),
        (Progress.remedy, running),
        (Progress.expected, running),
        (Progress.started, word(status, "in_progress")),
        (Progress.finished, word(status, "done")),
        (Minutes.owner, acted),
        (Minutes.due, acted),
        (Risks.response, f"AND({score},{_open_condition(Risks, lang)})"),
        (Risks.owner, f"AND({described},{_open_condition(Risks, lang)})"),
    )


def _required_states(column: Column) -> Iterator[CellState]:
    if not column.required:
        return
    sheet, cell = column.sheet, _cell(column)
    empty = f'TRIM({cell}&"")=""'
    if sheet.meta.form_headers:
        yield CellState(empty, "mark_missing")
    else:
        some = layout.empty_row_condition(sheet, layout.FIRST).replace("=0", ">0")
        yield CellState(f"AND({some},{empty})", "mark_missing")


def _unknown_name_states(column: Column) -> Iterator[CellState]:
    if isinstance(column.kind, Choice):
        cell = _cell(column)
        unknown = f'AND(TRIM({cell}&"")<>"",COUNTIF({list_name(column.kind.words)},TRIM({cell}))=0)'
        yield CellState(unknown, "mark_unknown")


def _row_states(column: Column, lang: Lang) -> Iterator[CellState]:
    """Yield how a whole row steps back once its task is dropped or done."""
    status = next((each for each in column.sheet.meta.columns if each.key == "status"), None)
    kind = status.kind if status else None
    if status is None or column is status or not isinstance(kind, Choice) or kind.words is not STATUS:
        return
    if isinstance(column.kind, Auto) and column.key in ("check", "found"):
        return
    for key in ("cancelled", "done"):
        yield CellState(f'{_cell(status)}="{STATUS.title_of(key).to(lang)}"', f"row_{key}")


def _cell(column: Column) -> str:
    row = layout.field_row(column) if column.sheet.meta.form_headers else layout.FIRST
    return layout.cell_reference(column, row)


def _column_range(column: Column) -> str:
    """Return the prepared cells of a column, for formulas on the same sheet."""
    letters = f"${layout.cell_reference(column, '')[1:]}"
    return f"{letters}${layout.FIRST}:{letters}${layout.last_row(column.sheet)}"
