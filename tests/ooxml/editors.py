"""Programs that open a workbook and save it: what they drop and rename is what our own sheets must survive."""

from __future__ import annotations

import re
import shutil
import subprocess
import warnings
from pathlib import Path

import openpyxl

from collabxl.ooxml.package import Package
from tests.parts import HERE, convert, require


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


def by_gnumeric(path: Path) -> None:
    ssconvert = shutil.which("ssconvert")
    require(ssconvert, "Gnumeric")
    made = path.with_stem("by-gnumeric")
    command = [str(ssconvert), "--export-type=Gnumeric_Excel:xlsx", path, made]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    made.replace(path)


def by_exceljs(path: Path) -> None:
    _by_node("exceljs", path, "const b = new m.Workbook(); b.xlsx.readFile(p).then(() => b.xlsx.writeFile(p))")


def by_sheetjs(path: Path) -> None:
    _by_node("xlsx", path, "m.writeFile(m.readFile(p, {cellFormula: true, cellStyles: true}), p)")


def _by_node(package: str, path: Path, saves: str) -> None:
    """Let a package of npm, ``m``, save the file ``p`` anew."""
    node, home = shutil.which("node"), HERE / "node_modules" / package
    require(node and home.is_dir(), package)
    script = f"const m = require(process.argv[1]), p = process.argv[2]; {saves}"
    subprocess.run([str(node), "-e", script, home, path], check=True, capture_output=True, timeout=120)


EDITORS = (by_openpyxl, by_libreoffice, without_hidden_names, without_names_by_openpyxl, without_charts)
OTHERS = (by_gnumeric, by_exceljs, by_sheetjs)
"""Programs more, each of which drops some of what the former drop."""
