"""Which rows of a sheet are for people to fill in, and the 编号 printed in each: all rows, or a department's part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from collabxl.formulas import layout
from collabxl.schema.columns import Sheet
from collabxl.schema.kinds import Id


@dataclass(frozen=True)
class PreparedRows:
    """The rows of one sheet from the first prepared one on: ``locked`` of them only to be read, then the open ones."""

    ids: tuple[str, ...] = ()
    """What is printed in each row, the locked ones first; rows behind them bear no 编号 and are locked."""
    locked: int = 0
    is_form: bool = False
    """Whether the sheet is a form whose fields are open."""

    @property
    def open_rows(self) -> tuple[int, int] | None:
        """The first and last row to fill in, None if there is none."""
        first, last = layout.FIRST + self.locked, layout.FIRST + len(self.ids) - 1
        return (first, last) if first <= last else None

    @property
    def rows(self) -> range:
        """The rows that are made ready."""
        return range(layout.FIRST, layout.FIRST + len(self.ids))

    def is_open(self, row: int) -> bool:
        """Return whether people fill in a row."""
        return self.open_rows is not None and self.open_rows[0] <= row <= self.open_rows[1]

    def id_at(self, row: int) -> str | None:
        """Return the 编号 in a row, None where none is printed."""
        at = row - layout.FIRST
        return (self.ids[at] or None) if at < len(self.ids) else None


@dataclass(frozen=True)
class Excerpt:
    """What makes a workbook a copy for one department: the part of each sheet, and hidden names with their texts."""

    parts: Mapping[str, PreparedRows] = field(default_factory=dict)
    """By sheet key; a sheet that is not there is only to be read."""
    names: Mapping[str, str] = field(default_factory=dict)


def all_rows(sheet: type[Sheet]) -> PreparedRows:
    """Return the part that is all of a sheet: every prepared row is open and bears its printed number."""
    kind = sheet.meta.id.kind if sheet.meta.id else None
    return PreparedRows(
        _printed_ids(kind.pattern if isinstance(kind, Id) else "", layout.row_count(sheet)), is_form=True
    )


@cache
def _printed_ids(pattern: str, count: int) -> tuple[str, ...]:
    return tuple(map(pattern.format, range(1, count + 1)))


def prepared_rows(sheet: type[Sheet], excerpt: Excerpt | None) -> PreparedRows:
    """Return the part of a sheet that a workbook opens."""
    return all_rows(sheet) if excerpt is None else excerpt.parts.get(sheet.meta.key, PreparedRows())
