"""A document as plain data: sections of paragraphs, lists, tables and pictures; whoever writes it matches on them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from collabxl.reports.documents.charts import Chart
from collabxl.text import Lang

Align = Literal["left", "center", "right"]
Look = Literal["body", "note", "alarm"]


class TableColumn(NamedTuple):
    """A column of a table: its title, how wide it is beside the others, and where its cells stand."""

    title: str
    width: float
    align: Align = "left"


class TableCell(NamedTuple):
    """A cell with a shade, by the name of a colour of the theme; its text never needs the shade to be understood."""

    text: str
    shade: str


@dataclass(frozen=True)
class TableBlock:
    """Rows below a header that stands again on every page; ``height`` is that of a row at least, in centimetres."""

    columns: tuple[TableColumn, ...]
    rows: tuple[tuple[str | TableCell, ...], ...]
    height: float = 0


@dataclass(frozen=True)
class FormBlock:
    """Pairs of a label and what stands behind it, an empty text being room to write."""

    fields: tuple[tuple[str, str], ...]


class Tile(NamedTuple):
    """One headline figure: what it is, the figure, what more there is to say, and its shade."""

    label: str
    figure: str
    note: str = ""
    shade: str = "tile"


@dataclass(frozen=True)
class Tiles:
    """Headline figures side by side."""

    tiles: tuple[Tile, ...]


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; line breaks in its text are kept."""

    text: str
    look: Look = "body"


@dataclass(frozen=True)
class Points:
    """A list, numbered or not."""

    items: tuple[str, ...]
    is_numbered: bool = False


@dataclass(frozen=True)
class Picture:
    """A drawing with the words that stand for it where it cannot be seen."""

    chart: Chart
    alt_text: str


@dataclass(frozen=True)
class Blank:
    """Room for so many lines that only people can write, below what is asked of them."""

    prompt: str
    lines: int = 3


Block = TableBlock | FormBlock | Tiles | Paragraph | Points | Picture | Blank


class Section(NamedTuple):
    """A part of a document; ``key`` is its name in a template, ``title`` its heading as it is printed."""

    key: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Document:
    """What is written: its language, title, the project and day it tells of, its sections and the facts behind them."""

    lang: Lang
    title: str
    project: str
    day: dt.date
    """The day of the figures."""
    about: str
    """One line below the title."""
    sections: tuple[Section, ...]
    facts: Any
    """The record that the sections were made from, for templates that say it in words of their own."""
    wide: bool = False
    """Whether its pages lie on their side."""


_DIGITS = "零一二三四五六七八九"


def number_sections(sections: Sequence[Section], lang: Lang) -> tuple[Section, ...]:
    """Return the sections with their numbers before their titles, as documents of the language have them."""
    return tuple(
        each._replace(title=f"{_numeral(at)}、{each.title}" if lang == "zh" else f"{at}. {each.title}")
        for at, each in enumerate(sections, 1)
    )


def _numeral(number: int) -> str:
    """Return a number as Chinese headings have it, from a hundred on in figures."""
    if number >= 100:
        return str(number)
    tens, ones = divmod(number, 10)
    return (_DIGITS[tens] if tens > 1 else "") + ("十" if tens else "") + (_DIGITS[ones] if ones else "")
