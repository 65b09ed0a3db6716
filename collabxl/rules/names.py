"""How people name tasks in a cell: splitting, comparing, finding the task meant, suggesting near ones.

It knows rows by position; a name is looked up only inside its own workbook.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, Literal, NamedTuple

import pandas as pd
from numpy.typing import NDArray

from collabxl.schema.standard import NO_DEPENDENCY, SEPARATORS

NONE = -1
"""The position of a row that is not there."""
EXTERNAL = "::"
"""Stands between the project's and the task's name where a task of another workbook is meant."""
SHORTEST_PART, SHORTEST_WORD = 3, 5
"""A part of a name shorter than this many characters names nothing for certain; Latin words need more."""
ALIKE, SIMILAR = 85, 40
"""How alike, per cent, a word must be to be taken for a name; to be suggested instead of it."""
BEGINS_ALIKE = 10
"""What each of the first four letters in common adds to a suggestion: people get the end wrong, not the start."""

Column = NDArray[Any]
How = Literal["id", "name", "deliverable", "loose", "ambiguous", "external", "unknown"]
_QUOTES = re.compile(r"[\s《》〈〉“”\"'‘’「」『』\[\]【】]+")
_SPLIT = re.compile(f"[{re.escape(SEPARATORS)}]+")
_NUMBERED = re.compile(r"([a-z]+)[-_]?0*(\d+)")


class Found(NamedTuple):
    """How a name was understood, and the positions of the tasks it may mean."""

    how: How
    at: tuple[int, ...] = ()

    @property
    def one(self) -> int:
        """The position of the task meant, or NONE unless it is certain."""
        return self.at[0] if len(self.at) == 1 else NONE


@lru_cache(maxsize=100_000)
def plain(text: str) -> str:
    """Return a name as names are compared: half width, lower case, without blanks, quotes and 《》."""
    if text.isalnum():
        return text.lower()
    return _QUOTES.sub("", unicodedata.normalize("NFKC", text)).lower()


@lru_cache(maxsize=100_000)
def split(text: str) -> tuple[str, ...]:
    """Return the names in a cell; none for an empty cell and for the ways to write "no dependency"."""
    if plain(text) in NO_DEPENDENCY:
        return ()
    names = (name.strip() for name in _SPLIT.split(text))
    return tuple(name for name in names if name and plain(name) not in NO_DEPENDENCY)


class Names:
    """The tasks of many workbooks by 编号, name and deliverable; a workbook's indexes are made when first needed."""

    def __init__(self, index: pd.Index[Any], ids: Column, names: Column, deliverables: Column) -> None:
        self._columns = {"id": ids, "name": names, "deliverable": deliverables}
        self._rows: dict[int, list[int]] = {}
        for at, (wb, _) in sorted(enumerate(index), key=itemgetter(1)):
            self._rows.setdefault(wb, []).append(at)
        self._number = [row for _, row in index]
        self._indexes: dict[tuple[int, str], dict[str, tuple[int, ...]]] = {}

    def label(self, at: int) -> str:
        """Return how a task is called in messages: its 编号 if it has one, else its name."""
        return str(self._columns["id"][at] or self._columns["name"][at] or "")

    def names(self, wb: int, cell: str) -> tuple[str, ...]:
        """Return the names in a cell; a cell that is as a whole the name of a task is one name."""
        parts = split(cell)
        if len(parts) > 1 and any(plain(cell) in self._index(wb, column) for column in ("name", "deliverable")):
            return (cell,)
        return parts

    def find(self, wb: int, name: str, *, but: int = NONE) -> Found:
        """Return which task of a workbook a name means; never ``but`` itself unless it is named exactly."""
        word = plain(name)
        by_id = self._index(wb, "id").get(word)
        if by_id:
            return Found("id" if len(by_id) == 1 else "ambiguous", by_id)
        by_name = self._index(wb, "name").get(word)
        if by_name:
            return Found("name" if len(by_name) == 1 else "ambiguous", by_name)
        if EXTERNAL in name:
            return Found("external")
        by_deliverable = self._index(wb, "deliverable").get(word)
        if by_deliverable:
            return Found("deliverable" if len(by_deliverable) == 1 else "ambiguous", by_deliverable)
        loose = tuple(sorted(self._loosely(wb, word) - {but}, key=self._number.__getitem__))
        if loose:
            return Found("loose" if len(loose) == 1 else "ambiguous", loose)
        return Found("unknown")

    def suggest(self, wb: int, name: str, *, but: int = NONE, most: int = 3) -> list[str]:
        """Return the names of up to ``most`` tasks that ``name`` may have meant, the likeliest first."""
        from rapidfuzz import fuzz
        from rapidfuzz.distance import Prefix
        from rapidfuzz.process import extract

        def alike(left: str, right: str, **_: Any) -> float:
            return fuzz.ratio(left, right) + BEGINS_ALIKE * min(Prefix.similarity(left, right), 4)

        own = self._columns["name"][but] if but != NONE else None
        known = {word: at for word, at in self._index(wb, "name").items() if self._columns["name"][at[0]] != own}
        near = extract(plain(name), list(known), scorer=alike, limit=most, score_cutoff=SIMILAR)
        return [str(self._columns["name"][known[word][0]]) for word, _, _ in near]

    def _loosely(self, wb: int, word: str) -> set[int]:
        from rapidfuzz import fuzz
        from rapidfuzz.process import extract

        numbered = _NUMBERED.fullmatch(word)
        if numbered:
            same = {at for known, at in self._index(wb, "id").items() if _same_number(known, numbered)}
            return {at for several in same for at in several}
        found: set[int] = set()
        for column in ("name", "deliverable"):
            index = self._index(wb, column)
            parts = [known for known in index if (_tells(word) and word in known) or (_tells(known) and known in word)]
            near = extract(word, list(index), scorer=fuzz.ratio, score_cutoff=ALIKE, limit=3) if not parts else []
            for known in [*parts, *(hit[0] for hit in near)]:
                found.update(index[known])
        return found

    def _index(self, wb: int, column: str) -> dict[str, tuple[int, ...]]:
        made = self._indexes.get((wb, column))
        if made is None:
            made = self._indexes[wb, column] = _positions(self._columns[column], self._rows.get(wb, ()))
        return made


def _tells(part: str) -> bool:
    return len(part) >= (SHORTEST_WORD if part.isascii() else SHORTEST_PART)


def _positions(values: Column, rows: Sequence[int]) -> dict[str, tuple[int, ...]]:
    made: dict[str, tuple[int, ...]] = {}
    for at in rows:
        if values[at] is not None:
            word = plain(values[at])
            made[word] = (*made.get(word, ()), at)
    return made


def _same_number(known: str, wanted: re.Match[str]) -> bool:
    match = _NUMBERED.fullmatch(known)
    return match is not None and match.groups() == wanted.groups()
