"""Rows of a sheet that are no rows: totals, repeated headers, hints, examples, notes, signatures, other tables.

A row is left out only if its words say what it is and nothing else in it speaks of a task: what is doubtful stays.
All that is left out is told (BK014).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Literal, NamedTuple

from collabxl.ooxml.reader.cells import Raw
from collabxl.reading.headers import normalize_header
from collabxl.reading.row_words import has_sign, is_hint, row_sign
from collabxl.schema.columns import Column
from collabxl.schema.kinds import Choice, Day, Id, Number, People, Percent
from collabxl.schema.sheets import STANDARD

Kind = Literal["total", "header", "title", "hint", "example", "note", "signature", "table", "beside"]
NumberedRow = tuple[int, list[Raw]]
BELOW_HEADER = 3
"""Hints and examples stand in the first so many rows below the header."""


class NonRow(NamedTuple):
    """A row that was left out: its number, what it is, and the first words in it."""

    row: int
    kind: Kind
    text: str


@dataclass
class TableBody:
    """The rows below a header: where each column stands in them, and what tells a row from what is none."""

    columns: Sequence[tuple[Column, int]]
    """The columns found, with their places in a row."""
    header: Mapping[int, str]
    """The words of the header by place in a row."""
    value: Callable[[Column, Raw], object]
    """What a cell means to its column; None if nothing."""
    first: int
    """The number of the first row below the header."""
    totals: Collection[int] = ()
    """The rows that a table of the spreadsheet calls its totals."""
    is_built: bool = False
    """Whether the rows are prepared ones of ours: each bears its 编号, and formulas count what we would leave out."""

    def split_rows(self, filled: list[NumberedRow]) -> tuple[list[NumberedRow], list[NonRow]]:
        """Return the rows that are rows, and those left out."""
        if not filled:
            return filled, []
        asides: dict[int, Kind] = dict(self._marked(filled))
        rows = [row for row in filled if row[0] not in asides] if asides else filled
        if not self.is_built:
            others: dict[int, Kind] = dict.fromkeys(self._of_other_tables(rows), "table")
            asides.update(others)
            rows = [row for row in rows if row[0] not in others] if others else rows
        asides.update(self._closing(rows))
        if not asides:
            return filled, []
        told = [NonRow(number, asides[number], self._says(row)) for number, row in filled if number in asides]
        return [row for row in filled if row[0] not in asides], told

    def _marked(self, filled: list[NumberedRow]) -> Iterator[tuple[int, Kind]]:
        """Yield the rows that say what they are by themselves, wherever they stand."""
        words = frozenset(self.header.values())
        lead, *others = sorted(at for column, at in self.columns if not (self.is_built and isinstance(column.kind, Id)))
        name = next((at for column, at in self.columns if column.required), lead)
        heads = {row[lead] for _, row in filled}
        plainly = "" not in heads and heads.isdisjoint(words) and not has_sign(heads)
        if plainly and not self.totals and (name == lead or not has_sign(row[name] for _, row in filled)):
            filled = filled[:BELOW_HEADER]
        before: NumberedRow | None = None
        for number, row in filled:
            cell = row[lead] or next((row[at] for at in others if row[at] not in ("", 0)), "")
            kind = "total" if number in self.totals else self._kind(number, row, cell, cell in words)
            if not kind and type(row[name]) is str and row_sign(row[name]) == "total" and not self._is_a_task(row):
                kind = "total"  # it has a number of its own, but nothing else of a task
            if kind == "header" and before is not None and self._is_title_of(before, number):
                yield before[0], "title"
            if kind:
                yield number, kind
            before = (number, row)

    def _kind(self, number: int, row: list[Raw], cell: Raw, repeats: bool) -> Kind | None:
        """Return what a row is by its first cell, and, right below the header, by its others."""
        if not self.is_built and repeats and self._repeats_header(row):
            return "header"
        said = row_sign(cell) if type(cell) is str else None
        is_near = number < self.first + BELOW_HEADER
        if not said and not is_near:
            return None
        in_id = any(row[at] == cell for column, at in self.columns if isinstance(column.kind, Id))
        if said == "total":
            owned, chosen = self._has(row, People), self._has(row, Choice)
            return None if (owned and chosen if in_id else owned or chosen) else "total"
        if said == "part-total" and (not self._is_a_task(row) or self._is_counted(row)):
            return "total"
        if self.is_built or not (is_near or (said == "example" and in_id)):
            return None
        texts = [cell for cell in row if type(cell) is str and cell.strip()]
        hints = 0 if self._has(row, Choice) else sum(map(is_hint, texts))
        if hints > 1 and 2 * hints >= sum(cell != "" for cell in row):
            return "hint"
        return "example" if any(row_sign(text) == "example" for text in texts[:2]) else None

    def _closing(self, rows: list[NumberedRow]) -> Iterator[tuple[int, Kind]]:
        """Yield notes and signatures behind the last row that is certainly one, and what goes on below a note."""
        end = next((at for at in range(len(rows) - 1, -1, -1) if self._is_surely_a_task(rows[at][1])), -1) + 1
        noted = 0
        for number, row in rows[end:]:
            cells = [cell for cell in row if cell != ""]
            said = row_sign(cells[0]) if type(cells[0]) is str else None
            if said in ("note", "signature"):
                noted = number
                yield number, "note" if said == "note" else "signature"
            elif noted and noted == number - 1 and len(cells) == 1 and not self.is_built:
                noted = number
                yield number, "note"

    def _of_other_tables(self, rows: list[NumberedRow]) -> Iterator[int]:
        """Yield the rows of blocks behind blank rows whose header, or whose cells, are those of another table."""
        if not rows or rows[-1][0] - rows[0][0] + 1 == len(rows):
            return
        starts = [at for at, (before, after) in enumerate(pairwise(rows), 1) if after[0] - before[0] > 1]
        for start, end in pairwise([*starts, len(rows)]):
            block = rows[start:end]
            if self._is_another_table(block):
                yield from (number for number, _ in block)

    def _is_another_table(self, block: list[NumberedRow]) -> bool:
        """Return whether one of the first two rows is a header of known words, or of any above mere counts."""
        for at, (_, row) in enumerate(block[:2]):
            texts = [cell for cell in row if type(cell) is str and cell.strip()]
            if len(texts) < 2 or any(cell != "" and cell not in texts for cell in row) or self._has(row, Choice):
                continue
            below = [row for _, row in block[at + 1 :]]
            is_known = sum(normalize_header(text) in _header_words() for text in texts) > 1
            if is_known or (below and all(self._counts(row) and not self._is_a_task(row) for row in below)):
                return True
        return False

    def _counts(self, row: list[Raw]) -> bool:
        """Return whether numbers stand where a task has words."""
        words = [at for column, at in self.columns if not isinstance(column.value_kind, Id | Day | Number | Percent)]
        return any(type(row[at]) in (int, float) for at in words)

    def _is_counted(self, row: list[Raw]) -> bool:
        """Return whether a row counts others, and only its day could be a task's: the last of theirs."""
        return self._counts(row) and not self._has(row, Choice) and not self._has(row, People)

    def _is_surely_a_task(self, row: list[Raw]) -> bool:
        """Return whether a row is a task, even if its first words could sign a list: 审核：合同, with owner and day."""
        head = next(cell for cell in row if cell != "")
        if type(head) is str and row_sign(head) in ("note", "signature"):
            return self._has(row, Choice) or (self._has(row, People) and self._has(row, Day))
        return self._is_a_task(row)

    def _is_a_task(self, row: list[Raw]) -> bool:
        """Return whether something in a row is a task's alone: a word of a list, a person, a day."""
        return any(self._has(row, kind) for kind in (Choice, People, Day))

    def _has(self, row: list[Raw], kind: type) -> bool:
        for column, at in self.columns:
            cell = row[at]
            if cell == "" or not column.is_typed or not isinstance(column.kind, kind):
                continue
            if isinstance(column.kind, People):
                if type(cell) is str and cell.strip() and _is_person_name(cell):
                    return True
            elif isinstance(cell, dt.date) or (type(cell) is str and self.value(column, cell) is not None):
                return True
        return False

    def _repeats_header(self, row: list[Raw]) -> bool:
        filled = [at for at, cell in enumerate(row) if cell != ""]
        same = sum(row[at] == self.header.get(at) for at in filled)
        return same > 1 and 2 * same >= len(filled)

    def _is_title_of(self, row: NumberedRow, header: int) -> bool:
        """Return whether the row above a repeated header only says what follows."""
        number, cells = row
        return number == header - 1 and sum(cell != "" for cell in cells) == 1

    def _says(self, row: list[Raw]) -> str:
        return str(next((cell for cell in row if cell != ""), ""))[:40]


def _is_person_name(cell: str) -> bool:
    """Return whether a cell may name a person: neither a count such as 3人 nor a word that says what the row is."""
    return any(map(str.isalpha, cell)) and not any(map(str.isdigit, cell)) and not row_sign(cell) and not is_hint(cell)


@cache
def _header_words() -> frozenset[str]:
    columns = [column for sheet in STANDARD.sheets for column in sheet.meta.columns]
    return frozenset(normalize_header(word) for column in columns for word in (*column.title.both, *column.aliases))
