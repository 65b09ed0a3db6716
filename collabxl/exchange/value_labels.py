"""Cells and their values in the words of people: sheet and column as they are called, words of lists in a language."""

from __future__ import annotations

from collabxl.exchange.three_way import Row, Spot, Value
from collabxl.schema.columns import Column, Ref, Refs
from collabxl.schema.kinds import Choice, Line, Note, People, Percent
from collabxl.schema.sheets import STANDARD
from collabxl.text import Lang, Text, format_percent, format_value, t

ROW = t("（整行）", "(the row)")
EMPTY = t("（空）", "(empty)")


def cell_labels(spot: Spot, lang: Lang) -> tuple[str, str, str]:
    """Return a cell's sheet, 编号 and column as people call them."""
    sheet = STANDARD.sheet(spot.sheet)
    column: Text = sheet.meta.column(spot.key).title if spot.key else ROW
    return sheet.meta.title.to(lang), spot.id, column.to(lang)


def value_label(value: Value, spot: Spot, lang: Lang) -> str:
    """Return a value as it stands in the workbook, nothing for an empty cell."""
    if value is None:
        return ""
    column = column_of(spot)
    kind = column.value_kind if column else None
    if isinstance(kind, Choice) and isinstance(value, str) and value in kind.words.keys:
        return kind.words.title_of(value).to(lang)
    if isinstance(kind, Percent) and isinstance(value, int | float) and not isinstance(value, bool):
        return format_percent(value)
    return format_value(value, lang)


def row_label(sheet: str, row: Row, lang: Lang) -> str:
    """Return a row in one text, for a person to decide by, its values as they stand in the workbook."""
    return " | ".join(value_label(value, Spot(sheet, "", key), lang) for key, value in row.items() if value is not None)


def holds_text(column: Column) -> bool:
    """Return whether people write words of their own into a column: no number, date or word of a list."""
    return isinstance(column.value_kind, Line | Note | People | Ref | Refs)


def column_of(spot: Spot) -> Column | None:
    """Return the column of a cell, None for a whole row."""
    return STANDARD.sheet(spot.sheet).meta.column(spot.key) if spot.key else None
