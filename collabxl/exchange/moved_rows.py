"""Rows whose contents stand under other 编号 than before: somebody has sorted the cells beside, or pasted them off.

A row is recognised by what it says and no other row said. Contents that stand under another 编号 and are gone from
their own have moved; a few cells that are alike, or two tasks that exchange a date, are edits.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import NamedTuple

from collabxl.exchange.three_way import Row, Value, normalize
from collabxl.schema.columns import Ref
from collabxl.schema.kinds import Choice, Id, Line, Note, YesNo
from collabxl.schema.sheets import STANDARD, Progress, Risks, Tasks

_NAMING = (Tasks.name, Progress.task, Risks.description)
"""What a row is about: when this has moved, the row has."""
_NAME, _TEXT, _OTHER = 4, 2, 1
"""What a cell weighs that says what only one row said; words of lists weigh nothing."""
_MOVED = 4
"""What cells from one other row weigh together, in two columns at least, where a row has moved for certain."""
_FEWEST = {_NAME: 2, _TEXT: 3, _OTHER: 4}
"""How many rows must have exchanged less than that among themselves, by what it weighs, to be no coincidence."""
SheetRows = Mapping[str, Row]
"""The rows of a sheet by 编号."""


class MovedRows(NamedTuple):
    """What has become of the rows of a sheet."""

    home: Mapping[str, str] = {}
    """By the 编号 under which a row stands the one it certainly belongs under, where that is another."""
    unsure: frozenset[str] = frozenset()
    """编号 whose own row may be any of those that nobody knows, and those under which such a row stands."""


def find_moved_rows(sheet: str, was: SheetRows, now: SheetRows) -> MovedRows:
    """Return which rows of a sheet have strayed, held against the rows as they were."""
    if all(id in was and _is_untouched(was[id], row) for id, row in now.items()):
        return MovedRows()
    return _MoveSearch(sheet, was, now).result()


def _is_untouched(was: Row, row: Row) -> bool:
    return all(normalize(row.get(key)) == normalize(value) for key, value in was.items())


@dataclass
class _MoveSearch:
    """The rows of one sheet before and now, and which of them are known to have moved, and from where."""

    sheet: str
    was: SheetRows
    now: SheetRows
    unique_sources: dict[tuple[str, Value], str] = field(default_factory=dict)
    """The only row that said a thing, by column and value; of several that are alike in everything, the first."""
    first_equal: dict[str, str] = field(default_factory=dict)
    """By 编号 the first row that said the very same."""
    equal_rows: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """By the first row all that said the very same."""
    known_values: set[tuple[str, Value]] = field(default_factory=set)
    """All that any row said."""
    moves: dict[str, str] = field(default_factory=dict)

    def result(self) -> MovedRows:
        """Return what has strayed."""
        self._index_values()
        pointed = {id: found for id in self.now if (found := self._likely_source(id))}
        self.moves = {id: of for id, (of, keys) in pointed.items() if self._has_moved(id, of, keys)}
        self.moves |= self._swapped_rows(pointed)
        self.moves |= self._overwritten_rows()
        if not self.moves:
            return MovedRows()
        columns = set() if self._is_whole() else self._moved_columns()
        disturbed = {id for id in {**self.was, **self.now} if not self._is_in_place(id, columns)}
        home = {} if columns else self._certain_moves(disturbed)
        nowhere = (disturbed & self.was.keys()) - set(home.values())
        of_nobody = disturbed & self.now.keys() - home.keys()
        if not columns and not of_nobody:
            return MovedRows(home)  # whoever stands there is known: what stands nowhere has been deleted
        return MovedRows(home, frozenset(nowhere | of_nobody))

    def _index_values(self) -> None:
        """Note who said what only one row said."""
        contents: dict[Hashable, str] = {}
        speakers: dict[tuple[str, Value], set[str]] = defaultdict(set)
        for id, row in self.was.items():
            said = frozenset(_filled_cells(row))
            self.first_equal[id] = contents.setdefault(said, id)
            self.equal_rows[self.first_equal[id]].append(id)
            self.known_values |= said
            for key, value in said:
                if self._weight(key):
                    speakers[key, value].add(self.first_equal[id])
        self.unique_sources = {said: next(iter(ids)) for said, ids in speakers.items() if len(ids) == 1}

    def _weight(self, key: str) -> int:
        return _weight(self.sheet, key)

    def _sources(self, id: str) -> dict[str, str]:
        """Return by column who alone said what a row says now."""
        said = ((key, self.unique_sources.get((key, value))) for key, value in _filled_cells(self.now.get(id, {})))
        return {key: of for key, of in said if of is not None}

    def _own_columns(self, id: str) -> list[str]:
        """Return the columns in which a row still says what only it said."""
        return [key for key, of in self._sources(id).items() if of == self.first_equal.get(id)]

    def _likely_source(self, id: str, *, is_gone: bool = True) -> tuple[str, list[str]] | None:
        """Return which other row a row has most from, and the columns; only what is gone there, unless told."""
        found: dict[str, list[str]] = defaultdict(list)
        for key, of in self._sources(id).items():
            if of != self.first_equal.get(id) and (not is_gone or self._has_left(of, key, id not in self.was)):
                found[of].append(key)
        return max(found.items(), key=lambda one: sum(map(self._weight, one[1]))) if found else None

    def _swapped_rows(self, pointed: Mapping[str, tuple[str, list[str]]]) -> dict[str, str]:
        """Return the rows that have exchanged a column among themselves, too many of them for a coincidence."""
        made: dict[str, str] = {}
        weighed = [(id, of, keys, sum(map(self._weight, keys))) for id, (of, keys) in pointed.items()]
        for column in {key for _, _, keys, _ in weighed for key in keys}:
            for least, fewest in _FEWEST.items():
                ring = _cycles({id: of for id, of, keys, weight in weighed if column in keys and weight >= least})
                made |= ring if len(ring) >= fewest else {}
        return made

    def _overwritten_rows(self) -> dict[str, str]:
        """Return the rows that say nothing of their own any more and are copies of others, which are still there."""
        copies = {id: found for id in self.was.keys() & self.now.keys() if (found := self._copy_source(id))}
        whole = {
            id: of for id, of in copies.items() if set(_filled_cells(self.now[id])) == set(_filled_cells(self.was[of]))
        }
        return copies if len(copies) > 1 or self.moves else whole

    def _copy_source(self, id: str) -> str | None:
        found = None if self._own_columns(id) or id in self.moves else self._likely_source(id, is_gone=False)
        return found[0] if found and self._has_moved(id, *found) else None

    def _has_left(self, of: str, key: str, into_a_new_row: bool) -> bool:
        """Return whether a row, or one that was like it, no longer says what it said in a column.

        Where a new row was made from it, it must say nothing of its own any more.
        """
        if into_a_new_row and self._own_columns(of):
            return False
        value = normalize(self.was[of].get(key))
        return any(normalize(self.now.get(id, {}).get(key)) != value for id in self.equal_rows[of])

    def _has_moved(self, id: str, of: str, keys: list[str]) -> bool:
        weight = sum(map(self._weight, keys))
        is_all = weight > _OTHER and set(_filled_cells(self.now[id])) == set(_filled_cells(self.was[of]))
        return is_all or (weight >= _MOVED and len(keys) > 1)

    def _is_whole(self) -> bool:
        """Return whether rows have moved with all their cells, not only those of some columns."""
        if any(self._own_columns(id) for id in {*self.moves, *self.moves.values()} & self.now.keys()):
            return False
        stayed = (self._matching_columns(id, self.was.get(id, {}), self.was[of]) for id, of in self.moves.items())
        return self._moved_columns().issuperset(chain.from_iterable(stayed))

    def _moved_columns(self) -> set[str]:
        """Return the columns that have moved in some row."""
        came = (self._matching_columns(id, self.was[of], self.was.get(id, {})) for id, of in self.moves.items())
        return set(chain.from_iterable(came))

    def _matching_columns(self, id: str, wanted: Row, other: Row) -> Iterator[str]:
        """Return the columns in which a row says what one row said and another one did not."""
        for key in {**wanted, **other}:
            value = normalize(self.now[id].get(key))
            if value == normalize(wanted.get(key)) != normalize(other.get(key)):
                yield key

    def _is_in_place(self, id: str, columns: set[str]) -> bool:
        """Return whether a row is where it was; where only some columns have moved, whether none of those did here."""
        was, row = self.was.get(id), self.now.get(id)
        if id in self.moves or row is None:
            return False
        if was is None:
            return not any(self._weight(key) == _NAME for key in self._sources(id))
        changed = {key for key in {**was, **row} if normalize(was.get(key)) != normalize(row.get(key))}
        if changed and (self.first_equal[id] in self.moves.values() or len(self.equal_rows[self.first_equal[id]]) > 1):
            return False
        if columns:
            return not any(self._is_old(key, row.get(key)) for key in changed & columns)
        foreign = [key for key, of in self._sources(id).items() if of != self.first_equal[id]]
        weight = sum(map(self._weight, self._own_columns(id)))
        return not changed or weight >= _NAME or (weight >= _TEXT and not foreign)

    def _is_old(self, key: str, value: Value) -> bool:
        return normalize(value) is None or (key, normalize(value)) in self.known_values

    def _certain_moves(self, disturbed: set[str]) -> dict[str, str]:
        """Return where rows belong that say nothing of any other row, and whose place nobody else claims."""
        claims = Counter(self.moves.values())
        return {
            id: of
            for id, of in self.moves.items()
            if of in disturbed
            and claims[of] == len(self.equal_rows[of]) == 1
            and (self._is_mostly(id, of) or self._is_named(id, of))
        }

    def _is_named(self, id: str, of: str) -> bool:
        """Return whether a row is about what only one row was about, as no other is now, and says nothing of others."""
        naming = [key for key, speaker in self._sources(id).items() if speaker == of and self._weight(key) == _NAME]
        said = [normalize(self.now[id][key]) for key in naming]
        alike = [row for row in self.now.values() if [normalize(row.get(key)) for key in naming] == said]
        return bool(naming) and len(alike) == 1 and set(self._sources(id).values()) == {of}

    def _is_mostly(self, id: str, of: str) -> bool:
        """Return whether a row says most of what another one said, and nothing that only a third one said."""
        was, row = set(_filled_cells(self.was[of])), set(_filled_cells(self.now[id]))
        keys = [key for key, speaker in self._sources(id).items() if speaker == of]
        is_alone = set(self._sources(id).values()) == {of}
        return is_alone and self._has_moved(id, of, keys) and 2 * len(was & row) >= max(len(was), len(row))


def _filled_cells(row: Row) -> Iterator[tuple[str, Value]]:
    for key, value in row.items():
        said = normalize(value)
        if said is not None:
            yield key, said


def _cycles(pairs: dict[str, str]) -> dict[str, str]:
    """Return those of the moves that go round among themselves: each row that something left has got something."""
    while True:
        sources = set(pairs.values())
        ring = {id: of for id, of in pairs.items() if id in sources and of in pairs}
        if len(ring) == len(pairs):
            return ring
        pairs = ring


@cache
def _weight(sheet: str, key: str) -> int:
    """Return what a cell of a column weighs if it says what only one row said."""
    column = STANDARD.sheet(sheet).meta.column(key)
    if column in _NAMING:
        return _NAME
    match column.value_kind:
        case Choice() | YesNo() | Id():
            return 0
        case Line() | Note():
            return _TEXT
        case Ref(to) if isinstance(to.kind, Id):
            return _TEXT
        case _:
            return _OTHER
