"""XlsxWriter's workbook, taught that a text is a text: whatever it holds, every part is well-formed and says just it.

XlsxWriter spells out controls in cells only, not in links, charts and properties, and takes a text from ``<r>`` to
``</r>`` for markup of its own. All parts of a workbook in memory therefore pass one gate on their way into the file.
"""

from __future__ import annotations

import io
from typing import IO, Any

import xlsxwriter
from xlsxwriter.packager import Packager
from xlsxwriter.sharedstrings import SharedStrings
from xlsxwriter.worksheet import Worksheet

from collabxl.text.escape import escape_controls


class PlainWorksheet(Worksheet):  # type: ignore[misc]
    """A worksheet of which no text is markup."""

    def _xml_rich_inline_string(self, string: str, attributes: Any) -> None:
        self._xml_inline_string(string, False, attributes)


class PlainWorkbook(xlsxwriter.Workbook):  # type: ignore[misc]
    """A workbook that is written into memory, or, of any length, row by row through files."""

    worksheet_class = PlainWorksheet

    def __init__(self, target: IO[bytes], *, by_rows: bool = False) -> None:
        kept = {"constant_memory": True} if by_rows else {"in_memory": True}
        super().__init__(target, {**kept, "strings_to_formulas": False, "strings_to_urls": False})

    def _get_packager(self) -> Packager:
        return _Packager()


class _Packager(Packager):  # type: ignore[misc]
    def _filename(self, xml_filename: str) -> Any:
        if not self.in_memory:
            return super()._filename(xml_filename)
        part = _Part()
        self.filenames.append((part, xml_filename, False))
        return part

    def _write_shared_strings_file(self) -> None:
        table = self.workbook.str_table
        if table.count:
            strings = _Strings()
            strings.string_table = table
            strings._set_xml_writer(self._filename("xl/sharedStrings.xml"))
            strings._assemble_xml_file()


class _Part(io.StringIO):
    """One part on its way into the package."""

    def getvalue(self) -> str:
        return escape_controls(super().getvalue())


class _Strings(SharedStrings):  # type: ignore[misc]
    def _xml_rich_si_element(self, string: str) -> None:
        self._xml_si_element(string, [])
