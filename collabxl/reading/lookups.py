"""Which cells that may be mended are found by formulas of people, by what they say now."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from collabxl.ooxml import a1
from collabxl.ooxml.areas import Spot
from collabxl.reading.literals import find_lookups, text_literals
from collabxl.reading.sheet import REMARKS, SheetReading
from collabxl.reading.source import Source, Title
from collabxl.schema.columns import Ref, Refs
from collabxl.schema.kinds import Auto
from collabxl.schema.sheets import SEPARATORS, STANDARD

_NAMES = re.compile(f"[{re.escape(SEPARATORS)}]+")


def lookups(source: Source, titles: Iterable[Title], pages: Sequence[SheetReading], *, built: bool) -> dict[str, str]:
    """Return where formulas of people look up words that a fix may replace, by word or pattern.

    Formulas are read only if there is such a word at all.
    """
    wanted = {word for page in pages for word in _replaceable(page)}
    return find_lookups(_text_cells(source, titles, pages, built=built), wanted) if wanted else {}


def _replaceable(page: SheetReading) -> Iterator[str]:
    """Yield what cells say in whose place a fix may put something else: what does not fit, names, and headers."""
    yield from (misfit.raw for misfit in page.misfits if isinstance(misfit.raw, str))
    places = (*page.places.values(), *(page.header.cells if page.header else ()))
    yield from (place.text for place in places if place.how != "exact")
    numbers = set(page.columns.get("id", ()))
    for column in STANDARD.sheet(page.key).meta.columns:
        if isinstance(column.value_kind, Ref | Refs):
            cells = {cell for cell in page.columns.get(column.key, ()) if isinstance(cell, str)}
            yield from (cell for cell in cells if _is_replaceable_list(cell, numbers))


def _is_replaceable_list(cell: str, numbers: set[str]) -> bool:
    """Return whether a fix may write a list of tasks anew: not all are IDs, or one of them stands there twice."""
    names = [name.strip() for name in _NAMES.split(cell)]
    return not numbers.issuperset(names) or len(names) != len(set(names))


def _text_cells(
    source: Source, titles: Iterable[Title], pages: Sequence[SheetReading], *, built: bool
) -> Iterator[tuple[str, str]]:
    """Yield the words that formulas of people look up, each with the place of the formula."""
    read = {page.title: page for page in pages}
    ours = {name for sheet in STANDARD.sheets for name in sheet.meta.title.both} if built else set()
    for title in titles:
        page = read.get(title.name)
        if page is None and title.name in ours:
            continue
        for spot, formula in source.formulas(title):
            if not (built and page is not None and _is_ours(page, spot)):
                where = f"{title.name}!{a1.cell_address(*spot)}" if spot else title.name
                yield from ((word, where) for word in text_literals(formula))


def _is_ours(page: SheetReading, spot: Spot | None) -> bool:
    """Return whether a formula on a built sheet is one that it was built with."""
    if spot is None or page.header is None or spot[0] <= page.header.row:
        return True
    columns = STANDARD.sheet(page.key).meta.columns
    ours = {*REMARKS, *(column.key for column in columns if isinstance(column.kind, Auto))}
    return any(place.column == spot[1] for key, place in page.places.items() if key in ours)
