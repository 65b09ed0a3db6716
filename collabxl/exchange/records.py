"""What the ledger holds: things that happened, copies sent, returns merged."""

from __future__ import annotations

import datetime as dt
from typing import Literal, NamedTuple

from collabxl.exchange.three_way import Return, Row, Rows, Spot, Value

Kind = Literal[
    "split", "mailed", "unmailed", "return", "taken", "new", "conflict", "settled", "outside", "missing", "refused",
    "undone", "renumbered", "older", "accepted",
]  # fmt: skip
CHANGING: tuple[Kind, ...] = ("taken", "settled", "undone")
"""The kinds of entries that tell of a cell of the master that was changed."""


class LedgerEntry(NamedTuple):
    """One thing that happened: who, from where, which cell, from what to what; ``number`` is 0 until it is entered."""

    kind: Kind
    department: str = ""
    sender: str = ""
    file: str = ""
    mail: str = ""
    copy: str | None = None
    spot: Spot | None = None
    was: Value = None
    now: Value = None
    note: str = ""
    undoes: int | None = None
    number: int = 0
    at: dt.datetime | None = None
    said: Row | None = None
    """In a conflict about a row, the row as it came back; empty if it was gone."""
    write: int | None = None
    """The number of the write into the master that it belongs to."""


class SentCopy(NamedTuple):
    """A copy as it was sent: its rows were ``base``, and ``rows`` are those it may change, by sheet."""

    id: str
    department: str
    revision: int
    at: dt.datetime
    file: str
    base: Rows
    rows: dict[str, list[str]]


class MergedReturn(NamedTuple):
    """A return that was merged: the SHA-256 of its file, the copy it is of, what it said, and where it came from."""

    digest: str
    copy: str
    back: Return
    sender: str = ""
    mail: str = ""
    file: str = ""
