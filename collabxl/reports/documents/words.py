"""How documents write days, shares, people and states, and the few sentences that several of them say."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from collabxl.reports.documents.blocks import Document, Paragraph, Section, TableBlock, TableCell, TableColumn
from collabxl.reports.documents.kinds import KINDS
from collabxl.reports.documents.material import Material, MinuteRow, TaskRow
from collabxl.rules.matching.names import normalize_name
from collabxl.schema.columns import Column as Declared
from collabxl.schema.kinds import Words
from collabxl.schema.vocabularies import ACTION
from collabxl.summary.charts import STATE_WORDS
from collabxl.summary.findings import cut
from collabxl.text import Lang, Text, format_number, t

CellContent = str | int | dt.date | TableCell | None
UNKNOWN = "—"
NOTHING = t("（没有）", "(none)")
TO_FILL_IN = t("（请填写）", "(to be filled in)")
_AS_OF = t("统计日 {day}", "As of {day}")
_FORESEEN = t("统计日 {day}（预测从 {today} 算起）", "As of {day} (forecasts reckoned from {today})")
DATE = t("日期", "Date")
LONGEST = 60
"""Letters of one of several things in a cell, a Chinese one being two."""
SIGNED = 1.3
"""Centimetres of a line to sign on."""
_SHADES = {"overdue": "late", "done": "done", "blocked": "paused", "cancelled": "dropped", "odd": "soon"}
_NUMBERS = re.compile(r"(?:[①-⑳]|(?:^|(?<=[\s；;]))[（(]?\d{1,2}(?:[、）)]|\.(?!\d)))")
_ENDS = re.compile(r"[；;\n]")
_TAIL = "；;。，, \t"


class ReportPeriod(NamedTuple):
    """The first and last day that a document tells of."""

    first: dt.date
    last: dt.date

    def contains(self, day: dt.date | None) -> bool:
        """Return whether a day is in it."""
        return day is not None and self.first <= day <= self.last

    def to(self, lang: Lang) -> str:
        """Return it in words; one day alone is that day."""
        ends = dict.fromkeys(each.isoformat() for each in self)
        return (" 至 " if lang == "zh" else " – ").join(ends)


class RequestedPeriod(NamedTuple):
    """The days that somebody wants a document to tell of, as far as they say."""

    first: dt.date | None = None
    last: dt.date | None = None

    def end(self, day: dt.date) -> dt.date:
        """Return the last day of what is asked for: that of the figures, unless they say or begin later."""
        return self.last or max(day, self.first or day)

    def period(self, day: dt.date, days: int) -> ReportPeriod:
        """Return what is asked for; without a first day it is so many days long."""
        last = self.end(day)
        return ReportPeriod(self.first or last - dt.timedelta(days - 1), last)


EVER = RequestedPeriod()


def document_of(
    kind: str, made_of: Material, facts: Any, *, about: str, sections: Sequence[Section], wide: bool = False
) -> Document:
    """Return a document about one workbook, of which ``facts`` name the project."""
    return Document(
        lang=made_of.lang,
        title=KINDS[kind].title.to(made_of.lang),
        project=facts.project,
        day=made_of.day,
        about=about,
        sections=tuple(sections),
        facts=facts,
        wide=wide,
    )


def as_of(made_of: Material, *, forecasts: bool = False) -> str:
    """Return of which day the figures are, and from which one what is foretold is reckoned if that is another."""
    told = {"day": made_of.day, "today": made_of.view.sync_day}
    apart = forecasts and made_of.day != made_of.view.sync_day
    return (_FORESEEN if apart else _AS_OF).fill(made_of.lang, told)


def day_text(when: dt.date | None) -> str:
    """Return a day as documents write it, a dash for none."""
    return when.isoformat() if when else UNKNOWN


def word_text(words: Words, key: str, lang: Lang) -> str:
    """Return an entry of a word list, empty for none."""
    return words.title_of(key).to(lang) if key else ""


def state_cell(key: str, lang: Lang) -> TableCell:
    """Return how a task stands, with its sign and shade."""
    return TableCell(STATE_WORDS[key].to(lang), _SHADES.get(key, "white"))


def share_text(part: float) -> str:
    """Return a share as whole per cent."""
    return f"{part:.0%}"


def number_text(days: float | None) -> str:
    """Return a number of days, a dash for none."""
    return UNKNOWN if days is None else format_number(days)


def split_list(text: str) -> tuple[str, ...]:
    """Return the entries of a list that was typed into one cell, their own numbers taken off."""
    parts = (piece.strip(_TAIL) for line in _ENDS.split(text) for piece in _NUMBERS.split(line))
    return tuple(part for part in parts if part)


def distinct_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return names as names are compared, each once, in their order."""
    found: dict[str, str] = {}
    for name in names:
        if name:
            found.setdefault(normalize_name(name), name)
    return tuple(found.values())


def first_items(items: tuple[str, ...], most: int, lang: Lang) -> str:
    """Return the first so many of a list in one text, none too long, and how many there are if some are left out."""
    shown = ("、" if lang == "zh" else "; ").join(cut(item, LONGEST) for item in items[:most])
    more = t(" 等 {count} 项", " and others, {count} in all")
    return shown + (more.fill(lang, {"count": len(items)}) if len(items) > most else "")


def action_state(line: MinuteRow, today: dt.date, lang: Lang) -> str | TableCell:
    """Return how an action of a meeting stands, one past its due date as overdue."""
    if line.status != "done" and line.due is not None and line.due < today:
        return TableCell(STATE_WORDS["overdue"].to(lang), "late")
    return (
        TableCell(word_text(ACTION, line.status, lang), "done")
        if line.status == "done"
        else word_text(ACTION, line.status, lang)
    )


def signature_table(by: Iterable[Text], lang: Lang) -> TableBlock:
    """Return room for signatures with their dates, side by side."""
    titles = [title.to(lang) for label in by for title in (label, DATE)]
    columns = tuple(TableColumn(title, 1 if at % 2 else 2) for at, title in enumerate(titles))
    return TableBlock(columns, (("",) * len(columns),), SIGNED)


def by_due_date(tasks: Iterable[TaskRow]) -> list[TaskRow]:
    """Return tasks by their due dates, those without one last."""
    return sorted(tasks, key=lambda task: (task.due or dt.date.max, task.row))


class ListingColumn(NamedTuple):
    """A column of a listing: a declared one or a title, its width, and what it shows of a row if not that column."""

    of: Declared | Text
    width: float
    value: Callable[[Any], CellContent] | None = None

    def title(self, lang: Lang) -> str:
        """Return what stands above it."""
        return (self.of if isinstance(self.of, Text) else self.of.title).to(lang)

    def cell(self, row: Any) -> str | TableCell:
        """Return what it shows of a row."""
        if self.value is not None:
            value = self.value(row)
        else:
            value = getattr(row, self.of.key) if isinstance(self.of, Declared) else ""
        match value:
            case str() | TableCell():
                return value
            case dt.date() | None:
                return day_text(value)
        return str(value)


def listing(rows: Iterable[Any], lang: Lang, *columns: ListingColumn, height: float = 0) -> TableBlock | Paragraph:
    """Return a table with a line for each row, or where there are none a sentence that says so."""
    lines = tuple(tuple(column.cell(row) for column in columns) for row in rows)
    if not lines:
        return Paragraph(NOTHING.to(lang), "note")
    return TableBlock(tuple(TableColumn(column.title(lang), column.width) for column in columns), lines, height)
