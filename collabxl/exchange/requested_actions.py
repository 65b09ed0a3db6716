"""What a letter asks of a department: its tasks that are due and what the check finds, as its own copy tells them.

The copy is checked and not the master, so that cells stand where the letter says, and nothing of others gets in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from collabxl.exchange.split import DepartmentCopy
from collabxl.pipeline.batch import Chunk, check_chunks
from collabxl.reading.frame_columns import iter_rows
from collabxl.rules.engine.findings import Finding
from collabxl.rules.engine.frames import wbs
from collabxl.rules.engine.outcome import Outcome
from collabxl.rules.engine.predicates import is_open
from collabxl.rules.matching.names import normalize_name
from collabxl.schema.settings import Settings
from collabxl.schema.sheets import Tasks
from collabxl.text import Lang, t

SHOWN = 20
"""Lines of each kind that a letter has; the copy tells the rest."""
_TASKS, _FINDINGS = t("到期的任务：", "Tasks due:"), t("表里要改的地方：", "To be mended in the file:")
_NEITHER = t("目前没有到期的任务，表里也没有要改的地方。", "No task is due, and there is nothing to mend in the file.")
_LATE, _DUE = t("{due} 到期，已逾期", "was due {due}, late"), t("{due} 到期", "due {due}")
_TASK = t("· {label}（{when}）{owner}", "· {label} ({when}) {owner}")
_FINDING = t("· {place}：{message}。{advice}", "· {place}: {message}. {advice}")
_MORE = t("· 还有 {count} 条，见附件", "· {count} more, see the attached file")


class DueTask(NamedTuple):
    """An open task that is late or due soon."""

    id: str
    name: str
    owner: str
    due: dt.date


@dataclass(frozen=True)
class RequestedActions:
    """What one letter asks for."""

    tasks: tuple[DueTask, ...] = ()
    findings: tuple[Finding, ...] = field(default=())

    def say(self, lang: Lang, today: dt.date) -> str:
        """Return it as lines, those of each kind below a heading."""
        tasks = [_task_line(task, lang, today) for task in self.tasks]
        findings = [_finding_line(finding, lang) for finding in self.findings]
        blocks = [
            "\n".join([title.to(lang), *_limit_lines(lines, lang)])
            for title, lines in ((_TASKS, tasks), (_FINDINGS, findings))
            if lines
        ]
        return "\n\n".join(blocks) or _NEITHER.to(lang)


def requested_actions(
    copies: Sequence[DepartmentCopy], master: Path, *, today: dt.date, settings: Settings
) -> list[RequestedActions]:
    """Return what is asked of each copy's department; FileError if a copy cannot be read."""
    paths = {str(copy.path): copy for copy in copies}
    masters = dict.fromkeys(paths, master)
    found: dict[str, RequestedActions] = {}
    for chunk in check_chunks(paths, today=today, settings=settings, masters=masters):
        for outcome in chunk.outcomes:
            if outcome.error is not None:
                raise outcome.error
        for wb, outcome in chunk.by_number.items():
            own = paths[outcome.path].share.own
            until = today + dt.timedelta(days=settings.mail.due_days)
            tasks = tuple(_due_tasks(chunk, wb, set(own.get(Tasks.meta.key, ())), until))
            found[outcome.path] = RequestedActions(tasks, tuple(_own_findings(outcome, own)))
    return [found[path] for path in paths]


def _due_tasks(chunk: Chunk, wb: int, own: set[str], until: dt.date) -> Iterator[DueTask]:
    standing = chunk.checked.frames["tasks_now"]
    due = standing[(wbs(standing) == wb) & is_open(standing.status) & (standing.due <= pd.Timestamp(until))]
    for row in iter_rows(due.sort_values("due", kind="stable")):
        id, name, owner = (cell if isinstance(cell, str) else "" for cell in (row.id, row.name, row.owner))
        if normalize_name(id).upper() in own:
            yield DueTask(id, name, owner, row.due.date())


def _own_findings(outcome: Outcome, own: dict[str, list[str]]) -> Iterator[Finding]:
    """Return the errors and warnings in a department's own rows."""
    for finding in outcome.problems:
        if finding.severity == "info" or _is_listed(finding) or not finding.id or not finding.sheet:
            continue
        if normalize_name(finding.id).upper() in own.get(finding.sheet, ()):
            yield finding


def _is_listed(finding: Finding) -> bool:
    """Return whether the list of due tasks tells it."""
    return finding.rule.at is Tasks.due and finding.rule.reminds in ("overdue", "soon")


def _task_line(task: DueTask, lang: Lang, today: dt.date) -> str:
    when = (_LATE if task.due < today else _DUE).fill(lang, {"due": task.due})
    label = " ".join(filter(None, (task.id, task.name)))
    return _TASK.fill(lang, {"label": label, "when": when, "owner": task.owner}).rstrip()


def _finding_line(finding: Finding, lang: Lang) -> str:
    place = " ".join(filter(None, (finding.sheet_title, finding.cell)))
    told = {"message": finding.message(lang).rstrip("。."), "advice": finding.advice(lang).rstrip("。.")}
    return _FINDING.fill(lang, {"place": place, **told})


def _limit_lines(lines: list[str], lang: Lang) -> list[str]:
    more = len(lines) - SHOWN
    return [*lines[:SHOWN], *([_MORE.fill(lang, {"count": more})] if more > 0 else [])]
