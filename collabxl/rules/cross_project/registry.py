"""Workbooks that others name – 项目名::编号 – beside the chunk that names them, wherever in the run they lie."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import chain

import pandas as pd

from collabxl.errors import FileError
from collabxl.reading.sheet import SheetReading
from collabxl.reading.workbook import Reading
from collabxl.rules.cross_project.collect import LinkCollector
from collabxl.rules.cross_project.solve import CrossProjectSolution
from collabxl.rules.engine.external_frames import external_frames
from collabxl.rules.matching.names import EXTERNAL, ExternalName, external_name, normalize_name, split_names
from collabxl.rules.matching.near_names import ALIKE, Effort, to_simplified
from collabxl.schema.sheets import Project, Tasks
from collabxl.workers.interrupt import is_interrupted
from collabxl.workers.isolation import isolate_failures, isolate_workbook

ReadFiles = Callable[[Sequence[str]], Iterator[list[Reading]]]
"""Returns what files say, as many together as are checked together."""
_LOOKED_UP = {Project.meta.key: (Project.name.key,), Tasks.meta.key: (Tasks.id.key, Tasks.name.key)}
"""What of a guest is looked up, by sheet."""


def external_names(reading: Reading) -> set[ExternalName]:
    """Return the names of tasks of other projects that a workbook's tasks wait for."""
    cells = (
        cell for cell in _filled_cells(reading, Tasks.meta.key, Tasks.after.key) if EXTERNAL in normalize_name(cell)
    )
    return {name for cell in cells for part in split_names(cell) if all(name := external_name(part))}


class ProjectRegistry:
    """The projects of a run, the files that bear their names, and the plan across them.

    Only names and paths are kept, and what leads through workbooks that wait for each other, so that memory stays
    flat. What a chunk names is read once more to stand beside it; what was not read yet is read ahead once, and only
    if a project is named that may be there.
    """

    def __init__(self, files: Sequence[str], read: ReadFiles, today: dt.date) -> None:
        self._read, self._today = read, today
        self._unread = dict.fromkeys(files)
        self._bearers: dict[str, list[str]] = {}
        self._named: dict[str, set[str]] = defaultdict(set)
        self._waiting: dict[str, None] = {}
        self._across: CrossProjectSolution | None = None
        self._effort = Effort()
        self._faults: dict[str, FileError] = {}
        """With which workbooks we went wrong here, by path."""
        self.is_cut_short = False
        """Whether the user wished to stop before all that is named was read: who names it cannot be judged then."""

    def _note(self, reading: Reading) -> set[ExternalName]:
        """Remember which project a workbook is about and what it waits for, and return that."""
        try:
            with isolate_workbook():
                projects = [normalize_name(name) for name in _filled_cells(reading, Project.meta.key, Project.name.key)]
                named = external_names(reading)
        except FileError as error:
            projects, named = [], set()
            self._faults[reading.path] = error
        if reading.path in self._unread:
            del self._unread[reading.path]
            for name in projects:
                self._bearers.setdefault(name, []).append(reading.path)
            for project, task in named:
                self._named[project].add(task)
                self._waiting[reading.path] = None
        return named

    def referenced_workbooks(self, readings: Sequence[Reading]) -> list[Reading]:
        """Return the workbooks that a chunk names and does not hold, cut down to what is looked up in them."""
        here = {reading.path for reading in readings}
        named = {project for reading in readings for project, _ in self._note(reading)}
        if not named:
            return []
        for reading in chain.from_iterable(self._read([*self._unread])):
            self._note(reading)
        wanted = dict.fromkeys(
            path for name in sorted(named) for path in self._candidate_files(name) if path not in here
        )
        found = [_trim(reading) for reading in chain.from_iterable(self._read([*wanted]))] if wanted else []
        self.is_cut_short = is_interrupted() and (bool(self._unread) or len(found) < len(wanted))
        if not self.is_cut_short:
            self._unread.clear()  # what is left is none
        return found

    def external_frames(self, readings: Sequence[Reading]) -> dict[str, pd.DataFrame]:
        """Return what a chunk, whose guests are known, waits for outside by the plan across all of the run.

        It is made once, when a chunk first names what may be there: until then nothing waits. Raises FileError of kind
        internal if we went wrong with one of these workbooks before.
        """
        self._raise_faults(readings)
        if not any(reading.path in self._waiting for reading in readings):
            return external_frames()
        if self._across is None:
            self._across = CrossProjectSolution(self._collect(readings))
            self._raise_faults(readings)
        return self._across.frames_for(readings)

    def _raise_faults(self, readings: Sequence[Reading]) -> None:
        for reading in readings:
            if reading.path in self._faults:
                raise self._faults[reading.path]

    def _collect(self, readings: Sequence[Reading]) -> LinkCollector:
        """Return what leads through the workbooks that wait for others or are waited for."""
        borne = [path for name in self._named for path in self._bearers.get(name, ())]
        concerned = dict.fromkeys([*self._waiting, *borne])
        here = {reading.path: reading for reading in readings if reading.path in concerned}
        made = LinkCollector(self._named, self._today)
        rest = [path for path in concerned if path not in here]
        for found in chain([[*here.values()]], self._read(rest) if rest else ()):
            own = [reading for reading in found if reading.path not in self._faults]
            try:
                made.add(own)
            except Exception as error:
                self._find_faults(own, error)
                return self._collect(readings)
        self.is_cut_short = is_interrupted() and made.books < len(concerned)
        return made

    def _find_faults(self, readings: Sequence[Reading], error: Exception) -> None:
        """Remember with which of some workbooks we go wrong; raises the error if with none of them."""
        _, faults = isolate_failures(readings, lambda some: LinkCollector(self._named, self._today).add(some))
        if not faults:
            raise error
        self._faults |= {readings[at].path: fault for at, fault in faults.items()}

    def _candidate_files(self, name: str) -> Iterator[str]:
        """Return the files of the project of a name; without one, those of projects that may be meant."""
        if name in self._bearers:
            yield from self._bearers[name]
            return
        from rapidfuzz import fuzz
        from rapidfuzz.process import extract

        if not self._effort.allows(None, len(self._bearers)):
            return
        for near, *_ in extract(
            to_simplified(name), list(self._bearers), scorer=fuzz.ratio, score_cutoff=ALIKE, limit=None
        ):
            yield from self._bearers[near]


def _filled_cells(reading: Reading, sheet: str, key: str) -> list[str]:
    found = (page.columns.get(key, ()) for page in reading.sheets if page.key == sheet)
    return [value for values in found for value in values if isinstance(value, str)]


def _trim(reading: Reading) -> Reading:
    """Return a workbook without anything that is not looked up in it."""
    pages = [
        SheetReading(
            *(page.key, page.title, page.how, page.order, page.visible),
            rows=page.rows,
            columns={key: page.columns[key] for key in _LOOKED_UP[page.key] if key in page.columns},
            places=page.places,
        )
        for page in reading.sheets
        if page.key in _LOOKED_UP
    ]
    return Reading(reading.path, reading.lang, reading.identity, pages)
