"""Letters to departments: with their copies, or about what is late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from collabxl import saving
from collabxl.findings import Finding
from collabxl.report.outcome import Outcome
from collabxl.rules.names import plain
from collabxl.share.mail.letter import Attachment, Letter, draft
from collabxl.share.mail.parcel import Person
from collabxl.share.mail.wording import wording
from collabxl.share.reminders import NONE, WARNING, Notice, contacts, notices, told
from collabxl.share.split import Copy, Splitting
from collabxl.text import Lang, t

MOST_FINDINGS = 20
"""Findings that a letter tells; the copy shows them all."""
DEAR = t("同事", "colleague")
_FINDING = t("· {id} {column}：{says}", "· {id} {column}: {says}")
_MORE = t("· 另有 {count} 处，见表中的“检查”列", "· {count} more: see the column Check")


class Sender(NamedTuple):
    """Who writes, and on which day; ``template`` is a .toml file of one's own instead of ours."""

    person: Person
    today: dt.date
    template: Path | None = None


def with_copies(made: Splitting, sender: Sender, reply_by: dt.date) -> list[Letter]:
    """Return one letter a copy of a split, with what its department has to see to in the text."""
    (wb, outcome), *_ = made.chunk.numbered.items()
    lang = made.reading.lang
    people = contacts(made.chunk.checked.frames, wb)
    late = {plain(notice.department): notice.reminders for notice in notices(made.chunk)}
    letters = []
    for copy in made.copies:
        key = plain(copy.share.department)
        to = people.get(key, Person())
        fields = {
            **_fields(outcome, copy.share.department, to, sender, lang),
            "reply_by": reply_by,
            "tasks": told(late.get(key, ()), lang),
            "findings": "\n".join(_findings(outcome, copy, lang)) or NONE.to(lang),
        }
        subject, text = wording(sender.template or "split").fill(lang, fields)
        attached = (Attachment(copy.path.name, copy.content),)
        letters.append(Letter(sender.person, (to,), subject, text, copy.sent.at, attached))
    return letters


def about_delays(notice: Notice, sender: Sender) -> Letter:
    """Return the letter that reminds a department; the same on the same day, however often it is written."""
    assert notice.outcome.reading is not None
    lang = notice.outcome.reading.lang
    fields = {
        **_fields(notice.outcome, notice.department, notice.to, sender, lang),
        "tasks": told(notice.reminders, lang),
        "count": len(notice.reminders),
        "today": sender.today,
    }
    subject, text = wording(sender.template or "remind").fill(lang, fields)
    at = dt.datetime.combine(sender.today, dt.time(8), dt.UTC)
    return Letter(sender.person, (notice.to,), subject, text, at)


def written(letters: Iterable[tuple[Letter, Path]]) -> list[Path]:
    """Write letters as drafts that mail programs open, and return the files; FileError if one cannot be written."""
    made = []
    for letter, file in letters:
        file.parent.mkdir(parents=True, exist_ok=True)
        saving.replace(file, draft(letter))
        made.append(file)
    return made


def _fields(outcome: Outcome, department: str, to: Person, sender: Sender, lang: Lang) -> dict[str, object]:
    return {
        "project": outcome.project or Path(outcome.path).stem,
        "department": department,
        "person": to.name or DEAR.to(lang),
        "sender": sender.person.name or sender.person.address,
    }


def _findings(outcome: Outcome, copy: Copy, lang: Lang) -> Iterator[str]:
    """Return what else was found in a department's own rows."""
    own = {(sheet, id) for sheet, ids in copy.share.own.items() for id in ids}
    found = [each for each in outcome.problems if _counts(each) and (each.sheet, each.id) in own]
    for each in found[:MOST_FINDINGS]:
        yield _FINDING.fill(lang, {"id": each.id, "column": each.word or "", "says": each.message(lang)})
    if len(found) > MOST_FINDINGS:
        yield _MORE.fill(lang, {"count": len(found) - MOST_FINDINGS})


def _counts(finding: Finding) -> bool:
    return finding.severity != "info" and finding.rule.code not in WARNING
