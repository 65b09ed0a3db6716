"""The tools that save workbooks, each doing the same: edit one cell, add a sheet, save under another name.

LibreOffice only loads and saves: its command line cannot edit. Whatever a tool does it does in a process of its own,
which may be stopped; what it cannot do is told as a Refusal.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl  # type: ignore[import-untyped]
import PIL

from collabxl import PackageError
from tests.bench.by_collabxl import patch
from tests.bench.workbooks import paper
from tests.parts import HERE as PARTS

SECONDS = 60
"""What a tool may take for one file."""
MOST_MEMORY = 6 << 30
BATCH = 40
"""How many files LibreOffice converts in one go; those it leaves out are tried again alone."""
TITLE = "汇总"
NEW = 42
_HERE = Path(__file__).parent


class Refusal(NamedTuple):
    """Why a tool saved nothing, or we did not edit the cell."""

    reason: str


class Job(NamedTuple):
    """One workbook to be saved: the cell in column A of ``sheet`` at ``row`` becomes 42, ``title`` is added."""

    source: Path
    target: Path
    sheet: str
    row: int
    title: str


class Ours(NamedTuple):
    """What we said of our saving: the entries declared as changed, and why the cell was not edited."""

    declared: frozenset[str]
    refused: Refusal | None


def limited(work: Callable[..., Any], *arguments: Any) -> Any:
    """Return what a function returns in a child process, a Refusal if it raises, dies or takes too long."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_work, args=(theirs, work, arguments))
    child.start()
    theirs.close()
    try:
        result = pickle.loads(ours.recv_bytes()) if ours.poll(SECONDS) else Refusal("took too long")
    except EOFError:
        result = Refusal("crashed")
    child.kill()
    child.join()
    return result


def _work(pipe: Connection, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    try:
        result = work(*arguments)
    except PackageError as error:
        result = Refusal(error.code)
    except Exception as error:
        result = Refusal(type(error).__name__)
    pipe.send_bytes(pickle.dumps(result))


def save_openpyxl(jobs: list[Job]) -> list[Any]:
    """Save with openpyxl, which keeps macros if asked to."""
    return [limited(_openpyxl, job) for job in jobs]


def _openpyxl(job: Job) -> None:
    book = openpyxl.load_workbook(job.source, keep_vba=job.source.suffix.lower() == ".xlsm")
    book[job.sheet].cell(job.row, 1).value = NEW
    book.create_sheet(job.title)["A1"] = job.title
    book.save(job.target)


def save_exceljs(jobs: list[Job]) -> list[Any]:
    """Save with exceljs, in a node of its own for each file."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(_exceljs, jobs))


def _exceljs(job: Job) -> Refusal | None:
    command = ["node", *map(str, (_HERE / "exceljs.js", job.source, job.target, job.sheet, job.row, job.title))]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return Refusal("took too long")
    return Refusal(done.stderr.strip().splitlines()[-1][:60]) if done.returncode else None


def save_libreoffice(jobs: list[Job]) -> list[Any]:
    """Save with LibreOffice, macro workbooks as such; files a batch left out are tried again alone."""
    with tempfile.TemporaryDirectory() as folder:
        for suffix, to in ((".xlsx", "xlsx:Calc MS Excel 2007 XML"), (".xlsm", "xlsm:Calc MS Excel 2007 VBA XML")):
            some = [job for job in jobs if job.target.suffix == suffix]
            for first in range(0, len(some), BATCH):
                batch = some[first : first + BATCH]
                _libreoffice(batch, to, Path(folder), SECONDS + 3 * len(batch))
                for job in batch:
                    if not job.target.exists():
                        _libreoffice([job], to, Path(folder), SECONDS)
    return [None if job.target.exists() else Refusal("nothing written") for job in jobs]


def _libreoffice(jobs: list[Job], to: str, folder: Path, seconds: int) -> None:
    profile = (folder / "profile").as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", to, "--outdir", str(folder)]
    copies = [folder / "in" / job.target.name for job in jobs]
    (folder / "in").mkdir(exist_ok=True)
    for job, copy in zip(jobs, copies, strict=True):
        shutil.copy(job.source, copy)
    process = subprocess.Popen(
        [*command, *map(str, copies)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env={**os.environ, "FONTCONFIG_FILE": str(PARTS / "fonts.conf")},
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        process.wait()
    for job in jobs:
        made = folder / job.target.name
        if made.exists():
            shutil.move(made, job.target)


def save_collabxl(jobs: list[Job]) -> list[Any]:
    """Save as ``collabxl sync`` does: 汇总 and the cell, or 汇总 alone where the cell may not be edited."""
    paper()
    return [limited(_collabxl, job) for job in jobs]


def _collabxl(job: Job) -> Ours:
    content = job.source.read_bytes()
    try:
        result, declared = patch(content, grid=paper(), sheet=job.sheet, cells={(job.row, 1): NEW})
        refused = None
    except PackageError as error:
        result, declared = patch(content, grid=paper())
        refused = Refusal(error.code)
    job.target.write_bytes(result)
    return Ours(declared, refused)


TOOLS: dict[str, Callable[[list[Job]], list[Any]]] = {
    "openpyxl": save_openpyxl,
    "LibreOffice": save_libreoffice,
    "exceljs": save_exceljs,
    "collabxl": save_collabxl,
}


def versions() -> dict[str, str]:
    """Return what each tool calls itself; one that is not installed is left out."""
    found = {"openpyxl": f"openpyxl {openpyxl.__version__} + Pillow {PIL.__version__}"}
    if shutil.which("soffice"):
        said = subprocess.run(["soffice", "--version"], capture_output=True, text=True, check=True).stdout
        found["LibreOffice"] = " ".join(said.split()[:2])
    if shutil.which("node") and (_HERE / "node_modules" / "exceljs").exists():
        code = "console.log(require('exceljs/package.json').version, process.version)"
        said = subprocess.run(["node", "-e", code], cwd=_HERE, capture_output=True, text=True, check=True).stdout
        found["exceljs"] = "exceljs {} on node {}".format(*said.split())
    return found | {"collabxl": "collabxl"}
