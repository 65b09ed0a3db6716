"""What calamine does not tell about a worksheet, straight from its XML: errors, uncalculated formulas, hidden, merged.

The XML is searched, not parsed: most sheets have none of these, and finding that out must cost next to nothing.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import chain
from typing import NamedTuple

from collabxl import address
from collabxl.read.formulas import computed
from collabxl.read.source import Computed, Marks, Spot

_ROOT = re.compile(rb"<(\w+:)?worksheet[\s>]")
_REF = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]+[0-9]+)[\"']")
_TEXT_RESULT = re.compile(rb"\bt\s*=\s*[\"']str[\"']")
_MIN_MAX = re.compile(rb"\b(min|max)\s*=\s*[\"'](\d+)[\"']")
_HIDDEN = rb"\bhidden\s*=\s*[\"'](?:1|true)[\"']"
_REACHING = re.compile(rb"\[\d+\]|\w\|[^!<]*!|(?:WEBSERVICE|FILTERXML|RTD|DDE|CALL|REGISTER(?:\.ID)?|HYPERLINK)\(")
"""What a formula that leaves the workbook holds: another book's number, a DDE topic, a function that calls out."""
_TRACES = (b"[", b"|", b"WEBSERVICE(", b"FILTERXML(", b"RTD(", b"DDE(", b"CALL(", b"REGISTER", b"HYPERLINK(")
"""Without any of these bytes there is nothing to search for; most sheets have none."""
MOST_COLUMNS_NAMED = 200


_HIDDEN_AT_ALL = re.compile(rb"hidden")
"""Patterns without a choice jump from one first letter to the next, which is twice as fast as ``in``."""


class _Patterns(NamedTuple):
    formula: re.Pattern[bytes]
    error: re.Pattern[bytes]
    value: re.Pattern[bytes]
    no_value: tuple[re.Pattern[bytes], ...]
    merged: re.Pattern[bytes]
    hidden_row: re.Pattern[bytes]
    hidden_column: re.Pattern[bytes]


def marks(xml: bytes) -> Marks:
    """Return the marks of one worksheet part."""
    root = _ROOT.search(xml)
    prefix = (root[1] or b"") if root else b""
    find = _patterns(prefix)
    formulas = find.formula.search(xml) is not None
    hidden = _HIDDEN_AT_ALL.search(xml) is not None
    tail = xml[xml.rfind(b"sheetData") :]
    return Marks(
        errors=_errors(xml, find) if b"#" in xml else {},
        valueless=_valueless(xml, find, prefix) if formulas else frozenset(),
        reaching=_reaching(xml, prefix) if formulas else {},
        merged=_merged(tail, find) if b"mergeCell" in tail else (),
        hidden_rows=frozenset(int(row) for row in find.hidden_row.findall(xml)) if hidden else frozenset(),
        hidden_columns=_hidden_columns(xml, find) if hidden else frozenset(),
        computed=computed(xml) if formulas else Computed(),
    )


@cache
def _patterns(prefix: bytes) -> _Patterns:
    def compiled(pattern: bytes, flags: int = 0) -> re.Pattern[bytes]:
        return re.compile(pattern.replace(b"~", re.escape(prefix)), flags)

    nothing = rb"\s*(?:<~v\s*/>|<~v></~v>)?\s*</~c>"
    return _Patterns(
        formula=compiled(rb"<~f"),
        error=compiled(rb"<~c\s([^>]*\bt\s*=\s*[\"']e[\"'][^>]*)>(.*?)</~c>", re.DOTALL),
        value=compiled(rb"<~v>([^<]*)<"),
        no_value=(compiled(rb"</~f>" + nothing), compiled(rb"<~f\s[^>]*/>" + nothing)),
        merged=compiled(rb"<~mergeCell\s[^>]*?ref\s*=\s*[\"']([^\"']+)[\"']"),
        hidden_row=compiled(rb"<~row\s(?=[^>]*" + _HIDDEN + rb")[^>]*?\br\s*=\s*[\"'](\d+)[\"']"),
        hidden_column=compiled(rb"<~col\s(?=[^>]*" + _HIDDEN + rb")([^>]*)>"),
    )


def _errors(xml: bytes, find: _Patterns) -> dict[Spot, str]:
    found = {}
    for attributes, inside in find.error.findall(xml):
        value = find.value.search(inside)
        spot = _spot(attributes)
        if spot and value:
            found[spot] = value[1].decode("ascii", "replace")
    return found


def _valueless(xml: bytes, find: _Patterns, prefix: bytes) -> frozenset[Spot]:
    found = set()
    for match in chain.from_iterable(pattern.finditer(xml) for pattern in find.no_value):
        attributes = _cell_before(xml, match.start(), prefix)
        spot = None if _TEXT_RESULT.search(attributes) else _spot(attributes)
        if spot:
            found.add(spot)
    return frozenset(found)


def _reaching(xml: bytes, prefix: bytes) -> dict[Spot, str]:
    if not any(trace in xml for trace in _TRACES):
        return {}
    found = {}
    opens, closes = b"<" + prefix + b"f", b"</" + prefix + b"f>"
    for match in _REACHING.finditer(xml):
        start, end = xml.rfind(opens, 0, match.start()), xml.find(closes, match.start())
        if start < 0 or end < 0 or closes in xml[start : match.start()]:
            continue
        spot = _spot(_cell_before(xml, start, prefix))
        if spot:
            found[spot] = xml[xml.find(b">", start) + 1 : end].decode("utf-8", "replace")
    return found


def _cell_before(xml: bytes, place: int, prefix: bytes) -> bytes:
    start = xml.rfind(b"<" + prefix + b"c ", 0, place)
    return xml[start : xml.find(b">", start)] if start >= 0 else b""


def _spot(attributes: bytes) -> Spot | None:
    ref = _REF.search(attributes)
    try:
        return address.cell(ref[1].decode("ascii")) if ref else None
    except ValueError:
        return None


def _merged(xml: bytes, find: _Patterns) -> tuple[tuple[Spot, Spot], ...]:
    found = []
    for ref in find.merged.findall(xml):
        first, _, last = ref.decode("ascii", "replace").partition(":")
        try:
            found.append((address.cell(first), address.cell(last or first)))
        except ValueError:  # a range no worksheet has; Excel repairs it, we leave it alone
            continue
    return tuple(found)


def _hidden_columns(xml: bytes, find: _Patterns) -> frozenset[int]:
    hidden: set[int] = set()
    for attributes in find.hidden_column.findall(xml):
        ends = {name: int(value) for name, value in _MIN_MAX.findall(attributes)}
        first = ends.get(b"min", 1)
        hidden.update(range(first, min(ends.get(b"max", first), first + MOST_COLUMNS_NAMED) + 1))
    return frozenset(hidden)
