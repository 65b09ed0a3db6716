"""Merging what came back into the master: judged, planned, written losslessly in one go, entered into the ledger."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from collabxl.errors import CollabxlError, FileError
from collabxl.exchange import conflicts, quarantine
from collabxl.exchange.apply_decisions import UnfitDecision, settle
from collabxl.exchange.assignment import departments_of
from collabxl.exchange.conflicts import Decision, Standing
from collabxl.exchange.ledger import Ledger
from collabxl.exchange.master_order import refuse_exchanged
from collabxl.exchange.merge_return import take
from collabxl.exchange.merge_state import Result, Run, sender_of
from collabxl.exchange.missing_returns import Outstanding, outstanding
from collabxl.exchange.partial_merge import sparing
from collabxl.exchange.records import Entry
from collabxl.exchange.rows import rows_of
from collabxl.exchange.verify_return import Genuine, judged
from collabxl.exchange.write_master import Job, Opened
from collabxl.mail.inbox import collect
from collabxl.mail.message_model import Refused, Returned
from collabxl.mail.server import Access
from collabxl.pipeline.batch import tell_left_out
from collabxl.reading.tables import tables
from collabxl.reading.workbook import Reading
from collabxl.rules.engine.outcome import Outcome
from collabxl.schema.settings import Settings
from collabxl.storage import save
from collabxl.storage.paths import Paths, each_of
from collabxl.text import Lang, t
from collabxl.workers.pool import readings

_UNREAD = FileError("unsupported", t("没有读取", "Not read"))


@dataclass(frozen=True)
class Merged:
    """One merge: what became of every return, what was decided on 冲突, and the master as checked once written."""

    results: tuple[Result, ...]
    lang: Lang
    """The language of the master, in whose words its sheets and columns are named."""
    settled: tuple[Decision, ...] = ()
    unfit: tuple[UnfitDecision, ...] = ()
    """Cells that were decided to say what their column does not take: they wait on."""
    waiting: tuple[Standing, ...] = ()
    outcome: Outcome | None = None
    written: bool = False
    outstanding: Outstanding = field(default_factory=Outstanding)
    """Who has returned the copy of the last split, and who has not yet."""
    is_older: bool = False
    """Whether the master was an older state of itself, without what the ledger says was written last."""


def merge_copies(
    path: str | Path,
    sources: Paths,
    *,
    today: dt.date,
    settings: Settings | None = None,
    access: Access | None = None,
    dry_run: bool = False,
    backup: bool = False,
) -> Merged:
    """Merge copies that came back into the master at ``path``; one that is refused costs only itself.

    ``sources`` are files, folders, messages and ``imaps://`` mailboxes, these read with ``access``. Copies may come in
    any order, late and again. ``dry_run`` plans everything and writes nothing. Raises FileError if the master cannot
    be read or written, or has no ledger; it is then as before, and so is the ledger. What is refused is kept in
    quarantine beside the master.
    """
    path = Path(path)
    with Ledger(path) as ledger:
        asked = [str(source) for source in each_of(sources)]
        came = [each for each in collect(asked, memory=ledger, access=access) if not _is_master(each, path, asked)]
        with save.editing(path):
            reading, *found = _read(path, came)
            came, found = _without_reports(came, found, asked)
            job = Job(path, today, settings, backup)

            if isinstance(reading, Reading) and not reading.is_copy:
                refuse_exchanged(str(path), rows_of(reading).rows, ledger)

            def attempt(found: Sequence[Reading | FileError], dry: bool) -> Merged:
                return _merged(Opened(job, ledger, reading), came, found, dry)

            merged = sparing(attempt, found, dry_run)
            merged = replace(merged, outstanding=_outstanding(ledger, reading, merged))
        if not dry_run:
            ledger.remember(*(key for each in came for key in each.keys))
        return merged


def _is_master(each: Returned | Refused, master: Path, asked: Sequence[str]) -> bool:
    """Return whether what was found is the master itself, which lies in the folder of its copies."""
    source = each.place.source
    return source not in asked and Path(source).exists() and master.samefile(source)


def _without_reports(
    came: list[Returned | Refused], found: list[Reading | FileError], asked: Sequence[str]
) -> tuple[list[Returned | Refused], list[Reading | FileError]]:
    """Return what came without reports of ours that lay in a folder; they are told, not refused."""
    left = {
        str(each.place): read.lang
        for each, read in zip(came, found, strict=True)
        if isinstance(read, Reading) and read.is_report and each.place.source not in asked
    }
    tell_left_out(left)
    kept = [both for both in zip(came, found, strict=True) if str(both[0].place) not in left]
    return [each for each, _ in kept], [read for _, read in kept]


def _outstanding(ledger: Ledger, master: Reading | FileError, merged: Merged) -> Outstanding:
    assert isinstance(master, Reading)
    departments = departments_of(tables([master]).frames).values()
    return outstanding(ledger, departments, {result.copy for result in merged.results})


def _merged(
    opened: Opened, came: Sequence[Returned | Refused], found: Sequence[Reading | FileError], dry_run: bool
) -> Merged:
    run = Run(opened.ledger, opened.master, dry_run)
    if opened.ledger.is_ahead:
        run.entries.append(Entry("older", note=f"{opened.ledger.newest} → {opened.master.revision}"))
    settled = settle(run)
    _take(run, came, found)
    before = opened.master.standing
    lang = opened.master.lang
    lines = conflicts.with_new(_settled(before, settled.done, lang), run.asked, lang)
    lines = conflicts.current(lines, opened.master.rows, lang)
    waiting = tuple(line for line in lines if not line.settled)
    merged = Merged(
        tuple(run.results),
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
            opened.drafted(run.entries, sheets)
        return merged
    if is_same:
        opened.ledger.note(run.entries, run.accepted)
        return merged
    return replace(merged, outcome=opened.write(run.entries, run.accepted, sheets), written=True)


def _settled(lines: Sequence[Standing], made: Sequence[Decision], lang: Lang) -> list[Standing]:
    """Return the lines with those done that were decided, a typed value as the master says it."""
    done = {decision.standing: decision for decision in made}
    return [done[line].settled(lang) if line in done else line for line in lines]


def _take(run: Run, came: Sequence[Returned | Refused], found: Sequence[Reading | FileError]) -> None:
    """Merge what came, the earliest saved first; each return is held against what those before it left."""
    genuine: list[tuple[Returned, Genuine]] = []
    for each, reading in zip(came, found, strict=True):
        if isinstance(each, Refused):
            _refuse(run, each, each.error)
            continue
        try:
            if isinstance(reading, FileError):
                raise reading
            genuine.append((each, judged(each.content, reading, run.master.workbook_id, run.ledger)))
        except FileError as error:
            _refuse(run, each, error)
    for back, one in sorted(genuine, key=lambda pair: (pair[1].saved, pair[1].sent.id, pair[0].name)):
        take(run, back, one, [each for each in run.accepted if each.copy == one.sent.id])


def _read(path: Path, came: list[Returned | Refused]) -> list[Reading | FileError]:
    """Return what the master says, then what came says; nothing was read of what was refused."""
    with tempfile.TemporaryDirectory(prefix="collabxl-") as folder:
        files = {at: Path(folder) / f"{at}.xlsx" for at, each in enumerate(came) if isinstance(each, Returned)}
        for at, file in files.items():
            each = came[at]
            assert isinstance(each, Returned)
            file.write_bytes(each.content)
        master, *read = readings(map(str, (path, *files.values())), count=len(files))
    told = dict(zip(files, read, strict=True))
    return [master, *(told.get(at, _UNREAD) for at in range(len(came)))]


def _refuse(run: Run, each: Returned | Refused, error: CollabxlError) -> None:
    sender, mail = sender_of(each)
    file, reason = str(each.place), error.say(run.master.lang)
    kept = None
    if isinstance(each, Returned) and not run.dry and Path(each.place.source) != run.ledger.master:
        kept = quarantine.keep(run.ledger.master, each, file, sender, reason)
    run.results.append(Result(file, "refused", sender, mail, error=error, kept=kept))
    run.entries.append(Entry("refused", sender=sender, file=file, mail=mail, note=reason))
