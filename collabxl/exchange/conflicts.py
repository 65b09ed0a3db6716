"""冲突: what a person has to decide after a merge, as a sheet of the master, and what they decided there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from collabxl.exchange.fit import excerpt
from collabxl.exchange.three_way import CellChange, Rows, Spot, Value
from collabxl.exchange.value_labels import cell_labels, row_label, value_label
from collabxl.reading.values import tidy
from collabxl.reading.workbook import Reading
from collabxl.schema.kinds import Choice
from collabxl.schema.sheets import STANDARD, Conflicts
from collabxl.text import Lang, t
from collabxl.workbook.grid import Cell, Grid

MARKER = "_collabxl_conflicts"
"""The hidden name that says the sheet is ours to renew."""
_HINT = t(
    "在“采用”里填“部门”、“主表”，或直接写要用的值；下次回收时生效",
    "Put Department, Master or the value itself into Take; it is done at the next merge",
)
_STATE = Conflicts.state.value_kind


class Conflict(NamedTuple):
    """One line of the sheet, its values as they are told there; ``choice`` is what a person put into 采用."""

    spot: Spot
    base: str
    ours: str
    theirs: str
    department: str
    choice: str = ""
    settled: bool = False

    def is_about(self, other: Conflict) -> bool:
        """Return whether two lines ask a department about the same cell or row."""
        return (self.spot, self.department) == (other.spot, other.department)


class Question(NamedTuple):
    """A line to be asked, and what colleagues say of the same cell or row, which stays a question of its own."""

    line: Conflict
    others: frozenset[str] = frozenset()


class Withdrawal(NamedTuple):
    """What a department no longer says of a cell: nothing is left to decide about it."""

    spot: Spot
    department: str
    said: Value


def read_conflicts(reading: Reading) -> list[Conflict]:
    """Return the lines of a workbook's 冲突 sheet, none if it has no such sheet."""
    page = next((page for page in reading.sheets if page.key == Conflicts.meta.key), None)
    if page is None:
        return []
    told = {column.key: page.columns.get(column.key) or [None] * len(page.rows) for column in Conflicts.meta.columns}
    return [
        _parse_line({key: cells[at] for key, cells in told.items()})
        for at in range(len(page.rows))
        if told["sheet"][at] and told["id"][at]
    ]


def _parse_line(told: dict[str, Any]) -> Conflict:
    said = {key: "" if value is None else str(value) for key, value in told.items()}
    sheet = next((each for each in STANDARD.required_sheets if said["sheet"] in each.meta.title.both), None)
    columns = sheet.meta.columns if sheet else ()
    key = next((column.key for column in columns if said["column"] in column.title.both), None)
    spot = Spot(sheet.meta.key if sheet else said["sheet"], said["id"].upper(), key)
    return Conflict(
        spot,
        said["base"],
        said["ours"],
        said["theirs"],
        said["department"],
        said["choice"],
        said["state"] == "settled",
    )


def conflict_line(change: CellChange, department: str, lang: Lang) -> Conflict:
    """Return the line that asks a person about a conflict."""
    base, ours, theirs = (line_label(value, change.spot, lang) for value in (change.base, change.ours, change.theirs))
    return Conflict(change.spot, base, ours, theirs, department)


def with_questions(lines: Sequence[Conflict], new: Iterable[Question | Withdrawal], lang: Lang) -> list[Conflict]:
    """Return the lines with new ones behind.

    A question that waits is not asked twice; one that nobody has answered gives way to a new one about the same cell
    or row, but for a colleague's. What was settled once and is in conflict again is asked again. What was withdrawn
    counts as settled.
    """
    made = list(lines)
    for each in new:
        if isinstance(each, Withdrawal):
            made = _without(made, each, lines, lang)
        elif not any(old.is_about(each.line) and old.theirs == each.line.theirs for old in made if not old.settled):
            made = [old for old in made if not _gives_way(old, each)]
            made.append(each.line)
    return made


def _gives_way(old: Conflict, new: Question) -> bool:
    return not (old.settled or old.choice or old.theirs in new.others or not old.is_about(new.line))


def _without(made: Sequence[Conflict], gone: Withdrawal, before: Sequence[Conflict], lang: Lang) -> list[Conflict]:
    """Return lines without a question that was withdrawn; one that stood in the sheet before is settled."""
    said = line_label(gone.said, gone.spot, lang)
    about = [each for each in made if (each.spot, each.department, each.theirs) == (gone.spot, gone.department, said)]
    kept = (each._replace(settled=True) if each in about else each for each in made)
    return [each for each, old in zip(kept, made, strict=True) if old not in about or old in before]


def current(lines: Iterable[Conflict], rows: Rows, lang: Lang) -> list[Conflict]:
    """Return the lines as of what ``rows`` say: those settled that say what the department wanted.

    One that waits, and that nobody has decided, shows what the master says by now.
    """
    return [each if each.settled else _renewed(each, rows, lang) for each in lines]


def _renewed(line: Conflict, rows: Rows, lang: Lang) -> Conflict:
    here = master_label(line.spot, rows, lang)
    row = rows.get(line.spot.sheet, {}).get(line.spot.id)
    if line.theirs == here and (line.spot.key is not None or row is None):
        return line._replace(settled=True)
    return line if line.choice or is_alike(here, line.ours) else line._replace(ours=here)


def is_alike(one: str, other: str) -> bool:
    """Return whether two texts of lines are the same to whoever reads the sheet again."""
    return tidy(one) == tidy(other)


def master_label(spot: Spot, rows: Rows, lang: Lang) -> str:
    """Return what a cell or row says in a master, as a line tells it."""
    row = rows.get(spot.sheet, {}).get(spot.id, {})
    return line_label(row.get(spot.key) if spot.key else row_label(spot.sheet, row, lang), spot, lang)


def line_label(value: Value, spot: Spot, lang: Lang) -> str:
    """Return a value as a line tells it: of what no cell holds, the beginning."""
    return excerpt(value_label(value, spot, lang))


def grid(lines: Sequence[Conflict], lang: Lang) -> Grid:
    """Return the sheet with its lines, the newest first among those that wait, settled ones below."""
    made = Grid(Conflicts.meta.title.to(lang))
    columns = Conflicts.meta.columns
    made.widths = {number: column.width for number, column in enumerate(columns, 1)}
    made.heights = {1: 30, 2: 20, STANDARD.header_row: 28}
    made.put(1, 1, Cell(Conflicts.meta.title.to(lang), "title"), across=len(columns))
    made.put(2, 1, Cell(_HINT.to(lang), "subtitle"), across=len(columns))
    for number, column in enumerate(columns, 1):
        made.put(
            STANDARD.header_row,
            number,
            Cell(column.title.to(lang), "head" if column.key == "choice" else "head_automatic"),
        )
    for row, line in enumerate(sorted(lines, key=lambda line: line.settled), STANDARD.header_row + 1):
        for number, told in enumerate(_cells(line, lang), 1):
            made.put(row, number, Cell(told, "wrap"))
    made.put_marker(MARKER)
    return made


def _cells(line: Conflict, lang: Lang) -> list[str]:
    assert isinstance(_STATE, Choice)
    state = _STATE.words.title_of("settled" if line.settled else "waiting")
    told = [line.base, line.ours, line.theirs, line.department, line.choice]
    return [*cell_labels(line.spot, lang), *told, state.to(lang)]
