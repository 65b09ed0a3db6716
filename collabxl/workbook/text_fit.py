"""How wide words are and how high rows must be, in Excel's units: one is a digit of the workbook's font."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache

from collabxl.schema.columns import Column
from collabxl.schema.kinds import Choice
from collabxl.text import Lang
from collabxl.workbook.theme import sign

_WIDE, _NARROW = 1.9, 1.0
"""A Chinese and another letter of 微软雅黑 in 10 points; measured as 13.3 pixels of 7 a unit."""
_BOLD, _ARROW, _EDGE = 1.06, 2.6, 1.6
"""A header is bold and has a filter button; a cell keeps its words off its edges."""
ONE_LINE, LINE = 24, 12
MOST_LINES = 10


@lru_cache(4096)
def units(text: str) -> float:
    """Return how wide a line of text is."""
    return sum(_WIDE if unicodedata.east_asian_width(letter) in "WFA" else _NARROW for letter in text)


@cache
def width(column: Column, lang: Lang) -> float:
    """Return a column's width: as declared, but never too narrow for its title or for a word of its list."""
    title = column.title.to(lang)
    piece = title if lang == "zh" and len(title) <= 4 else max(re.split(r"[ /]|(?<=\w{4})(?=[^ -~])", title), key=units)
    wanted = [column.width, units(piece) * _BOLD + _ARROW]
    if isinstance(column.value_kind, Choice):
        words = column.value_kind.words
        said = (f"{sign(f'{words.key}_{word.key}')} {word.title.to(lang)}" for word in words.words)
        wanted += [units(each) * _BOLD + _EDGE for each in said]
    return math.ceil(max(wanted) * 2) / 2


def line_count(text: str, room: float) -> int:
    """Return how many lines a text takes in a column of that width."""
    free = max(room - _EDGE, 1)
    return sum(max(1, _paragraph_lines(line, free)) for line in text.split("\n"))


def _paragraph_lines(line: str, free: float) -> int:
    """Return the lines of one paragraph: words stay whole, Chinese breaks anywhere."""
    count, used = 1, 0.0
    for piece in re.findall(r"[ -~]+? |[ -~]+|[^ -~]", line):
        wide = units(piece)
        if used and used + units(piece.rstrip()) > free:
            count, used = count + 1, 0.0
        count += int(wide // free)
        used += wide % free
    return count


def height(texts: Iterable[tuple[str, float]]) -> float:
    """Return the height of a row that holds these texts in columns of these widths."""
    most = min(max((line_count(text, room) for text, room in texts), default=1), MOST_LINES)
    return ONE_LINE if most == 1 else LINE * most + 10
