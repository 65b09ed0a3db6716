"""How a rule's example is written: a small workbook as text, with what is to be found in it marked.

    today 2024-08-01            the day of the check
    schema 0!                   the workbook's schema version; ! marks what is to be found
    without risks!              leave a standard sheet out
    tasks                       a sheet by its key, or by a title as it stands in the file
    | name | 责任人! | finds |    keys become titles, other words stand as they are; -due! is a column left out
    | A    | 张三    | name  |    dates and numbers as typed; 'text; #REF! an error; = a formula without value;
    | ~B   | ^       |         ~ a hidden row; ^ merged with the cell above; 字×201 the text so many times;
    | ¬C   |         |         ¬ a cell that no validation or conditional format covers; _ in a text a blank
    former                      what cells held before: | sheet | id | key | value | day |

``finds`` names the columns found in that row, ``-`` the row itself. Standard sheets not mentioned are there and empty.
"""

from __future__ import annotations

import re
from typing import NamedTuple

FINDS = "finds"
MARK = "!"
LEFT_OUT = "-"
WHOLE_ROW = "-"
AS_OF, SCHEMA, WITHOUT, FORMER = "today ", "schema ", "without ", "former"
"""What a block that is no sheet begins with."""
_NEXT = re.compile(r"\n(?=[ \t]*[^|\s])")


class Block(NamedTuple):
    """A head and the table below it, cell by cell; a head that is no sheet may have no table."""

    head: str
    table: tuple[tuple[str, ...], ...]

    def after(self, start: str) -> str | None:
        """Return what the head says after its first word, without the mark; None if it begins otherwise."""
        return self.head.removeprefix(start).rstrip(MARK) if self.head.startswith(start) else None

    @property
    def is_marked(self) -> bool:
        """Whether what the head names is to be found as a whole."""
        return self.head.endswith(MARK)


def blocks(text: str) -> list[Block]:
    """Return the blocks of an example in their order."""
    pieces = ([line.strip() for line in piece.strip().splitlines()] for piece in _NEXT.split("\n" + text.strip("\n")))
    return [Block(lines[0], tuple(map(_cells, lines[1:]))) for lines in pieces if lines and lines[0]]


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.strip("|").split("|"))
