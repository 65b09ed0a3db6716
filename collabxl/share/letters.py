"""The letters that go with copies: one a department, its copy attached, in the language of the workbook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from collabxl import saving
from collabxl.calendar import Workdays
from collabxl.settings import Settings
from collabxl.share.addressees import Addressee, addressees, writer
from collabxl.share.asked import asked
from collabxl.share.mail.letter import Attachment, Letter, draft
from collabxl.share.mail.wording import Wording
from collabxl.share.split import Copy, Splitting

FIELDS = ("project", "department", "person", "reply_by", "todo", "sender")
"""What the words of a letter may ask for."""


@dataclass(frozen=True)
class Post:
    """One copy's letter, and whom it is for as the contacts tell."""

    copy: Copy
    letter: Letter
    addressee: Addressee

    @property
    def path(self) -> Path:
        """Where its draft lies: beside the copy."""
        return self.copy.path.with_suffix(".eml")


def letters(made: Splitting, wording: Wording, *, today: dt.date, settings: Settings) -> list[Post]:
    """Return a letter for every copy of a split; SettingsError if the wording asks for what there is not."""
    frames, lang = made.chunk.checked.frames, made.reading.lang
    known, sender = addressees(frames), writer(frames, settings.mail)
    outcome = made.chunk.outcomes[0]
    fields = {
        "project": outcome.project or Path(made.reading.path).stem,
        "reply_by": Workdays(frames["days"], today + dt.timedelta(days=1)).day(settings.mail.reply_days),
        "sender": sender.name,
    }
    posts = []
    everything = asked(made.copies, Path(made.reading.path), today=today, settings=settings)
    for copy, wanted in zip(made.copies, everything, strict=True):
        whom = known.of(copy.share.department)
        own = {"department": copy.share.department, "person": whom.called(lang), "todo": wanted.say(lang, today)}
        subject, text = wording.fill(lang, {**fields, **own})
        attached = (Attachment(copy.path.name, copy.content),)
        posts.append(Post(copy, Letter(sender, whom.people, subject, text, copy.sent.at, attached), whom))
    return posts


def write_drafts(posts: Iterable[Post]) -> None:
    """Write letters as drafts beside their copies; FileError if one cannot be written."""
    for post in posts:
        saving.replace(post.path, draft(post.letter))
