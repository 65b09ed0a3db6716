"""Splitting a master: one copy a department, sealed, entered in the ledger before it is written."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from collabxl.errors import UsageError
from collabxl.exchange.assignment import DepartmentShare, Division, UnassignedRow, assign_rows
from collabxl.exchange.copies import CopyDraft, IssuedIds, allot_ids, draft_copy
from collabxl.exchange.copy_signature import NAME, CopyIdentity
from collabxl.exchange.ledger import Ledger
from collabxl.exchange.link_requests import WithheldTasks, acceptance_entries, pending_links, unshown
from collabxl.exchange.master import Master
from collabxl.exchange.master_order import refuse_moved_rows
from collabxl.exchange.records import SentCopy
from collabxl.pipeline.batch import Chunk, check_chunks
from collabxl.pipeline.new_workbook import WorkbookRequest, render_workbooks
from collabxl.reading.workbook import Reading
from collabxl.rules.engine.run import stored_limits
from collabxl.rules.matching.names import normalize_name
from collabxl.schema.settings import Settings
from collabxl.schema.sheets import STANDARD
from collabxl.storage import save
from collabxl.storage.file_names import distinct_names, file_name
from collabxl.text import t
from collabxl.workbook.prepared_rows import Excerpt


@dataclass(frozen=True)
class DepartmentCopy:
    """One department's copy: its file and content, what it shares of the master, and its blank rows for new ones."""

    share: DepartmentShare
    path: Path
    content: bytes
    sent: SentCopy
    ready: int


@dataclass(frozen=True)
class SplitResult:
    """What a split made: the copies, the rows that went to nobody, and the chunk that the master was checked in."""

    copies: tuple[DepartmentCopy, ...]
    left: tuple[UnassignedRow, ...]
    chunk: Chunk
    withheld: tuple[WithheldTasks, ...] = ()
    """Tasks that departments are not shown though they have named them: nobody has accepted that yet."""

    @property
    def reading(self) -> Reading:
        """The master as it was read."""
        return _master_reading(self.chunk)


def split(
    path: str | Path,
    output: str | Path,
    *,
    today: dt.date,
    settings: Settings | None = None,
    only: str | Collection[str] = (),
    force: bool = False,
    accept: Collection[str] = (),
) -> SplitResult:
    """Write one copy a department of the master at ``path`` into the folder ``output``; ``only`` names some of them.

    Departments in ``accept`` are shown the tasks of others that they have named themselves. As many parameters as the
    command has options that matter here.

    Raises UsageError for a department that takes no part and for a file that is there already, unless ``force``;
    FileError if the master cannot be read or a copy cannot be written.
    """
    path, output, only = Path(path), Path(output), [only] if isinstance(only, str) else only
    with save.write_lock(path), Ledger(path, create=True) as ledger:
        chunk = next(iter(check_chunks([path], today=today, settings=settings)))
        master = Master(_master_reading(chunk))
        ledger.recover(master.revision)
        if not force:
            refuse_moved_rows(str(path), master.rows, ledger)
        reserved = ledger.reserved_ids()
        links = pending_links(ledger, master.rows)
        agreed = [link for link in links.values() if normalize_name(link.department) in map(normalize_name, accept)]
        kept = {spot: link for spot, link in links.items() if link not in agreed}
        division = assign_rows(_master_reading(chunk), chunk.checked.frames, reserved, kept)
        shares = _select_shares(division, only)
        named = _files(path, output, division)
        files = [named[share.department] for share in shares]
        taken = [] if force else [file for file in files if file.exists()]
        if taken:
            says = t(
                "{files} 已存在，里面可能有部门填的内容。请换一个文件夹，或加 {--force} 覆盖",
                "{files} is there already, perhaps filled in. Choose another folder, or overwrite with {--force}",
            )
            raise UsageError(says, files=list(map(str, taken)))
        ready = allot_ids(master, division.shares, IssuedIds(reserved, ledger.unused_ids()))
        plans = [_CopyPlan(share, file, ready[share.department]) for share, file in zip(shares, files, strict=True)]
        copies = list(_CopyBuilder(master, _master_reading(chunk), ledger.key, division.withheld).build(plans, today))
        ledger.note(acceptance_entries(agreed))
        ledger.send(copy.sent for copy in copies)
        output.mkdir(parents=True, exist_ok=True)
        for copy in copies:
            save.replace(copy.path, copy.content)
    return SplitResult(tuple(copies), tuple(division.unassigned), chunk, tuple(division.withheld))


def _master_reading(chunk: Chunk) -> Reading:
    outcome = chunk.outcomes[0]
    if outcome.error is not None:
        raise outcome.error
    assert outcome.reading is not None
    return outcome.reading


def _select_shares(division: Division, only: Collection[str]) -> list[DepartmentShare]:
    known = {normalize_name(share.department): share for share in division.shares}
    if not known:
        says = t(
            "没有部门可拆分：请先填“部门对接人”，或项目基本信息表里的“参与部门”",
            "There are no departments to split by: fill in Contacts, or Departments in the sheet Project",
        )
        raise UsageError(says)
    unknown = [name for name in only if normalize_name(name) not in known]
    if unknown:
        says = t("没有部门{unknown}，有的是{known}", "There is no department {unknown}; there are {known}")
        raise UsageError(says, unknown=unknown, known=[share.department for share in division.shares])
    return [known[normalize_name(name)] for name in only] or division.shares


def _files(master: Path, output: Path, division: Division) -> dict[str, Path]:
    """Return a file for every department, named after master and department, no two alike whichever are wanted."""
    departments = [share.department for share in division.shares]
    names = distinct_names(file_name(master.stem, department, suffix=".xlsx") for department in departments)
    return dict(zip(departments, map(output.joinpath, names), strict=True))


class _CopyPlan(NamedTuple):
    """A copy that is to be made: whose share, into which file, and the 编号 of its blank rows by sheet key."""

    share: DepartmentShare
    file: Path
    ready: dict[str, list[str]]


@dataclass(frozen=True)
class _CopyBuilder:
    master: Master
    reading: Reading
    key: bytes
    withheld: Sequence[WithheldTasks]

    def build(self, plans: Sequence[_CopyPlan], today: dt.date) -> Iterator[DepartmentCopy]:
        """Return the copies that are planned, each with what follows from its content as of ``today``."""
        unknown = list(unshown(self.withheld, today, self.master.lang))
        drafts = [draft_copy(self.master, self.reading, plan.share, plan.ready, unknown) for plan in plans]
        seals = [self._sign_copy(plan.share, draft) for plan, draft in zip(plans, drafts, strict=True)]
        limits = stored_limits(self.reading)
        told = {"schema": str(STANDARD.version), "language": self.master.lang}
        wanted = [
            WorkbookRequest(
                draft.content,
                seal.properties() | told,
                Excerpt(draft.parts, {NAME: seal.text()}),
                limits,
            )
            for seal, draft in zip(seals, drafts, strict=True)
        ]
        finished = render_workbooks(wanted, self.master.lang, today)
        for (share, file, ready), draft, seal, content in zip(plans, drafts, seals, finished, strict=True):
            at = dt.datetime.now(dt.UTC)
            sent = SentCopy(seal.copy, share.department, seal.revision, at, file.name, draft.base, draft.rows)
            yield DepartmentCopy(share, file, content, sent, sum(map(len, ready.values())))

    def _sign_copy(self, share: DepartmentShare, draft: CopyDraft) -> CopyIdentity:
        made = CopyIdentity(uuid.uuid4().hex, self.master.workbook_id, self.master.revision, share.department)
        return made.sign(self.key, draft.base, draft.rows)
