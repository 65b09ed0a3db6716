"""The text of notes, as comments are called that are no threads: replaced where there is one already.

Knows commentsN.xml; must not know cells. A note's drawing, author and size stay as they are.
"""

from __future__ import annotations

from collabxl.ooxml import a1
from collabxl.ooxml.areas import Spot
from collabxl.ooxml.strings import plain_text, text_xml
from collabxl.ooxml.workbook_part import WorkbookPart
from collabxl.ooxml.xml import Node, XmlPart, element


def set_note(book: WorkbookPart, title: str, spot: Spot, text: str) -> bool:
    """Replace the text of the note at a cell of a sheet, and return whether there is one; none is ever made.

    The new text takes the looks of the old one's first run. A note that says just this keeps its bytes.
    """
    ref = a1.cell_address(*spot)
    for part in _notes_of(book, title):
        doc = book.package.xml(part)
        for node in (note for holder in doc.root.all("commentList") for note in holder.all("comment")):
            if node.attrs.get("ref", "").replace("$", "") == ref:
                _set_note_text(doc, node, text)
                book.package.put(part, doc.to_bytes())
                return True
    return False


def _notes_of(book: WorkbookPart, title: str) -> list[str]:
    parts = [tab.part for tab in book.sheets if tab.title == title and tab.part]
    package = book.package
    return [rel.part for part in parts for rel in package.rels(part) if rel.kind == "comments" and rel.part in package]


def _set_note_text(doc: XmlPart, note: Node, text: str) -> None:
    old = note.first("text")
    if old is not None and plain_text(old) == text:
        return
    prefix = note.qualified_name("")
    content = text_xml(text, prefix)
    looks = [doc.to_bytes(part) for run in (old.all("r") if old else [])[:1] for part in run.all("rPr")]
    if looks:
        content = element(f"{prefix}r", {}, looks[0] + content)
    new = element(f"{prefix}text", {}, content)
    if old is not None:
        doc.replace(old, new)
    elif note.children:
        doc.before(note.children[0], new)
    else:
        doc.append(note, new)
