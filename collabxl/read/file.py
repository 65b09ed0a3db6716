"""A workbook file as a source: calamine reads the values, the package's own XML tells the rest.

Only the worker process may import this: calamine can abort the interpreter on a legal file.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from collabxl.errors import FileError
from collabxl.read.container import Container, damaged, load
from collabxl.read.marks import marks
from collabxl.read.source import Cells, Title
from collabxl.read.workbook import Reading, read_source
from collabxl.text import t


class FileSource:
    """One .xlsx or .xlsm file; raises FileError of the contract's kinds."""

    date1904: bool
    properties: Mapping[str, str]

    def __init__(self, content: bytes) -> None:
        self._container = Container(content)
        self._parts = {sheet.name: sheet for sheet in self._container.sheets()}
        self.date1904 = self._container.date1904()
        self.properties = self._container.properties()
        with _own_words():
            self._workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))

    def titles(self) -> list[Title]:
        """Return the worksheets in their order."""
        return [Title(sheet.name, order, sheet.visible) for order, sheet in enumerate(self._parts.values())]

    def cells(self, title: Title) -> Cells:
        """Return the filled part of one worksheet with its marks."""
        with _own_words():
            sheet = self._workbook.get_sheet_by_name(title.name)
            rows = sheet.to_python()
        xml = self._container.part(self._parts[title.name].part)
        if xml is None:
            raise damaged(self._parts[title.name].part)
        top, left = sheet.start or (0, 0)
        return Cells(top + 1, left + 1, rows, marks(xml))


def read_file(path: Path) -> Reading:
    """Return what the workbook at ``path`` says, or raise FileError with the path in its sentence."""
    content = load(path)
    reading = read_source(FileSource(content), str(path))
    reading.digest = hashlib.sha256(content).hexdigest()
    return reading


class _own_words:  # noqa: N801 - reads as a verb in a with statement
    """Turns what calamine raises, panics included, into the contract's kinds."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        if error is None or isinstance(error, FileError | KeyboardInterrupt | SystemExit):
            return
        if isinstance(error, PasswordError):
            says = t(
                "文件设有打开密码。请去掉密码后再试",
                "The file needs a password to open. Remove the password and try again",
            )
            raise FileError("encrypted", says) from error
        is_panic = type(error).__name__ == "PanicException"
        if isinstance(error, CalamineError | OSError | ValueError) or is_panic:
            raise damaged(str(error)) from error
