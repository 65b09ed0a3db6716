"""Cells that do not fit their columns, and those of which nothing is said though they seem to be empty."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from collabxl.ooxml.reader.cells import CellMarks, Raw
from collabxl.schema.kinds import LONGEST_CELL

COVERED = "covered"
"""The fault of a cell under a merged one: no rule tells it, but the cell is not simply empty either."""
PICTURE = "picture"
"""The fault of a cell that shows a picture: as above."""


DANGEROUS = "dangerous-text"
UNCOMPUTED = "uncomputed"
"""The fault of a cell whose formula shows nobody knows what: as above."""


class Misfit(NamedTuple):
    """A cell that does not fit its column: ``fault`` is the rule's name, ``replacement`` the value meant, if known."""

    row: int
    key: str
    fault: str
    raw: Any
    replacement: Any = None
    is_certain: bool = False


def without_indent(misfit: Misfit) -> Misfit | None:
    """Return what does not fit in a column of which the leading blanks say what belongs to what: not those."""
    if misfit.fault != "untidy-text":
        return misfit
    blanks = misfit.raw[: len(misfit.raw) - len(misfit.raw.lstrip())]
    better = blanks + misfit.replacement
    return misfit._replace(replacement=better) if better != misfit.raw else None


def quotable_cell(cell: Raw) -> Raw | None:
    """Return a cell as findings quote it; of an overfull one nothing, it is told by its length."""
    return None if type(cell) is str and len(cell) > LONGEST_CELL else cell


def marked_misfits(key: str, at: int, marks: CellMarks, rows: list[int]) -> Iterator[Misfit]:
    """Yield what the marks of cells say of one column's rows."""
    inside = set(rows)
    for row, column in sorted({*marks.errors, *marks.valueless_formulas, *marks.external_formulas, *marks.pictures}):
        if column != at or row not in inside:
            continue
        spot = (row, column)
        if spot in marks.errors:
            yield Misfit(row, key, "formula-error", marks.errors[spot])
        elif spot in marks.valueless_formulas:
            yield Misfit(row, key, "formula-without-value", None)
        elif spot in marks.pictures:
            yield Misfit(row, key, PICTURE, None)
        if spot in marks.external_formulas:
            yield Misfit(row, key, DANGEROUS, "=" + marks.external_formulas[spot])


def certain_misfits(misfits: Sequence[Misfit], unsure: Mapping[tuple[int, str], Any]) -> list[Misfit]:
    """Return what does not fit but for cells whose values are unsure: nothing is wrong there, and nothing missing.

    What a formula does, whatever it shows, is sure.
    """
    kept = [each for each in misfits if (each.row, each.key) not in unsure or each.fault == DANGEROUS]
    return kept + [Misfit(row, key, UNCOMPUTED, None) for (row, key), value in unsure.items() if value is None]
