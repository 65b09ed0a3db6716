"""A merge on its way: the ledger and the master it works on, and what it has come to so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

from collabxl.errors import CollabxlError
from collabxl.exchange.conflicts import Conflict, Question, Withdrawal
from collabxl.exchange.ledger import Ledger
from collabxl.exchange.master import Master
from collabxl.exchange.records import LedgerEntry, MergedReturn
from collabxl.exchange.reversals import MergePast, Reversal
from collabxl.exchange.three_way import MergePlan, Spot
from collabxl.exchange.untaken_values import UntakenValue
from collabxl.mail.message_model import RefusedItem, ReturnedWorkbook

State = Literal["merged", "nothing-new", "refused"]


@dataclass(frozen=True)
class ReturnResult:
    """What became of one return: where it came from, whose it is, and what was taken of it."""

    file: str
    state: State
    sender: str = ""
    mail: str = ""
    department: str = ""
    plan: MergePlan = field(default_factory=MergePlan)
    repeated: tuple[str, ...] = ()
    """编号 that several rows bear; those rows count as they were sent."""
    renumbered: dict[Spot, str] = field(default_factory=dict)
    """New rows under the 编号 they got, with the one that is printed in the copy, empty if none is."""
    untaken: tuple[UntakenValue, ...] = ()
    """What it says that is not taken as it stands, besides conflicts and what is outside."""
    reversals: tuple[Reversal, ...] = ()
    """What it says that the master got once and that was undone: it does not come again by itself."""
    copy: str = ""
    """The copy that it is of, as the ledger knows it."""
    waiting: tuple[Conflict, ...] = ()
    """Of one with nothing new, what waits for a decision of all that this copy has brought."""
    error: CollabxlError | None = None
    kept: Path | None = None
    """Where what was refused is kept, if it was a workbook."""

    @property
    def is_incomplete(self) -> bool:
        """Whether it says something that is not taken as it stands, and somebody has to look at."""
        left = (self.plan.conflicts, self.plan.outside, self.plan.missing, self.waiting, self.reversals)
        return any(left) or any(each.matters for each in self.untaken) or any(self.renumbered.values())


@dataclass
class MergeRun:
    """A merge on its way."""

    ledger: Ledger
    master: Master
    is_dry_run: bool = False
    entries: list[LedgerEntry] = field(default_factory=list)
    merged_returns: list[MergedReturn] = field(default_factory=list)
    results: list[ReturnResult] = field(default_factory=list)
    questions: list[Question | Withdrawal] = field(default_factory=list)

    @cached_property
    def _entered(self) -> list[LedgerEntry]:
        return self.ledger.entries()

    @property
    def past(self) -> MergePast:
        """What the master got so far."""
        return MergePast([*filter(self.ledger.has, self._entered), *self.entries])

    @cached_property
    def reserved_by_department(self) -> dict[str, dict[str, list[str]]]:
        """By department and sheet every 编号 that was ever handed out."""
        return self.ledger.reserved_ids()

    @cached_property
    def reserved_ids(self) -> dict[str, set[str]]:
        """By sheet every 编号 that was ever handed out."""
        made: dict[str, set[str]] = {}
        for rows in self.reserved_by_department.values():
            for sheet, ids in rows.items():
                made.setdefault(sheet, set()).update(ids)
        return made


def sender_of(each: ReturnedWorkbook | RefusedItem) -> tuple[str, str]:
    """Return who sent it, as the message says, and the message's id; a hint, never a proof."""
    if each.envelope is None:
        return "", ""
    name, address = each.envelope.sender
    return f"{name} <{address}>" if name and address else name or address, each.envelope.message_id
