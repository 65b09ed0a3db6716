"""The formats that documents are written in: one writer each, by how the names of files end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from collabxl.reports.documents.blocks import Document

FORMATS = ("docx", "pdf", "html")


def document_writer(form: str, template: Path | None = None) -> Callable[[Document], bytes]:
    """Return who writes documents in one of FORMATS, by a user's template if there is one (not for html)."""
    if form == "html":
        from collabxl.reports.documents.html import html

        return html
    if form == "pdf":
        from collabxl.reports.documents.pdf import pdf

        return lambda document: pdf(document, template)
    from collabxl.reports.documents.docx import docx

    return lambda document: docx(document, template)
