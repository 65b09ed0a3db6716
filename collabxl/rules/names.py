"""How people name tasks in a cell: splitting, comparing, finding the task meant, suggesting near ones.

It knows rows by position; a name is looked up only inside its own workbook.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from collabxl.schema.standard import NO_DEPENDENCY, QUOTES, SEPARATORS

NONE = -1
"""The position of a row that is not there."""
EXTERNAL = "::"
"""Stands between the project's and the task's name where a task of another workbook is meant."""
SHORTEST_PART, SHORTEST_WORD = 3, 5
"""A part of a name shorter than this many characters names nothing for certain; Latin words need more."""
LONGEST_WORD = 40
"""Longer words are not searched for names inside them."""
ALIKE, SIMILAR = 85, 40
"""How alike, per cent, a word must be to be taken for a name; to be suggested instead of it."""
BEGINS_ALIKE = 10
"""What each of the first four letters in common adds to a suggestion: people get the end wrong, not the start."""

How = Literal["id", "name", "deliverable", "loose", "ambiguous", "external", "unknown"]
_QUOTES = re.compile(rf"[\s{re.escape(QUOTES)}]+")
_SPLIT = re.compile(f"[{re.escape(SEPARATORS)}]+")
_HAN = re.compile("[\u3400-\u9fff]+")
_OF_BOTH = re.compile("[乾吒夥後徵拚捱摺於榘菸薹袷醣麴麽]")
"""The characters of GB 2312 that are traditional all the same."""
_NUMBERED = re.compile(r"([a-z]+)[-_]?0*(\d+)")


class Found(NamedTuple):
    """How a name was understood, and the positions of the tasks it may mean."""

    how: How
    at: tuple[int, ...] = ()

    @property
    def one(self) -> int:
        """The position of the task meant, or NONE unless it is certain."""
        return self.at[0] if len(self.at) == 1 else NONE


class Mentions(NamedTuple):
    """The names in a column of cells, as parallel lists.

    ``at`` has the position of the row a name stands in, ``token`` the name itself, ``how`` how it was understood,
    ``to`` the position of the task it means or NONE; ``several`` has, by place in the lists, all it may mean.
    """

    at: list[int]
    token: list[str]
    how: list[How]
    to: list[int]
    several: dict[int, tuple[int, ...]]


@lru_cache(maxsize=100_000)
def plain(text: str) -> str:
    """Return a name as names are compared: half width, lower case, without blanks, quotes and 《》."""
    word = text if unicodedata.is_normalized("NFKC", text) else unicodedata.normalize("NFKC", text)
    return (word if word.isalnum() else _QUOTES.sub("", word)).lower()


def is_simplified(text: str) -> bool:
    """Return whether a text certainly has no traditional characters: GB 2312, with few exceptions, has none."""
    if text.isascii():
        return True
    try:
        "".join(_HAN.findall(text)).encode("gb2312")
    except UnicodeEncodeError:
        return False
    return not _OF_BOTH.search(text)


@lru_cache(maxsize=10_000)
def simplified(text: str) -> str:
    """Return a text in simplified characters; the library is loaded only for a text that has others."""
    return text if is_simplified(text) else str(_converter().convert(text))


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


@lru_cache(maxsize=100_000)
def split(text: str) -> tuple[str, ...]:
    """Return the names in a cell; none for an empty cell and for the ways to write "no dependency"."""
    if plain(text) in NO_DEPENDENCY:
        return ()
    names = (name.strip() for name in _SPLIT.split(text))
    return tuple(name for name in names if name and plain(name) not in NO_DEPENDENCY)


@lru_cache(maxsize=100_000)
def _split(cell: str) -> tuple[tuple[str, str], ...]:
    """Return the names in a cell, each as typed and as compared."""
    return tuple((part, plain(part)) for part in split(cell))


class Names:
    """The tasks of many workbooks by 编号, name and deliverable; a workbook's indexes are made when first needed."""

    def __init__(self, tasks: pd.DataFrame) -> None:
        wbs, rows = (tasks.index.get_level_values(name).to_numpy() for name in ("wb", "row"))
        self._columns = {key: tasks[key].to_numpy() for key in ("id", "name", "deliverable")}
        order = np.lexsort((rows, wbs))
        starts = np.flatnonzero(np.diff(wbs[order], prepend=NONE)).tolist()
        ends = [*starts[1:], len(order)]
        self._rows = {int(wbs[order[at]]): order[at:end].tolist() for at, end in zip(starts, ends, strict=False)}
        self._number = rows
        self._indexes: dict[tuple[int, str], dict[str, tuple[int, ...]]] = {}
        self._texts: dict[tuple[int, str], str] = {}
        ids, names = self._columns["id"], self._columns["name"]
        self.labels = np.where(tasks["id"].notna(), ids, names)
        """How each task is called in messages: its 编号 if it has one, else its name."""

    def label(self, at: int) -> str:
        """Return how a task is called in messages."""
        return str(self.labels[at] or "")

    def mentions(self, wbs: Sequence[int], cells: Iterable[str | None], *, by_themselves: bool = False) -> Mentions:
        """Return every name in a column of cells; ``by_themselves`` if the cells' rows are the tasks' own.

        Nearly every cell names tasks by their 编号 only, so that is tried first, in as few steps as Python allows.
        """
        found = Mentions([], [], [], [], {})
        rows, tokens, hows, tos, _ = found
        book, ids = NONE, dict[str, int]()
        for at, (wb, cell) in enumerate(zip(wbs, cells, strict=True)):
            if cell is None:
                continue
            if wb != book:
                book, ids = wb, self._ids(wb)
            parts = _split(cell)
            sure = [ids.get(word, NONE) for _, word in parts]
            if NONE in sure:
                self._mention(found, at, wb, cell, but=at if by_themselves else NONE)
                continue
            for (part, _), to in zip(parts, sure, strict=True):
                rows.append(at)
                tokens.append(part)
                hows.append("id")
                tos.append(to)
        return found

    def _mention(self, found: Mentions, at: int, wb: int, cell: str, *, but: int) -> None:
        """Add the names in one cell; a cell that is as a whole the name of a task is one name, separators or not."""
        parts = split(cell)
        whole = plain(cell)
        if len(parts) > 1 and any(whole in self._index(wb, column) for column in ("name", "deliverable")):
            parts = (cell,)
        for part in parts:
            meant = self.find(wb, part, but=but)
            if meant.one == NONE:
                found.several[len(found.at)] = meant.at
            found.at.append(at)
            found.token.append(part)
            found.how.append(meant.how)
            found.to.append(meant.one)

    def find(self, wb: int, name: str, *, but: int = NONE) -> Found:
        """Return which task of a workbook a name means; never ``but`` itself unless it is named exactly."""
        word = plain(name)
        by_id = self._index(wb, "id").get(word)
        if by_id:
            return Found("id" if len(by_id) == 1 else "ambiguous", by_id)
        by_name = self._named(wb, name, word)
        if by_name:
            return Found("name" if len(by_name) == 1 else "ambiguous", by_name)
        project, _, task = word.partition(EXTERNAL)
        if project and task:
            return Found("external")
        by_deliverable = () if _NUMBERED.fullmatch(word) else self._index(wb, "deliverable").get(word)
        if by_deliverable:
            return Found("deliverable" if len(by_deliverable) == 1 else "ambiguous", by_deliverable)
        loose = tuple(sorted(self._loosely(wb, word) - {but}, key=self._number.__getitem__))
        if loose:
            return Found("loose" if len(loose) == 1 else "ambiguous", loose)
        return Found("unknown")

    def tasks(self, wbs: Sequence[int], numbers: Iterable[str | None], names: Iterable[str | None]) -> list[int]:
        """Return the positions of the tasks that rows name, by 编号 or else by name; NONE where neither does."""
        found: list[int] = []
        book, ids = NONE, dict[str, int]()
        for wb, number, name in zip(wbs, numbers, names, strict=True):
            if wb != book:
                book, ids = wb, self._ids(wb)
            words = number if number is not None else name
            at = ids.get(plain(words)) if words is not None else NONE
            if at is None and words is not None:
                index = self._index(wb, "id").get(plain(words)) or self._index(wb, "name").get(plain(words))
                at = index[0] if index else NONE
            found.append(NONE if at is None else at)
        return found

    def suggest(self, wb: int, name: str, *, but: int = NONE, most: int = 3) -> list[str]:
        """Return the names of up to ``most`` tasks that ``name`` may have meant, the likeliest first."""
        from rapidfuzz import fuzz
        from rapidfuzz.distance import Prefix
        from rapidfuzz.process import extract

        word = simplified(plain(name))
        if not word or _NUMBERED.fullmatch(word):
            return []
        index = self._index(wb, "name")
        own = self._columns["name"][but] if but != NONE else None
        likely = {
            known for known, *_ in extract(word, list(index), scorer=fuzz.ratio, score_cutoff=SIMILAR, limit=None)
        }
        likely |= {known for known in index if known[:1] == word[0]}
        scores = {
            known: fuzz.ratio(word, known) + BEGINS_ALIKE * min(Prefix.similarity(word, known), 4) for known in likely
        }
        best = sorted(
            (known for known in scores if scores[known] >= SIMILAR), key=lambda known: (-scores[known], index[known])
        )
        named = [str(self._columns["name"][index[known][0]]) for known in best]
        return [each for each in named if each != own][:most]

    def _loosely(self, wb: int, word: str) -> set[int]:
        from rapidfuzz import fuzz
        from rapidfuzz.process import extract

        numbered = _NUMBERED.fullmatch(word)
        if numbered:
            return {at for same in _ways_to_write(*numbered.groups()) for at in self._index(wb, "id").get(same, ())}
        found = self._in_other_characters(wb, word)
        if found:
            return found
        word = simplified(word)
        for column in ("name", "deliverable"):
            index = self._index(wb, column)
            parts = [known for known in _parts_of(word) if known in index]
            if _tells(word) and word in self._joined(wb, column):
                parts += [known for known in index if word in known]
            near = extract(word, list(index), scorer=fuzz.ratio, score_cutoff=ALIKE, limit=3) if not parts else []
            for known in [*parts, *(hit[0] for hit in near)]:
                found.update(index[known])
        return found

    def _in_other_characters(self, wb: int, word: str) -> set[int]:
        """Return the tasks whose name or deliverable is the word, once both are in simplified characters."""
        found: set[int] = set()
        for column in ("name", "deliverable"):
            joined = self._joined(wb, column)
            if not (is_simplified(word) and is_simplified(joined)):
                same, words = simplified(word), simplified(joined).split("\n")
                known = zip(words, self._index(wb, column).values(), strict=False)
                found.update(at for each, positions in known if each == same for at in positions)
        return found

    def _ids(self, wb: int) -> dict[str, int]:
        """Return the tasks of a workbook by those 编号 that only one of them bears."""
        return {word: at[0] for word, at in self._index(wb, "id").items() if len(at) == 1}

    def _named(self, wb: int, name: str, word: str) -> tuple[int, ...]:
        """Return the tasks of a name; what looks like a 编号 is mostly a mistyped one, not worth an index of names."""
        if _NUMBERED.fullmatch(word) and (wb, "name") not in self._indexes:
            rows = self._rows.get(wb, [])
            return tuple(at for at in rows if self._columns["name"][at] == name)
        return self._index(wb, "name").get(word, ())

    def _joined(self, wb: int, column: str) -> str:
        """Return all words of an index in one text: searching it tells at once whether any of them holds a part."""
        made = self._texts.get((wb, column))
        if made is None:
            made = self._texts[wb, column] = "\n".join(self._index(wb, column))
        return made

    def _index(self, wb: int, column: str) -> dict[str, tuple[int, ...]]:
        made = self._indexes.get((wb, column))
        if made is None:
            made = _positions(self._columns[column], self._rows.get(wb, ()))
            self._indexes[wb, column] = made
        return made


def _ways_to_write(letters: str, number: str) -> list[str]:
    """Return the ways people write one 编号: T1, T01, T001, T-1 …"""
    return [f"{letters}{mark}{number.zfill(width)}" for mark in ("", "-", "_") for width in range(1, 6)]


def _tells(part: str) -> bool:
    return len(part) >= (SHORTEST_WORD if part.isascii() else SHORTEST_PART)


def _parts_of(word: str) -> Iterator[str]:
    """Return the parts of a word that could be a name by themselves, the word itself left out."""
    ends = range(1, min(len(word), LONGEST_WORD) + 1)
    parts = {word[start:end] for end in ends for start in range(end)} - {word}
    return (part for part in sorted(parts) if _tells(part))


def _positions(values: NDArray[Any], rows: Sequence[int]) -> dict[str, tuple[int, ...]]:
    made: dict[str, tuple[int, ...]] = {}
    for at in rows:
        value = values[at]
        if value is not None:
            word = plain(value)
            made[word] = (*made[word], at) if word in made else (at,)
    return made
