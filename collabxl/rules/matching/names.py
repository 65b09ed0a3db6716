"""How people name tasks in a cell: splitting, comparing, finding the task meant, suggesting near ones.

It knows rows by position; a name is looked up only inside its own workbook.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from collabxl.reading.frame_columns import object_array
from collabxl.rules.matching.ids import NONE, TaskIds
from collabxl.rules.matching.near_names import NearNames, to_simplified
from collabxl.scheduling.arrays import spans
from collabxl.schema.sheets import NO_DEPENDENCY, QUOTES, SEPARATORS
from collabxl.text import MOST_LISTED, Text, t

EXTERNAL = "::"
"""Stands between the project's and the task's name where a task of another workbook is meant."""
MOST_SUGGESTED = 3
MOST_PARTS = 10
"""Separators that a name may hold and still be found among others in one cell."""
SCANS = 20
"""Looking through the names of a workbook so often costs as much as an index of them."""

How = Literal["id", "name", "deliverable", "loose", "ambiguous", "external", "unknown"]
ExternalName = tuple[str, str]
"""A project and a task of it, both as names are compared."""
_QUOTES = re.compile(rf"[\s{re.escape(QUOTES)}]+")
_SPLIT = re.compile(f"[{re.escape(SEPARATORS)}]+")
_PART = re.compile(f"[^{re.escape(SEPARATORS)}]+")
_NUMBERED = re.compile(r"([a-z]+)[-_]?0*(\d+)")


class NameMatch(NamedTuple):
    """How a name was understood, and the positions of the tasks it may mean."""

    how: How
    at: tuple[int, ...] = ()

    @property
    def single(self) -> int:
        """The position of the task meant, or NONE unless it is certain."""
        return self.at[0] if len(self.at) == 1 else NONE


class Mentions(NamedTuple):
    """The names in a column of cells, as parallel arrays in the order of rows and words.

    ``at`` has the position of the row a name stands in, ``token`` the name itself, ``how`` how it was understood,
    ``to`` the position of the task it means or NONE; ``several`` has, by place in the arrays, all it may mean.
    """

    at: NDArray[np.int64]
    token: NDArray[Any]
    how: NDArray[Any]
    to: NDArray[np.int64]
    several: dict[int, tuple[int, ...]]


@lru_cache(maxsize=100_000)
def normalize_name(text: str) -> str:
    """Return a name as names are compared: half width, lower case, without blanks, quotes and 《》."""
    word = text if unicodedata.is_normalized("NFKC", text) else unicodedata.normalize("NFKC", text)
    return (word if word.isalnum() else _QUOTES.sub("", word)).lower()


@lru_cache(maxsize=100_000)
def split_names(text: str) -> tuple[str, ...]:
    """Return the names in a cell; none for an empty cell and for the ways to write "no dependency"."""
    if normalize_name(text) in NO_DEPENDENCY:
        return ()
    names = (name.strip() for name in _SPLIT.split(text))
    return tuple(name for name in names if name and normalize_name(name) not in NO_DEPENDENCY)


@lru_cache(maxsize=100_000)
def _split_and_normalize(cell: str) -> tuple[tuple[str, str], ...]:
    """Return the names in a cell, each as typed and as compared."""
    return tuple((part, normalize_name(part)) for part in split_names(cell))


def external_name(token: str) -> ExternalName:
    """Return the project and the task that 项目名::编号 names; the task is empty if it names none."""
    project, _, task = normalize_name(token).partition(EXTERNAL)
    return project, task


class TaskNames:
    """The tasks of many workbooks by 编号, name and deliverable; a workbook's indexes are made when first needed."""

    def __init__(self, tasks: pd.DataFrame) -> None:
        wbs, rows = (tasks.index.get_level_values(name).to_numpy() for name in ("wb", "row"))
        self._columns = {key: tasks[key].to_numpy() for key in ("id", "name", "deliverable")}
        order = np.lexsort((rows, wbs))
        starts = np.flatnonzero(np.diff(wbs[order], prepend=NONE)).tolist()
        ends = [*starts[1:], len(order)]
        self._rows = {int(wbs[order[at]]): order[at:end].tolist() for at, end in zip(starts, ends, strict=False)}
        self._number = rows
        self._numbers = TaskIds(wbs, self._columns["id"], normalize_name)
        self._indexes: dict[tuple[int, str], dict[str, tuple[int, ...]]] = {}
        self._scans: Counter[int] = Counter()
        self._likeness = NearNames(self._index)
        self._alike: dict[tuple[int, str], tuple[int, ...]] = {}
        self._joined_words: dict[int, dict[str, int]] = {}
        self._near: dict[tuple[int, str], list[str]] = {}
        ids, names = self._columns["id"], self._columns["name"]
        named = np.where(tasks["name"].notna(), names, self._columns["deliverable"])
        self.labels = np.where(tasks["id"].notna(), ids, named)
        """How each task is called in messages: by its 编号 if it has one, else its name, else what it delivers."""

    def label(self, at: int) -> str:
        """Return how a task is called in messages."""
        return str(self.labels[at] or "")

    def mentions(self, wbs: NDArray[np.int64], cells: pd.Series[Any], *, by_themselves: bool = False) -> Mentions:
        """Return every name in a column of cells; ``by_themselves`` if the cells' rows are the tasks' own.

        Nearly every cell names tasks by their 编号 only, so that is tried first, on all cells at once.
        """
        at, tokens, codes = self._parts(cells)
        to = self._numbers.positions(wbs[at], codes)
        doubtful = np.unique(at[to == NONE])
        sure = ~np.isin(at, doubtful)
        books, words = wbs[doubtful].tolist(), cells.to_numpy()[doubtful]
        others = [
            (row, part, meant)
            for row, wb, cell in zip(doubtful.tolist(), books, words, strict=True)
            for part, meant in self._find_in_cell(wb, cell, but=row if by_themselves else NONE)
        ]
        at = np.concatenate([at[sure], np.array([row for row, *_ in others], dtype=np.int64)])
        hows = np.concatenate([np.full(sure.sum(), "id", object), object_array(meant.how for *_, meant in others)])
        tokens = np.concatenate([tokens[sure], object_array(part for _, part, _ in others)])
        to = np.concatenate([to[sure], np.array([meant.single for *_, meant in others], dtype=np.int64)])
        order = np.argsort(at, kind="stable")
        place = np.argsort(order)[sure.sum() :].tolist()
        several = {spot: meant.at for spot, (*_, meant) in zip(place, others, strict=True) if meant.single == NONE}
        return Mentions(at[order], tokens[order], hows[order], to[order], several)

    def _parts(self, cells: pd.Series[Any]) -> tuple[NDArray[np.int64], NDArray[Any], NDArray[np.int64]]:
        """Return the names in a column of cells: the row each stands in, as typed, and its code as a 编号."""
        which, known = pd.factorize(cells.to_numpy())
        split_up = [_split_and_normalize(cell) for cell in known]
        sizes = np.array([len(parts) for parts in split_up], dtype=np.int64)
        rows = np.flatnonzero(which >= 0)
        times = sizes[which[rows]]
        part = spans((np.cumsum(sizes) - sizes)[which[rows]], times)
        tokens = object_array(typed for parts in split_up for typed, _ in parts)
        codes = self._numbers.codes(word for parts in split_up for _, word in parts)
        return np.repeat(rows, times), tokens[part], codes[part]

    def _find_in_cell(self, wb: int, cell: str, *, but: int) -> list[tuple[str, NameMatch]]:
        """Return the names in one cell with what they mean; names that hold a separator are one name each."""
        parts = split_names(cell)
        if len(parts) > 1:
            parts = tuple(self._put_together(wb, cell))
        return [(part, self.find(wb, part, but=but)) for part in parts]

    def _put_together(self, wb: int, cell: str) -> Iterator[str]:
        """Yield the names in a cell, the longest that a task or deliverable bears first, where they hold separators."""
        if any(normalize_name(cell) in self._index(wb, column) for column in ("name", "deliverable")):
            yield cell
            return
        longest = self._separated(wb)
        spots = [(match.start(), match.end()) for match in _PART.finditer(cell)]
        at = 0
        while at < len(spots):
            start, ends = spots[at][0], range(min(at + longest, len(spots)), at + 1, -1)
            whole = (end for end in ends if normalize_name(cell[start : spots[end - 1][1]]) in self._joined_words[wb])
            end = next(whole, at + 1)
            part = cell[start : spots[end - 1][1]].strip()
            yield from split_names(part) if end == at + 1 else [part]
            at = end

    def _separated(self, wb: int) -> int:
        """Return of how many parts the names of a workbook are at most, of those that hold separators."""
        if wb not in self._joined_words:
            known = [word for column in ("name", "deliverable") for word in self._index(wb, column)]
            self._joined_words[wb] = {word: len(_PART.findall(word)) for word in known if _SPLIT.search(word)}
        return min(max(self._joined_words[wb].values(), default=1), MOST_PARTS)

    def find(self, wb: int, name: str, *, but: int = NONE) -> NameMatch:
        """Return which task of a workbook a name means; never ``but`` itself unless it is named exactly.

        Where a name fits many tasks, all that look for it share one list of them, ``but`` among them or not.
        """
        word = normalize_name(name)
        by_id = self._index(wb, "id").get(word)
        if by_id:
            return NameMatch("id" if len(by_id) == 1 else "ambiguous", by_id)
        by_name = self._exact_matches(wb, name, word)
        if by_name:
            return NameMatch("name" if len(by_name) == 1 else "ambiguous", by_name)
        if all(external_name(word)):
            return NameMatch("external")
        by_deliverable = () if _NUMBERED.fullmatch(word) else self._index(wb, "deliverable").get(word)
        if by_deliverable:
            return NameMatch("deliverable" if len(by_deliverable) == 1 else "ambiguous", by_deliverable)
        loose = self._loosely(wb, word)
        if len(loose) <= MOST_LISTED:
            loose = tuple(at for at in loose if at != but)
        if loose:
            return NameMatch("loose" if len(loose) == 1 else "ambiguous", loose)
        return NameMatch("unknown")

    def find_tasks(self, wbs: NDArray[np.int64], numbers: pd.Series[Any], names: pd.Series[Any]) -> NDArray[np.int64]:
        """Return the positions of the tasks that rows name, by 编号 or else by name; NONE where neither does."""
        words = np.where(numbers.notna(), numbers, names)
        which, known = pd.factorize(words)
        codes = np.append(self._numbers.codes(map(normalize_name, known)), NONE)[which]
        found = self._numbers.positions(wbs, codes)
        for row in np.flatnonzero((found == NONE) & (which >= 0)).tolist():
            found[row] = self.find_task(int(wbs[row]), words[row])
        return found

    def find_task(self, wb: int, name: str) -> int:
        """Return the position of the first task of a workbook that bears a 编号 or else a name, NONE without one."""
        word = normalize_name(name)
        found = self._index(wb, "id").get(word) or self._index(wb, "name").get(word)
        return found[0] if found else NONE

    def is_named(self, at: int, name: str) -> bool:
        """Return whether a name says a task's 编号, in any way to write it, or that and its name, and nothing else."""
        own, word = normalize_name(str(self._columns["id"][at] or "")), _without_marks(normalize_name(name))
        ways = _NUMBERED.fullmatch(own)
        numbers = _id_spellings(*ways.groups()) if ways else [own]
        names = ("", normalize_name(str(self._columns["name"][at] or "")))
        return bool(own) and word in {_without_marks(number + rest) for number in numbers for rest in names}

    def distinct_labels(self, positions: Sequence[int]) -> list[str | Text]:
        """Return what tasks are called, those of one 编号 by their name as well, those alike in both by their row."""
        labels = Counter(map(self.label, positions))
        full = {at: " ".join(filter(None, (self.label(at), self._columns["name"][at]))) for at in positions}
        names = Counter(full.values())
        return [
            self.label(at)
            if labels[self.label(at)] == 1
            else full[at]
            if names[full[at]] == 1
            else t(f"{full[at]}（第 {self._number[at]} 行）", f"{full[at]} (row {self._number[at]})")
            for at in positions
        ]

    def share_id(self, positions: Sequence[int]) -> bool:
        """Return whether two of some tasks bear one 编号."""
        numbers = [number for at in positions if (number := self._columns["id"][at]) is not None]
        return len(set(numbers)) < len(numbers)

    def suggest(self, wb: int, name: str, *, but: int = NONE, asks: int | None = None) -> list[str]:
        """Return the names of up to MOST_SUGGESTED tasks that ``name`` may have meant, the likeliest first.

        The looking counts for the workbook that ``asks``, which is mostly the tasks' own.
        """
        own = self._columns["name"][but] if but != NONE else None
        return [each for each in self._nearest(wb, to_simplified(normalize_name(name)), asks) if each != own][
            :MOST_SUGGESTED
        ]

    def _nearest(self, wb: int, word: str, asks: int | None) -> list[str]:
        """Return the names most like a word, looked for once a word and workbook."""
        made = self._near.get((wb, word))
        if made is None:
            index = self._index(wb, "name")
            likest = [] if _NUMBERED.fullmatch(word) else self._likeness.nearest(wb, word, wb if asks is None else asks)
            made = self._near[wb, word] = [str(self._columns["name"][index[each][0]]) for each in likest]
        return made

    def _loosely(self, wb: int, word: str) -> tuple[int, ...]:
        """Return the tasks that a word may mean, in the order of rows; looked for once a word and workbook."""
        made = self._alike.get((wb, word))
        if made is None:
            made = self._alike[wb, word] = tuple(sorted(self._alike_to(wb, word), key=self._number.__getitem__))
        return made

    def _alike_to(self, wb: int, word: str) -> set[int]:
        numbered = _NUMBERED.fullmatch(word)
        if numbered:
            return {at for same in _id_spellings(*numbered.groups()) for at in self._index(wb, "id").get(same, ())}
        return self._likeness.meant(wb, word)

    def _exact_matches(self, wb: int, name: str, word: str) -> tuple[int, ...]:
        """Return the tasks of a name; what looks like a 编号 is mostly a mistyped one, not worth an index of names."""
        if _NUMBERED.fullmatch(word) and (wb, "name") not in self._indexes and self._scans[wb] < SCANS:
            self._scans[wb] += 1
            rows = self._rows.get(wb, [])
            return tuple(at for at in rows if self._columns["name"][at] == name)
        return self._index(wb, "name").get(word, ())

    def _index(self, wb: int, column: str) -> dict[str, tuple[int, ...]]:
        made = self._indexes.get((wb, column))
        if made is None:
            made = _positions(self._columns[column], self._rows.get(wb, ()))
            self._indexes[wb, column] = made
        return made


def _id_spellings(letters: str, number: str) -> list[str]:
    """Return the ways people write one 编号: T1, T01, T001, T-1 …"""
    return [f"{letters}{mark}{number.zfill(width)}" for mark in ("", "-", "_") for width in range(1, 6)]


def _without_marks(word: str) -> str:
    """Return a word without marks between its parts."""
    return "".join(filter(str.isalnum, word))


def _positions(values: NDArray[Any], rows: Sequence[int]) -> dict[str, tuple[int, ...]]:
    made: dict[str, list[int]] = defaultdict(list)
    for at in rows:
        value = values[at]
        if value is not None:
            made[normalize_name(value)].append(at)
    return {word: tuple(positions) for word, positions in made.items()}
