"""Counting outcomes as they pass, for the last line and for the exit code; a run ended by Ctrl-C says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from collabxl.cli.main import DONE, FOUND, INTERRUPTED, UNREADABLE
from collabxl.halt import heeded, wished
from collabxl.text import Lang, t

if TYPE_CHECKING:
    from collabxl.report.outcome import Outcome


_STOPPED = t(
    "已按 Ctrl-C 停下：做完 {done} 个工作簿，其余没有做",
    "Stopped by Ctrl-C: {done} workbooks are done, the rest is not",
)


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
        from collabxl.report.plain import sum_of

        head = t(f"{self.workbooks} 个工作簿：", f"{self.workbooks} workbooks: ")
        failed = t(f"；{self.unreadable} 个读写不了", f"; {self.unreadable} could not be read or written")
        return head.to(lang) + sum_of(dict(self.findings), lang) + (failed.to(lang) if self.unreadable else "")

    def code(self, fail_on: str) -> int:
        """Return the contract's exit code; a file that could not be read or written wins over findings."""
        if self.interrupted:
            return INTERRUPTED
        if self.unreadable:
            return UNREADABLE
        reached = (self.findings["error"] and fail_on != "never") or (self.findings["warning"] and fail_on == "warning")
        return FOUND if reached else DONE

    @contextmanager
    def until_interrupted(self, lang: Lang) -> Iterator[None]:
        """Let Ctrl-C end a run with what is done, and say so; pressed again, it ends at once."""
        with heeded():
            yield
            self.interrupted = wished()
            if self.interrupted:
                click.echo(f"collabxl: {_STOPPED.fill(lang, {'done': self.workbooks})}", err=True)
