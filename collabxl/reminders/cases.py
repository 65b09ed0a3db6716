"""What has to be warned of: tasks and actions that are late, due soon or forecast late, and what they lack."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

import pandas as pd

from collabxl.errors import FileError
from collabxl.exchange.addressees import Addressees, addressees, letter_sender
from collabxl.mail.message_model import Person
from collabxl.pipeline.batch import Chunk, check_chunks
from collabxl.rules import RULES
from collabxl.rules.engine.findings import Finding
from collabxl.rules.engine.outcome import Outcome
from collabxl.rules.matching.names import normalize_name, split_names
from collabxl.rules.matching.wording import is_filler, person_name
from collabxl.schema.settings import Settings
from collabxl.schema.sheets import Minutes, Progress, Tasks
from collabxl.storage.paths import Paths
from collabxl.text import Lang
from collabxl.workers.isolation import isolate_workbook

TimedState = Literal["overdue", "soon", "forecast"]
State = Literal["overdue", "soon", "forecast", "finished", "delayed"]
Lack = Literal["reason", "remedy", "date"]
TIMED: tuple[TimedState, ...] = get_args(TimedState)
LACKS: tuple[Lack, ...] = get_args(Lack)


class Delay(NamedTuple):
    """One task, or one action of a meeting, and what is the matter with it."""

    sheet: str
    row: int
    id: str
    name: str
    departments: tuple[str, ...]
    people: tuple[str, ...]
    due: dt.date | None
    state: State
    days: int | None
    """Working days late, or left."""
    forecast: dt.date | None
    lacks: tuple[Lack, ...]


@dataclass(frozen=True)
class ProjectDelays:
    """One workbook with its cases, earliest due first, and who is to be told."""

    path: str
    key: str
    """What tells this project from others and stays the same: the workbook's id, else its name."""
    project: str
    lang: Lang
    sender: Person
    contacts: Addressees
    cases: tuple[Delay, ...]


class UnreadFile(NamedTuple):
    """A file that could not be read."""

    path: str
    error: FileError


def find_cases(
    paths: Paths, *, today: dt.date, settings: Settings, jobs: int | None = None, passwords: tuple[str, ...] = ()
) -> Iterator[ProjectDelays | UnreadFile]:
    """Return what has to be warned of in each workbook, in the order asked for; nothing is raised for a file.

    The rules are asked whatever the pack; what the settings ignore and what is waived is left out.
    """
    chosen = settings.model_copy(update={"select": tuple(rule.code for rule in RULES if rule.reminds)})
    for chunk in check_chunks(paths, today=today, settings=chosen, jobs=jobs, passwords=passwords):
        numbers = {id(outcome): wb for wb, outcome in chunk.by_number.items()}
        places = _CaseRows(chunk)
        for outcome in chunk.outcomes:
            if outcome.error is not None:
                yield UnreadFile(outcome.path, outcome.error)
            else:
                try:
                    with isolate_workbook():
                        book = _workbook_cases(outcome, numbers[id(outcome)], places, settings)
                except FileError as fault:
                    yield UnreadFile(outcome.path, fault)
                else:
                    yield book


def _workbook_cases(outcome: Outcome, wb: int, places: _CaseRows, settings: Settings) -> ProjectDelays:
    reading = outcome.reading
    assert reading is not None
    project = outcome.project or Path(outcome.path).stem
    frames = places.chunk.checked.frames
    found: dict[tuple[str, int], list[Finding]] = {}
    for finding in outcome.problems:
        place = places.of(wb, finding)
        if place is not None:
            found.setdefault(place, []).append(finding)
    cases = [places.case(wb, *place, findings) for place, findings in found.items()]
    cases.sort(key=lambda case: (case.due or dt.date.max, case.sheet != Tasks.meta.key, case.row))
    key = reading.identity.get("workbook_id", project)
    sender = letter_sender(frames, settings.mail, wb)
    return ProjectDelays(
        path=outcome.path,
        key=key,
        project=project,
        lang=reading.lang,
        sender=sender,
        contacts=addressees(frames, wb),
        cases=tuple(cases),
    )


class _CaseRows:
    """The rows of a chunk's workbooks that cases are made of."""

    def __init__(self, chunk: Chunk) -> None:
        self.chunk = chunk
        frames = chunk.checked.frames
        self._frames = {sheet.meta.key: frames[sheet.meta.key] for sheet in (Tasks, Minutes)}
        self._tracked = frames["progress_with_task"]

    def of(self, wb: int, finding: Finding) -> tuple[str, int] | None:
        """Return the sheet and row of the task or action that a finding is about."""
        if finding.sheet is None or finding.row is None:
            return None
        if finding.sheet != Progress.meta.key:
            return finding.sheet, finding.row
        at = int(self._tracked.loc[(wb, finding.row), "of_at"])
        return Tasks.meta.key, int(self._frames[Tasks.meta.key].index[at][1])

    def case(self, wb: int, sheet: str, row: int, findings: list[Finding]) -> Delay:
        """Return one row as a case."""
        told = self._frames[sheet].loc[(wb, row)]
        found = {finding.rule.reminds: finding for finding in findings}
        state = next((each for each in TIMED if each in found), None)
        args: dict[str, Any] = dict(found[state].args) if state else {}
        return Delay(
            sheet=sheet,
            row=row,
            id=_text(told["id"]),
            name=_text(told["name" if sheet == Tasks.meta.key else Minutes.action.key]),
            departments=_names(told["department"]),
            people=tuple(person_name(name) for name in _names(told["owner"])),
            due=None if pd.isna(told["due"]) else told["due"].date(),
            state=state or ("finished" if told["status"] == "done" else "delayed"),
            days=args.get("days"),
            forecast=args.get("forecast"),
            lacks=tuple(each for each in LACKS if each in found),
        )


def _text(cell: Any) -> str:
    return cell if isinstance(cell, str) else ""


def _names(cell: Any) -> tuple[str, ...]:
    names = {normalize_name(name): name for name in split_names(_text(cell)) if not is_filler(name)}
    return tuple(names.values())
