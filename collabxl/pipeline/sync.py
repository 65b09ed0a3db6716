"""Check workbooks and write back what was found: 汇总, what rows are told, what formulas show; nothing else."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Literal, NamedTuple

from collabxl.errors import FileError
from collabxl.formulas.row_values import LiveChecks
from collabxl.pipeline.batch import Watch, check_chunks, find_workbooks, with_warnings
from collabxl.pipeline.formula_values import (
    compute_live_checks,
    formula_results,
    is_current,
    is_live,
    limit_edits,
    renewal,
    stored_live_checks,
)
from collabxl.pipeline.row_notes import header_notes, row_notes
from collabxl.pipeline.workbook_patch import WorkbookChanges, load_content, needs_recalculation, patch
from collabxl.rules.engine.outcome import Outcome
from collabxl.schema.settings import Settings
from collabxl.schema.sheets import Schedule
from collabxl.storage import file_access, save
from collabxl.storage.file_access import base_name
from collabxl.storage.paths import Paths, free_path
from collabxl.summary import View, summary, view_by_formulas, views
from collabxl.workbook.gantt_values import critical_edits
from collabxl.workers.interrupt import is_interrupted
from collabxl.workers.isolation import isolate_workbook

MOST_ROUNDS = 4
"""Times that a workbook is written and read until it says what was read; people's formulas may have no end of it."""
State = Literal["written", "unchanged", "not-written"]


@dataclass(frozen=True)
class SyncResult:
    """One workbook's outcome and what became of its file; ``path`` is where the summary now is."""

    outcome: Outcome
    state: State
    path: str | Path | None = None
    stale: bool = False
    """Whether formulas that people wrote show the results of before, until a program computes them."""


def sync_workbooks(
    paths: Paths,
    *,
    today: dt.date,
    settings: Settings | None = None,
    output: str | Path | None = None,
    dry_run: bool = False,
    annotate: bool = False,
    backup: bool = False,
    jobs: int | None = None,
    passwords: tuple[str, ...] = (),
    watch: Watch = iter,
) -> Iterator[SyncResult]:
    """Check workbooks and write 汇总 and what rows are told into each, or into copies in the folder ``output``.

    A workbook typed by hand gets a 检查 column only if ``annotate``; ``backup`` keeps the old file beside. A file
    that cannot be written is an outcome with an error and stays as it is; ``dry_run`` writes nothing. If the user
    wishes to stop, the file in hand is the last one. ``watch`` hands on the files one by one as they are read.
    A file with a password is checked if one of ``passwords`` opens it, and never written.
    """
    chosen = settings or Settings()
    taken: set[Path] = set()
    see = partial(views, today=today)
    check = partial(check_chunks, paths, today=today, settings=chosen, jobs=jobs, passwords=passwords, impose=True)
    for chunk in with_warnings(check(watch=watch, see=see)):
        numbers = {outcome.path: wb for wb, outcome in chunk.by_number.items()}
        for outcome in chunk.outcomes:
            if is_interrupted():
                return
            wb = numbers.get(outcome.path)
            if wb is None:
                yield SyncResult(outcome, "not-written")
                continue
            target = free_path(Path(output) / base_name(outcome.path), taken) if output else None
            again = partial(_read_again, outcome.path, among=paths, today=today, settings=chosen)
            try:
                with isolate_workbook():
                    seen = CheckedWorkbook(outcome, chunk.derived[wb])
                    done = _write_result(seen, target, again, annotate=annotate, dry_run=dry_run, backup=backup)
                yield done
            except save.DurabilityError as error:
                yield SyncResult(replace(outcome, error=error), "written", target or outcome.path)
            except FileError as error:
                yield SyncResult(replace(outcome, error=error), "not-written")


def sync_draft(path: Path, *, today: dt.date, settings: Settings | None = None) -> tuple[bytes, Outcome]:
    """Return the bytes of the workbook at ``path``, its ledger beside it, as a sync would leave them, and the outcome.

    Nothing is written. Raises FileError if it cannot be read or synced.
    """
    chosen = settings or Settings()
    seen = _check_draft(path, str(path), (), today, chosen)
    again = partial(_read_again, str(path), today=today, settings=chosen)
    with isolate_workbook():
        return _render(load_content(seen.outcome), seen, again, annotate=False)


class CheckedWorkbook(NamedTuple):
    """A workbook that was read and checked, and what its 汇总 is made from."""

    outcome: Outcome
    view: View


Again = Callable[[bytes], CheckedWorkbook]
"""Reads and checks a workbook once more, as it stands on its way."""


def _check_draft(path: Path, source: str, among: Paths, today: dt.date, settings: Settings) -> CheckedWorkbook:
    """Return the draft at ``path`` of the workbook ``source`` read and checked; FileError if that cannot be."""
    others = [file for file in find_workbooks(among) if isinstance(file, str) and file != source] if among else []
    check = partial(check_chunks, today=today, settings=settings, see=partial(views, today=today), impose=True)
    chunk = next(check([path], masters={str(path): Path(source)}, among=others))
    (outcome,) = chunk.outcomes
    if outcome.error is not None:
        raise outcome.error
    (view,) = chunk.derived.values()
    return CheckedWorkbook(outcome, view)


def _read_again(
    source: str, content: bytes, *, among: Paths = (), today: dt.date, settings: Settings
) -> CheckedWorkbook:
    with tempfile.TemporaryDirectory(prefix="collabxl-") as folder:
        draft = Path(folder) / base_name(source)
        draft.write_bytes(content)
        return _check_draft(draft, source, among, today, settings)


def _render(content: bytes, seen: CheckedWorkbook, again: Again, *, annotate: bool) -> tuple[bytes, Outcome]:
    """Return a workbook as a sync leaves it, and the outcome that it tells.

    It is read again where formulas that people wrote into rows had shown what was of before, and were computed.
    """
    for _ in range(MOST_ROUNDS):
        made = patch(content, changes_of(seen.view, annotate=annotate, said=live_checks(content, seen.view)))
        content = made.content
        if not made.misread:
            break
        seen = again(content)
    return content, seen.outcome


def live_checks(content: bytes, view: View) -> LiveChecks | None:
    """Return what the live checks of another version's workbook say; None where this version knows without asking."""
    reading = view.outcome.reading
    assert reading is not None
    if not reading.is_built or is_current(reading):
        return None
    return compute_live_checks(content, reading, renewal(reading, view.sync_day))


def changes_of(view: View, *, annotate: bool, said: LiveChecks | None = None) -> WorkbookChanges:
    """Return all that a sync writes into a workbook, be it a file or open.

    ``said`` has what the live checks of a file say that another version built; without it they are taken from the
    cells, which a program keeps computed.
    """
    outcome, reading = view.outcome, view.outcome.reading
    assert reading is not None
    fresh, filled = renewal(reading, view.sync_day), frozenset(page.title for page in reading.sheets)
    if not reading.is_built:
        told = tuple(row_notes(outcome, None, annotate=annotate))
        return WorkbookChanges(summary(view), told, renewal=fresh, spared=filled)
    live = formula_results(reading, view.sync_day, view.limits)
    shows = live if is_current(reading) else said or stored_live_checks(reading)
    edits = (*row_notes(outcome, shows, annotate=annotate), *limit_edits(reading, view.limits))
    if Schedule.meta.title.to(reading.lang) in reading.titles:
        critical = {task.row for task in view.tasks if task.id in view.outlook.critical}
        edits += tuple(critical_edits(critical, reading.lang))
    view = view_by_formulas(view, live) if is_live(reading) else view
    notes = dict(header_notes(reading, view.sync_day))
    return WorkbookChanges(summary(view), edits, ours=True, renewal=fresh, notes=notes, spared=filled)


def _write_result(
    seen: CheckedWorkbook, copy: Path | None, again: Again, *, annotate: bool, dry_run: bool, backup: bool
) -> SyncResult:
    """Write all that a sync writes into a workbook, or into a copy of it, and return what became of it."""
    source = seen.outcome.path
    with nullcontext() if copy or dry_run else file_access.write_lock(source):
        content = load_content(seen.outcome)
        result, outcome = _render(content, seen, again, annotate=annotate)
        outcome = replace(outcome, path=source)
        if result == content and not copy:
            return SyncResult(outcome, "unchanged", source)
        if copy and not dry_run:
            save.replace(copy, result, backup=backup)
        elif not dry_run:
            file_access.replace(source, result, was=content, backup=backup)
    return SyncResult(outcome, "written", copy or source, needs_recalculation(content, result))
