"""What is tortured: processes that save, by collabxl or in the naive ways of the controls."""

from __future__ import annotations

import datetime as dt
import io
import os
import sys
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from collabxl import FileError
from collabxl.storage import save
from tests.editing import edit

DAYS = [dt.date(2024, 8, day) for day in (1, 2)]
Change = Callable[[bytes], bytes]
SENTINEL = "/torture-begins"


def by_collabxl(path: Path, change: Change) -> None:
    """Edit as collabxl does."""
    edit(path, change)


def naively(path: Path, change: Change) -> None:
    """Edit as most scripts do: the file is emptied and written again."""
    path.write_bytes(change(path.read_bytes()))


def without_lock(path: Path, change: Change) -> None:
    """Edit with a whole temp file that is swapped in, but without keeping others out."""
    content = change(path.read_bytes())
    temp = path.with_name(f"{os.getpid()}.tmp")
    temp.write_bytes(content)
    temp.replace(path)


WAYS: dict[str, Callable[[Path, Change], None]] = {
    "collabxl": by_collabxl,
    "naive": naively,
    "without-lock": without_lock,
}


def alternate(path: Path, one: Path, other: Path, way: str) -> None:
    """Save one content and the other in turn, for ever."""
    first, second = one.read_bytes(), other.read_bytes()
    while True:
        WAYS[way](path, lambda old: second if old == first else first)
        _ready()


def append(path: Path, who: str, count: int, way: str) -> None:
    """Note ``count`` numbered marks in a workbook, one edit each, as soon as a line is read."""
    _ready()
    sys.stdin.readline()
    for number in range(count):
        WAYS[way](path, partial(marked, mark=f"{who}{number};"))


def marked(workbook: bytes, mark: str) -> bytes:
    """Return a workbook with one more mark in the comment of its zip file."""
    paper = io.BytesIO(workbook)
    with zipfile.ZipFile(paper, "a") as package:
        package.comment += mark.encode()
    return paper.getvalue()


def marks(workbook: bytes) -> list[str]:
    """Return the marks in a workbook; raises BadZipFile if it is torn."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as package:
        return package.comment.decode().split(";")[:-1]


def sync(path: Path) -> None:
    """Sync as the command does, another day every time, for ever."""
    from collabxl import sync_workbooks

    while True:
        for day in DAYS:
            list(sync_workbooks([path], today=day))
            _ready()


def once(path: Path, way: str) -> int:
    """Save once, from a system call on that tells where counting begins; return 3 for a sentence, 1 for a traceback."""
    edit(path, bytes)  # loads what is loaded when it is first needed
    os.access(SENTINEL, os.F_OK)
    try:
        if way == "backup":
            edit(path, bytes.swapcase, backup=True)
        else:
            WAYS[way](path, bytes.swapcase)
    except FileError as error:
        return 4 if isinstance(error, save.DurabilityError) else 3
    return 0


def _ready() -> None:
    sys.stdout.write("saved\n")
    sys.stdout.flush()


def main(job: str, path: str, *words: str) -> int:
    """Do one job; unlike a person's, its code is 1 for a traceback only."""
    file = Path(path)
    if job == "alternate":
        alternate(file, Path(words[0]), Path(words[1]), words[2])
    elif job == "append":
        append(file, words[0], int(words[1]), words[2])
    elif job == "sync":
        sync(file)
    elif job == "once":
        code = once(file, words[0])
        sys.stdout.flush()
        os._exit(code)  # what Python does at its end is not saving
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
