"""A run that goes on where the last one ended: workbooks that are unchanged are told from what was found then.

Kept in an SQLite file, by path: SHA-256 of the workbook, of collabxl's own code, of the settings and the day, of the
ledger beside a master; and the outcome as JSON. Never kept are workbooks with a password, those that wait for tasks of
other workbooks, and errors that may pass.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from collabxl.errors import CollabxlError, FileError, UsageError
from collabxl.pipeline.batch import (
    REPORT,
    Watch,
    check_workbooks,
    find_workbooks,
    named_workbooks,
    warn_files_aside,
    warn_skipped_reports,
)
from collabxl.pipeline.outcome_json import from_text, to_text
from collabxl.rules.cross_project.registry import external_names
from collabxl.rules.engine.ledger_reader import ledger_path
from collabxl.rules.engine.outcome import Outcome
from collabxl.schema.settings import Settings
from collabxl.storage.data_files import PACKAGE
from collabxl.storage.file_access import read_content
from collabxl.storage.paths import Paths
from collabxl.storage.remote import is_address
from collabxl.text import Lang, t
from collabxl.workers.interrupt import is_interrupted

LASTING = ("not-a-workbook", "corrupt", "too-large", "unsupported", "not-a-project")
"""The kinds of errors that stay while a file's bytes do."""
ENCRYPTED = b"\xd0\xcf\x11\xe0"
"""How a file begins that is no package but a container: an encrypted workbook, or none."""
FORMAT = 1
DAYS_KEPT = 90
_TABLE = "CREATE TABLE told (path TEXT PRIMARY KEY, mark TEXT NOT NULL, day INTEGER NOT NULL, outcome TEXT NOT NULL)"
_NO_STATE = t(
    "{path} 不是 {--resume} 记下的文件。请删除它，或换一个文件",
    "{path} is not what {--resume} keeps. Delete it, or choose another file",
)


def state_path(output: Path | None) -> Path:
    """Return where a run keeps what it found: beside its output, else in the user's folder of caches."""
    if output is not None:
        return output.with_name(f"{output.name}.resume")
    from platformdirs import user_cache_path

    return user_cache_path("collabxl", appauthor=False, ensure_exists=True) / "resume.sqlite"


def resume_check(
    paths: Paths,
    state: Path,
    *,
    today: dt.date,
    settings: Settings | None = None,
    jobs: int | None = None,
    passwords: tuple[str, ...] = (),
    watch: Watch = iter,
) -> Iterator[Outcome]:
    """Return what ``check_workbooks`` does, in the same order; unchanged workbooks are told, not read.

    Raises UsageError, before anything is asked for, if ``state`` is no file that an earlier run has kept.
    """
    chosen = settings or Settings()
    kept = _ResumeState(state, _basis(today, chosen))
    return _resume(paths, kept, today=today, settings=chosen, jobs=jobs, passwords=passwords, watch=watch)


def _resume(paths: Paths, state: _ResumeState, *, watch: Watch, **check_options: Any) -> Iterator[Outcome]:
    aside: list[Path] = []
    files = find_workbooks(paths, aside)
    named_outright = named_workbooks(paths)
    reports: dict[str, Lang] = {}
    with closing(state) as kept:
        named = [file for file in files if isinstance(file, str)]
        marks = _marks(named)
        known = {path for path, mark in marks.items() if kept.has(path, mark)}
        asked = [path for path in named if path not in known]
        among = named if asked else ()
        fresh = check_workbooks(asked, watch=watch, among=among, **check_options)
        for file in files:
            if isinstance(file, FileError):
                yield Outcome(str(file.fields.get("path", "")), error=file)
            elif file in known:
                yield kept.load(file)
            elif outcome := next(fresh, None):
                if file not in named_outright and outcome.error is not None and outcome.error.says is REPORT:
                    reports[file] = outcome.error.fields["lang"]
                    continue
                kept.save(outcome, marks)
                yield outcome
            else:  # the user wishes to stop
                return
    warn_skipped_reports(reports)
    warn_files_aside(aside)


class _ResumeState:
    """The SQLite file; every outcome is in it as soon as it is known, so that a killed run loses nothing."""

    def __init__(self, path: Path, basis: str) -> None:
        self._basis = basis
        try:
            path.touch(mode=0o600)  # findings name people: nobody else's business
            self._base = sqlite3.connect(path, isolation_level=None, timeout=30)
            self._base.execute("PRAGMA journal_mode=WAL")
            self._base.execute("PRAGMA synchronous=OFF")
            self._make_ready()
        except (sqlite3.DatabaseError, OSError) as error:
            raise UsageError(_NO_STATE, path=str(path)) from error

    def _make_ready(self) -> None:
        if self._base.execute("PRAGMA user_version").fetchone()[0] != FORMAT:
            self._base.execute("DROP TABLE IF EXISTS told")
            self._base.execute(_TABLE)
            self._base.execute(f"PRAGMA user_version={FORMAT}")
        self._base.execute("DELETE FROM told WHERE day < ?", [_day() - DAYS_KEPT])

    def close(self) -> None:
        self._base.close()

    def has(self, path: str, mark: str) -> bool:
        """Whether the outcome of a workbook is kept, and it is still the same."""
        found = self._base.execute("SELECT mark FROM told WHERE path = ?", [path]).fetchone()
        return found is not None and found[0] == self._full(path, mark)

    def load(self, path: str) -> Outcome:
        (text,) = self._base.execute("SELECT outcome FROM told WHERE path = ?", [path]).fetchone()
        self._base.execute("UPDATE told SET day = ? WHERE path = ?", [_day(), path])
        return from_text(path, text)

    def save(self, outcome: Outcome, marks: Mapping[str, str]) -> None:
        reading, error = outcome.reading, outcome.error
        if outcome.path not in marks or (reading and external_names(reading)) or (error and error.kind not in LASTING):
            return
        mark = reading.digest if reading else marks[outcome.path]
        row = [outcome.path, self._full(outcome.path, mark), _day(), to_text(outcome)]
        self._base.execute("INSERT OR REPLACE INTO told VALUES (?, ?, ?, ?)", row)

    def _full(self, path: str, mark: str) -> str:
        return f"{mark} {_ledger(path)} {self._basis}"


def _day() -> int:
    return int(time.time() // 86400)


def _marks(files: Iterable[str]) -> dict[str, str]:
    """Return the SHA-256 of each file that can be read and has no password; of fewer if the user wishes to stop."""
    made = {}
    for file in files:
        if is_interrupted():
            break
        try:
            content = read_content(file)
        except (CollabxlError, OSError):  # whoever reads it will tell
            continue
        if not content.startswith(ENCRYPTED):
            made[file] = hashlib.sha256(content).hexdigest()
    return made


def _ledger(path: str) -> str:
    """Return what changes with the ledger beside a master, on which rules about former values depend."""
    if is_address(path):
        return "-"
    ledger = ledger_path(Path(path))
    files = [ledger, ledger.with_name(f"{ledger.name}-wal")]
    facts = [file.stat() for file in files if file.is_file()]
    return "/".join(f"{fact.st_size}:{fact.st_mtime_ns}" for fact in facts) or "-"


def _basis(today: dt.date, settings: Settings) -> str:
    """Return what else a finding depends on: our code, the settings, the day."""
    basis = hashlib.sha256(f"{today} {settings.model_dump_json()}".encode())
    for file in sorted(PACKAGE.rglob("*.py")):
        basis.update(file.relative_to(PACKAGE).as_posix().encode() + file.read_bytes())
    return basis.hexdigest()
