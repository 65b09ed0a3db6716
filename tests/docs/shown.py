"""The commands that README and the pages of the site show, and what they show that one prints.

Lines of ``sh`` blocks that begin with ``collabxl`` are commands. Above a block whose commands need a server, Excel or
a person stands ``<!-- only parsed: why -->``. A ``text`` block that begins with ``$ collabxl`` shows what is printed.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PAGES = (ROOT / "README.md", ROOT / "README.en.md", *sorted((ROOT / "docs").glob("*/*.md")))
_BLOCK = re.compile(r"(?P<mark><!-- only parsed: .+? -->\n)?```(?P<kind>sh|text)\n(?P<body>.*?)```", re.DOTALL)


class Command(NamedTuple):
    """A command as it is shown: its words, what it is said to print, whether it can be run anywhere."""

    words: list[str]
    prints: str | None = None
    runs: bool = True


def commands(page: Path) -> Iterator[Command]:
    """Return the commands that a page shows, in their order."""
    for block in _BLOCK.finditer(page.read_text(encoding="utf-8")):
        lines = block["body"].splitlines()
        if block["kind"] == "text":
            if lines[0].startswith("$ collabxl "):
                yield Command(_words(lines[0].removeprefix("$ ")), "\n".join(lines[1:]) + "\n")
            continue
        for line in lines:
            if line.startswith("collabxl "):
                yield Command(_words(line), None, block["mark"] is None)


def _words(line: str) -> list[str]:
    return shlex.split(line, comments=True)[1:]
