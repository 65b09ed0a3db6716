"""Documents of the samples, each workbook read once, and .docx files read back as a person sees them."""

from __future__ import annotations

import datetime as dt
import io
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import docx as python_docx
from docx.oxml.ns import qn

from collabxl.pipeline.documents import materials_of
from collabxl.reports.documents.blocks import Document
from collabxl.reports.documents.docx import docx
from collabxl.reports.documents.docx.body import HAS_HEAD
from collabxl.reports.documents.kinds import KINDS, render_document
from collabxl.reports.documents.material import Material
from tools.samples.__main__ import SAMPLES, TODAY

__all__ = ["KINDS", "material_of", "read_back", "sample", "written"]


class Read(NamedTuple):
    """What a Word file says: its headings, its tables by heading, all of its text, and the file itself."""

    headings: list[str]
    tables: dict[str, list[list[list[str]]]]
    text: str
    word: Any

    def rows(self, heading: str, number: int = 0) -> list[list[str]]:
        """Return the rows of a table below a heading that ends so, its header left out."""
        (found,) = [tables for known, tables in self.tables.items() if known.endswith(heading)]
        return found[number][1:]


@cache
def material_of(path: Path, today: dt.date = TODAY) -> Material:
    (seen,) = materials_of([path], today=today)
    assert seen.error is None and seen.material is not None
    return seen.material


@cache
def sample(name: str, kind: str) -> Document:
    return render_document(kind, material_of(SAMPLES / f"{name}.xlsx"))


@cache
def written(name: str, kind: str) -> bytes:
    return docx(sample(name, kind))


def read_back(content: bytes) -> Read:
    word = python_docx.Document(io.BytesIO(content))
    headings, text = [], []
    tables: dict[str, list[list[list[str]]]] = {"": []}
    for block in word.iter_inner_content():
        if hasattr(block, "rows"):
            rows = [[cell.text for cell in row.cells] for row in block.rows]
            tables[headings[-1] if headings else ""].append(rows)
            text += [cell for row in rows for cell in row]
            continue
        text.append(block.text)
        if block.style.name.startswith("Heading"):
            headings.append(block.text)
            tables[block.text] = []
    return Read(headings, tables, "\n".join(text), word)


def header_rows(word: Any) -> list[bool]:
    """Return for each table with a header of its own whether that stands again on every page."""
    styled = [table for table in word.tables if table._tblPr.find(qn("w:tblLook")).get(qn("w:val")) == HAS_HEAD]
    return [table.rows[0]._tr.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None for table in styled]
