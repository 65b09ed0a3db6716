"""Programs that open a workbook and save it: what they drop and rename is what our own sheets must survive."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import openpyxl

from collabxl.opc.package import Package
from tests.parts import convert


def by_openpyxl(path: Path) -> None:
    with warnings.catch_warnings(action="ignore"):
        openpyxl.load_workbook(path).save(path)


def by_libreoffice(path: Path) -> None:
    path.write_bytes(convert(path, "xlsx", path.parent / f"by-libreoffice-{path.stem}").read_bytes())


def without_hidden_names(path: Path) -> None:
    """Save as programs do that know no hidden names."""
    package = Package(path.read_bytes())
    names = re.compile(rb'<definedName [^>]*hidden="1"[^>]*>.*?</definedName>')
    package.put("xl/workbook.xml", names.sub(b"", package.read("xl/workbook.xml")))
    path.write_bytes(package.save())


def without_names_by_openpyxl(path: Path) -> None:
    """Save as programs do that know neither hidden names nor what a chart is called."""
    without_hidden_names(path)
    by_openpyxl(path)


def without_charts(path: Path) -> None:
    """Save as programs do that know neither names nor charts."""
    with warnings.catch_warnings(action="ignore"):
        book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        sheet._charts = []
        sheet.defined_names.clear()
    book.save(path)


EDITORS = (by_openpyxl, by_libreoffice, without_hidden_names, without_names_by_openpyxl, without_charts)
