"""What becomes of every workbook of the foreign corpus: as a project, and all its cells.

    python -m tests.hostile.corpus > tests/hostile/corpus.tsv

makes the table anew; test_corpus.py compares. A change of the table is a change of what users see: say why.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from collabxl import FileError
from collabxl.ooxml.areas import Spot
from collabxl.ooxml.reader.cells import Raw
from collabxl.ooxml.reader.container import load_file
from collabxl.reading.file import FileSource
from collabxl.reading.source import SheetCells
from collabxl.workers.pool import readings
from collabxl.workers.process import MEMORY
from tests.parts import CORPUS

HERE = Path(__file__).parent
TABLE = HERE / "corpus.tsv"


def workbooks() -> list[Path]:
    """Return the files of the corpus in order, none where it is not here."""
    return sorted((CORPUS / "files").glob("*.*")) if CORPUS.is_dir() else []


def recorded() -> dict[str, str]:
    """Return the lines of the table by file."""
    return dict(line.split("\t", 1) for line in TABLE.read_text("utf-8").splitlines())


def outcomes() -> Iterator[tuple[str, str]]:
    """Yield, by file: its kind as a project, its kind when all cells are read, and how many say something."""
    files = workbooks()
    for path, found in zip(files, readings(map(str, files), jobs=1), strict=True):
        kind = found.kind if isinstance(found, FileError) else "ok"
        yield path.name, f"{kind}\t{_cells_of(path)}"


def filled(cells: SheetCells) -> Iterator[tuple[Spot, Raw]]:
    """Yield the cells that say something, with their places; a row that many share is looked at once."""
    blank: dict[int, bool] = {}
    for number, row in enumerate(cells.rows, cells.top):
        if id(row) not in blank:
            blank[id(row)] = all(cell == "" for cell in row)
        if not blank[id(row)]:
            yield from (((number, at), cell) for at, cell in enumerate(row, cells.left) if cell != "")


def _cells_of(path: Path) -> str:
    count = 0
    kinds = set()
    try:
        source = FileSource(load_file(path))
    except FileError as error:
        return f"{error.kind}\t0"
    for title in source.titles():
        try:
            count += sum(1 for _ in filled(source.cells(title)))
        except FileError as error:
            kinds.add(error.kind)
    return f"{'+'.join(sorted(kinds)) or 'ok'}\t{count}"


def main() -> None:
    """Print the table; this process takes no more memory than a worker may."""
    if os.name != "nt":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for name, outcome in outcomes():
        sys.stdout.write(f"{name}\t{outcome}\n")


if __name__ == "__main__":
    main()
