"""A rule's example as a reader sees it: titles instead of keys, what is found marked, and what its signs mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from collabxl.rules.engine.example import (
    AS_OF,
    FINDS,
    FORMER,
    LEFT_OUT,
    MARK,
    SCHEMA,
    WHOLE_ROW,
    WITHOUT,
    Block,
    blocks,
)
from collabxl.schema.columns import Column, Sheet
from collabxl.schema.kinds import Choice
from collabxl.schema.sheets import STANDARD, Conflicts, Project
from collabxl.text import Lang, Text, t

_ROW = t("行", "Row")
_MISSING = t("没有“{word}”", "“{word}” is not there")
_SCHEMA = t("{word}：{version}", "{word}: {version}")
_BEFORE = t("以前的值", "What cells held before")
_VALUE, _LAST = t("值", "Value"), t("最后一天", "Last day")
_BLANK = "␣"
_SIGNS: tuple[tuple[re.Pattern[str], Text], ...] = (
    (re.compile(r"'.*"), t("' 开头：文本，不是日期、数字或公式", "' before a cell: text, no date, number or formula")),
    (re.compile(rf".*{_BLANK}.*"), t(f"{_BLANK} 空格", f"{_BLANK} a blank")),
    (re.compile(r"="), t("= 没有计算结果的公式", "= a formula without a value")),
    (re.compile(r"\^"), t("^ 与上面一格合并", "^ merged with the cell above")),
    (re.compile(r"~.*"), t("~ 隐藏的行", "~ a hidden row")),
    (re.compile(r"¬.*"), t("¬ 没有了下拉、输入限制或颜色的格", "¬ a cell that has lost its list, limit or colours")),
    (re.compile(r".+×\d+"), t("字×n 重复 n 次的字", "word×n the word n times over")),
)


@dataclass(frozen=True)
class ExampleCell:
    """What stands in a cell, and whether the rule finds it."""

    text: str
    found: bool = False


@dataclass(frozen=True)
class ExampleTable:
    """One sheet of an example; its rows begin with their number, unless it is a form or tells what was before."""

    title: ExampleCell
    header: tuple[ExampleCell, ...]
    rows: tuple[tuple[ExampleCell, ...], ...]


@dataclass(frozen=True)
class Example:
    """A small workbook: the day of the check, what is said of it as a whole, its sheets, and what its signs mean."""

    today: str | None
    notes: tuple[ExampleCell, ...]
    tables: tuple[ExampleTable, ...]
    signs: tuple[str, ...]


def render_example(text: str, lang: Lang) -> Example:
    """Return a rule's example in the words of a language; what people typed stays as it is."""
    today, notes, tables = None, [], []
    for block in blocks(text):
        if day := block.after(AS_OF):
            today = day
        elif block.head == FORMER:
            tables.append(_past_values(block, lang))
        elif version := block.after(SCHEMA):
            words = _SCHEMA.fill(lang, {"word": Project.version.title, "version": version})
            notes.append(ExampleCell(words, block.is_marked))
        elif key := block.after(WITHOUT):
            notes.append(_missing_part(STANDARD.sheet(key).meta.title, lang))
        else:
            tables.append(_form(block, lang) if _sheet(block).meta.form_headers else _rows(block, lang))
            notes += _missing_parts(block, lang)
    seen = {cell.text for table in tables for row in table.rows for cell in row}
    signs = tuple(says.to(lang) for sign, says in _SIGNS if any(map(sign.fullmatch, seen)))
    return Example(today, tuple(notes), tuple(tables), signs)


def _sheet(block: Block) -> type[Sheet]:
    name = block.head.rstrip(MARK)
    return next(sheet for sheet in STANDARD.sheets if name == sheet.meta.key or name.startswith(sheet.meta.title.both))


def _title(block: Block, lang: Lang) -> ExampleCell:
    name, meta = block.head.rstrip(MARK), _sheet(block).meta
    return ExampleCell(meta.title.to(lang) if name == meta.key else name, block.is_marked)


def _rows(block: Block, lang: Lang) -> ExampleTable:
    header, *rows = block.table
    columns = {at: _column(_sheet(block), word) for at, word in enumerate(header) if not _is_aside(word)}
    heads = (_head(header[at], column, lang) for at, column in columns.items())
    body = (_row(number, row, columns, lang) for number, row in enumerate(rows, 2))
    return ExampleTable(_title(block, lang), (ExampleCell(_ROW.to(lang)), *heads), tuple(body))


def _row(number: int, row: Sequence[str], columns: dict[int, Column | None], lang: Lang) -> tuple[ExampleCell, ...]:
    found = row[-1].split() if len(row) > len(columns) else []
    cells = (ExampleCell(_cell_text(row[at], column, lang), _key(column) in found) for at, column in columns.items())
    return (ExampleCell(str(number), WHOLE_ROW in found), *cells)


def _form(block: Block, lang: Lang) -> ExampleTable:
    sheet = _sheet(block)
    assert sheet.meta.form_headers
    heads = (
        ExampleCell(head.title.to(lang)) for head in (sheet.meta.form_headers.field, sheet.meta.form_headers.value)
    )
    rows = []
    for key, value, *mark in block.table[1:]:
        if not _is_aside(key):
            column = sheet.meta.column(key)
            rows.append((ExampleCell(column.title.to(lang)), ExampleCell(_cell_text(value, column, lang), any(mark))))
    return ExampleTable(_title(block, lang), tuple(heads), tuple(rows))


def _past_values(block: Block, lang: Lang) -> ExampleTable:
    titles = (Conflicts.sheet.title, Conflicts.id.title, Conflicts.column.title, _VALUE, _LAST)
    rows = []
    for key, name, field, value, day in block.table[1:]:
        meta = STANDARD.sheet(key).meta
        column = meta.column(field)
        words = (meta.title.to(lang), name, column.title.to(lang), _cell_text(value, column, lang), day)
        rows.append(tuple(map(ExampleCell, words)))
    return ExampleTable(
        ExampleCell(_BEFORE.to(lang)), tuple(ExampleCell(title.to(lang)) for title in titles), tuple(rows)
    )


def _missing_parts(block: Block, lang: Lang) -> list[ExampleCell]:
    """Return what a sheet does not have: columns of its header, fields of a form."""
    sheet = _sheet(block)
    words = [row[0] for row in block.table[1:]] if sheet.meta.form_headers else block.table[0] if block.table else ()
    keys = (word.removeprefix(LEFT_OUT).rstrip(MARK) for word in words if word.startswith(LEFT_OUT))
    return [_missing_part(sheet.meta.column(key).title, lang) for key in keys]


def _missing_part(title: Text, lang: Lang) -> ExampleCell:
    return ExampleCell(_MISSING.fill(lang, {"word": title}), found=True)


def _is_aside(word: str) -> bool:
    return word == FINDS or word.startswith(LEFT_OUT)


def _column(sheet: type[Sheet], word: str) -> Column | None:
    """Return the column that a header word means: its key, one of its titles or an alias."""
    name = word.rstrip(MARK)
    columns = sheet.meta.columns
    return next((each for each in columns if name in (each.key, *each.title.both, *each.aliases)), None)


def _key(column: Column | None) -> str | None:
    return column.key if column else None


def _head(word: str, column: Column | None, lang: Lang) -> ExampleCell:
    name = word.rstrip(MARK)
    is_own = column is not None and name in (column.key, *column.title.both)
    return ExampleCell(column.title.to(lang) if column and is_own else name, word.endswith(MARK))


def _cell_text(cell: str, column: Column | None, lang: Lang) -> str:
    """Return a cell as it is shown: a key as its word, a text with its blanks to be seen."""
    if cell.startswith("'"):
        return cell.replace("_", _BLANK)
    sign = cell[:1] if cell.startswith(("~", "¬")) else ""
    word = cell.removeprefix(sign)
    kind = column.value_kind if column else None
    return sign + kind.words.title_of(word).to(lang) if isinstance(kind, Choice) and word in kind.words.keys else cell
