"""The Word files: valid, named, spoken, tagged, with tables that break well, and the same each time."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from docx.oxml.ns import qn

from collabxl import build_workbook
from collabxl.formulas import layout
from collabxl.ooxml.package import Package
from collabxl.ooxml.workbook_part import WorkbookPart
from collabxl.reports.documents.docx import docx
from collabxl.reports.documents.kinds import render_document
from collabxl.schema.sheets import Tasks
from tests.laws.mangle import Mangled, insert_row
from tests.parts import sdk_errors
from tests.reports.documents.made import KINDS, header_rows, material_of, read_back, sample, written
from tools import letterheads
from tools.samples.__main__ import TODAY

VALIDATED = ("letter", "schedule", "risk")
"""Together these have every block there is."""
PICTURES = {"letter": 0, "schedule": 2, "minutes": 0, "risk": 1, "retro": 0, "status": 1}


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_it_is_valid_and_says_what_it_is(kind: str, tmp_path: Path) -> None:
    content = written("filled", kind)
    path = tmp_path / "document.docx"
    path.write_bytes(content)
    assert kind not in VALIDATED or sdk_errors(path) == []
    word = read_back(content).word
    told_ = word.core_properties
    assert (told_.title, told_.language) == (KINDS[kind].title.zh, "zh-CN")
    assert word.styles.element.find(f".//{qn('w:docDefaults')}//{qn('w:lang')}").get(qn("w:val")) == "zh-CN"
    assert [paragraph.text for paragraph in word.paragraphs if paragraph.style.name == "Title"] == [told_.title]
    pictures = [shape._inline.docPr.get("descr") for shape in word.inline_shapes]
    assert len(pictures) == PICTURES[kind] and all(len(says) > 20 for says in pictures)


@pytest.mark.parametrize("kind", KINDS)
def test_tables_break_between_rows_and_bear_their_header_on_every_page(kind: str) -> None:
    word = read_back(written("filled", kind)).word
    assert header_rows(word) and all(header_rows(word))
    rows = [row._tr for table in word.tables for row in table.rows]
    assert all(row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows)
    widths = [sum(int(column.get(qn("w:w"))) for column in table._tbl.tblGrid) for table in word.tables]
    section = word.sections[0]
    page = (section.page_width - section.left_margin - section.right_margin) // 635
    assert all(page - 20 <= width <= page for width in widths)
    assert word.styles["Heading 1"].paragraph_format.keep_with_next


def test_the_same_input_makes_the_same_bytes() -> None:
    assert docx(sample("english", "status")) == written("english", "status")


def test_english_workbooks_have_english_documents() -> None:
    for kind in KINDS:
        read = read_back(written("english", kind))
        assert read.word.core_properties.language == "en-US"
        assert not [letter for letter in read.text if "\u3400" <= letter <= "\u9fff"]


def test_the_templates_are_what_their_script_makes() -> None:
    for name, content in letterheads.made().items():
        assert parts((letterheads.FOLDER / name).read_bytes()) == parts(content)


def parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook with almost nothing in it."""
    path = tmp_path_factory.mktemp("bare") / "空.xlsx"
    build_workbook(path, project={"name": "空项目"}, today=TODAY)
    return path


@pytest.mark.slow
def test_a_workbook_with_almost_nothing_in_it_makes_whole_documents(bare: Path, tmp_path: Path) -> None:
    for kind in KINDS:
        content = docx(render_document(kind, material_of(bare)))
        read = read_back(content)
        assert read.headings and "None" not in read.text and "NaT" not in read.text
        (tmp_path / f"{kind}.docx").write_bytes(content)
    assert sdk_errors(tmp_path / "risk.docx") == []


def test_a_row_that_only_formulas_take_for_a_task_is_told_without_a_plan(tmp_path: Path) -> None:
    """Somebody has put a row above the header, which now stands where rows do."""
    path = tmp_path / "插了一行.xlsx"
    row = {"name": "一", "department": "市场部", "due": TODAY, "status": "not_started"}
    build_workbook(path, project={"name": "项目"}, rows={"tasks": [row]}, today=TODAY)
    part = next(tab.part for tab in WorkbookPart(Package(path.read_bytes())).sheets if tab.title == Tasks.meta.title.zh)
    book = Mangled(path.read_bytes())
    insert_row(book, str(part), 1, None)
    path.write_bytes(book.content())
    made = material_of(path)
    assert [(task.row, task.share) for task in made.tasks] == [(layout.FIRST, 0), (layout.FIRST + 1, 0)]
    for kind in KINDS:
        assert docx(render_document(kind, made))


def test_a_project_may_have_a_name_longer_than_a_document_property() -> None:
    long = replace(sample("filled", "status"), project="项" * 300)
    assert read_back(docx(long)).word.core_properties.subject == "项" * 255
