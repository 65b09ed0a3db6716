"""Excel's own words on Windows, over COM, for what xlwings has none for. Never tried by us: we have no Excel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

_EXCEPTION = -2147352567
"""DISP_E_EXCEPTION: Excel heard the call and would not do it."""
_FREE = ("AllowFormattingColumns", "AllowFormattingRows")
_KEPT = (
    "AllowFormattingCells",
    *_FREE,
    "AllowInsertingColumns",
    "AllowInsertingRows",
    "AllowInsertingHyperlinks",
    "AllowDeletingColumns",
    "AllowDeletingRows",
    "AllowSorting",
    "AllowFiltering",
    "AllowUsingPivotTables",
)


class WindowsHostApi:
    """See ``HostApi``."""

    def properties(self, book: Any) -> Mapping[str, str]:
        """Return the custom document properties."""
        told = book.api.CustomDocumentProperties
        return {each.Name: str(each.Value) for each in (told(at) for at in range(1, told.Count + 1))}

    def date1904(self, book: Any) -> bool:
        """Return whether the book counts days from 1904."""
        return bool(book.api.Date1904)

    def is_saved(self, book: Any) -> bool:
        """Return whether the file on disk says what the book does."""
        return bool(book.api.Saved) and bool(book.api.Path)

    def is_read_only(self, book: Any) -> bool:
        """Return whether the book was opened for reading only."""
        return bool(book.api.ReadOnly)

    def hidden_rows(self, cells: Any) -> frozenset[int]:
        """Return which rows of a range are hidden; mixed ranges are halved, most are not mixed."""
        return frozenset(cells.row + at for at in _hidden(cells, 0, cells.shape[0]))

    @contextmanager
    def unlock(self, sheet: Any) -> Iterator[None]:
        """Keep people's hands off but not ours; Excel forgets that when the book is closed."""
        made = sheet.api
        if made.ProtectContents:
            told = made.Protection
            made.Protect(
                DrawingObjects=made.ProtectDrawingObjects,
                Contents=True,
                Scenarios=made.ProtectScenarios,
                UserInterfaceOnly=True,
                **{name: getattr(told, name) for name in _KEPT},
            )
        yield

    def lock(self, sheet: Any) -> None:
        """Protect a sheet without a password; our own next refresh may write."""
        sheet.api.Protect(UserInterfaceOnly=True, **dict.fromkeys(_FREE, True))

    def is_refusal(self, error: Exception) -> bool:
        """Return whether an error says that the program would not write."""
        return type(error).__name__ == "com_error" and getattr(error, "hresult", 0) == _EXCEPTION


def _hidden(cells: Any, first: int, stop: int) -> Iterator[int]:
    hidden = cells[first:stop, :].api.EntireRow.Hidden
    if hidden is None and stop - first > 1:
        middle = (first + stop) // 2
        yield from _hidden(cells, first, middle)
        yield from _hidden(cells, middle, stop)
    elif hidden:
        yield from range(first, stop)
