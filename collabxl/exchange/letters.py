"""The letters that go with copies: one a department, its copy attached, in the language of the workbook."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from collabxl.exchange.addressees import addressees, letter_sender
from collabxl.exchange.posting import LetterDraft
from collabxl.exchange.requested_actions import requested_actions
from collabxl.exchange.split import SplitResult
from collabxl.mail.letter import Attachment, Letter
from collabxl.mail.wording import Wording
from collabxl.scheduling.calendar import WorkdayIndex
from collabxl.schema.settings import Settings

FIELDS = ("project", "department", "person", "reply_by", "todo", "sender")
"""What the words of a letter may ask for."""


def copy_letters(made: SplitResult, wording: Wording, *, today: dt.date, settings: Settings) -> list[LetterDraft]:
    """Return a letter for every copy of a split; SettingsError if the wording asks for what there is not."""
    frames, lang = made.chunk.checked.frames, made.reading.lang
    known, sender = addressees(frames), letter_sender(frames, settings.mail)
    outcome = made.chunk.outcomes[0]
    fields = {
        "project": outcome.project or Path(made.reading.path).stem,
        "reply_by": WorkdayIndex(frames["working_days"], today + dt.timedelta(days=1)).day(settings.mail.reply_days),
        "sender": sender.name,
    }
    posts = []
    master = Path(made.reading.path)
    everything = requested_actions(made.copies, master, today=today, settings=settings)
    for copy, wanted in zip(made.copies, everything, strict=True):
        whom = known.of(copy.share.department)
        own = {"department": copy.share.department, "person": whom.greeting(lang), "todo": wanted.say(lang, today)}
        subject, text = wording.fill(lang, {**fields, **own})
        attached = (Attachment(copy.path.name, copy.content),)
        letter = Letter(sender, whom.people, subject, text, copy.sent.at, attached)
        draft = copy.path.with_suffix(".eml")
        posts.append(LetterDraft(master, copy.share.department, letter, whom, draft, copy.sent.id))
    return posts
