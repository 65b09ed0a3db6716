"""What calamine does not tell about a worksheet, straight from its XML: errors, uncalculated formulas, hidden, merged.

The XML is searched, not parsed: most sheets have none of these, and finding that out must cost next to nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from itertools import chain
from typing import NamedTuple

from collabxl.ooxml import a1
from collabxl.ooxml.areas import Spot
from collabxl.ooxml.dangerous_text import has_external_reference
from collabxl.ooxml.reader.cells import CellMarks, ComputedCells
from collabxl.ooxml.reader.formula_cells import computed_cells

_ROOT = re.compile(rb"<(\w+:)?worksheet[\s>]")
_REF = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]+[0-9]+)[\"']")
_RICH, _DRAWS = re.compile(rb"\bvm\s*="), re.compile(rb"\b(?:IMAGE|DISPIMG)\(")
"""How a cell names a value that is more than a number or a text, and the formulas whose value is a picture."""
_CELL_PICTURE = b"DISPIMG("
_TEXT_RESULT = re.compile(rb"\bt\s*=\s*[\"']str[\"']")
_HIDDEN = rb"\bhidden\s*=\s*[\"'](?:1|true)[\"']"
_TRACES = (
    *(b"[", b"|", b"WEBSERVICE(", b"RTD(", b"DDE(", b"CALL(", b"REGISTER", b"HYPERLINK(", b"IMAGE(", b"EXEC("),
    *(b"SQL.REQUEST(", b"STOCKHISTORY(", b"IMPORT"),
)
"""One of these is in every formula that leaves the workbook; without any there is nothing to search for."""
_REACHING = re.compile(b"|".join(map(re.escape, _TRACES)))
_NEGATIVE = re.compile(rb"<(?:\w+:)?v>(-\d++(?:\.\d++)?(?:[eE][-+]?\d{1,3})?)<")


_HIDDEN_AT_ALL = re.compile(rb"hidden")
"""Patterns without a choice jump from one first letter to the next, which is twice as fast as ``in``."""


class _Patterns(NamedTuple):
    formula: re.Pattern[bytes]
    written: re.Pattern[bytes]
    error: re.Pattern[bytes]
    value: re.Pattern[bytes]
    no_value: tuple[re.Pattern[bytes], ...]
    merged: re.Pattern[bytes]
    hidden_row: re.Pattern[bytes]


def read_marks(xml: bytes) -> CellMarks:
    """Return the marks of one worksheet part."""
    root = _ROOT.search(xml)
    prefix = (root[1] or b"") if root else b""
    find = _patterns(prefix)
    formulas = find.formula.search(xml) is not None
    errors, pictures = _errors(xml, find) if b"#" in xml else ({}, set())
    if formulas and _CELL_PICTURE in xml:
        pictures |= _cell_pictures(xml, prefix)
    hidden = _HIDDEN_AT_ALL.search(xml) is not None
    tail = xml[xml.rfind(b"sheetData") :]
    return CellMarks(
        errors=errors,
        valueless_formulas=_valueless_formulas(xml, find, prefix) - pictures if formulas else frozenset(),
        external_formulas=_external_formulas(xml, find, prefix) if formulas else {},
        merged=_merged_ranges(tail, find) if b"mergeCell" in tail else (),
        hidden_rows=frozenset(int(row) for row in find.hidden_row.findall(xml)) if hidden else frozenset(),
        pictures=frozenset(pictures),
        computed=computed_cells(xml) if formulas else ComputedCells(),
    )


@cache
def _patterns(prefix: bytes) -> _Patterns:
    def compiled(pattern: bytes, flags: int = 0) -> re.Pattern[bytes]:
        return re.compile(pattern.replace(b"~", re.escape(prefix)), flags)

    nothing = rb"\s*(?:<~v\s*/>|<~v></~v>)?\s*</~c>"
    return _Patterns(
        formula=compiled(rb"<~f"),
        written=compiled(rb"<~f(?:\s[^<>]*)?>([^<]+)<"),
        error=compiled(rb"<~c\s([^>]*\bt\s*=\s*[\"']e[\"'][^>]*)>(.*?)</~c>", re.DOTALL),
        value=compiled(rb"<~v>([^<]*)<"),
        no_value=(compiled(rb"</~f>" + nothing), compiled(rb"<~f\s[^>]*/>" + nothing)),
        merged=compiled(rb"<~mergeCell\s[^>]*?ref\s*=\s*[\"']([^\"']+)[\"']"),
        hidden_row=compiled(rb"<~row\s(?=[^>]*" + _HIDDEN + rb")[^>]*?\br\s*=\s*[\"'](\d+)[\"']"),
    )


def _errors(xml: bytes, find: _Patterns) -> tuple[dict[Spot, str], set[Spot]]:
    """Return the cells in error, and those that only look so to programs which do not know what else they show."""
    found, rich = {}, set()
    for attributes, inside in find.error.findall(xml):
        value = find.value.search(inside)
        spot = _spot(attributes)
        if spot and _is_picture(attributes, inside, find):
            rich.add(spot)
        elif spot and value:
            found[spot] = value[1].decode("ascii", "replace")
    return found, rich


def _cell_pictures(xml: bytes, prefix: bytes) -> set[Spot]:
    """Return the cells that hold a picture as WPS keeps it, a formula whose result is its own text."""
    places = (match.start() for match in re.finditer(re.escape(_CELL_PICTURE), xml))
    return {spot for place in places if (spot := _spot(_cell_before(xml, place, prefix)))}


def _is_picture(attributes: bytes, inside: bytes, find: _Patterns) -> bool:
    """Return whether a cell holds a picture: its error is only what programs show that know none in a cell."""
    written = find.written.search(inside)
    return _RICH.search(attributes) is not None and (written is None or _DRAWS.search(written[1]) is not None)


def _valueless_formulas(xml: bytes, find: _Patterns, prefix: bytes) -> frozenset[Spot]:
    found = set()
    for match in chain.from_iterable(pattern.finditer(xml) for pattern in find.no_value):
        attributes = _cell_before(xml, match.start(), prefix)
        spot = None if _TEXT_RESULT.search(attributes) else _spot(attributes)
        if spot:
            found.add(spot)
    return frozenset(found)


def _external_formulas(xml: bytes, find: _Patterns, prefix: bytes) -> dict[Spot, str]:
    if not any(trace in xml for trace in _TRACES):
        return {}
    found = {}
    for written in find.written.finditer(xml):
        if not _REACHING.search(written[1]):
            continue
        formula = unescape(written[1].decode("utf-8", "replace"))
        spot = _spot(_cell_before(xml, written.start(), prefix)) if has_external_reference(formula) else None
        if spot:
            found[spot] = formula
    return found


def negatives(xml: bytes) -> Iterator[tuple[Spot, float]]:
    """Yield the cells of a worksheet part that hold negative numbers, which no format makes a day or a time."""
    root = _ROOT.search(xml)
    prefix = (root[1] or b"") if root else b""
    for match in _NEGATIVE.finditer(xml):
        spot = _spot(_cell_before(xml, match.start(), prefix))
        if spot:
            yield spot, float(match[1])


def _cell_before(xml: bytes, place: int, prefix: bytes) -> bytes:
    start = xml.rfind(b"<" + prefix + b"c ", 0, place)
    return xml[start : xml.find(b">", start)] if start >= 0 else b""


def _spot(attributes: bytes) -> Spot | None:
    ref = _REF.search(attributes)
    try:
        return a1.parse_cell(ref[1].decode("ascii")) if ref else None
    except ValueError:
        return None


def _merged_ranges(xml: bytes, find: _Patterns) -> tuple[tuple[Spot, Spot], ...]:
    found = []
    for ref in find.merged.findall(xml):
        first, _, last = ref.decode("ascii", "replace").partition(":")
        try:
            found.append((a1.parse_cell(first), a1.parse_cell(last or first)))
        except ValueError:  # a range no worksheet has; Excel repairs it, we leave it alone
            continue
    return tuple(found)
