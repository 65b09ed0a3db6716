"""Texts of workbooks as a document may hold them."""

from __future__ import annotations

from collabxl.text.printable import clean


def strip_controls(text: str) -> str:
    """Return a text line by line without control characters, which neither Word nor a browser takes."""
    return "\n".join(clean(line).rstrip() for line in text.replace("\r", "").split("\n"))
