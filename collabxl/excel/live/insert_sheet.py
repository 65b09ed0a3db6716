"""A painted sheet planted into an open workbook, whole: what draws it for a file draws it here, too.

The sheet comes out of a small workbook that the program opens beside the other: values, looks, links, charts and
conditional formats in one copy, and no text on its way through a cell where a program would take it for a number. It
brings no formulas, which would lead back to where it came from: they are written behind it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from collabxl.excel.live.host_api import OpenWorkbook
from collabxl.ooxml.a1 import quote_sheet
from collabxl.schema.sheets import Workings
from collabxl.workbook.grid import SIGNED

Spot = tuple[int, int]
Formulas = Mapping[Spot, str]
_BLIND = Workings.meta.title.both
"""Sheets with thousands of formulas, all of them ours, that never look into 汇总."""


def own_sheet(opened: OpenWorkbook, marker: str) -> Any | None:
    """Return the sheet that bears our mark as a name or, as programs drop hidden names, in its cell; None for none."""
    named = (sheet for sheet in opened.book.sheets if marker in map(_local, sheet.names))
    signed = (sheet for sheet in opened.book.sheets if sheet.range(SIGNED).value == marker)
    return next(chain(named, signed), None)


def _local(name: Any) -> str:
    """Return a name without its sheet's, which Excel puts before it."""
    return str(name.name).rpartition("!")[2]


def insert_sheet(opened: OpenWorkbook, donor: Path, formulas: Formulas, *, title: str, marker: str) -> Any:
    """Put the one sheet of the workbook ``donor`` into an open one and return it, in the place of the one of that mark.

    A new one is the last, under the first free title. Formulas elsewhere that look into the old one look into the new.
    """
    old = own_sheet(opened, marker)
    place = {"before": old} if old else {"after": opened.book.sheets[-1]}
    came = opened.book.app.books.open(str(donor), update_links=False, read_only=True, add_to_mru=False)
    try:
        sheet = came.sheets[0].copy(**place)
    finally:
        came.close()
    opened.heartbeat.beat()
    if old:
        _replace_sheet(opened, sheet, old)
    else:
        sheet.name = _free_title(opened, sheet, title)
    with opened.host.unlock(sheet):
        write_formulas(sheet, formulas)
    sheet.names.add(marker, f"={quote_sheet(sheet.name)}!$A$1")
    opened.heartbeat.beat()
    return sheet


def formulas_of(sheet: Any) -> dict[Spot, str]:
    """Return the formulas of a sheet by cell."""
    used = sheet.used_range
    return {
        (used.row + row, used.column + column): text
        for row, line in enumerate(_rows(used.formula))
        for column, text in enumerate(line)
        if isinstance(text, str) and text.startswith("=")
    }


def write_formulas(sheet: Any, formulas: Formulas) -> None:
    """Write formulas, those below each other in one block."""
    for (row, column), texts in column_runs(formulas.items()):
        sheet.range((row, column), (row + len(texts) - 1, column)).formula = [[text] for text in texts]


def column_runs(cells: Iterable[tuple[Spot, Any]]) -> Iterator[tuple[Spot, list[Any]]]:
    """Return what belongs into cells below each other together: the first of them, and what each gets."""
    start: Spot = (0, 0)
    found: list[Any] = []
    for (row, column), value in sorted(cells, key=lambda cell: (cell[0][1], cell[0][0])):
        if found and (row, column) != (start[0] + len(found), start[1]):
            yield start, found
            found = []
        if not found:
            start = (row, column)
        found.append(value)
    if found:
        yield start, found


def _replace_sheet(opened: OpenWorkbook, sheet: Any, old: Any) -> None:
    """Let a sheet have the title of an old one and all that looks into it; the old one is gone then."""
    title = old.name
    looking = {
        other.name: found
        for other in opened.book.sheets
        if other.name not in (title, sheet.name, *_BLIND) and (found := _formulas_mentioning(other, title))
    }
    old.delete()
    sheet.name = title
    for name, formulas in looking.items():
        with opened.host.unlock(opened.book.sheets[name]):
            write_formulas(opened.book.sheets[name], formulas)


def _formulas_mentioning(sheet: Any, title: str) -> dict[Spot, str]:
    words = {f"{quote_sheet(title)}!", f"'{title}'!"}
    return {spot: text for spot, text in formulas_of(sheet).items() if any(word in text for word in words)}


def _free_title(opened: OpenWorkbook, sheet: Any, title: str) -> str:
    taken = {other.name.casefold() for other in opened.book.sheets if other.name != sheet.name}
    found, number = title, 1
    while found.casefold() in taken:
        number += 1
        found = f"{title} ({number})"
    return found


def _rows(formulas: Any) -> Any:
    return formulas if isinstance(formulas, list | tuple) else ((formulas,),)
