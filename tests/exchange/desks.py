"""What a history is made of: sheets and what is typed into them, returns, the desk where it takes place."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from collabxl import Spot
from collabxl.exchange.conflicts import Conflict
from collabxl.exchange.records import SentCopy
from collabxl.exchange.rows import SHARED
from collabxl.exchange.three_way import Value

Tables = dict[str, dict[str, dict[str, Value]]]
NAMING = {"tasks": "name", "progress": "note", "minutes": "topic", "risks": "description"}
"""The column whose text tells which new row is which; nobody changes it once it is filled in."""
DUE, START = dt.date(2024, 9, 1), dt.datetime(2024, 8, 1, 8, tzinfo=dt.UTC)
WORDS = {
    "tasks": {"status": ("not_started", "in_progress", "blocked", "done"), "priority": ("high", "medium", "low")},
    "progress": {"progress": (0.0, 0.25, 0.5, 0.75, 1.0), "status": ("in_progress", "blocked", "done")},
    "minutes": {"status": ("open", "in_progress", "done")},
    "risks": {"possibility": (1, 2, 3, 4, 5), "impact": (1, 2, 3, 4, 5)},
}
TEXTS = {
    "tasks": ("remark", "deliverable"),
    "progress": ("remedy",),
    "minutes": ("action", "decision"),
    "risks": ("response", "trigger"),
}
DAYS = {"tasks": ("due", "start"), "progress": ("updated", "expected"), "minutes": ("due",), "risks": ("identified",)}


@dataclass(eq=False)
class Back:
    """A return: the copy it is of, the return it was edited on from, and its rows under the 编号 of the copy."""

    sent: SentCopy
    on: Back | None
    rows: Tables
    saved: dt.datetime
    name: str
    changed: dict[Spot, Value] = field(default_factory=dict)
    """What was typed since ``on``."""
    below: frozenset[tuple[str, str]] = frozenset()
    """New rows, by sheet and 编号, that were typed without their 编号 below the prepared rows."""

    @property
    def line(self) -> Iterator[Back]:
        """Yield the return, and those that it goes on from."""
        at: Back | None = self
        while at is not None:
            yield at
            at = at.on


class Desk(Protocol):
    """Where a history takes place."""

    waiting: list[Conflict]
    settled: int
    """How many decisions the last merge has done."""
    is_real: bool
    """Whether it has a file that can be restored, and writes that can be undone."""

    def rows(self) -> Tables:
        """Return what the master says."""

    def blank(self, sheet: str) -> str:
        """Return the 编号 of the master's first blank row."""

    def edit(self, cells: dict[Spot, Value]) -> None:
        """Let the coordinator change the master."""

    def split(self) -> list[SentCopy]:
        """Send every department a copy."""

    def merge(self, backs: Sequence[Back], decided: dict[Conflict, str]) -> None:
        """Merge returns, after a person has put words into 采用."""

    def backup(self) -> Any:
        """Return the master as it is, to be restored."""

    def restore(self, kept: Any) -> None:
        """Let the master be what it was."""

    def undo(self) -> None:
        """Undo the last merge that changed cells."""


def can_be_told(back: Back, other: Back) -> bool:
    """Return whether what two returns say tells that neither goes on from the other, if so it is.

    Who changes again all that a colleague has changed cannot be told from somebody who goes on from that one.
    """
    if other in back.line or back in other.line:
        return True
    common = next((each for each in back.line if each in other.line), None)
    one, two = (differing(common.rows if common else back.sent.base, each.rows) for each in (back, other))
    return not (one <= two or two <= one)


def is_evident(back: Back, earlier: Back) -> bool:
    """Return whether what a return says tells that it goes on from an earlier one that comes in the same merge.

    Who has changed one of its cells again must have kept a text of it: colleagues type all else alike.
    """
    kept = {spot for spot, value in earlier.changed.items() if said_by(back, spot) == value}
    return kept == earlier.changed.keys() or any(spot.key in TEXTS[spot.sheet] for spot in kept)


def said_by(back: Back, spot: Spot) -> Value:
    return back.rows[spot.sheet].get(spot.id, {}).get(spot.key or "")


def differing(before: Any, after: Tables) -> set[Spot]:
    """Return the cells in which rows differ."""
    return {
        Spot(sheet, id, key)
        for sheet, rows in after.items()
        for id, row in rows.items()
        for key in {**before[sheet].get(id, {}), **row}
        if before[sheet].get(id, {}).get(key) != row.get(key)
    }


def is_fork(back: Back, backs: Sequence[Back]) -> bool:
    """Return whether several go on from a return."""
    return sum(each.on is back for each in backs) > 1


def own_rows(rows: Tables, sent: SentCopy) -> Tables:
    return {sheet: {id: row for id, row in listed.items() if id in sent.rows[sheet]} for sheet, listed in rows.items()}


def without(rows: Tables, left: Collection[tuple[str, str]]) -> Tables:
    return {sheet: {id: row for id, row in listed.items() if (sheet, id) not in left} for sheet, listed in rows.items()}


def without_blanks(rows: Tables) -> Tables:
    return {
        sheet: {id: kept for id, row in listed.items() if (kept := {k: v for k, v in row.items() if v is not None})}
        for sheet, listed in rows.items()
    }


def plainly(rows: Tables) -> Tables:
    """Return rows with numbers as any program saves them."""
    return {
        sheet: {id: {key: _number(value) for key, value in row.items()} for id, row in listed.items()}
        for sheet, listed in without_blanks(rows).items()
    }


def _number(value: Value) -> Value:
    return float(value) if isinstance(value, int) and not isinstance(value, bool) else value


assert {sheet.meta.key for sheet in SHARED} == set(NAMING)
