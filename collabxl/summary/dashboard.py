"""The dashboard's paper: 24 columns in zones, and how every block of it writes titles, heads, values and formulas."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from collabxl.ooxml import a1
from collabxl.schema.sheets import Summary
from collabxl.summary.view import View
from collabxl.text import Text
from collabxl.workbook.grid import Cell, Condition, Grid, GridRange, Value

FIRST, LAST = 2, 25
"""The columns between the margins."""
WIDTH, MARGIN = 7.2, 1.3
TABLE, RING, TREND = (2, 12), (14, 18), (19, 25)
"""First and last column of the department table, the ring and the trend beside it."""
LATE, SOON, RIGHT = (2, 9), (11, 17), (19, 25)
"""First and last column of the two lists of tasks and of what stands on the right of them."""
FINDINGS = (2, 17)
ROWS = {"title": 1, "strip": 3, "tiles": 4, "charts": 8, "lists": 20, "findings": 29, "legend": 40, "rest": 42}
"""The row each block begins in."""
_HEIGHTS = {1: 33, 2: 20, 3: 6, 4: 20, 5: 34, 6: 18, 7: 9, 19: 9, 28: 9, 39: 5, 40: 14}
_SECTION, _HEAD, _ROW = 22.5, 17.5, 18.75
PAGE = 720
"""Points of height that a page takes at its width: about the dashboard's own height."""


class TableHead(NamedTuple):
    """One head of a table and how many columns it takes."""

    words: Text
    across: int = 1
    style: str = "column"


class Dashboard:
    """One dashboard on its way to a grid."""

    def __init__(self, view: View) -> None:
        self.view, self.lang = view, view.lang
        self.grid = Grid(Summary.meta.title.to(view.lang))
        self.grid.widths = {1: MARGIN, **dict.fromkeys(range(FIRST, LAST + 1), WIDTH), LAST + 1: MARGIN}
        blocks = [ROWS[name] for name in ("charts", "lists", "findings")]
        self.grid.heights = dict.fromkeys(range(ROWS["charts"], ROWS["legend"]), _ROW)
        self.grid.heights |= _HEIGHTS | dict.fromkeys(blocks, _SECTION) | {row + 1: _HEAD for row in blocks}
        self.grid.locked = view.live

    def put(
        self,
        row: int,
        column: int,
        value: Value,
        style: str = "body",
        *,
        formula: str | None = None,
        link: str | None = None,
        across: int = 1,
        down: int = 1,
    ) -> None:
        """Put a value, in a live summary with the formula that computes it."""
        live = f"={formula}" if formula is not None and self.view.live else None
        self.grid.put(row, column, Cell(value, style, None if live else link, live), across=across, down=down)

    def section(self, row: int, zone: tuple[int, int], title: str, formula: str | None = None) -> None:
        """Put the title of a block over its whole width."""
        first, last = zone
        self.put(row, first, title, "section", formula=formula, across=last - first + 1)

    def heads(self, row: int, column: int, heads: Sequence[TableHead]) -> None:
        """Put the heads of a table beside each other."""
        for head in heads:
            self.put(row, column, head.words.to(self.lang), head.style, across=head.across)
            column += head.across

    def marks(self, box: GridRange, *states: tuple[str, str]) -> None:
        """Let cells of a live summary change their look: by pairs of a formula and a style, the first true one wins."""
        if self.view.live:
            self.grid.conditions.extend(Condition(box, formula, style) for formula, style in states)

    def say(self, words: Text, **args: object) -> str:
        """Return words in the workbook's language, filled in."""
        return words.fill(self.lang, args)

    def formula(self, words: Text, **parts: str) -> str:
        """Return the formula of words whose fields are formulas."""
        pieces = self.say(words, **{name: f"\0{part}\0" for name, part in parts.items()}).split("\0")
        return "&".join(part if at % 2 else text_literal(part) for at, part in enumerate(pieces) if part)


def fixed_cell(row: int, column: int) -> str:
    """Return a fixed cell of the summary's own: $B$5."""
    return a1.range_address((row, column), (row, column), fixed=True).split(":")[0]


def fixed_range(box: GridRange) -> str:
    """Return a fixed range of the summary's own: $B$5:$B$9."""
    return a1.range_address((box.top, box.left), (box.bottom, box.right), fixed=True)


def text_literal(text: str) -> str:
    """Return a text as a formula spells it."""
    return '"' + text.replace('"', '""') + '"'
