"""Writing a master: its new values, all that follows from them, and the ledger that knows of it before and after."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from collabxl.errors import FileError
from collabxl.exchange.ledger import Ledger, MasterWrite, snapshot
from collabxl.exchange.master import Master
from collabxl.exchange.records import LedgerEntry, MergedReturn
from collabxl.pipeline.sync import sync_draft
from collabxl.pipeline.workbook_patch import WorkbookChanges, load_content, patch_workbook
from collabxl.reading.workbook import PROPERTY, Reading
from collabxl.rules.engine.ledger_reader import ledger_path
from collabxl.rules.engine.outcome import Outcome
from collabxl.schema.settings import Settings
from collabxl.schema.sheets import Conflicts
from collabxl.storage import save
from collabxl.workbook.grid import Grid


@dataclass(frozen=True)
class WriteJob:
    """What is asked for: the master, the day that counts as today, and how careful to be."""

    path: Path
    today: dt.date
    settings: Settings | None = None
    backup: bool = False


class MasterWriteError(FileError):
    """No master can be made of what it is to say; nothing was written."""


class OpenMaster:
    """A master that was read and has not changed since, with its ledger settled; raises FileError."""

    def __init__(self, job: WriteJob, ledger: Ledger, reading: Reading | FileError) -> None:
        if isinstance(reading, FileError):
            raise reading
        self.job = job
        self.ledger = ledger
        self.content = load_content(Outcome(reading.path, reading))
        self.master = Master(reading)
        self._filled = frozenset(page.title for page in reading.sheets if page.key != Conflicts.meta.key)
        ledger.recover(self.master.revision)

    def write(
        self,
        entries: Iterable[LedgerEntry],
        accepted: Iterable[MergedReturn] = (),
        sheets: Mapping[str, Grid] | None = None,
    ) -> Outcome:
        """Write the master's edits and ``sheets`` of ours, and return the outcome of the check afterwards.

        The ledger has the entries before the file is replaced, and confirms them after. Raises MasterWriteError as
        ``draft`` does.
        """
        entries = list(entries)
        after, outcome, revision = self.draft(entries, sheets)
        intent = self.ledger.intend(MasterWrite(self.content, after, revision), entries, accepted)
        save.replace(self.job.path, after, was=self.content, backup=self.job.backup)
        self.ledger.confirm(intent)
        return outcome

    def draft(
        self, entries: Iterable[LedgerEntry], sheets: Mapping[str, Grid] | None = None
    ) -> tuple[bytes, Outcome, int]:
        """Return the master with its edits and ``sheets``, the outcome of its check, and its revision then.

        Rules about former values know ``entries`` already, as they will once these are in the ledger.
        Raises MasterWriteError if no master can be made of them.
        """
        revision = max(self.master.revision, self.ledger.newest_revision) + 1
        told = {f"{PROPERTY}revision": str(revision)}
        edits, spared = self.master.edits, self._filled
        changes = WorkbookChanges(edits=edits, ours=True, sheets=sheets or {}, properties=told, spared=spared)
        try:
            return (*self._sync(patch_workbook(self.content, changes), entries), revision)
        except FileError as error:
            raise MasterWriteError(error.kind, error.says, **error.fields) from error

    def _sync(self, content: bytes, entries: Iterable[LedgerEntry]) -> tuple[bytes, Outcome]:
        """Return the master with everything that follows from its values: results of formulas, remarks, 汇总."""
        path = self.job.path
        with tempfile.TemporaryDirectory(prefix="collabxl-") as folder:
            draft = Path(folder) / path.name
            draft.write_bytes(content)
            snapshot(self.ledger.path, ledger_path(draft))
            with Ledger(draft) as ledger:
                ledger.note(entries)
            after, outcome = sync_draft(draft, today=self.job.today, settings=self.job.settings)
        return after, replace(outcome, path=str(path))
