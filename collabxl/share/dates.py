"""Reminders as a calendar that Outlook, phones and WPS take: one day each, with an alarm the day before."""

from __future__ import annotations

import datetime as dt
from typing import Any

from collabxl.errors import UsageError
from collabxl.share.reminders import Notice
from collabxl.text import t

_MISSING = t(
    "写 .ics 日历需要 icalendar：pip install 'collabxl[calendar]'",
    "Calendars (.ics) need icalendar: pip install 'collabxl[calendar]'",
)
_TITLE = t("【{project}】{id} {name}", "[{project}] {id} {name}")


def calendar(notice: Notice, today: dt.date) -> bytes:
    """Return the dated reminders of a department as an .ics file; UsageError if the library is not there.

    What is overdue stands on ``today``. The same task keeps its UID, so that a later file updates the entry.
    """
    try:
        from icalendar import Alarm, Calendar, Event
    except ImportError as error:
        raise UsageError(_MISSING) from error
    reading = notice.outcome.reading
    assert reading is not None
    made = Calendar()
    made.add("prodid", "-//collabxl//reminders//")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    book = reading.identity.get("workbook_id", "collabxl")
    for reminder in notice.reminders:
        if reminder.due is None:
            continue
        title = _TITLE.fill(reading.lang, {**reminder._asdict(), "project": notice.outcome.project or ""})
        event: Any = Event()
        event.add("uid", f"{reminder.id or reminder.name}@{book}")
        event.add("dtstamp", dt.datetime.combine(today, dt.time(), dt.UTC))
        event.add("dtstart", max(reminder.due, today))
        event.add("dtend", max(reminder.due, today) + dt.timedelta(days=1))
        event.add("summary", title)
        event.add("description", "\n".join([reminder.person, *reminder.says]).strip())
        event.add("transp", "TRANSPARENT")
        alarm: Any = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", title)
        alarm.add("trigger", dt.timedelta(hours=-15))
        event.add_component(alarm)
        made.add_component(event)
    return bytes(made.to_ical())
