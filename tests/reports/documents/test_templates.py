"""Templates of the user's own: what they may say, what they need not have, and what is told of broken ones."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import docx as python_docx
import pytest

from collabxl import CollabxlError, SettingsError
from collabxl.reports.documents.docx import docx
from tests.parts import sdk_errors
from tests.reports.documents.made import read_back, sample
from tools import letterheads

Template = Callable[..., Path]


@pytest.fixture
def template(tmp_path: Path) -> Template:
    """Return what makes a Word file of paragraphs, as Word itself makes them: without any style of ours."""

    def made(*paragraphs: str) -> Path:
        word = python_docx.Document()
        word.sections[0].header.paragraphs[0].text = "某某集团 {{ project }}"
        for text in paragraphs:
            word.add_paragraph(text)
        path = tmp_path / "公司模板.docx"
        word.save(str(path))
        return path

    return made


def test_a_letterhead_of_the_company_takes_the_body_and_gets_the_styles_it_lacks(
    template: Template, tmp_path: Path
) -> None:
    content = docx(sample("filled", "letter"), template("{{ title }}（{{ day }}）", "{{p body }}", "此致"))
    read = read_back(content)
    assert read.word.paragraphs[0].text == "协同目标确认函（2024-08-01）"
    assert read.word.paragraphs[-1].text == "此致"
    assert read.headings[-1] == "五、签字确认" and len(read.rows("签字确认")) == 7
    assert read.word.sections[0].header.paragraphs[0].text == "某某集团 2024年Q3APP支付流程优化项目"
    (tmp_path / "letter.docx").write_bytes(content)
    assert sdk_errors(tmp_path / "letter.docx") == []


def test_a_template_that_another_program_saved_keeps_its_own_styles(tmp_path: Path) -> None:
    """LibreOffice writes Heading 1, Word heading 1: neither gets it a second time."""
    word = python_docx.Document(str(letterheads.FOLDER / "upright.docx"))
    heading = word.styles["Heading 1"].element
    heading.name_val, heading.styleId = "HEADING 1", "1"
    path = tmp_path / "模板.docx"
    word.save(str(path))
    read = python_docx.Document(io.BytesIO(docx(sample("english", "letter"), path)))
    named = [style.styleId for style in read.styles.element.style_lst if style.name_val.lower() == "heading 1"]
    assert named == ["1"]
    assert [p.text for p in read.paragraphs if p._p.style == "1"][-1] == "5. Signatures"


def test_a_template_may_say_it_in_its_own_words(template: Template) -> None:
    path = template(
        "目标：{{ facts.goal }}",
        "{%p for kpi in facts.kpis %}",
        "KPI {{ loop.index }} {{ kpi }}",
        "{%p endfor %}",
        "{{p parts.signatures }}",
    )
    read = read_back(docx(sample("filled", "letter"), path))
    assert read.text.splitlines()[:2] == [
        "目标：3个月内完成支付流程优化，支付成功率提升至99.5%",
        "KPI 1 新支付功能上线",
    ]
    assert read.headings == ["五、签字确认"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{{ nobody }}", "nobody"),
        ("{{ facts.nothing }}", "nothing"),
        ("{{p parts.nothing }}", "nothing"),
        ("{% if title %}", "endif"),
        ("{{ title", "unexpected"),
        ("{{ title.__class__.__mro__ }}", "unsafe"),
        ("{{ title | shout }}", "shout"),
        ("{% for n in range(10**9) %}{{ n }}{% endfor %}", "Range"),
        ("{{ body }}", "paragraph of its own"),
    ],
)
def test_a_mistake_in_a_template_is_told_with_what_there_is(template: Template, text: str, told: str) -> None:
    path = template(text)
    with pytest.raises(SettingsError) as error:
        docx(sample("english", "letter"), path)
    said = error.value.say("en")
    assert str(path) in said and told in said and "facts.goal" in said and "parts.signatures" in said


def test_a_body_in_a_header_is_refused_and_one_in_a_table_is_written(tmp_path: Path) -> None:
    word, path = python_docx.Document(), tmp_path / "模板.docx"
    word.add_table(rows=1, cols=1).cell(0, 0).text = "{{p parts.goal }}"
    word.save(str(path))
    read = read_back(docx(sample("english", "letter"), path))
    assert "Run the summer campaign" in read.word.tables[0].cell(0, 0).text
    word.sections[0].header.paragraphs[0].text = "{{p body }}"
    word.save(str(path))
    with pytest.raises(SettingsError, match="not in a header"):
        docx(sample("english", "letter"), path)


def test_a_template_that_says_nothing_of_its_paper_has_a4(template: Template) -> None:
    path = template("{{p body }}")
    word = python_docx.Document(str(path))
    word.element.body.remove(word.element.body.sectPr)
    word.save(str(path))
    assert read_back(docx(sample("english", "letter"), path)).headings[-1] == "5. Signatures"


def test_a_template_without_any_place_to_fill_in_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "空白.docx"
    python_docx.Document().save(str(path))
    with pytest.raises(SettingsError, match="no field and no place for the body"):
        docx(sample("english", "letter"), path)


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_word_file_is_told_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "模板.docx"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match="no Word document"):
        docx(sample("english", "letter"), path)


def test_a_workbook_or_nothing_is_no_template(tmp_path: Path) -> None:
    from tools.samples.__main__ import SAMPLES

    with pytest.raises(CollabxlError, match="no Word document"):
        docx(sample("english", "letter"), SAMPLES / "seed.xlsx")
    with pytest.raises(SettingsError, match=r"Cannot read .*gone\.docx"):
        docx(sample("english", "letter"), tmp_path / "gone.docx")


def test_a_cut_off_template_is_told_so(template: Template) -> None:
    path = template("{{p body }}")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(SettingsError):
        docx(sample("english", "letter"), path)
