"""LibreOffice's own words for what xlwings has none for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from collabxl.excel.live.libreoffice.office import LibreOfficeError, call_uno
from collabxl.excel.live.libreoffice.values import Area


class LibreOfficeHostApi:
    """See ``HostApi``."""

    def properties(self, book: Any) -> Mapping[str, str]:
        """Return the custom document properties."""
        told = book.api.uno.DocumentProperties.UserDefinedProperties.PropertyValues
        return {each.Name: str(each.Value) for each in told}

    def date1904(self, book: Any) -> bool:
        """Return whether the book counts days from 1904."""
        return bool(book.api.uno.NullDate.Year == 1904)

    def is_saved(self, book: Any) -> bool:
        """Return whether the file on disk says what the book does."""
        return not book.api.uno.isModified()

    def is_read_only(self, book: Any) -> bool:
        """Return whether the book was opened for reading only."""
        return bool(book.api.uno.isReadonly())

    def hidden_rows(self, cells: Any) -> frozenset[int]:
        """Return which rows of a range are hidden."""
        whole = cells.api.area
        shown = [Area.of(part) for part in cells.api.uno.queryVisibleCells().getRangeAddresses()]
        rows = {row for part in shown for row in range(part.top, part.bottom + 1)}
        return frozenset(row + 1 for row in range(whole.top, whole.bottom + 1) if row not in rows)

    @contextmanager
    def unlock(self, sheet: Any) -> Iterator[None]:
        """Take the protection off and put it back."""
        made = sheet.api.uno
        was = made.isProtected()
        if was:
            call_uno(made.unprotect, "")
        try:
            yield
        finally:
            if was:
                made.protect("")

    def lock(self, sheet: Any) -> None:
        """Protect a sheet without a password."""
        sheet.api.uno.protect("")

    def is_refusal(self, error: Exception) -> bool:
        """Return whether an error says that the program would not write."""
        return isinstance(error, LibreOfficeError)
