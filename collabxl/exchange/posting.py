"""Letters as drafts and sent: what each recipient got is entered into the ledger the moment the server took it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from collabxl.errors import UsageError
from collabxl.exchange.addressees import Addressee
from collabxl.exchange.ledger import Ledger
from collabxl.exchange.records import Kind, LedgerEntry
from collabxl.mail.letter import Letter, address_of, render_draft
from collabxl.mail.message_model import Person
from collabxl.mail.outbox import Delivery, send
from collabxl.mail.server import MailAccess, Server
from collabxl.rules.engine.ledger_reader import ledger_path
from collabxl.schema.settings import FILE, MailSettings
from collabxl.storage import save
from collabxl.text import Lang, t

_WHO = ("USER", "SENDER")
VARIABLES = ("HOST", "PORT", *_WHO)
_PREFIX = "COLLABXL_SMTP_"
_SMTPS, _SMTP = 465, 587


@dataclass(frozen=True)
class LetterDraft:
    """A department's letter about a workbook: whom it is for as the contacts tell, and the file of its draft."""

    master: Path
    department: str
    letter: Letter
    addressee: Addressee
    path: Path
    copy: str | None = None
    """The copy that goes with it, as the ledger knows it."""


class SentLetter(NamedTuple):
    """What became of one letter: one delivery a recipient, none if nobody is known."""

    post: LetterDraft
    deliveries: tuple[Delivery, ...]

    @property
    def failures(self) -> tuple[Delivery, ...]:
        """The deliveries that failed, or may have."""
        return tuple(each for each in self.deliveries if each.state in ("unsent", "unsure"))

    @property
    def has_failed(self) -> bool:
        """Whether somebody did not get it, or nobody was there to get it, or the contacts name a wrong address."""
        return bool(self.failures or not self.deliveries or self.post.addressee.wrong)


def apply_environment(mail: MailSettings, *, sends: bool) -> MailSettings:
    """Return the settings with what the environment says on top: who writes, and if the letters are sent, by whom.

    Raises UsageError for a port that is none, MailError for an address that is none.
    """
    names = VARIABLES if sends else _WHO
    said: dict[str, Any] = {
        name.lower(): os.environ[_PREFIX + name] for name in names if os.environ.get(_PREFIX + name)
    }
    try:
        made = MailSettings.model_validate({**mail.model_dump(), **said})
    except ValidationError as error:
        says = t("{name} 应是端口号，如 465", "{name} should be a port, such as 465")
        raise UsageError(says, name=f"{_PREFIX}PORT") from error
    if made.address:
        address_of(Person("[mail] sender", made.address))
    return made


def server_of(mail: MailSettings, access: MailAccess) -> Server:
    """Return the server that the settings name, never one without TLS; UsageError if they name none, or no sender."""
    missing = [key for key, value in (("host", mail.host), ("sender", mail.address)) if not value]
    if missing:
        says = t(
            "发邮件要知道服务器和发件地址。请在 {file} 的 [mail] 里写 {missing}，或设环境变量 {names}",
            "Sending takes a server and an address to send from. Write {missing} into {file} under [mail], or set "
            "{names}",
        )
        names = [f"{_PREFIX}{key.upper()}" for key in missing]
        raise UsageError(says, file=FILE, missing=missing, names=names)
    late = mail.starttls or mail.port == _SMTP
    port = mail.port or (_SMTP if late else _SMTPS)
    return Server("smtp" if late else "smtps", mail.host, port, mail.user, access=access)


def unsent_posts(posted: Iterable[SentLetter]) -> list[LetterDraft]:
    """Return what is left to be sent by hand: letters to those who did not get them."""
    left = []
    for each in posted:
        if each.failures or not each.deliveries:
            people = tuple(missed.recipient for missed in each.failures)
            left.append(replace(each.post, letter=replace(each.post.letter, to=people)))
    return left


def write_drafts(posts: Iterable[LetterDraft]) -> None:
    """Write letters as drafts; FileError if one cannot be written."""
    for post in posts:
        save.replace(post.path, render_draft(post.letter))


def post_letters(posts: Sequence[LetterDraft], server: Server, lang: Lang) -> list[SentLetter]:
    """Send letters and return what became of each; nothing is raised for a letter or a server.

    A workbook with a ledger remembers who got what, so that nobody gets the same letter twice.
    """
    posted: list[SentLetter] = []
    for master, several in groupby(posts, key=lambda post: post.master):
        about = list(several)
        with ExitStack() as stack:
            ledger = stack.enter_context(Ledger(master)) if ledger_path(master).exists() else None
            posted += _post(about, server, ledger, lang)
    return posted


def _post(posts: Sequence[LetterDraft], server: Server, ledger: Ledger | None, lang: Lang) -> Iterator[SentLetter]:
    book = _LedgerMemory(ledger, {post.letter.message_id: post for post in posts}) if ledger else None
    deliveries = send([post.letter for post in posts], server, memory=book)
    if book:
        book.ledger.note(
            book.entry("unmailed", each.letter.message_id, each.recipient.address, each.error.say(lang))
            for each in deliveries
            if each.error is not None
        )
    return (SentLetter(post, tuple(each for each in deliveries if each.letter is post.letter)) for post in posts)


@dataclass(frozen=True)
class _LedgerMemory:
    """The ledger as the outbox uses it: what was sent is remembered, and told in the log."""

    ledger: Ledger
    posts: Mapping[str, LetterDraft]

    def remembers(self, key: str) -> bool:
        """Return whether this very letter went to this recipient before."""
        return self.ledger.remembers(key)

    def remember(self, key: str) -> None:
        """Enter that a letter went out."""
        self.ledger.remember(key)
        message_id, _, address = key.partition(" ")
        self.ledger.note([self.entry("mailed", message_id, address)])

    def entry(self, kind: Kind, message_id: str, address: str, reason: str = "") -> LedgerEntry:
        """Return what the log tells of a letter and one recipient."""
        post = self.posts[message_id]
        note = " ".join(filter(None, (address, reason)))
        return LedgerEntry(kind, post.department, file=post.path.name, mail=message_id, copy=post.copy, note=note)
