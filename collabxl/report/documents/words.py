"""How documents write days, shares, people and states, and the few sentences that several of them say."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import NamedTuple

from collabxl.report.documents.blocks import Cell, Column, Paragraph, Table
from collabxl.report.documents.material import TaskRow
from collabxl.report.summary.charts import STATE_WORDS
from collabxl.rules.names import plain
from collabxl.schema.kinds import Words
from collabxl.text import Lang, Text, t

UNKNOWN = "—"
NOTHING = t("（没有）", "(none)")
TO_FILL_IN = t("（请填写）", "(to be filled in)")
AS_OF = t("统计日 {day}", "As of {day}")
BETWEEN = "　|　"
_SHADES = {"overdue": "late", "done": "done", "blocked": "paused", "cancelled": "dropped", "odd": "soon"}
_NUMBERS = re.compile(r"(?:[①-⑳]|(?:^|(?<=[\s；;]))[（(]?\d{1,2}(?:[、）)]|\.(?!\d)))")
_ENDS = re.compile(r"[；;\n]")
_TAIL = "；;。，, \t"


class Period(NamedTuple):
    """The first and last day that a document tells of."""

    first: dt.date
    last: dt.date

    def holds(self, day: dt.date | None) -> bool:
        """Return whether a day is in it."""
        return day is not None and self.first <= day <= self.last

    def to(self, lang: Lang) -> str:
        """Return it in words; one day alone is that day."""
        ends = dict.fromkeys(each.isoformat() for each in self)
        return (" 至 " if lang == "zh" else " – ").join(ends)


def day(when: dt.date | None) -> str:
    """Return a day as documents write it, a dash for none."""
    return when.isoformat() if when else UNKNOWN


def word(words: Words, key: str, lang: Lang) -> str:
    """Return an entry of a word list, empty for none."""
    return words.title_of(key).to(lang) if key else ""


def state(key: str, lang: Lang) -> Cell:
    """Return how a task stands, with its sign and shade."""
    return Cell(STATE_WORDS[key].to(lang), _SHADES.get(key, "white"))


def share(part: float) -> str:
    """Return a share as whole per cent."""
    return f"{part:.0%}"


def number(days: float | None) -> str:
    """Return a number of days, nothing for none."""
    return "" if days is None else f"{days:g}"


def listed(text: str) -> tuple[str, ...]:
    """Return the entries of a list that was typed into one cell, their own numbers taken off."""
    parts = (piece.strip(_TAIL) for line in _ENDS.split(text) for piece in _NUMBERS.split(line))
    return tuple(part for part in parts if part)


def distinct(names: Iterable[str]) -> tuple[str, ...]:
    """Return names as names are compared, each once, in their order."""
    return tuple({plain(name): name for name in reversed([*names]) if name}.values())[::-1]


def and_more(items: tuple[str, ...], most: int, lang: Lang) -> str:
    """Return the first so many of a list in one text, and how many there are in all if that leaves some out."""
    shown = ("、" if lang == "zh" else "; ").join(items[:most])
    more = t(" 等 {count} 项", " and others, {count} in all")
    return shown + (more.fill(lang, {"count": len(items)}) if len(items) > most else "")


def dated(tasks: Iterable[TaskRow]) -> list[TaskRow]:
    """Return tasks by their due dates, those without one last."""
    return sorted(tasks, key=lambda task: (task.due or dt.date.max, task.row))


def table_of(
    columns: Iterable[tuple[Text, float]], rows: Iterable[tuple[str | Cell, ...]], lang: Lang, height: float = 0
) -> Table | Paragraph:
    """Return a table of rows below titles, or where there are none a line that says so."""
    listed = tuple(rows)
    if not listed:
        return Paragraph(NOTHING.to(lang), "note")
    return Table(tuple(Column(title.to(lang), width) for title, width in columns), listed, height)
