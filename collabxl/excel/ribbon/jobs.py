"""The ribbon's jobs: files in one folder, by which Excel asks and is answered without waiting for anybody.

``<id>.job`` is asked, ``<id>.run`` the same once somebody has taken it; ``<id>.ack`` says so, ``<id>.done`` the answer.
All is ASCII: what VBA writes and reads depends on the computer's code page otherwise. Must import nothing big.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from collabxl import __version__
from collabxl.errors import UsageError
from collabxl.text import LANGS, Lang, t

PROTOCOL = 1
ASKED, TAKEN, HEARD, DONE = ".job", ".run", ".ack", ".done"
FRESH = 30
"""Seconds after which nobody waits for an answer to a job that was not taken."""
BEAT = "watch.beat"
"""The file that ``collabxl watch`` touches while it looks after the folder."""
_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
_NO_JOB = t(
    "{folder} 里没有等待的任务 {id}：可能已被别人接走，或已完成",
    "No job {id} waits in {folder}: somebody else has taken it, or it is done",
)


@dataclass(frozen=True)
class RibbonJob:
    """What a button asks for; ``book`` and ``fullname`` tell the workbook in front."""

    id: str
    verb: str = ""
    book: str = ""
    fullname: str = ""
    hwnd: int = 0
    addin: str = ""
    lang: Lang = "zh"
    protocol: int = PROTOCOL
    args: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class JobAnswer:
    """How a job ended: an exit code, the key of the sentence to say, what fills it, and a file to open."""

    code: int
    key: str
    args: tuple[str, ...] = ()
    open: str | None = None


def waiting_jobs(folder: Path) -> list[str]:
    """Return the ids of the jobs that nobody has taken yet, the oldest first; who asked before FRESH waits no more."""
    asked = {file.stem: _request_time(file) for file in folder.glob(f"*{ASKED}") if _ID.fullmatch(file.stem)}
    fresh = [id for id, when in asked.items() if time.time() - when < FRESH]
    return sorted(fresh, key=lambda id: asked[id])


def _request_time(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except FileNotFoundError:  # taken meanwhile
        return 0.0


def take(folder: Path, id: str) -> RibbonJob:
    """Return a job that from now on is ours, and let its asker know; UsageError if it is not there any more.

    A job that makes no sense is returned without a verb: it is to be answered, too.
    """
    if not _ID.fullmatch(id):
        raise UsageError(_NO_JOB, id=id, folder=str(folder))
    taken = folder / f"{id}{TAKEN}"
    try:
        (folder / f"{id}{ASKED}").rename(taken)
    except FileNotFoundError as error:
        raise UsageError(_NO_JOB, id=id, folder=str(folder)) from error
    _write_file(folder / f"{id}{HEARD}", f"version={__version__}\n")
    return _parse_job(id, taken.read_text(encoding="ascii", errors="replace"))


def answer(folder: Path, id: str, told: JobAnswer) -> None:
    """Leave the answer to a job where its asker looks for it."""
    lines = [f"code={told.code}", f"key={told.key}"]
    lines += [f"arg{at}={_escape(each)}" for at, each in enumerate(told.args)]
    lines += [f"open={_escape(told.open)}"] if told.open is not None else []
    _write_file(folder / f"{id}{DONE}", "".join(f"{line}\n" for line in lines))
    (folder / f"{id}{TAKEN}").unlink(missing_ok=True)


def _parse_job(id: str, text: str) -> RibbonJob:
    try:
        told = json.loads(text)
    except ValueError:
        return RibbonJob(id)
    if not isinstance(told, dict):
        return RibbonJob(id)
    named = {name: told[name] for name in ("verb", "book", "fullname", "addin") if isinstance(told.get(name), str)}
    named |= {name: told[name] for name in ("hwnd", "protocol") if type(told.get(name)) is int}
    args: Any = told.get("args")
    lang: Lang = told["lang"] if told.get("lang") in LANGS else "zh"
    return RibbonJob(id, **named, lang=lang, args={**args} if isinstance(args, dict) else {})


def _escape(text: str) -> str:
    return json.dumps(text)[1:-1]


def _write_file(file: Path, text: str) -> None:
    """Put a small file whole; it is gone in seconds, so nothing is synced to the disk."""
    made = file.with_name(f"{file.name}.tmp")
    made.write_text(text, encoding="ascii", newline="\n")
    made.replace(file)
