"""Filling a template in: its fields with what a document says, its places for the body left for who writes that."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from collabxl.errors import SettingsError, UsageError
from collabxl.reports.documents.blocks import Document, Section
from collabxl.reports.documents.plain_text import strip_controls
from collabxl.text import t

if TYPE_CHECKING:
    from docx.document import Document as Word
    from docx.text.paragraph import Paragraph
    from docxtpl import DocxTemplate

BODY, PARTS, FACTS = "body", "parts", "facts"
_MARK = "collabxl-place"
_FIELDS = ("title", "project", "about", "day", "lang")
_NOT_INSTALLED = t(
    "写成 .docx 或 .pdf 需要 docxtpl 和 matplotlib。请运行 pip install 'collabxl[docs]'，或用 {--format} html",
    "Writing .docx or .pdf takes docxtpl and matplotlib. Run pip install 'collabxl[docs]', or use {--format} html",
)
_NO_TEMPLATE = t(
    "{path} 不是 Word 文档（.docx），不能当模板（{why}）。请在 Word 里另存为 .docx 再试",
    "{path} is no Word document (.docx) and cannot be a template ({why}). Save it as .docx in Word and try again",
)
_UNREADABLE = t("读不了模板 {path}（{why}）。请检查路径", "Cannot read the template {path} ({why}). Check the path")
_WRONG = t(
    "模板 {path} 填不了：{why}。字段写成 {{{{ title }}}}，正文写成单独一段 {{{{p body }}}}；可用的字段：{known}",
    "The template {path} cannot be filled in: {why}. Fields are written {{{{ title }}}}, the body as a paragraph of "
    "its own, {{{{p body }}}}; fields: {known}",
)
_ASTRAY = t(
    "正文只能放在正文区，并且单独一段：{{p body }}，不要写成 {{ body }}，也不能放在页眉页脚",
    "the body can only stand in the text, as a paragraph of its own: {{p body }}, not {{ body }}, and not in a header "
    "or footer",
)
_EMPTY = t("没有一个字段，也没有正文的位置", "it has no field and no place for the body")


def fill_template(document: Document, template: Path) -> tuple[Word, list[tuple[Paragraph, Sequence[Section]]]]:
    """Return a template with its fields filled in, and its places for the body with the sections that belong there.

    A template may want ``title``, ``project``, ``about``, ``day`` and ``lang``, any field of ``facts`` (the
    document's own record), and as paragraphs ``body`` or single ``parts`` by their keys. Raises SettingsError for one
    that is no .docx, has a mistake, wants something else, or nothing at all.
    """
    try:
        from docxtpl import DocxTemplate
        from jinja2 import StrictUndefined, TemplateError
        from jinja2.sandbox import SandboxedEnvironment
    except ImportError as error:
        raise UsageError(_NOT_INSTALLED) from error
    opened = _open_template(DocxTemplate, template)
    places = {section.key: (section,) for section in document.sections}
    known = {name: getattr(document, name) for name in (*_FIELDS, FACTS)}
    known |= {BODY: _BodyMarker(BODY), PARTS: {key: _BodyMarker(key) for key in places}}
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True, finalize=_field_text)
    try:
        wanted = opened.get_undeclared_template_variables(environment)
        opened.render(known, environment, autoescape=True)
    except (TemplateError, TypeError, ValueError, LookupError, ArithmeticError, SyntaxError) as error:
        _refuse(template, (str(error) or type(error).__name__).splitlines()[0], known, error)
    if not wanted & known.keys():
        _refuse(template, _EMPTY.to(document.lang), known)
    word: Word = opened.docx
    marks, astray = _find_markers(word)
    if astray:
        _refuse(template, _ASTRAY.to(document.lang), known)
    sections = {BODY: document.sections, **places}
    return word, [(mark, sections[mark.text]) for mark in marks]


def _open_template(kind: type[DocxTemplate], path: Path) -> DocxTemplate:
    """Return a template that is a Word document; an error tells what is wrong with it."""
    from zipfile import BadZipFile

    from docx.opc.exceptions import PackageNotFoundError
    from lxml.etree import XMLSyntaxError

    try:
        opened = kind(io.BytesIO(path.read_bytes()))
        opened.init_docx()
    except OSError as error:
        raise SettingsError(_UNREADABLE, path=str(path), why=error.strerror or str(error)) from error
    except (BadZipFile, PackageNotFoundError, XMLSyntaxError, KeyError, ValueError) as error:
        raise SettingsError(_NO_TEMPLATE, path=str(path), why=str(error) or type(error).__name__) from error
    return opened


def _refuse(path: Path, why: str, known: dict[str, Any], error: Exception | None = None) -> NoReturn:
    facts = [f"{FACTS}.{name}" for name in vars(known[FACTS])]
    parts = [f"{PARTS}.{name}" for name in known[PARTS]]
    raise SettingsError(_WRONG, path=str(path), why=why, known=[*_FIELDS, *facts, BODY, *parts]) from error


def _field_text(value: Any) -> Any:
    """Return a field's value as it is written: texts without what a Word file cannot hold, nothing for None.

    docxtpl takes {_{ and its like for its own way to write braces, whoever wrote them: so they are written otherwise.
    """
    from markupsafe import Markup, escape

    if value is None:
        return ""
    if type(value) is not str:
        return value
    return Markup(str(escape(strip_controls(value))).replace("{_", "{&#95;").replace("_}", "&#95;}"))


class _BodyMarker:
    """What stands for a part of the body until it is written."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __html__(self) -> str:
        """Return the paragraph that marks the place; no text of a workbook can be taken for it."""
        return f"<w:p><w:pPr><w:pStyle w:val='{_MARK}'/></w:pPr><w:r><w:t>{self._key}</w:t></w:r></w:p>"

    __str__ = __html__


def _find_markers(word: Word) -> tuple[list[Paragraph], bool]:
    """Return the places for parts of the body, and whether there are any where nothing can be written."""
    from docx.oxml.ns import qn
    from docx.text.paragraph import Paragraph

    homes = (qn("w:body"), qn("w:tc"), qn("w:sdtContent"))
    marks = (mark for mark in word.element.body.iter(qn("w:pStyle")) if mark.get(qn("w:val")) == _MARK)
    found = [mark.getparent().getparent() for mark in marks]
    outside = (part.blob for part in word.part.package.iter_parts() if part is not word.part)
    astray = any(each.getparent().tag not in homes for each in found) or any(_MARK.encode() in blob for blob in outside)
    return [Paragraph(each, word._body) for each in found], astray
