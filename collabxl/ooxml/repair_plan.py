"""What a sheet says of areas of cells, compared with a donor's and made whole again: the plan, not the writing.

A guard is one validation or one conditional format with the cells it holds for. Two guards are kin if they say the same
of every cell, wherever they were cut. Knows areas and formulas; must not know XML.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from collabxl.ooxml.areas import (
    Area,
    CellRange,
    Spot,
    bounding_range,
    intersect,
    is_same_area,
    normalize_ranges,
    subtract,
)
from collabxl.ooxml.references import is_absolute, shift_formula


@dataclass(eq=False)
class RangeRule:
    """One rule over cells; ``content`` is all of it but its place, its rank and its formulas."""

    ranges: list[CellRange]
    content: Hashable
    formulas: tuple[str, ...]
    node: Any
    """Where it is written down."""
    is_fixed: bool = False
    """Whether it is not to be cut, whatever it covers."""

    @property
    def corner(self) -> Spot:
        """The cell for which the formulas are written: the upper left one of all the guard covers."""
        return bounding_range(self.ranges).corner

    def formulas_at(self, corner: Spot) -> tuple[str, ...]:
        """Return the formulas as they read for another cell."""
        rows, columns = corner[0] - self.corner[0], corner[1] - self.corner[1]
        return tuple(shift_formula(formula, rows, columns) for formula in self.formulas)

    def is_kin(self, other: RangeRule) -> bool:
        """Return whether both say the same of every cell."""
        return self.content == other.content and self.formulas_at(other.corner) == other.formulas


class PlannedRule(NamedTuple):
    """A guard as it will be: the one it is taken from, and the cells it will hold for, none if it goes."""

    source: RangeRule
    ranges: list[CellRange]


class RepairPlan(NamedTuple):
    """What changes: guards that get other cells, and donor's guards that are planted."""

    changed: list[PlannedRule]
    added: list[PlannedRule]


@dataclass
class _RuleFamily:
    """The donor's guards that are kin, and the user's that are kin to them."""

    donors: list[RangeRule]
    users: list[RangeRule] = field(default_factory=list)

    @property
    def ranges(self) -> list[CellRange]:
        return normalize_ranges(box for donor in self.donors for box in donor.ranges)


def plan_repair(
    users: Sequence[RangeRule], donors: Sequence[RangeRule], areas: Collection[Area], *, strangers_stay: bool
) -> RepairPlan:
    """Return what makes the user's guards those of the donor in the areas, and leaves them alone elsewhere.

    Guards that are no kin of the donor's are cut out of the areas, unless ``strangers_stay``.
    """
    holes = [CellRange(*area) for area in areas]
    families = _families(donors)
    changed: list[PlannedRule] = []
    for user in users:
        family = next((each for each in families if each.donors[0].is_kin(user)), None)
        if user.is_fixed or not user.ranges:
            continue
        if family:
            family.users.append(user)
        elif not strangers_stay and intersect(user.ranges, holes):
            changed.append(PlannedRule(user, normalize_ranges(subtract(user.ranges, holes))))
    added: list[PlannedRule] = []
    for family in families:
        wanted = intersect(family.ranges, holes)
        have = intersect([box for user in family.users for box in user.ranges], holes)
        if not is_same_area(wanted, have):
            _repair_family(family, wanted, holes, changed, added)
    return RepairPlan(changed, added)


def _families(donors: Sequence[RangeRule]) -> list[_RuleFamily]:
    families: list[_RuleFamily] = []
    for donor in donors:
        family = next((each for each in families if each.donors[0].is_kin(donor)), None)
        if family:
            family.donors.append(donor)
        elif donor.ranges:
            families.append(_RuleFamily([donor]))
    return families


def _repair_family(
    family: _RuleFamily,
    wanted: list[CellRange],
    holes: Sequence[CellRange],
    changed: list[PlannedRule],
    added: list[PlannedRule],
) -> None:
    """Deal the cells of a family out to guards again: one for each donor's, what lies beyond stays with its own.

    Pasting cuts a guard into several and copies it elsewhere; putting back only the holes would leave a file with a
    hundred pieces after a year. So all cells of the family are taken together and dealt out anew, each piece to a
    user's guard that already lies there, so that its place in the order and what Excel keeps beside it stay.
    """
    rests = {id(user): subtract(user.ranges, holes) for user in family.users}
    total = normalize_ranges([*wanted, *(box for rest in rests.values() for box in rest)])
    free = list(family.users)
    dealt: list[tuple[RangeRule, list[CellRange]]] = []
    for donor in family.donors:
        part = intersect(total, donor.ranges)
        if not part:
            continue
        user = next((each for each in free if intersect(each.ranges, part)), None)
        if user:
            free.remove(user)
        for at, boxes in enumerate(_readable_parts(part, donor)):
            dealt.append((user if user and not at else donor, boxes))
    beyond = subtract(total, family.ranges)
    for user in family.users:
        rest = intersect(rests[id(user)], beyond)
        beyond = subtract(beyond, rest)
        _assign_rest(user, rest, dealt)
    changed += [PlannedRule(guard, boxes) for guard, boxes in dealt if guard in family.users]
    gone = [user for user in family.users if not any(guard is user for guard, _ in dealt)]
    changed += [PlannedRule(user, []) for user in gone]
    added += [PlannedRule(guard, boxes) for guard, boxes in dealt if guard not in family.users]


def _assign_rest(user: RangeRule, rest: list[CellRange], dealt: list[tuple[RangeRule, list[CellRange]]]) -> None:
    """Let a guard keep what lies beyond the donor's cells, with its other cells if that can be read in one way only."""
    if not rest:
        return
    for at, (guard, boxes) in enumerate(dealt):
        if guard is user:
            joined = normalize_ranges([*boxes, *rest])
            if _is_readable(joined, user):
                dealt[at] = user, joined
            else:
                dealt += [
                    (RangeRule(rest, user.content, user.formulas_at(bounding_range(rest).corner), user.node), rest)
                ]
            return
    dealt.append((user, rest))


def _is_readable(boxes: list[CellRange], guard: RangeRule) -> bool:
    """Return whether the first area's corner is the corner of all: programs differ in which one formulas start from."""
    return boxes[0].corner == bounding_range(boxes).corner or all(map(is_absolute, guard.formulas))


def _readable_parts(boxes: list[CellRange], guard: RangeRule) -> list[list[CellRange]]:
    return [boxes] if _is_readable(boxes, guard) else [[box] for box in boxes]
