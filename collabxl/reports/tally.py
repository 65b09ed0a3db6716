"""Counting outcomes as they pass, for the last line, the totals of a report and the exit code."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from collabxl.text import Lang, t

if TYPE_CHECKING:
    from collabxl.rules.engine.outcome import Outcome

_HEAD = t("{count} 个工作簿：", "{count} {count:workbook|workbooks}: ")
_FAILED = t("；{count} 个读写不了", "; {count} could not be read or written")


class Tally:
    """How many workbooks and findings there were."""

    def __init__(self) -> None:
        self.workbooks = 0
        self.unreadable = 0
        self.interrupted = False
        self.findings: Counter[Any] = Counter(error=0, warning=0, info=0)

    def count(self, outcome: Outcome) -> Outcome:
        """Return the outcome, counted."""
        self.workbooks += 1
        self.unreadable += outcome.error is not None
        self.findings.update(outcome.counts)
        return outcome

    def say(self, lang: Lang) -> str:
        """Return the whole run in one line."""
        from collabxl.rules.engine.severities import counts_text

        head = _HEAD.fill(lang, {"count": self.workbooks})
        failed = _FAILED.fill(lang, {"count": self.unreadable}) if self.unreadable else ""
        return head + counts_text(dict(self.findings), lang) + failed

    def fails(self, fail_on: str) -> bool:
        """Return whether a finding reached the severity from which on a run fails."""
        return any(number and reaches(severity, fail_on) for severity, number in self.findings.items())


def reaches(severity: str, fail_on: str) -> bool:
    """Return whether a finding of this severity lets a run fail that may fail on ``fail_on``."""
    return severity == fail_on or (severity == "error" and fail_on == "warning")
