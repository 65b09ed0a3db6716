"""延期预警: of each department and person what is overdue or due soon, and what a delay still owes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, NamedTuple

import pandas as pd

from collabxl.batch import Chunk
from collabxl.errors import MailError
from collabxl.findings import Finding
from collabxl.report.outcome import Outcome
from collabxl.rules.names import plain, split
from collabxl.rules.relate import Frames, take
from collabxl.schema.standard import Contacts, Minutes, Progress, Tasks
from collabxl.share.mail.letter import address_of
from collabxl.share.mail.parcel import Person
from collabxl.text import Lang, speak, t

WARNING = ("DL401", "DL402", "DL409", "DY601", "DY602", "DY603", "MT803")
"""The rules whose findings are reminded of."""
NOBODY = t("（未填负责人）", "(no owner)")
NONE = t("（没有）", "(none)")
_LINE = t("· {id} {name}（截止 {due}）：{says}", "· {id} {name} (due {due}): {says}")


class Reminder(NamedTuple):
    """One task or action that somebody has to see to, and why, in sentences."""

    department: str
    person: str
    id: str
    name: str
    due: dt.date | None
    says: tuple[str, ...]


class Notice(NamedTuple):
    """All reminders of one department in one workbook; ``to`` is who speaks for it, perhaps without an address."""

    outcome: Outcome
    department: str
    to: Person
    reminders: tuple[Reminder, ...]


def notices(chunk: Chunk) -> Iterator[Notice]:
    """Return the notices of every workbook of a chunk, departments in the order of their first late task."""
    for wb, outcome in chunk.numbered.items():
        assert outcome.reading is not None
        people = contacts(chunk.checked.frames, wb)
        found: dict[str, list[Reminder]] = {}
        for reminder in _reminders(chunk.checked.frames, wb, outcome):
            for name in split(reminder.department) or ("",):
                found.setdefault(plain(name), []).append(reminder._replace(department=name))
        for key, listed in found.items():
            yield Notice(outcome, listed[0].department, people.get(key, Person()), tuple(listed))


def contacts(frames: Frames, wb: int) -> dict[str, Person]:
    """Return who speaks for each department of a workbook, by its name as it is compared."""
    found: dict[str, Person] = {}
    rows = _of(frames[Contacts.meta.key], wb)
    for department, person, email in zip(rows.department, rows.person, rows.email, strict=True):
        if isinstance(department, str):
            found.setdefault(plain(department), _reachable(Person(_text(person), _text(email).strip())))
    return found


def _reachable(person: Person) -> Person:
    """Return a person, without an address that is none."""
    try:
        return person._replace(address=address_of(person)) if person.address else person
    except MailError:
        return person._replace(address="")


def told(reminders: Iterable[Reminder], lang: Lang) -> str:
    """Return reminders as lines, those of one person under one name."""
    listed = sorted(reminders, key=lambda each: each.person)
    between, blocks = "；" if lang == "zh" else "; ", []
    for person, group in groupby(listed, key=lambda each: each.person):
        lines = [_LINE.fill(lang, {**each._asdict(), "says": between.join(each.says)}) for each in group]
        blocks.append("\n".join([person or NOBODY.to(lang), *lines]))
    return "\n".join(blocks) or NONE.to(lang)


def _reminders(frames: Frames, wb: int, outcome: Outcome) -> Iterator[Reminder]:
    assert outcome.reading is not None
    lang = outcome.reading.lang
    rows = {sheet: _rows(frames, wb, sheet) for sheet in (Tasks.meta.key, Progress.meta.key, Minutes.meta.key)}
    found: dict[Reminder, list[str]] = {}
    for finding in outcome.problems:
        if finding.rule.code in WARNING and (about := _about(finding, rows)) is not None:
            found.setdefault(about, []).append(finding.message(lang))
    yield from (about._replace(says=tuple(dict.fromkeys(says))) for about, says in found.items())


def _about(finding: Finding, rows: dict[str, dict[int, Reminder]]) -> Reminder | None:
    return rows.get(finding.sheet or "", {}).get(finding.row or 0)


def _rows(frames: Frames, wb: int, sheet: str) -> dict[int, Reminder]:
    """Return what each row of a sheet is about, by row; progress rows are about their task."""
    if sheet == Progress.meta.key:
        tracked = frames["tracked"]
        owners = take(frames[Tasks.meta.key], tracked.of_at.to_numpy(), ("owner",), "of_")
        frame = tracked.assign(**owners)
        keys = ("of_department", "of_owner", "of_id", "of_name", "of_due")
    else:
        frame = frames[sheet]
        keys = ("department", "owner", "id", "action" if sheet == Minutes.meta.key else "name", "due")
    mine = _of(frame, wb)
    columns = [mine[key] for key in keys]
    found = {}
    for row, department, owner, id, name, due in zip(mine.index, *columns, strict=True):
        day = due.date() if isinstance(due, pd.Timestamp) and due == due else None
        found[row] = Reminder(_text(department), _text(owner), _text(id), _text(name), day, ())
    return found


def _of(frame: pd.DataFrame, wb: int) -> pd.DataFrame:
    """Return the rows of one workbook, by row."""
    there = frame[frame.index.get_level_values("wb") == wb]
    return there.droplevel("wb")


def _text(value: Any) -> str:
    return "" if value is None or value != value else speak(value, "zh")
