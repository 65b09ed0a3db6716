"""Delay warnings as a calendar (.ics): one all-day event a task, which moves when the calendar is read in again."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from collabxl.reminders.cases import Delay, ProjectDelays
from collabxl.reminders.words import TITLE, case_label, case_line
from collabxl.text import Lang, format_value, t
from collabxl.text.printable import clean

if TYPE_CHECKING:
    from icalendar import Event

_PRODUCT = "-//collabxl//remind//EN"
_SUMMARY = t("【{title}】{label}", "[{title}] {label}")


def render_calendar(books: Iterable[ProjectDelays], today: dt.date, lang: Lang) -> bytes:
    """Return a calendar of all cases, in the language of each workbook; ``lang`` is that of its own name.

    What is due stands on its day, what is late on ``today``. The same task has the same UID whenever it is written.
    """
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", TITLE.to(lang))
    seen: Counter[str] = Counter()
    for book in books:
        for case in book.cases:
            base = f"{book.key}\n{case.sheet}\n{case.id or case.name}"
            seen[base] += 1
            calendar.add_component(_event(book, case, today, f"{base}\n{seen[base]}"))
    content: bytes = calendar.to_ical()
    return content


def _event(book: ProjectDelays, case: Delay, today: dt.date, key: str) -> Event:
    from icalendar import Event

    lang = book.lang
    day = max(case.due or today, today)
    who = [format_value(names, lang) for names in (case.departments, case.people) if names]
    event = Event()
    event.add("uid", f"{hashlib.sha256(key.encode('utf-8', 'backslashreplace')).hexdigest()[:32]}@collabxl")
    event.add("dtstamp", dt.datetime.combine(today, dt.time(), dt.UTC))
    event.add("dtstart", day)
    event.add("dtend", day + dt.timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    event.add("summary", clean(_SUMMARY.fill(lang, {"title": TITLE.to(lang), "label": case_label(case)})))
    event.add("description", "\n".join(map(clean, [case_line(case, lang), *who, book.project])))
    event.add("categories", [TITLE.to(lang)])
    return event
