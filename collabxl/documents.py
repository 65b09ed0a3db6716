"""From paths to documents: every workbook is checked, seen as its 汇总 sees it, and told in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from collabxl.arguments import checked_arguments
from collabxl.batch import Chunk, check_chunks, noting, outright
from collabxl.errors import FileError
from collabxl.history import changes
from collabxl.isolated import one_workbook
from collabxl.paths import Paths, each_of
from collabxl.report.documents.blocks import Document
from collabxl.report.documents.kinds import told
from collabxl.report.documents.material import Material, material
from collabxl.report.documents.words import Asked
from collabxl.report.outcome import Outcome
from collabxl.report.summary import views
from collabxl.settings import Settings
from collabxl.text import t
from collabxl.upkeep import as_summed_up

_A_COPY = t(
    "这是部门副本，只有项目的一部分，写不出整个项目的文件。请给出主表",
    "This is a department's copy and has but a part of the project. Name its master",
)


class Seen(NamedTuple):
    """One workbook: what documents are made from, or why there is nothing."""

    path: str
    material: Material | None = None
    error: FileError | None = None


class Told(NamedTuple):
    """What became of one workbook: its document, or why there is none."""

    path: str
    document: Document | None = None
    error: FileError | None = None


@checked_arguments
def documents_of(
    paths: Paths,
    kind: str,
    *,
    today: dt.date,
    settings: Settings | None = None,
    passwords: tuple[str, ...] = (),
    asked: Asked | None = None,
) -> Iterator[Told]:
    """Return a document of one of KINDS for every workbook, in the order asked for; nothing is raised for a file.

    Departments' copies that a folder holds are left out. ``asked`` are the days to tell of, if the kind has some.
    """
    for path, made_of, error in materials_of(paths, today=today, settings=settings, passwords=passwords):
        document = None
        if made_of is not None:
            try:
                with one_workbook():
                    document = told(kind, made_of, asked)
            except FileError as fault:
                error = fault
        yield Told(path, document, error)


def materials_of(
    paths: Paths,
    *,
    today: dt.date,
    settings: Settings | None = None,
    passwords: tuple[str, ...] = (),
) -> Iterator[Seen]:
    """Return what any number of documents about each workbook are made from; likewise."""
    chosen, given = settings or Settings(), each_of(paths)
    named = outright(given)
    see = partial(views, today=today)
    for chunk in noting(check_chunks(given, today=today, settings=chosen, passwords=passwords, see=see)):
        numbers = {outcome.path: wb for wb, outcome in chunk.numbered.items()}
        for outcome in chunk.outcomes:
            if outcome.error is not None:
                yield Seen(outcome.path, error=outcome.error)
            elif not _is_copy(outcome):
                yield _seen(outcome.path, chunk, numbers[outcome.path])
            elif outcome.path in named:
                yield Seen(outcome.path, error=FileError("unsupported", _A_COPY))


def _seen(path: str, chunk: Chunk, wb: int) -> Seen:
    try:
        with one_workbook():
            known = changes(chunk.checked.tables.readings[wb])
            return Seen(path, material(as_summed_up(chunk.seen[wb]), chunk.checked, wb, known))
    except FileError as fault:
        return Seen(path, error=fault)


def _is_copy(outcome: Outcome) -> bool:
    return outcome.reading is not None and outcome.reading.is_copy
