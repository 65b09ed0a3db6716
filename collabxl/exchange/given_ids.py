"""编号 that rows of a copy were given before an older master was restored: copies that are still out bear them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from collabxl.exchange.filled_gaps import alike
from collabxl.exchange.new_rows import UNPRINTED
from collabxl.exchange.three_way import Return, Row, Rows


class _GivenId(NamedTuple):
    sheet: str
    printed: str
    row: Row
    id: str


class GivenIds:
    """What the new rows of one copy were called in the master that was; none if it was never restored."""

    def __init__(self, sent: Rows, former: Sequence[Return]) -> None:
        self._given = list(_given_ids(sent, former))

    def of(self, sheet: str, printed: str, row: Row) -> str | None:
        """Return the 编号 that a row was given, None if it was not among those that came back.

        Rows that bear no 编号 in the copy are known by what they say, others by their 编号 as well.
        """
        weighed = [
            (alike(sheet, each.row, row), each.id)
            for each in self._given
            if each.sheet == sheet and _is_printed_alike(each.printed, printed)
        ]
        weight, id = max(weighed, default=(0, ""), key=lambda each: each[0])
        return id if weight else None

    def is_taken(self, sheet: str, id: str) -> bool:
        """Return whether one of the rows was given a 编号."""
        return any((each.sheet, each.id) == (sheet, id) for each in self._given)


def _given_ids(sent: Rows, former: Sequence[Return]) -> Iterator[_GivenId]:
    for back in former:
        for sheet, rows in back.rows.items():
            for printed in rows.keys() - sent.get(sheet, {}).keys():
                number = back.renumbered.get(sheet, {}).get(printed, printed)
                yield _GivenId(sheet, printed, rows[printed], number)


def _is_printed_alike(one: str, other: str) -> bool:
    return one == other or (one.startswith(UNPRINTED) and other.startswith(UNPRINTED))
