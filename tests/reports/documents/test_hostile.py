"""Texts of a workbook are never more than text: no markup, no template, no script, no broken file."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from lxml import html as parsed

from collabxl import build_workbook
from collabxl.reports.documents.blocks import Document, Paragraph, Section
from collabxl.reports.documents.docx import docx
from collabxl.reports.documents.html import html
from collabxl.reports.documents.kinds import render_document
from collabxl.reports.documents.material import Material
from collabxl.reports.documents.plain_text import strip_controls
from collabxl.schema.kinds import Line, Note, People
from collabxl.schema.sheets import Contacts, Minutes, Progress, Project, Risks, Tasks
from tests.parts import sdk_errors
from tests.reports.documents.made import KINDS, material_of, read_back, sample
from tools.samples.__main__ import TODAY

PAYLOAD = "{{ 7*7 }}{% for x in y %}{{p body }}{# c #}{_{ z }_} <w:p/></w:t></w:body> & <script>alert(1)</script> \"'"
CONTROLS = "甲\x00乙\x0b丙\x1b[31m丁\u202e戊\ufffe己\ud800庚\r\n辛"
START = TODAY.replace(month=7, day=1)


def texts(sheet: Any, **more: Any) -> dict[str, Any]:
    """Return a row with the payload in every cell for free text."""
    columns = [column for column in sheet.meta.typed_columns if isinstance(column.kind, Line | Note | People)]
    return {**{column.key: f"{column.key} {PAYLOAD}" for column in columns}, **more}


@pytest.fixture(scope="module")
def attacked(tmp_path_factory: pytest.TempPathFactory) -> Material:
    path = tmp_path_factory.mktemp("hostile") / "攻击.xlsx"
    task = {"due": TODAY.replace(day=5), "start": START, "priority": "high", "status": "delayed", "milestone": True}
    late = {"due": START, "status": "in_progress", "priority": "high", "department": f"部门 {PAYLOAD}"}
    rows = {
        "tasks": [texts(Tasks, department=f"部门 {PAYLOAD}", **task), texts(Tasks, **late, name=f"二 {PAYLOAD}")],
        "progress": [texts(Progress, task="T001", progress=0.5, status="delayed", updated=TODAY)],
        "minutes": [texts(Minutes, date=START, kind="weekly", status="open", department=f"部门 {PAYLOAD}")],
        "risks": [
            texts(Risks, possibility=5, impact=5, status="occurred", identified=START, department=f"部门 {PAYLOAD}")
        ],
        "contacts": [texts(Contacts, department=f"部门 {PAYLOAD}")],
    }
    project = texts(Project, period="2024-07-01~2024-09-30", departments=f"部门 {PAYLOAD}", calendar="CN")
    build_workbook(path, project=project, rows=rows, today=TODAY)
    return material_of(path)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_markup_and_templates_in_cells_stay_text(attacked: Material, kind: str, tmp_path: Path) -> None:
    document = render_document(kind, attacked)
    content = docx(document)
    read = read_back(content)
    assert PAYLOAD.replace("{_{ z }_}", "{{ z }}") not in read.text and PAYLOAD in read.text
    assert read.word.core_properties.subject == f"name {PAYLOAD}"
    shown = [paragraph.text for paragraph in read.word.paragraphs if paragraph.style.name == "Subtitle"]
    assert shown == [f"name {PAYLOAD}"]
    page = parsed.fromstring(html(document).decode())
    assert not page.xpath("//script") and PAYLOAD in "".join(page.itertext())
    if kind == "risk":
        (tmp_path / "risk.docx").write_bytes(content)
        assert sdk_errors(tmp_path / "risk.docx") == []


def test_what_no_xml_can_hold_is_left_out_and_lines_are_kept() -> None:
    assert strip_controls(CONTROLS) == "甲乙 ⏎ 丙[31m丁戊己庚\n辛"
    old = sample("english", "letter")
    section = Section("lead", CONTROLS, (Paragraph(CONTROLS),))
    document = Document(old.lang, old.title, CONTROLS, old.day, old.about, (section,), old.facts)
    read = read_back(docx(document))
    assert "甲乙 ⏎ 丙[31m丁戊己庚\n辛" in read.text
    assert "甲乙 ⏎ 丙[31m丁戊己庚<br>辛" in html(document).decode()


def test_every_part_of_the_package_is_xml(attacked: Material) -> None:
    with zipfile.ZipFile(io.BytesIO(docx(render_document("letter", attacked)))) as package:
        for name in package.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(package.read(name))
