"""Open workbooks, as xlwings asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from collabxl.excel.live.libreoffice.names import Names
from collabxl.excel.live.libreoffice.office import LibreOfficeError, call_uno, properties, uno
from collabxl.excel.live.libreoffice.sheets import Sheets
from collabxl.text import t

if TYPE_CHECKING:
    from collabxl.excel.live.libreoffice.engine import App

_SPREADSHEET = "com.sun.star.sheet.SpreadsheetDocument"
_XLSX = "Calc MS Excel 2007 XML"
_GENERAL = "General"


class Book:
    """One open workbook."""

    def __init__(self, app: App, document: Any) -> None:
        self.app = app
        self.uno = document
        self._kinds: dict[int, int] = {}

    @property
    def api(self) -> Book:
        return self

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Book) and bool(self.uno.RuntimeUID == other.uno.RuntimeUID)

    __hash__ = None  # type: ignore[assignment]

    @property
    def name(self) -> str:
        return Path(self.fullname).name

    @property
    def fullname(self) -> str:
        """Where its file lies; its title if it was never saved."""
        url = self.uno.URL
        return url2pathname(urlsplit(url).path) if url.startswith("file:") else url or self.uno.Title

    @property
    def sheets(self) -> Sheets:
        return Sheets(self)

    @property
    def names(self) -> Names:
        return Names(self.uno.NamedRanges)

    def titles(self) -> list[str]:
        """Return the names of its sheets in their order."""
        return list(self.uno.Sheets.ElementNames)

    def free_name(self, name: str) -> str:
        """Return a name no sheet bears, made from ``name`` as Excel does."""
        number, taken = 2, {title.casefold() for title in self.titles()}
        while f"{name} ({number})".casefold() in taken:
            number += 1
        return f"{name} ({number})"

    def save(self, path: str | None = None, password: str | None = None) -> None:
        """Save the workbook as xlsx where it is, or as ``path``."""
        url = Path(path).absolute().as_uri() if path else self.uno.URL
        self.uno.storeAsURL(url, properties(FilterName=_XLSX))

    def close(self) -> None:
        """Close it without asking; what was not saved is lost, as with Excel when alerts are off."""
        self.uno.close(True)

    def activate(self) -> None:
        self.uno.CurrentController.Frame.activate()

    def kind_of(self, key: int) -> int:
        """Return the kinds of a number format as bits."""
        if key not in self._kinds:
            self._kinds[key] = self.uno.NumberFormats.getByKey(key).Type
        return self._kinds[key]

    def format_of(self, key: int) -> str:
        """Return the code of a number format."""
        code: str = self.uno.NumberFormats.getByKey(key).FormatString
        return code

    def format_key(self, code: str) -> int:
        """Return the key of a number format in Excel's codes."""
        formats, place = self.uno.NumberFormats, uno().createUnoStruct("com.sun.star.lang.Locale", "en", "US", "")
        if code == _GENERAL:
            standard: int = formats.getStandardIndex(place)
            return standard
        found: int = formats.queryKey(code, place, False)
        return found if found >= 0 else int(formats.addNew(code, place))


class Books:
    """The workbooks that are open."""

    def __init__(self, app: App) -> None:
        self.app = app

    @property
    def api(self) -> Books:
        return self

    def _all(self) -> list[Book]:
        listed = self.app.uno.Components.createEnumeration()
        found = []
        while listed.hasMoreElements():
            document = listed.nextElement()
            if document.supportsService(_SPREADSHEET):
                found.append(Book(self.app, document))
        return found[::-1]

    @property
    def active(self) -> Book:
        """The one in front; KeyError if none is open."""
        document = self.app.uno.CurrentComponent
        if document is not None and document.supportsService(_SPREADSHEET):
            return Book(self.app, document)
        listed = self._all()
        if not listed:
            raise KeyError("no workbook is open")
        return listed[0]

    def __len__(self) -> int:
        return len(self._all())

    def __iter__(self) -> Iterator[Book]:
        return iter(self._all())

    def __call__(self, name_or_index: str | int) -> Book:
        """Return a workbook by its name or its place from 1; KeyError if there is none."""
        listed = self._all()
        if isinstance(name_or_index, int):
            return listed[name_or_index - 1]
        found = next((book for book in listed if book.name == name_or_index), None)
        if found is None:
            raise KeyError(name_or_index)
        return found

    def add(self) -> Book:
        """Make a workbook that is not shown."""
        hidden = properties(Hidden=True)
        return Book(self.app, self.app.uno.loadComponentFromURL("private:factory/scalc", "_blank", 0, hidden))

    def open(self, fullname: str, *args: Any, **options: Any) -> Book:
        """Open a file; of Excel's options only ``read_only`` means something here."""
        read_only = bool(options.get("read_only") or (len(args) > 1 and args[1]))
        how = properties(ReadOnly=read_only, Hidden=read_only)
        document = call_uno(self.app.uno.loadComponentFromURL, Path(fullname).absolute().as_uri(), "_blank", 0, how)
        if document is None:
            raise LibreOfficeError(t("LibreOffice 没有打开 {file}", "LibreOffice did not open {file}"), file=fullname)
        return Book(self.app, document)
