"""How far reading is, as a line on stderr: only on a terminal, only for several files, gone while anything is told."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from collabxl.text import Lang, t

if TYPE_CHECKING:
    from rich.progress import Progress

Item = TypeVar("Item")
_READING = t("读取", "Reading")
_SPEED = t("{speed:.1f} 个/秒", "{speed:.1f} files/s")


class ProgressLine:
    """The line; without a terminal it shows nothing."""

    def __init__(self, lang: Lang) -> None:
        self._lang = lang
        self._progress = _progress(lang) if sys.stderr.isatty() else None

    def watch(self, files: Sequence[Item]) -> Iterable[Item]:
        """Return the files as they are asked for, each counted once the next one is."""
        return files if self._progress is None or len(files) < 2 else self._count(files, self._progress)

    def pause_for(self, told: Iterable[Item]) -> Iterator[Item]:
        """Return what is told; the line makes way for it, and comes back when more is read."""
        for item in told:
            if self._progress is not None:
                self._progress.stop()
            yield item

    def _count(self, files: Sequence[Item], progress: Progress) -> Iterator[Item]:
        task = progress.add_task(_READING.to(self._lang), total=len(files))
        try:
            for file in files:
                progress.start()
                yield file
                progress.advance(task)
        finally:
            progress.stop()


def _progress(lang: Lang) -> Progress | None:
    """Return rich's progress; None on a terminal that can only print one line after another."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class Speed(ProgressColumn):
        """Files a second."""

        def render(self, task: Task) -> Text:
            """Return the speed, nothing before there is any."""
            return Text(_SPEED.fill(lang, {"speed": task.speed}) if task.speed else "")

    console = Console(stderr=True)
    if not console.is_interactive:
        return None
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Speed(), TimeRemainingColumn()
    return Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False)
