"""A document as a Word file: a template gives its looks; the same input makes the same bytes."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from collabxl.reports.documents.blocks import Document
from collabxl.reports.documents.docx.body import write
from collabxl.reports.documents.docx.package import strip_dates
from collabxl.reports.documents.docx.styles import adopt
from collabxl.reports.documents.docx.template import fill_template
from collabxl.storage.data_files import resource_path
from collabxl.text.printable import clean

if TYPE_CHECKING:
    from docx.document import Document as Word

AUTHOR = "collabxl"
LONGEST_PROPERTY = 255
"""Letters of a document's property, by python-docx."""
_LANGUAGES = {"zh": "zh-CN", "en": "en-US"}


def docx(document: Document, template: Path | None = None) -> bytes:
    """Return a document as .docx by a template of ours or the user's; SettingsError if that cannot be filled in."""
    own = resource_path("templates", "documents", "wide.docx" if document.wide else "upright.docx")
    word, places = fill_template(document, template or own)
    styles = adopt(word, own)
    _give_paper(word)
    for marker, sections in places:
        write(word, styles, marker, sections)
    _describe(word, document)
    content = io.BytesIO()
    word.save(content)
    return strip_dates(content.getvalue())


def _give_paper(word: Word) -> None:
    """Let a document whose template says nothing of its paper have A4."""
    from docx.shared import Cm

    word.element.body.get_or_add_sectPr()
    page = word.sections[-1]
    for name, centimetres in (("page_width", 21.0), ("page_height", 29.7), ("left_margin", 2.5), ("right_margin", 2.5)):
        if getattr(page, name) is None:
            setattr(page, name, Cm(centimetres))


def _describe(word: Word, document: Document) -> None:
    """Say in which language the document is and what it is called."""
    from docx.oxml.ns import qn

    told, language = word.core_properties, _LANGUAGES[document.lang]
    told.title, told.language, told.author = document.title, language, AUTHOR
    told.subject = clean(document.project)[:LONGEST_PROPERTY]
    told.created = told.modified = dt.datetime.combine(document.day, dt.time())
    told.last_modified_by = AUTHOR
    defaults: Any = word.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    if defaults is None:
        return
    spoken = defaults.find(qn("w:lang"))
    if spoken is None:
        spoken = defaults.makeelement(qn("w:lang"))
        defaults.append(spoken)
    spoken.set(qn("w:val"), language)
    spoken.set(qn("w:eastAsia"), "zh-CN")
