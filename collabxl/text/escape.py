"""Text as XML holds it: the one place where text that goes between tags or into attributes is escaped.

XML has no way to say most controls, halves of surrogate pairs and two code points that are no letters. SpreadsheetML
spells them _x000B_, as Excel does, and so does everything here.
"""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

UNSPEAKABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML cannot say, not even as a reference."""
_ENDS = {"\r": "&#13;"}
_WITHIN = {'"': "&quot;", "\t": "&#9;", "\n": "&#10;", **_ENDS}


def escape_controls(text: str) -> str:
    """Return a text, or XML, in which all that XML cannot say is spelled out."""
    return UNSPEAKABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def content(text: str) -> str:
    """Return a text as it stands between two tags."""
    return escape(escape_controls(text), _ENDS)


def attribute(text: str) -> str:
    """Return a text as it stands between the quotes of an attribute."""
    return escape(escape_controls(text), _WITHIN)
