"""What the formulas of a sheet show, read in one go without a tree: only plainly written cells are told."""

from __future__ import annotations

import re
from xml.sax.saxutils import unescape

from collabxl import address
from collabxl.opc.areas import Spot
from collabxl.opc.sheetxml import Sheet
from collabxl.opc.strings import unescaped

_TEXT, _PLAIN = re.compile(rb' t="str"'), re.compile(rb"\bt=")
_ENTITIES = {"&quot;": '"', "&apos;": "'"}


def results(sheet: Sheet) -> dict[Spot, str | float]:
    """Return texts and numbers that formulas show; what is spelled in another way is left out, not guessed."""
    tags = {"p": re.escape(sheet.scan.prefix).decode()}
    cell = re.compile(
        '<{p}c r="([A-Z]{{1,3}})([0-9]{{1,7}})"([^<>]*)>'
        "<{p}f(?:[^<>]*/>|[^<>]*>[^<]*</{p}f>)<{p}v(?:/>|>([^<&]*(?:&(?:lt|gt|amp|quot|apos);[^<&]*)*)</{p}v>)</{p}c>".format(
            **tags
        ).encode()
    )
    found: dict[Spot, str | float] = {}
    for letters, row, attributes, value in cell.findall(sheet.scan.plain, sheet.inner, sheet.close):
        spot = int(row), address.number(letters.decode())
        if _TEXT.search(attributes):
            found[spot] = unescaped(unescape(value.decode(), _ENTITIES))
        elif value and not _PLAIN.search(attributes):
            found[spot] = float(value)
    return found
