"""Check workbooks and write their summaries back: one sheet is grafted, every other entry keeps its bytes."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from collabxl import saving
from collabxl.batch import check_chunks
from collabxl.build.paint import donor
from collabxl.errors import FileError, no_permission
from collabxl.grid import Grid
from collabxl.opc.book import Book
from collabxl.opc.graft import put_sheet
from collabxl.opc.lint import InvariantError
from collabxl.opc.lint import check as lint
from collabxl.opc.package import Package
from collabxl.report.outcome import Outcome
from collabxl.report.summary import summary, views
from collabxl.settings import Settings
from collabxl.text import t

MARKER = "_collabxl_summary"
"""The hidden name that says a sheet is ours to replace."""

State = Literal["written", "unchanged", "not-written"]


@dataclass(frozen=True)
class Synced:
    """One workbook's outcome and what became of its file; ``path`` is where the summary now is."""

    outcome: Outcome
    state: State
    path: Path | None = None


def sync_workbooks(
    paths: Iterable[str | Path],
    *,
    today: dt.date,
    settings: Settings | None = None,
    output: Path | None = None,
    dry_run: bool = False,
    jobs: int | None = None,
) -> Iterator[Synced]:
    """Check workbooks and write 汇总 into each, or into copies in the folder ``output``.

    A file that cannot be written is an outcome with an error and stays as it is; ``dry_run`` writes nothing.
    """
    chosen = settings or Settings()
    taken: set[Path] = set()
    for chunk in check_chunks(paths, today=today, settings=chosen, jobs=jobs):
        seen = views(chunk.checked, chunk.numbered, today, chosen.limits)
        by_path = {view.outcome.path: view for view in seen.values()}
        for outcome in chunk.outcomes:
            view = by_path.get(outcome.path)
            if outcome.error is not None or view is None:
                yield Synced(outcome, "not-written")
                continue
            source = Path(outcome.path)
            target = _free(output / source.name, taken) if output else source
            try:
                yield _written(outcome, source, target, summary(view), dry_run)
            except FileError as error:
                yield Synced(replace(outcome, error=error), "not-written")


def patched(content: bytes, grid: Grid) -> bytes:
    """Return a workbook with ``grid`` as its summary sheet, all its other entries as they were."""
    package = Package(content)
    title = put_sheet(Book(package), donor(grid), title=grid.title, marker=MARKER)
    result = package.save()
    try:
        lint(package, result, [title])
    except InvariantError as error:
        says = t(
            "写入前的自查没有通过（{reason}），文件未改动。请把文件发给我们",
            "The check before writing failed ({reason}); the file is unchanged. Please send it to us",
        )
        raise FileError("unsupported", says, reason=str(error)) from error
    return result


def _written(outcome: Outcome, source: Path, target: Path, grid: Grid, dry_run: bool) -> Synced:
    try:
        content = source.read_bytes()
    except PermissionError as error:
        raise no_permission(str(source)) from error
    if outcome.reading and outcome.reading.digest != hashlib.sha256(content).hexdigest():
        says = t(
            "{path} 在检查期间被改动，未写入。请重新运行", "{path} changed while it was checked; not written. Run again"
        )
        raise FileError("locked", says, path=str(source))
    result = patched(content, grid)
    if result == content and target == source:
        return Synced(outcome, "unchanged", target)
    if not dry_run:
        saving.replace(target, result, was=content if target == source else None)
    return Synced(outcome, "written", target)


def _free(path: Path, taken: set[Path]) -> Path:
    """Return a path no other workbook of this run is written to."""
    number, free = 1, path
    while free in taken:
        number += 1
        free = path.with_name(f"{path.stem} ({number}){path.suffix}")
    taken.add(free)
    return free
