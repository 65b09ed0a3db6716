"""What a number format makes of a number: a day or time, a span of time, a share, or no more than a number.

Judged as calamine judges, whose cells are read, so that what is written is read the same. Knows format codes and the
numbers of built-in formats (ISO 29500-1, 18.8.30); must not know parts.
"""

from __future__ import annotations

import re
from typing import Literal

NumberKind = Literal["date", "span", "share", "other"]
MOMENTS = frozenset({"date", "span"})
"""The kinds whose numbers are days, times or spans of time."""

_DATES = frozenset({*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)})
"""27 to 36 and 50 to 58 are those of East Asian languages."""
_SPANS = frozenset({46})
_SHARES = frozenset({9, 10})
_IGNORED = re.compile(r"[\\_*].|\"(?:[\\_*].|[^\"\\_*])*+\"", re.DOTALL)
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_BRACKETS = re.compile(r"\[[^\]]*\]")
_DATE_LETTERS = re.compile(r"[^a]*(?:[dmhys]|a.*[pm/])", re.IGNORECASE | re.DOTALL)
"""As calamine judges, an a opens AM/PM; a weekday (aaaa), which it passes over, is that of a day."""
_WEEKDAY = re.compile("a{3,4}", re.IGNORECASE)


def format_kind(code: str) -> NumberKind:
    """Return what a format code shows, judged by its first section."""
    code = _IGNORED.sub("", code).partition(";")[0]
    bare = _BRACKETS.sub("", _ELAPSED.split(code)[0])
    if _DATE_LETTERS.match(bare) or _WEEKDAY.search(bare):
        return "date"
    return "span" if _ELAPSED.search(code) else "share" if "%" in bare else "other"


def built_in_kind(number: int) -> NumberKind:
    """Return what the built-in format of a number shows."""
    return "date" if number in _DATES else "span" if number in _SPANS else "share" if number in _SHARES else "other"
