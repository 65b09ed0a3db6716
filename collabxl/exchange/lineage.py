"""Which return of a copy goes on from which: decided by what they say, the clocks of those who saved only break ties.

A department sends one copy back several times, edited on from the return before, and colleagues fill in the same copy
each for themselves. A return is held against the one it goes on from, else against the copy as it was sent. It goes on
from an earlier one if it has kept what that one changed, or changed it again; cells that say again what was sent speak
against it. An equal remark is strong evidence, an equal day or status weak: colleagues type those alike. A status is
put back now and then; a remark that is gone may as well be one that a colleague never saw, and is asked about.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import starmap
from operator import itemgetter
from typing import Literal, NamedTuple

from collabxl.exchange.three_way import Return, Rows, Spot, Value, normalize
from collabxl.schema.columns import Ref
from collabxl.schema.kinds import Line, Note
from collabxl.schema.sheets import STANDARD

_WIDE = 10
"""How wide a text is, in Latin letters, that two people do not type alike by chance."""
_STRONG, _WEAK_OF_A_ROW, _PUT_BACK = 5, 2, 2
"""What a distinctive text weighs, what all else in one row weighs at most, and a cell that was put back."""
_TELLING = 3
"""What evidence must weigh at least for a question to be worth a person's time."""
_SENT = object()
CellValues = dict[Spot, Value]
"""What a return says otherwise than the copy as it was sent; a row that was emptied is one spot without a column."""
Relation = Literal["on", "late", "open", "apart"]
"""How a return stands to one known before: it goes on from it, was gone on from, nobody can tell, is another's."""


class Lineage(NamedTuple):
    """Where a return stands among those known of its copy."""

    base: Return | None = None
    """The return that it goes on from, None for the copy as it was sent."""
    overtaken: bool = False
    """Whether a return that is known goes on from it: then it brings nothing that is not known."""
    reverted_cells: frozenset[Spot] = frozenset()
    """Cells that say what was sent while a return it may go on from had changed them; nobody knows if on purpose."""
    others: tuple[Return, ...] = ()
    """The returns that it does not go on from."""
    line: tuple[Return, ...] = ()
    """All that it goes on from, the last one first."""


@dataclass(eq=False)
class _Node:
    values: CellValues
    back: Return | None = None
    added: frozenset[tuple[str, str]] = frozenset()
    """The rows, by sheet and 编号, that the copy did not have as it was sent."""
    children: list[_Node] = field(default_factory=list)


def lineage(sent: Rows, known: Sequence[Return], now: Return, together: Collection[Return] = ()) -> Lineage:
    """Return where a return stands among those ``known`` of its copy; the order in which they came plays no part.

    From those that came ``together`` with it, it goes on only if what it kept of them says so.
    """
    root = _Node({})
    nodes = [_node(sent, back) for back in known]
    for node in sorted(nodes, key=lambda node: (len(node.values), node.back and node.back.saved_at, repr(node.values))):
        if node.values:
            _insert(root, node)
    new = _node(sent, now)
    line = _insert(root, new)
    parent = line[-1]
    doubtful: set[Spot] = set()
    for other in parent.children:
        shared = _Comparison.of(parent, other, new)
        if other is not new and shared.relation(_is_later(new, other)) == "open":
            doubtful |= shared.reverted.keys()
    while len(line) > 1 and any(line[-1].back is back for back in together):
        if _Comparison.of(line[-2], line[-1], new).is_evident:
            break
        line.pop()
    ancestors = tuple(node.back for node in reversed(line) if node.back is not None)
    others = tuple(back for back in known if back not in ancestors)
    return Lineage(line[-1].back, bool(new.children), frozenset(doubtful), others, ancestors)


def _insert(root: _Node, new: _Node) -> list[_Node]:
    """Put a return below the one it goes on from, above those that go on from it; return its line from the root."""
    line = [root]
    while True:
        parent = line[-1]
        told = {child: _Comparison.of(parent, child, new) for child in parent.children}
        on = [child for child, shared in told.items() if shared.relation(_is_later(new, child)) == "on"]
        if on:
            line.append(max(on, key=lambda child: told[child].nearness))
        elif further := max(_descendants(parent, new), key=itemgetter(0), default=None):
            line.extend(further[1])
        else:
            break
    late = [child for child, shared in told.items() if shared.relation(_is_later(new, child)) == "late"]
    parent.children = [*(child for child in parent.children if child not in late), new]
    new.children = late
    return line


def _descendants(parent: _Node, new: _Node) -> Iterator[tuple[int, list[_Node]]]:
    """Yield what a return shares with those further below that it goes on from beyond doubt, and the way to them.

    It may have changed again or put back all that one of them had changed, and yet bear what the next one did.
    """
    for child in parent.children:
        for node in child.children:
            shared = _Comparison.of(child, node, new)
            if _weight(shared.kept) >= _STRONG and shared.relation(_is_later(new, node)) == "on":
                yield _weight(shared.kept), [child, node]
        for weight, way in _descendants(child, new):
            yield weight, [child, *way]


def _is_later(new: _Node, other: _Node) -> bool | None:
    """Return whether a return was saved after another one, None if their clocks do not tell."""
    assert new.back is not None
    assert other.back is not None
    times = [back.saved_at.replace(tzinfo=None) for back in (new.back, other.back)]
    return None if times[0] == times[1] or min(times).year == 1 else times[0] > times[1]


class _Comparison(NamedTuple):
    """What two returns have in common, held against the one that both go on from."""

    kept: CellValues
    reverted: CellValues
    """Changed by the other one, not by the new one: what the other one says."""
    added: CellValues
    """Changed by the new one, not by the other one."""
    differing: set[Spot]
    """Changed by both, not alike."""
    rivals: set[tuple[str, str]]
    """Rows that both have added where the same 编号 is printed, by another name and with little else in common."""
    common: set[tuple[str, str]]
    """Rows that both have added under the same 编号, by the same name or with most else in common."""

    @classmethod
    def of(cls, parent: _Node, other: _Node, new: _Node) -> _Comparison:
        made = cls({}, {}, {}, set(), set(), set())
        for spot in {**parent.values, **other.values, **new.values}:
            was, one, two = (node.values.get(spot, _SENT) for node in (parent, other, new))
            if one == two:
                if one != was:
                    made.kept[spot] = new.values.get(spot)
            elif two == was:
                made.reverted[spot] = other.values.get(spot)
            elif one == was:
                made.added[spot] = new.values.get(spot)
            else:
                made.differing.add(spot)
        made.compare((other.added & new.added) - parent.added, other)
        return made

    def compare(self, rows: Iterable[tuple[str, str]], other: _Node) -> None:
        """Tell of rows that both have added which are one, and which are two people's."""
        for row in rows:
            said = [spot for spot in other.values if spot[:2] == row]
            kept = [spot for spot in said if spot in self.kept]
            if 2 * len(kept) > len(said) or any(map(names_its_row, kept)):
                self.common.add(row)
            elif any(names_its_row(spot) for spot in self.differing if spot[:2] == row):
                self.rivals.add(row)

    def relation(self, later: bool | None) -> Relation:
        """Return how the new return stands to the other; ``later`` is what their clocks say."""
        if self.rivals and _weight(self.kept) < _STRONG:
            return "apart"
        if not self.reverted:
            return self._relation_without_reverts(later)
        if not self.kept:
            return "late" if self.differing and not self.added and later is False else "apart"
        weight, on, late = _weight(self.kept), _outweighs(self.kept, self.reverted), _outweighs(self.kept, self.added)
        if not self.added:
            if not (later and on):
                return "late"
            return "on" if self.differing else "open"
        if on and (later or (later is None and not late)):
            return "on"
        if late and later is False:
            return "late"
        if on:
            return "open"
        return "open" if later is not False and weight >= _TELLING and 2 * weight >= len(self.reverted) else "apart"

    def _relation_without_reverts(self, later: bool | None) -> Relation:
        """Return how a return stands to another one of whose changes none was put back."""
        if not self.kept and not self.differing:
            return "apart"
        if not self.added:
            return "late" if later is False or not self.differing else "on"
        return "on" if self.kept or later is not False else "apart"

    @property
    def is_evident(self) -> bool:
        """Return whether what was kept weighs as much as what was changed again: else it may be chance."""
        weight = _weight(self.kept)
        return not self.differing or bool(self.common) or weight >= _STRONG or weight >= len(self.differing)

    @property
    def nearness(self) -> tuple[int, int]:
        """Return how near the two are: the more they have alike, and the less they differ."""
        return _weight(self.kept), -len(self.reverted) - len(self.differing) - len(self.added)


def _node(sent: Rows, back: Return) -> _Node:
    added = ((sheet, id) for sheet, rows in back.rows.items() for id in rows if id not in sent.get(sheet, {}))
    return _Node(dict(_changed_cells(sent, back.rows)), back, frozenset(added))


def _changed_cells(sent: Rows, rows: Rows) -> Iterable[tuple[Spot, Value]]:
    for sheet in {**sent, **rows}:
        before, after = sent.get(sheet, {}), rows.get(sheet, {})
        for id in {**before, **after}:
            was, row = before.get(id), after.get(id)
            if was == row:
                continue
            if row is None:
                yield Spot(sheet, id), None
                continue
            was = was or {}
            for key in {**was, **row}:
                if normalize(was.get(key)) != normalize(row.get(key)):
                    yield Spot(sheet, id, key), normalize(row.get(key))


def _outweighs(kept: CellValues, put_back: CellValues) -> bool:
    """Return whether somebody kept so much that the little which they did not keep was put back on purpose."""
    few = _weight(kept) > _PUT_BACK * len(put_back)
    return few and not any(starmap(_is_distinctive, put_back.items()))


def _weight(kept: CellValues) -> int:
    """Return how unlikely it is that two people changed cells alike by chance."""
    strong = [spot for spot, value in kept.items() if _is_distinctive(spot, value)]
    weak: dict[tuple[str, str], int] = {}
    for spot in kept.keys() - set(strong):
        weak[spot.sheet, spot.id] = weak.get((spot.sheet, spot.id), 0) + 1
    return _STRONG * len(strong) + sum(min(count, _WEAK_OF_A_ROW) for count in weak.values())


def names_its_row(spot: Spot) -> bool:
    """Return whether a cell says what its row is about: the first that must be filled in and names something."""
    columns = STANDARD.sheet(spot.sheet).meta.columns
    naming = (column.key for column in columns if column.required and isinstance(column.value_kind, Line | Note | Ref))
    return spot.key == next(naming, None)


def _is_distinctive(spot: Spot, value: Value) -> bool:
    if spot.key is None or not isinstance(value, str):
        return False
    kind = STANDARD.sheet(spot.sheet).meta.column(spot.key).value_kind
    wide = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in value)
    return isinstance(kind, Line | Note) and wide >= _WIDE
