"""Merging what came back into the master: judged, planned, written losslessly in one go, entered into the ledger."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from collabxl.errors import CollabxlError, FileError
from collabxl.exchange import conflicts, quarantine
from collabxl.exchange.apply_decisions import Settlement, UnfitDecision, apply_decisions
from collabxl.exchange.assignment import departments_of
from collabxl.exchange.conflicts import Conflict
from collabxl.exchange.decisions import Decision
from collabxl.exchange.ledger import Ledger
from collabxl.exchange.master import revision_of
from collabxl.exchange.master_order import refuse_moved_rows
from collabxl.exchange.merge_return import merge_return
from collabxl.exchange.merge_state import MergeRun, ReturnResult, sender_of
from collabxl.exchange.missing_returns import OutstandingReturns, outstanding_returns
from collabxl.exchange.partial_merge import attempt_without_failures
from collabxl.exchange.records import LedgerEntry
from collabxl.exchange.rows import rows_of
from collabxl.exchange.verify_return import VerifiedReturn, verify_return
from collabxl.exchange.write_master import OpenMaster, WriteJob
from collabxl.mail.inbox import collect, refuse_missing
from collabxl.mail.message_model import RefusedItem, ReturnedWorkbook
from collabxl.mail.server import MailAccess
from collabxl.pipeline.batch import warn_skipped_reports
from collabxl.reading.tables import build_tables
from collabxl.reading.workbook import Reading
from collabxl.rules.engine.outcome import Outcome
from collabxl.schema.settings import Settings
from collabxl.storage import save
from collabxl.storage.paths import Paths, path_list
from collabxl.text import Lang, t
from collabxl.workers.pool import readings

_UNREAD = FileError("unsupported", t("没有读取", "Not read"))


@dataclass(frozen=True)
class MergeResult:
    """One merge: what became of every return, what was decided on 冲突, and the master as checked once written."""

    results: tuple[ReturnResult, ...]
    lang: Lang
    """The language of the master, in whose words its sheets and columns are named."""
    settled: tuple[Decision, ...] = ()
    unfit: tuple[UnfitDecision, ...] = ()
    """Cells that were decided to say what their column does not take: they wait on."""
    waiting: tuple[Conflict, ...] = ()
    outcome: Outcome | None = None
    written: bool = False
    outstanding: OutstandingReturns = field(default_factory=OutstandingReturns)
    """Who has returned the copy of the last split, and who has not yet."""
    is_older: bool = False
    """Whether the master was an older state of itself, without what the ledger says was written last."""


def merge_copies(
    path: str | Path,
    sources: Paths,
    *,
    today: dt.date,
    settings: Settings | None = None,
    access: MailAccess | None = None,
    dry_run: bool = False,
    backup: bool = False,
) -> MergeResult:
    """Merge copies that came back into the master at ``path``; one that is refused costs only itself.

    ``sources`` are files, folders, messages and ``imaps://`` mailboxes, these read with ``access``. Copies may come in
    any order, late and again. ``dry_run`` plans everything and writes nothing. Raises UsageError, before anything is
    read, for a source that does not exist; FileError if the master cannot be read or written, or has no ledger; it is
    then as before, and so is the ledger. What is refused is kept in quarantine beside the master.
    """
    path = Path(path)
    asked = [str(source) for source in path_list(sources)]
    refuse_missing(asked)
    with Ledger(path) as ledger:
        came = [each for each in collect(asked, memory=ledger, access=access) if not _is_master(each, path, asked)]
        with save.write_lock(path):
            reading, *found = _read_files(path, came)
            came, found = _without_reports(came, found, asked)
            job = WriteJob(path, today, settings, backup)

            if isinstance(reading, Reading) and reading.is_built and not reading.is_copy:
                ledger.recover(revision_of(reading))
                refuse_moved_rows(str(path), rows_of(reading).rows, ledger)

            def attempt(found: Sequence[Reading | FileError], dry: bool) -> MergeResult:
                return _merge(OpenMaster(job, ledger, reading), came, found, dry)

            merged = attempt_without_failures(attempt, found, dry_run)
            merged = replace(merged, outstanding=_missing_returns(ledger, reading, merged))
        if not dry_run:
            ledger.remember(*(key for each in came for key in each.keys))
        return merged


def _is_master(each: ReturnedWorkbook | RefusedItem, master: Path, asked: Sequence[str]) -> bool:
    """Return whether what was found is the master itself, which lies in the folder of its copies."""
    source = each.origin.source
    return source not in asked and Path(source).exists() and master.samefile(source)


def _without_reports(
    came: list[ReturnedWorkbook | RefusedItem], found: list[Reading | FileError], asked: Sequence[str]
) -> tuple[list[ReturnedWorkbook | RefusedItem], list[Reading | FileError]]:
    """Return what came without reports of ours that lay in a folder; they are told, not refused."""
    left = {
        str(each.origin): read.lang
        for each, read in zip(came, found, strict=True)
        if isinstance(read, Reading) and read.is_report and each.origin.source not in asked
    }
    warn_skipped_reports(left)
    kept = [both for both in zip(came, found, strict=True) if str(both[0].origin) not in left]
    return [each for each, _ in kept], [read for _, read in kept]


def _missing_returns(ledger: Ledger, master: Reading | FileError, merged: MergeResult) -> OutstandingReturns:
    assert isinstance(master, Reading)
    departments = departments_of(build_tables([master]).frames).values()
    return outstanding_returns(ledger, departments, {result.copy for result in merged.results})


def _merge(
    opened: OpenMaster,
    came: Sequence[ReturnedWorkbook | RefusedItem],
    found: Sequence[Reading | FileError],
    dry_run: bool,
) -> MergeResult:
    run = MergeRun(opened.ledger, opened.master, dry_run)
    if opened.ledger.is_ahead:
        run.entries.append(LedgerEntry("older", note=f"{opened.ledger.newest_revision} → {opened.master.revision}"))
    settled = apply_decisions(run)
    _merge_returns(run, came, found)
    before = opened.master.conflict_lines
    lang = opened.master.lang
    lines = conflicts.with_questions(_mark_settled(before, settled, lang), run.questions, lang)
    lines = conflicts.current(lines, opened.master.rows, lang)
    waiting = tuple(line for line in lines if not line.settled)
    merged = MergeResult(
        tuple(_with_waiting(result, waiting, opened.ledger) for result in run.results),
        lang,
        tuple(settled.done),
        tuple(settled.unfit),
        waiting,
        is_older=opened.ledger.is_ahead,
    )
    is_same = not opened.master.edits and lines == before
    sheets = {conflicts.MARKER: conflicts.grid(lines, lang)} if lines else {}
    if dry_run:
        if not is_same:
            opened.draft(run.entries, sheets)
        return merged
    if is_same:
        opened.ledger.note(run.entries, run.merged_returns)
        return merged
    return replace(merged, outcome=opened.write(run.entries, run.merged_returns, sheets), written=True)


def _with_waiting(result: ReturnResult, waiting: Sequence[Conflict], ledger: Ledger) -> ReturnResult:
    """Return what became of a return, if it had nothing new with what of its copy waits for a decision."""
    if result.state != "nothing-new":
        return result
    mine = (line for line in waiting if line.department == result.department)
    asked = (
        line for line in mine if any(e.copy == result.copy for e in ledger.conflicts_about(line.spot, line.department))
    )
    return replace(result, waiting=tuple(asked))


def _mark_settled(lines: Sequence[Conflict], made: Settlement, lang: Lang) -> list[Conflict]:
    """Return the lines with those done that were decided, a typed value as the master says it.

    Those that are asked again have no decision.
    """
    done = {decision.standing: decision for decision in made.done}
    open_lines = (line._replace(choice="") if line in made.asked_again else line for line in lines)
    return [done[old].settled(lang) if old in done else line for old, line in zip(lines, open_lines, strict=True)]


def _merge_returns(
    run: MergeRun, came: Sequence[ReturnedWorkbook | RefusedItem], found: Sequence[Reading | FileError]
) -> None:
    """Merge what came, the earliest saved first; each return is held against what those before it left."""
    genuine: list[tuple[ReturnedWorkbook, VerifiedReturn]] = []
    for each, reading in zip(came, found, strict=True):
        if isinstance(each, RefusedItem):
            _refuse(run, each, each.error)
            continue
        try:
            if isinstance(reading, FileError):
                raise reading
            genuine.append((each, verify_return(each.content, reading, run.master.workbook_id, run.ledger)))
        except FileError as error:
            _refuse(run, each, error)
    for back, one in sorted(genuine, key=lambda pair: (pair[1].saved_at, pair[1].sent.id, pair[0].name)):
        merge_return(run, back, one, [each for each in run.merged_returns if each.copy == one.sent.id])


def _read_files(path: Path, came: list[ReturnedWorkbook | RefusedItem]) -> list[Reading | FileError]:
    """Return what the master says, then what came says; nothing was read of what was refused."""
    with tempfile.TemporaryDirectory(prefix="collabxl-") as folder:
        files = {at: Path(folder) / f"{at}.xlsx" for at, each in enumerate(came) if isinstance(each, ReturnedWorkbook)}
        for at, file in files.items():
            each = came[at]
            assert isinstance(each, ReturnedWorkbook)
            file.write_bytes(each.content)
        master, *read = readings(map(str, (path, *files.values())), count=len(files))
    told = dict(zip(files, read, strict=True))
    return [master, *(told.get(at, _UNREAD) for at in range(len(came)))]


def _refuse(run: MergeRun, each: ReturnedWorkbook | RefusedItem, error: CollabxlError) -> None:
    sender, mail = sender_of(each)
    file, reason = str(each.origin), error.say(run.master.lang)
    kept = None
    if isinstance(each, ReturnedWorkbook) and not run.is_dry_run and Path(each.origin.source) != run.ledger.master:
        kept = quarantine.keep(run.ledger.master, each, file, sender, reason)
    run.results.append(ReturnResult(file, "refused", sender, mail, error=error, kept=kept))
    run.entries.append(LedgerEntry("refused", sender=sender, file=file, mail=mail, note=reason))
