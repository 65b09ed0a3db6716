"""Excel's own words on macOS, over AppleScript, for what xlwings has none for. Never tried by us: we have no Excel.

AppleScript does not tell custom properties: they are read from the file on disk, so a workbook that was never saved
counts as typed by hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from collabxl.ooxml.reader.container import Container

NOT_AUTHORISED = "-1743"
"""What macOS says where a program may not be told what to do."""


class MacHostApi:
    """See ``HostApi``."""

    def properties(self, book: Any) -> Mapping[str, str]:
        """Return the custom document properties of the file."""
        file = Path(str(book.fullname))
        return Container(file.read_bytes()).properties() if file.is_file() else {}

    def date1904(self, book: Any) -> bool:
        """Return whether the book counts days from 1904."""
        return bool(book.api.date_1904.get())

    def is_saved(self, book: Any) -> bool:
        """Return whether the file on disk says what the book does."""
        return bool(book.api.saved.get()) and Path(str(book.fullname)).is_file()

    def is_read_only(self, book: Any) -> bool:
        """Return whether the book was opened for reading only."""
        return bool(book.api.read_only.get())

    def hidden_rows(self, cells: Any) -> frozenset[int]:
        """Return which rows of a range are hidden: one answer for all, a list where they differ."""
        told, count = cells.api.entire_row.rows.hidden.get(), cells.shape[0]
        each = told if isinstance(told, list) else [told] * count
        return frozenset(cells.row + at for at, hidden in enumerate(each[:count]) if hidden is True)

    @contextmanager
    def unlock(self, sheet: Any) -> Iterator[None]:
        """Take the protection off and put it back, with the widths of columns and rows free."""
        was = bool(sheet.api.protect_contents.get())
        if was:
            sheet.api.unprotect()
        try:
            yield
        finally:
            if was:
                self.lock(sheet)

    def lock(self, sheet: Any) -> None:
        """Protect a sheet without a password."""
        sheet.api.protect_worksheet(allow_formatting_columns=True, allow_formatting_rows=True)

    def is_refusal(self, error: Exception) -> bool:
        """Return whether an error says that the program would not write."""
        return type(error).__name__ == "CommandError" and NOT_AUTHORISED not in str(error)
