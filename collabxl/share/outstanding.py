"""Which departments have returned the copy that they were sent last, and which have not yet."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from collabxl.rules.names import plain
from collabxl.share.ledger import Ledger


class Outstanding(NamedTuple):
    """The departments that were sent a copy, and those of them whose last one has not come back."""

    asked: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def outstanding(ledger: Ledger, departments: Iterable[str], back: Collection[str] = ()) -> Outstanding:
    """Return who is back of the departments that take part; ``back`` are copies that have come back just now."""
    returned = {*ledger.returned(), *back}
    last = {plain(department): copy for copy, department in ledger.sent_out()}
    asked = [department for department in departments if plain(department) in last]
    missing = (department for department in asked if last[plain(department)] not in returned)
    return Outstanding(tuple(asked), tuple(missing))
