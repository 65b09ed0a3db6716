"""What a sheet says of areas of cells, compared with a donor's and made whole again: the plan, not the writing.

A guard is one validation or one conditional format with the cells it holds for. Two guards are kin if they say the same
of every cell, wherever they were cut. Knows areas and formulas; must not know XML.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from collabxl.ooxml.areas import Area, Box, Spot, bound, common, minus, same, tidy
from collabxl.ooxml.references import rooted, shifted


@dataclass(eq=False)
class Guard:
    """One rule over cells; ``says`` is all of it but its place, its rank and its formulas."""

    boxes: list[Box]
    says: Hashable
    formulas: tuple[str, ...]
    node: Any
    """Where it is written down."""
    fixed: bool = False
    """Whether it is not to be cut, whatever it covers."""

    @property
    def corner(self) -> Spot:
        """The cell for which the formulas are written: the upper left one of all the guard covers."""
        return bound(self.boxes).corner

    def read_at(self, corner: Spot) -> tuple[str, ...]:
        """Return the formulas as they read for another cell."""
        rows, columns = corner[0] - self.corner[0], corner[1] - self.corner[1]
        return tuple(shifted(formula, rows, columns) for formula in self.formulas)

    def kin(self, other: Guard) -> bool:
        """Return whether both say the same of every cell."""
        return self.says == other.says and self.read_at(other.corner) == other.formulas


class Piece(NamedTuple):
    """A guard as it will be: the one it is taken from, and the cells it will hold for, none if it goes."""

    source: Guard
    boxes: list[Box]


class Healing(NamedTuple):
    """What changes: guards that get other cells, and donor's guards that are planted."""

    changed: list[Piece]
    added: list[Piece]


@dataclass
class _Family:
    """The donor's guards that are kin, and the user's that are kin to them."""

    donors: list[Guard]
    users: list[Guard] = field(default_factory=list)

    @property
    def boxes(self) -> list[Box]:
        return tidy(box for donor in self.donors for box in donor.boxes)


def healing(
    users: Sequence[Guard], donors: Sequence[Guard], areas: Collection[Area], *, strangers_stay: bool
) -> Healing:
    """Return what makes the user's guards those of the donor in the areas, and leaves them alone elsewhere.

    Guards that are no kin of the donor's are cut out of the areas, unless ``strangers_stay``.
    """
    holes = [Box(*area) for area in areas]
    families = _families(donors)
    changed: list[Piece] = []
    for user in users:
        family = next((each for each in families if each.donors[0].kin(user)), None)
        if user.fixed or not user.boxes:
            continue
        if family:
            family.users.append(user)
        elif not strangers_stay and common(user.boxes, holes):
            changed.append(Piece(user, tidy(minus(user.boxes, holes))))
    added: list[Piece] = []
    for family in families:
        wanted = common(family.boxes, holes)
        have = common([box for user in family.users for box in user.boxes], holes)
        if not same(wanted, have):
            _mend(family, wanted, holes, changed, added)
    return Healing(changed, added)


def _families(donors: Sequence[Guard]) -> list[_Family]:
    families: list[_Family] = []
    for donor in donors:
        family = next((each for each in families if each.donors[0].kin(donor)), None)
        if family:
            family.donors.append(donor)
        elif donor.boxes:
            families.append(_Family([donor]))
    return families


def _mend(family: _Family, wanted: list[Box], holes: Sequence[Box], changed: list[Piece], added: list[Piece]) -> None:
    """Deal the cells of a family out to guards again: one for each donor's, what lies beyond stays with its own."""
    rests = {id(user): minus(user.boxes, holes) for user in family.users}
    total = tidy([*wanted, *(box for rest in rests.values() for box in rest)])
    free = list(family.users)
    dealt: list[tuple[Guard, list[Box]]] = []
    for donor in family.donors:
        part = common(total, donor.boxes)
        if not part:
            continue
        user = next((each for each in free if common(each.boxes, part)), None)
        if user:
            free.remove(user)
        for at, boxes in enumerate(_sound(part, donor)):
            dealt.append((user if user and not at else donor, boxes))
    beyond = minus(total, family.boxes)
    for user in family.users:
        rest = common(rests[id(user)], beyond)
        beyond = minus(beyond, rest)
        _deal_rest(user, rest, dealt)
    changed += [Piece(guard, boxes) for guard, boxes in dealt if guard in family.users]
    gone = [user for user in family.users if not any(guard is user for guard, _ in dealt)]
    changed += [Piece(user, []) for user in gone]
    added += [Piece(guard, boxes) for guard, boxes in dealt if guard not in family.users]


def _deal_rest(user: Guard, rest: list[Box], dealt: list[tuple[Guard, list[Box]]]) -> None:
    """Let a guard keep what lies beyond the donor's cells, with its other cells if that can be read in one way only."""
    if not rest:
        return
    for at, (guard, boxes) in enumerate(dealt):
        if guard is user:
            joined = tidy([*boxes, *rest])
            if _readable(joined, user):
                dealt[at] = user, joined
            else:
                dealt += [(Guard(rest, user.says, user.read_at(bound(rest).corner), user.node), rest)]
            return
    dealt.append((user, rest))


def _readable(boxes: list[Box], guard: Guard) -> bool:
    """Return whether the first area's corner is the corner of all: programs differ in which one formulas start from."""
    return boxes[0].corner == bound(boxes).corner or all(map(rooted, guard.formulas))


def _sound(boxes: list[Box], guard: Guard) -> list[list[Box]]:
    return [boxes] if _readable(boxes, guard) else [[box] for box in boxes]
