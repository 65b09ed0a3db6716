"""What mail is made of once it is opened: who wrote it, what is in it, and what came of each workbook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from collabxl.errors import FileError, MailError
from collabxl.mail.header_coding import escape_hidden
from collabxl.text import t

WITHIN = " › "
"""Stands before each step of the way inside a file."""
_LONGEST = 1_000
"""Letters that are kept of what a message says about itself."""


class Person(NamedTuple):
    """A person as mail knows one: a name to show and an address, either may be empty."""

    name: str = ""
    address: str = ""


class Envelope(NamedTuple):
    """What a message says about itself. Whoever wrote it may have lied: a hint, never a proof."""

    sender: Person = Person()
    date: dt.datetime | None = None
    subject: str = ""
    message_id: str = ""

    @classmethod
    def safe(cls, sender: Person, date: dt.datetime | None, subject: str, message_id: str) -> Envelope:
        """Return an envelope that is safe to show: nothing in it hides, nothing is endless."""
        name, address, subject, message_id = (
            escape_hidden(text.strip()[:_LONGEST]) for text in (*sender, subject, message_id)
        )
        if "@" not in address:
            name, address = name or address, ""
        return cls(Person(name, address), date, subject, message_id)


class ParsedMessage(NamedTuple):
    """A message opened: its envelope and what is enclosed, read as far as one asks."""

    envelope: Envelope
    enclosures: Iterable[Enclosure]


class Enclosure(NamedTuple):
    """One thing enclosed: bytes to be judged, a message of its own, or the reason why it cannot be had."""

    name: str
    content: bytes | ParsedMessage | FileError


class Origin(NamedTuple):
    """Where a workbook lay: the file or address that was asked for, and the way inside it."""

    source: str
    inside: tuple[str, ...] = ()

    def __str__(self) -> str:
        return WITHIN.join((self.source, *self.inside))

    def within(self, name: str) -> Origin:
        """Return the place one step further inside."""
        return Origin(self.source, (*self.inside, escape_hidden(name)))


@dataclass(frozen=True, slots=True)
class ReturnedWorkbook:
    """A workbook that came back: bytes that look like one, not yet read."""

    name: str
    """A name that is safe to use; ``origin`` ends with the one that was claimed."""
    content: bytes
    origin: Origin
    envelope: Envelope | None = None
    """The innermost message around it; None for a file that came without one."""
    keys: tuple[str, ...] = ()
    """What to ``remember`` once the workbook is dealt with, so that its message is not taken again."""


@dataclass(frozen=True, slots=True)
class RefusedItem:
    """Something that could not be opened, and why; everything beside it was taken all the same."""

    origin: Origin
    error: FileError | MailError
    envelope: Envelope | None = None
    keys: tuple[str, ...] = ()


class Memory(Protocol):
    """What was taken or sent before; the caller keeps it, wherever it likes."""

    def remembers(self, key: str) -> bool:
        """Return whether ``key`` was remembered in this or an earlier run."""

    def remember(self, key: str) -> None:
        """Keep ``key``, on disk before this returns."""


class NoMemory:
    """A memory for those who want everything every time."""

    def remembers(self, key: str) -> bool:
        """Return False: nothing was seen before."""
        return False

    def remember(self, key: str) -> None:
        """Keep nothing."""


@dataclass(frozen=True, slots=True)
class MessageLimits:
    """How much one message may cost; sizes in bytes."""

    message: int = 64 * 2**20
    unpacked: int = 256 * 2**20
    """All that one message holds, attachments and zips opened."""
    parts: int = 1_000
    """Parts of a message and files in its zips, all together."""
    depth: int = 5
    """Messages inside messages."""
    messages: int = 10_000
    """Messages in one mail folder."""

    def admit(self, size: int) -> None:
        """Raise FileError (too-large) for a message of more bytes than one may have."""
        if size > self.message:
            says = t(
                "邮件有 {size} MB，上限 {limit} MB。请对方去掉别的附件，只发工作簿",
                "The message has {size} MB; the limit is {limit} MB. Ask for the workbook without other attachments",
            )
            raise FileError("too-large", says, size=-(-size // 2**20), limit=self.message // 2**20)
