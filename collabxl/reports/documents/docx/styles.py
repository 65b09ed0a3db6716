"""The styles by which a body looks as its template wants; a template without one of them gets ours."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docx.document import Document as Word

TEXT, HEADING, TABLE = "Normal", "Heading 1", "Document Table"
CELL, HEAD, LIST, NOTE, ALARM = (f"Document {name}" for name in ("Cell", "Head", "List", "Note", "Alarm"))
FIGURE, SMALL, GAP = (f"Document {name}" for name in ("Figure", "Small", "Gap"))
USED = (TEXT, HEADING, TABLE, CELL, HEAD, LIST, NOTE, ALARM, FIGURE, SMALL, GAP)


def adopt(word: Word, own: Path) -> dict[str, str]:
    """Return the ids of the styles in USED by their names, those that a document lacks being ours from now on.

    Names count whatever their case: Word writes heading 1, LibreOffice Heading 1.
    """
    from docx import Document

    ids = {style.name_val.lower(): style.styleId for style in word.styles.element.style_lst if style.name_val}
    ours = Document(str(own)).styles if any(name.lower() not in ids for name in USED) else None
    for name in USED:
        if name.lower() in ids or ours is None:
            continue
        style = deepcopy(ours[name].element)
        while style.styleId in ids.values():
            style.styleId += "_"
        base = style.basedOn_val
        if base is not None and name != TABLE:
            style.basedOn_val = ids[TEXT.lower()]
        word.styles.element.append(style)
        ids[name.lower()] = style.styleId
    return {name: ids[name.lower()] for name in USED}
