"""What one workbook may hand over: so many letters, however often its cells point at one text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from collabxl.errors import FileError
from collabxl.reading.sheet import SheetReading
from collabxl.text import t

MOST_LETTERS = 32 * 2**20
"""So many letters are 100,000 rows of tasks; what quotes them – findings, pages, mails – takes a few times as much."""


def refuse_excess(pages: Sequence[SheetReading]) -> None:
    """Raise FileError of kind too-large if the cells of all sheets say more than can be dealt with."""
    besides = sum(map(_other_letters, pages))
    if besides + sum(page.max_letters for page in pages) <= MOST_LETTERS:
        return
    count = besides + sum(_length(column) for page in pages for column in page.columns.values())
    if count > MOST_LETTERS:
        says = t(
            "全部单元格共有 {count} 个字，超过 {most} 个字的上限。请删去粘贴进来的大段文字后另存",
            "Its cells hold {count} characters; the limit is {most}. Clear what was pasted in by mistake and save it",
        )
        raise FileError("too-large", says, count=count, most=MOST_LETTERS)


def _other_letters(page: SheetReading) -> int:
    """Return the letters that do not stand in the columns: misfits, headers, what the live checks say."""
    told = (said for column in page.remarks.values() for said in column.values())
    misfits = (misfit.raw for misfit in page.misfits if type(misfit.raw) is str)
    headers = (place.text for place in page.header.cells) if page.header else ()
    return sum(sum(map(len, each)) for each in (told, misfits, headers, page.prepared_rows))


def _length(column: Iterable[object]) -> int:
    values = list(filter(None, column))
    return sum(map(len, values)) if values and type(values[0]) is str else 0  # type: ignore[arg-type]
