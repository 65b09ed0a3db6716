"""From ``macros/`` to collabxl.xlam, the same bytes every time: words, VBA modules and the ribbon in one package.

XlsxWriter writes the sheets, pyOpenVBA the VBA project as Excel does by its measurements; the ribbon is one more part.
"""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from collabxl.errors import UsageError
from collabxl.excel.addin.stamp import SHEET, Stamp
from collabxl.excel.live.messages import all_sentences
from collabxl.ooxml.package import ROOT, Package, Relationship
from collabxl.storage.data_files import resource_path
from collabxl.text import t

RIBBON = "customUI14.xml"
PART = f"customUI/{RIBBON}"
WORDS = "i18n"
_ADDIN = "application/vnd.ms-excel.addin.macroEnabled.main+xml"
_EXTENSIBILITY = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
_MADE = dt.datetime(2024, 1, 1)
"""The day the add-in says it was made: always the same, or no two builds would be."""
_NO_PYOPENVBA = t(
    "生成加载项要用 pyopenvba。请先运行 pip install pyopenvba；安装加载项不需要它，直接运行 collabxl addin install",
    "Building the add-in takes pyopenvba: run pip install pyopenvba. Installing needs none: collabxl addin install",
)


def build(macros: Path | None = None) -> bytes:
    """Return the add-in built from the sources in a folder, else from those that come with collabxl.

    Raises UsageError if pyopenvba is not installed.
    """
    macros = macros or resource_path("macros")
    modules = {path.stem: path.read_text(encoding="ascii") for path in sorted(macros.glob("*.bas"))}
    package = Package(_with_modules(_sheets(), modules))
    package.add_part(package.main, package.read(package.main), _ADDIN)
    ribbon = (macros / RIBBON).read_bytes().replace(b"\r\n", b"\n")
    package.add_part(PART, ribbon, "application/xml")
    package.write_rels(ROOT, [*package.rels(ROOT), Relationship("rIdRibbon", _EXTENSIBILITY, PART, PART)])
    return package.save()


def _sheets() -> bytes:
    """Return a workbook of two sheets, the words and what an installation fills in."""
    from collabxl.workbook.xlsxwriter_workbook import PlainWorkbook

    content = io.BytesIO()
    book = PlainWorkbook(content)
    book.set_properties({"title": "collabxl", "author": "collabxl", "comments": "", "created": _MADE})
    _write(book.add_worksheet(WORDS), [(key, *text.both) for key, text in all_sentences().items()])
    _write(book.add_worksheet(SHEET), list(Stamp()._asdict().items()))
    book.close()
    return content.getvalue()


def _write(sheet: Any, rows: list[tuple[str, ...]]) -> None:
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            sheet.write_string(number, column, text)


def _with_modules(workbook: bytes, modules: dict[str, str]) -> bytes:
    """Return a workbook with a VBA project of these modules; pyOpenVBA only works on files of the right name."""
    try:
        from pyopenvba import ExcelFile
    except ImportError as error:
        raise UsageError(_NO_PYOPENVBA) from error
    with TemporaryDirectory() as folder:
        path = Path(folder, "collabxl.xlsm")
        path.write_bytes(workbook)
        with ExcelFile(path) as file:
            project = file.add_vba_project()
            for name, source in modules.items():
                project.add_module(name, source.replace("\n", "\r\n"))
            file.save()
        return path.read_bytes()
