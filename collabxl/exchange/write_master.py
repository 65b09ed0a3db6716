"""Writing a master: its new values, all that follows from them, and the ledger that knows of it before and after."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from collabxl.errors import FileError
from collabxl.exchange.ledger import Ledger, Write, snapshot
from collabxl.exchange.master import Master
from collabxl.exchange.records import Accepted, Entry
from collabxl.pipeline.sync import synced
from collabxl.pipeline.workbook_patch import Changes, loaded, patched
from collabxl.reading.workbook import PROPERTY, Reading
from collabxl.rules.engine.ledger_reader import beside
from collabxl.rules.engine.outcome import Outcome
from collabxl.schema.settings import Settings
from collabxl.schema.sheets import Conflicts
from collabxl.storage import save
from collabxl.workbook.grid import Grid


@dataclass(frozen=True)
class Job:
    """What is asked for: the master, the day that counts as today, and how careful to be."""

    path: Path
    today: dt.date
    settings: Settings | None = None
    backup: bool = False


class UnmadeError(FileError):
    """No master can be made of what it is to say; nothing was written."""


class Opened:
    """A master that was read and has not changed since, with its ledger settled; raises FileError."""

    def __init__(self, job: Job, ledger: Ledger, reading: Reading | FileError) -> None:
        if isinstance(reading, FileError):
            raise reading
        self.job = job
        self.ledger = ledger
        self.content = loaded(Outcome(reading.path, reading))
        self.master = Master(reading)
        self._filled = frozenset(page.title for page in reading.pages if page.key != Conflicts.meta.key)
        ledger.recover(self.master.revision)

    def write(
        self, entries: Iterable[Entry], accepted: Iterable[Accepted] = (), sheets: Mapping[str, Grid] | None = None
    ) -> Outcome:
        """Write the master's edits and ``sheets`` of ours, and return the outcome of the check afterwards.

        The ledger has the entries before the file is replaced, and confirms them after. Raises UnmadeError as
        ``drafted`` does.
        """
        entries = list(entries)
        after, outcome, revision = self.drafted(entries, sheets)
        intent = self.ledger.intend(Write(self.content, after, revision), entries, accepted)
        save.replace(self.job.path, after, was=self.content, backup=self.job.backup)
        self.ledger.confirm(intent)
        return outcome

    def drafted(self, entries: Iterable[Entry], sheets: Mapping[str, Grid] | None = None) -> tuple[bytes, Outcome, int]:
        """Return the master with its edits and ``sheets``, the outcome of its check, and its revision then.

        Rules about former values know ``entries`` already, as they will once these are in the ledger.
        Raises UnmadeError if no master can be made of them.
        """
        revision = max(self.master.revision, self.ledger.newest) + 1
        told = {f"{PROPERTY}revision": str(revision)}
        edits, spared = self.master.edits, self._filled
        changes = Changes(edits=edits, ours=True, sheets=sheets or {}, properties=told, spared=spared)
        try:
            return (*self._synced(patched(self.content, changes), entries), revision)
        except FileError as error:
            raise UnmadeError(error.kind, error.says, **error.fields) from error

    def _synced(self, content: bytes, entries: Iterable[Entry]) -> tuple[bytes, Outcome]:
        """Return the master with everything that follows from its values: results of formulas, remarks, 汇总."""
        path = self.job.path
        with tempfile.TemporaryDirectory(prefix="collabxl-") as folder:
            draft = Path(folder) / path.name
            draft.write_bytes(content)
            snapshot(self.ledger.path, beside(draft))
            with Ledger(draft) as ledger:
                ledger.note(entries)
            after, outcome = synced(draft, today=self.job.today, settings=self.job.settings)
        return after, replace(outcome, path=str(path))
