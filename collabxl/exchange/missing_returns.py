"""Which departments have returned something since they were sent their last copy, and which have not yet."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from collabxl.exchange.ledger import Ledger
from collabxl.rules.matching.names import normalize_name


class OutstandingReturns(NamedTuple):
    """The departments that were sent a copy, and those of them that have returned nothing since."""

    expected: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def outstanding_returns(ledger: Ledger, departments: Iterable[str], back: Collection[str] = ()) -> OutstandingReturns:
    """Return who is back of the departments that take part; ``back`` are copies that have come back just now.

    A department that goes on from the copy of an earlier round is back like one that fills in its last.
    """
    sent = {copy: (normalize_name(department), at) for copy, department, at in ledger.sent_copies()}
    last = dict(sent.values())
    returned = ledger.returned_copies()
    there = {sent[copy][0] for copy in back if copy in sent}
    there |= {department for copy, (department, _) in sent.items() if returned.get(copy, "") >= last[department]}
    asked = [department for department in departments if normalize_name(department) in last]
    return OutstandingReturns(tuple(asked), tuple(each for each in asked if normalize_name(each) not in there))
