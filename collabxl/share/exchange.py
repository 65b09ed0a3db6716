"""Merging what came back into the master: judged, planned, written losslessly in one go, entered into the ledger."""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from collabxl import saving
from collabxl.batch import tell_left_out
from collabxl.errors import CollabxlError, FileError
from collabxl.read.guard import readings
from collabxl.read.tables import tables
from collabxl.read.workbook import Reading
from collabxl.report.outcome import Outcome
from collabxl.schema.standard import Tasks
from collabxl.settings import Settings
from collabxl.share import conflicts, quarantine
from collabxl.share.belonging import belonging
from collabxl.share.conflicts import Decision, Standing
from collabxl.share.division import departments_of
from collabxl.share.fitting import fitted
from collabxl.share.heard import certain
from collabxl.share.judge import Genuine, judged
from collabxl.share.ledger import Ledger
from collabxl.share.linking import leading_out
from collabxl.share.mail.inbox import collect
from collabxl.share.mail.parcel import Refused, Returned
from collabxl.share.mail.server import Access
from collabxl.share.master import Master
from collabxl.share.merge import Plan, Rows, Spot, Value, effective_base, merge
from collabxl.share.outstanding import Outstanding, outstanding
from collabxl.share.records import Accepted, Entry
from collabxl.share.untaken import Untaken
from collabxl.share.writing import Job, Opened
from collabxl.text import t

_UNREAD = FileError("unsupported", t("没有读取", "Not read"))
State = Literal["merged", "nothing-new", "refused"]


@dataclass(frozen=True)
class Result:
    """What became of one return: where it came from, whose it is, and what was taken of it."""

    file: str
    state: State
    sender: str = ""
    mail: str = ""
    department: str = ""
    plan: Plan = field(default_factory=Plan)
    repeated: tuple[str, ...] = ()
    """编号 that several rows bear; those rows count as they were sent."""
    untaken: tuple[Untaken, ...] = ()
    """What it says that is not taken as it stands, besides conflicts and what is outside."""
    copy: str = ""
    """The copy that it is of, as the ledger knows it."""
    error: CollabxlError | None = None
    kept: Path | None = None
    """Where what was refused is kept, if it was a workbook."""

    @property
    def is_incomplete(self) -> bool:
        """Whether it says something that is not taken as it stands, and somebody has to look at."""
        left = (self.plan.conflicts, self.plan.outside, self.plan.missing)
        return any(left) or any(each.matters for each in self.untaken)


@dataclass(frozen=True)
class Merged:
    """One merge: what became of every return, what was decided on 冲突, and the master as checked once written."""

    results: tuple[Result, ...]
    settled: tuple[Decision, ...] = ()
    waiting: tuple[Standing, ...] = ()
    outcome: Outcome | None = None
    written: bool = False
    outstanding: Outstanding = field(default_factory=Outstanding)
    """Who has returned the copy of the last split, and who has not yet."""


@dataclass
class _Run:
    """A merge on its way."""

    ledger: Ledger
    master: Master
    dry: bool = False
    entries: list[Entry] = field(default_factory=list)
    accepted: list[Accepted] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    asked: list[Standing] = field(default_factory=list)


def merge_copies(
    path: Path,
    sources: Iterable[str | Path],
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
    with Ledger(path) as ledger:
        asked = [str(source) for source in sources]
        came = [each for each in collect(asked, memory=ledger, access=access) if not _is_master(each, path, asked)]
        with saving.editing(path):
            reading, *found = _read(path, came)
            came, found = _without_reports(came, found, asked)
            merged = _merged(Opened(Job(path, today, settings, backup), ledger, reading), came, found, dry_run)
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


def _merged(opened: Opened, came: list[Returned | Refused], found: list[Reading | FileError], dry_run: bool) -> Merged:
    run = _Run(opened.ledger, opened.master, dry_run)
    settled = _settle(run)
    _take(run, came, found)
    before = opened.master.standing
    lines = conflicts.with_new(_settled(before, settled), run.asked)
    waiting = tuple(line for line in lines if not line.settled)
    merged = Merged(tuple(run.results), tuple(settled), waiting)
    if dry_run:
        return merged
    if not opened.master.edits and lines == before:
        opened.ledger.note(run.entries, run.accepted)
        return merged
    sheets = {conflicts.MARKER: conflicts.grid(lines, opened.master.lang)} if lines else {}
    return replace(merged, outcome=opened.write(run.entries, run.accepted, sheets), written=True)


def _settle(run: _Run) -> list[Decision]:
    """Do what people decided on 冲突 since the last merge."""
    made = conflicts.decisions(run.master.standing, run.master.lang)
    return [decision for decision in made if _done(run, decision)]


def _done(run: _Run, decision: Decision) -> bool:
    """Do what was decided and enter it; return whether it could be done."""
    line, master = decision.standing, run.master
    entry = Entry("settled", line.department, spot=line.spot, note=line.choice)
    if decision.whose == "ours":
        value = master.value(line.spot) if line.spot.key else None
        run.entries.append(entry._replace(was=value, now=value))
        return True
    for cell, value in _decided(run, decision).items():
        was = master.value(cell)
        if not master.put(cell, value):
            return False
        run.entries.append(entry._replace(spot=cell, was=was, now=value))
    return True


def _decided(run: _Run, decision: Decision) -> dict[Spot, Value]:
    """Return what cells are to say by a decision: the one in question, or all of a row."""
    line = decision.standing
    if decision.whose == "typed":
        return {line.spot: decision.value}
    if line.spot.key:
        return {line.spot: run.ledger.in_question(line.spot, line.department)}
    row = run.ledger.last_row(line.department, line.spot.sheet, line.spot.id)
    keys = {**run.master.rows.get(line.spot.sheet, {}).get(line.spot.id, {}), **row}
    return {line.spot._replace(key=key): row.get(key) for key in keys}


def _settled(lines: Sequence[Standing], made: Sequence[Decision]) -> list[Standing]:
    done = {decision.standing for decision in made}
    return [line._replace(settled=True) if line in done else line for line in lines]


def _take(run: _Run, came: list[Returned | Refused], found: list[Reading | FileError]) -> None:
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
    merged: dict[str, list[Accepted]] = defaultdict(list)
    for back, one in sorted(genuine, key=lambda pair: (pair[1].back.saved, pair[1].sent.id, pair[0].name)):
        _merge(run, back, one, merged[one.sent.id])


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


def _refuse(run: _Run, each: Returned | Refused, error: CollabxlError) -> None:
    sender, mail = _from(each)
    file, reason = str(each.place), error.say(run.master.lang)
    kept = None
    if isinstance(each, Returned) and not run.dry and Path(each.place.source) != run.ledger.master:
        kept = quarantine.keep(run.ledger.master, each, file, sender, reason)
    run.results.append(Result(file, "refused", sender, mail, error=error, kept=kept))
    run.entries.append(Entry("refused", sender=sender, file=file, mail=mail, note=reason))


def _merge(run: _Run, each: Returned, found: Genuine, before: list[Accepted]) -> None:
    sender, mail = _from(each)
    file, sent, digest = str(each.place), found.sent, hashlib.sha256(each.content).hexdigest()
    known = [*run.ledger.returns(sent.id), *(one.back for one in before)]
    repeated = tuple(id for ids in found.found.repeated.values() for id in ids)
    base = None if run.ledger.knows(digest) else effective_base(sent.base, known, found.back)
    if base is None or digest in {one.digest for one in before}:
        run.results.append(Result(file, "nothing-new", sender, mail, sent.department, copy=sent.id))
        return
    plan, untaken = _planned(run, base, found)
    result = Result(file, "merged", sender, mail, sent.department, plan, repeated, untaken, sent.id)
    told = Entry("return", sent.department, sender, file, mail, sent.id)
    run.entries.extend([told, *_entries(plan, told)])
    for change in plan.takes:
        run.master.put(change.spot, change.theirs)
    run.asked.extend(conflicts.told(change, sent.department, run.master.lang) for change in plan.conflicts)
    accepted = Accepted(digest, sent.id, found.back, sender, mail, file)
    before.append(accepted)
    run.accepted.append(accepted)
    run.results.append(result)


def _planned(run: _Run, base: Rows, found: Genuine) -> tuple[Plan, tuple[Untaken, ...]]:
    """Return what of a return is taken, and what it says that is not taken as it stands."""
    ours, department = run.master.rows, found.sent.department
    scope = belonging(found.scope, ours, department, run.ledger.reserved())
    plan, unfit = fitted(certain(merge(base, ours, found.back.rows, scope), found.found), run.master.lang)
    tasks = Tasks.meta.key
    linked = leading_out(plan.takes, ours, {*found.sent.base.get(tasks, ()), *found.sent.rows.get(tasks, ())})
    return plan, (*found.untaken, *unfit, *linked)


def _entries(plan: Plan, of: Entry) -> Iterator[Entry]:
    for change in plan.takes:
        yield of._replace(kind="taken", spot=change.spot, was=change.ours, now=change.theirs)
    for change in plan.conflicts:
        yield of._replace(kind="conflict", spot=change.spot, was=change.ours, now=change.theirs)
    for change in plan.outside:
        yield of._replace(kind="outside", spot=change.spot, was=change.ours, now=change.theirs)
    for spot in plan.new:
        yield of._replace(kind="new", spot=spot)
    for spot in plan.missing:
        yield of._replace(kind="missing", spot=spot)


def _from(each: Returned | Refused) -> tuple[str, str]:
    """Return who sent it, as the message says, and the message's id; a hint, never a proof."""
    if each.envelope is None:
        return "", ""
    name, address = each.envelope.sender
    return f"{name} <{address}>" if name and address else name or address, each.envelope.message_id
