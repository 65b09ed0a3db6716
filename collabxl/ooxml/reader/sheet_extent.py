"""Whether calamine may take a sheet: it lays every cell between the first and the last into memory, and may abort.

The bytes are searched for a cell that breaks the bounds, not parsed: nearly always there is none, and every file pays.
"""

from __future__ import annotations

import re
from functools import cache

from collabxl.ooxml import a1

MOST_CELLS = 8_000_000
"""So many cells, mostly empty, cost calamine and Python 320 MB together."""
SMALL, ENOUGH_FILLED = 500_000, 8
"""Above so many cells, one in so many must say something; else the sparse reader takes less."""
PROVED_UP_TO = 32 * 2**20
"""Bytes of XML in which every cell is looked at if need be; beyond it takes seconds and the worker's limit decides."""
MOST_TEXTS = 4_000_000
"""So many shared texts may be declared: calamine reserves 24 bytes for each before it reads one."""

_BOUNDS = (
    rb"[A-Z]{1,2}+[1-9][0-9]{0,3}+",  # 702 columns × 9,999 rows
    rb"[A-B]?[A-Z][1-9][0-9]{0,4}+",  # 78 × 99,999
    rb"[A-Z](?:[12][0-9]{5}|[1-9][0-9]{0,4}+)",  # 26 × 299,999
)
"""Shapes of references whose box is below MOST_CELLS, in the order of how likely one of them holds a whole sheet."""
_FILLED = re.compile(rb'<(?:[^<>\s/:]+:)?c(?=[\s>])(?: r="([A-Z]{1,3})([0-9]{1,7})"(?=[\s>]))?+((?:[^>]*[^>/])?)>')
_PREFIXED = re.compile(rb":c[\s/>]")
_REF = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]{1,3})([0-9]{1,7})[\"']")
_COUNT = re.compile(rb"\b(?:uniqueCount|count)\s*=\s*[\"']([^\"']*)[\"']")
_TABLE = re.compile(rb"<(?:[^<>\s/:]+:)?sst(\s[^>]*)?>")
TABLE_HEAD = 4096


def fits_in_memory(xml: bytes) -> bool:
    """Return whether calamine may try a worksheet: the box around its filled cells stays below MOST_CELLS."""
    if not _PREFIXED.search(xml) and any(not outside.search(xml) for outside in _outside()):
        return True
    return len(xml) > PROVED_UP_TO or _is_full_enough(xml)


def counts_are_sane(head: bytes) -> bool:
    """Return whether the first TABLE_HEAD bytes of the shared texts declare no absurd number of them."""
    table = _TABLE.search(head)
    if not table:
        return False
    return all(count.isdigit() and int(count) <= MOST_TEXTS for count in _COUNT.findall(table[1] or b""))


def has_longer_text(texts: bytes, longest: int) -> bool:
    """Return whether a table of shared texts may hold one of more than ``longest`` bytes; no shorter half escapes.

    Only every so many bytes are looked at: where a text ends nearby, none is long.
    """
    step = max(longest // 2, 1)
    return any(texts.find(b"</si>", at, at + step) < 0 for at in range(0, len(texts) - step, step))


@cache
def _outside() -> tuple[re.Pattern[bytes], ...]:
    return tuple(re.compile(rb'<c[\s/>](?!r="' + shape + rb'")') for shape in _BOUNDS)


def _is_full_enough(xml: bytes) -> bool:
    """Return whether the box is small, or filled so well that leaving the blanks out would save nothing."""
    rows: set[bytes] = set()
    columns: set[bytes] = set()
    count = 0
    for cell in _FILLED.finditer(xml):
        column, row, attributes = cell.groups()
        if column is None:
            ref = _REF.search(attributes)
            if ref is None:  # its place is counted, not told; who counts is the sparse reader
                return False
            column, row = ref.groups()
        columns.add(column)
        rows.add(row)
        count += 1
    if not rows:
        return True
    heights = list(map(int, rows))
    numbers = [a1.column_number(column.decode("ascii")) for column in columns]
    if max(heights) > a1.LAST_ROW or max(numbers) > a1.LAST_COLUMN:
        return False
    box = (max(heights) - min(heights) + 1) * (max(numbers) - min(numbers) + 1)
    return box <= MOST_CELLS and (box <= SMALL or count * ENOUGH_FILLED >= box)
