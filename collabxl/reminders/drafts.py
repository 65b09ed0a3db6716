"""Delay warnings as mail drafts: one a department, or one a person, in the language of the workbook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Literal

from collabxl.exchange.posting import LetterDraft
from collabxl.mail.letter import Letter
from collabxl.mail.wording import Wording
from collabxl.reminders.cases import ProjectDelays
from collabxl.reminders.groups import CaseGroup, distinct_cases, groups
from collabxl.reminders.words import TITLE, case_line
from collabxl.rules.matching.names import normalize_name
from collabxl.storage.file_names import distinct_names, file_name
from collabxl.text import Lang

By = Literal["department", "person"]
_MORNING = dt.time(9, tzinfo=dt.timezone(dt.timedelta(hours=8)))
"""When letters are dated: not when they are made, so that the same day and workbook make the same files."""


def notices(books: Iterable[ProjectDelays], by: By, wording: Wording, today: dt.date) -> list[LetterDraft]:
    """Return the letters that warn of what is in workbooks; no two drafts of the same name."""
    made = [_notice(book, several, by, wording, today) for book in books for several in _bundles(book, by)]
    names = distinct_names(notice.path.name for notice in made)
    return [replace(notice, path=Path(name)) for notice, name in zip(made, names, strict=True)]


def _bundles(book: ProjectDelays, by: By) -> Iterator[list[CaseGroup]]:
    if by == "person":
        yield from ([group] for group in groups(book))
        return
    for _, several in groupby(groups(book), key=lambda group: normalize_name(group.department)):
        yield list(several)


def _notice(book: ProjectDelays, several: list[CaseGroup], by: By, wording: Wording, today: dt.date) -> LetterDraft:
    lang = book.lang
    department, person = several[0].labels(lang)
    whom = book.contacts.of(several[0].department, several[0].person or None if by == "person" else None)
    fields = {
        "project": book.project,
        "department": department,
        "person": whom.greeting(lang),
        "tasks": _lines(several, by, lang),
        "count": len(distinct_cases(several)),
        "today": today,
        "sender": book.sender.name,
    }
    subject, text = wording.fill(lang, fields)
    letter = Letter(book.sender, whom.people, subject, text, dt.datetime.combine(today, _MORNING))
    who = (department, person) if by == "person" else (department,)
    file = file_name(Path(book.path).stem, *who, TITLE.to(lang), suffix=".eml")
    return LetterDraft(Path(book.path), department, letter, whom, Path(file))


def _lines(several: list[CaseGroup], by: By, lang: Lang) -> str:
    blocks = []
    for group in several:
        lines = [f"· {case_line(case, lang)}" for case in group.cases]
        blocks.append("\n".join(lines if by == "person" else [group.labels(lang)[1], *lines]))
    return "\n\n".join(blocks)
