"""The kinds of values, as plain data; whoever builds, reads or documents matches on them.

A kind says what a cell may hold, never how Excel or pandas store it. Those that name a column are declared beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from collabxl.text import Text


class Word(NamedTuple):
    """One entry of a word list: a stable key, its words, and what people certainly mean by it."""

    key: str
    title: Text
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Words:
    """A word list: the choices of a drop-down, in order."""

    key: str
    title: Text
    words: tuple[Word, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of all words, in order."""
        return tuple(word.key for word in self.words)

    def title_of(self, key: str) -> Text:
        """Return the words of one key; KeyError if the list has no such key."""
        for word in self.words:
            if word.key == key:
                return word.title
        raise KeyError(key)


@dataclass(frozen=True, slots=True)
class Id:
    """The row's own number, printed in advance; ``pattern`` makes it from 1, 2, 3 …"""

    pattern: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text, at most ``longest`` characters."""

    longest: int = 200


@dataclass(frozen=True, slots=True)
class Note:
    """Text of several lines, at most ``longest`` characters."""

    longest: int = 2000


@dataclass(frozen=True, slots=True)
class Number:
    """A number from ``low`` to ``high``, both included; ``whole`` allows integers only."""

    low: float
    high: float
    whole: bool = True


LONGEST_CELL = 32_767
"""So many letters a cell holds in Excel; other programs write longer ones, which Excel cuts when it opens the file."""
PERCENT_FROM = 2
"""From here on a bare number in a column of shares is meant in per cent: 50 is 50 %, but 1.2 is 120 %."""


@dataclass(frozen=True, slots=True)
class Percent:
    """A share from 0 to 1, shown as 0 % to 100 %."""


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day without a time."""


@dataclass(frozen=True, slots=True)
class Period:
    """Two days with a dash between them, first and last, in one cell."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One word of a list."""

    words: Words


@dataclass(frozen=True, slots=True)
class YesNo:
    """Yes or no; empty means no."""


@dataclass(frozen=True, slots=True)
class People:
    """One or more persons by name, with a way to reach them in brackets."""


@dataclass(frozen=True, slots=True)
class Auto:
    """Made by a formula; what people type there is read but never asked for."""

    of: Line | Note | Number | Day | Choice | Percent
