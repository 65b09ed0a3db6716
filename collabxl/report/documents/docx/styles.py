"""The styles by which a body looks as its template wants; a template without one of them gets ours."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docx.document import Document as Word

HEADING, TABLE = "Heading 1", "Document Table"
CELL, HEAD, LIST, NOTE, ALARM = (f"Document {name}" for name in ("Cell", "Head", "List", "Note", "Alarm"))
FIGURE, SMALL, GAP = (f"Document {name}" for name in ("Figure", "Small", "Gap"))
USED = (HEADING, TABLE, CELL, HEAD, LIST, NOTE, ALARM, FIGURE, SMALL, GAP)


def adopt(word: Word, own: Path) -> None:
    """Give a document those styles that the body needs and its template has not."""
    from docx import Document
    from docx.enum.style import WD_STYLE_TYPE

    missing = [name for name in USED if name not in word.styles]
    if not missing:
        return
    ours, usual = Document(str(own)).styles, word.styles.default(WD_STYLE_TYPE.PARAGRAPH)
    for name in missing:
        style = deepcopy(ours[name].element)
        base = style.find("{*}basedOn")
        if name != TABLE and usual is not None:
            base.set(base.keys()[0], usual.style_id)
        word.styles.element.append(style)
