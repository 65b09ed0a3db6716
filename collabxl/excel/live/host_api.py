"""What xlwings has no word for, asked in each program's own language: identity, locks, what is hidden."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from importlib import import_module
from typing import Any, NamedTuple, Protocol

from collabxl.excel.live.heartbeat import Heartbeat


class HostApi(Protocol):
    """One program's own words; books, sheets and ranges are those of xlwings."""

    def properties(self, book: Any) -> Mapping[str, str]:
        """Return the custom document properties."""

    def date1904(self, book: Any) -> bool:
        """Return whether the book counts days from 1904."""

    def is_saved(self, book: Any) -> bool:
        """Return whether the file on disk says what the book does."""

    def is_read_only(self, book: Any) -> bool:
        """Return whether the book was opened for reading only."""

    def hidden_rows(self, cells: Any) -> frozenset[int]:
        """Return which rows of a range are hidden."""

    def unlock(self, sheet: Any) -> AbstractContextManager[None]:
        """Return what lets us write into a sheet that is protected without a password, and leaves it protected."""

    def lock(self, sheet: Any) -> None:
        """Protect a sheet without a password; the widths of columns and rows stay free."""

    def is_refusal(self, error: Exception) -> bool:
        """Return whether an error says that the program would not write, as into a sheet that is protected."""


class OpenWorkbook(NamedTuple):
    """An open workbook, its program's own words, and the pulse that tells we are not stuck."""

    book: Any
    host: HostApi
    heartbeat: Heartbeat

    @property
    def path(self) -> str:
        """Where the workbook lies, as far as xlwings can tell, else its name.

        For one that lies in OneDrive or SharePoint xlwings raises an error of its own kind where it finds no file.
        """
        try:
            return str(self.book.fullname)
        except Exception as error:
            if type(error).__name__ != "XlwingsError":
                raise
            return str(self.book.name)


def host_api(engine: str, platform: str) -> HostApi:
    """Return the words of the program that an engine of xlwings speaks with, from the one module that knows them."""
    if engine == "libreoffice":
        home, name = "libreoffice.native", "LibreOfficeHostApi"
    elif platform == "darwin":
        home, name = "macos", "MacHostApi"
    else:
        home, name = "windows", "WindowsHostApi"
    made: HostApi = getattr(import_module(f"collabxl.excel.live.{home}"), name)()
    return made
