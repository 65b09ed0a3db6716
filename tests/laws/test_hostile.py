"""Whatever the reader accepts, no rule, report or writer raises; what is written is sound and can be read again.

COLLABXL_TORTURE=long takes 2,000 workbooks, COLLABXL_SEEDS=600:900 those of these seeds.
"""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from collabxl import Outcome, Settings, UnreadFile, check_workbooks, fix_workbooks, read_portfolio, sync_workbooks
from collabxl.cli.main import cli
from collabxl.errors import CollabxlError
from collabxl.pipeline.documents import materials_of
from collabxl.pipeline.outcome_json import from_text, to_text
from collabxl.reminders.cases import find_cases
from collabxl.reports.documents.kinds import KINDS, render_document
from collabxl.reports.documents.writers import document_writer
from collabxl.reports.formats import FORMATS, ReportRun, blocks
from collabxl.reports.portfolio.page import page
from collabxl.reports.portfolio.workbook import workbook
from collabxl.reports.text import outcome_lines
from tests.laws.hostile import BUILT, hostile, is_built
from tests.laws.mangle import fill_in_copy
from tests.laws.sound import unsound
from tests.laws.test_batch import TODAY
from tests.parts import sdk_errors

LONG = os.environ.get("COLLABXL_TORTURE") == "long"
FIRST, END = map(int, os.environ.get("COLLABXL_SEEDS", "0:2000" if LONG else "0:9").split(":"))
AT_ONCE = 6
JUDGED = 20
"""One workbook in so many is held against the Open XML SDK."""
ALL_RULES = Settings(pack="strict")
ENDINGS = {"junit": "xml"}
UNPRINTABLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Letters by which a cell could steer a terminal, or turn round what is said of it."""
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("error::RuntimeWarning")]
batches = pytest.mark.parametrize("first", range(FIRST, END, AT_ONCE))


@pytest.fixture
def paths(first: int, tmp_path: Path) -> list[Path]:
    return [hostile(tmp_path / f"{seed}.xlsx", seed) for seed in range(first, min(first + AT_ONCE, END))]


def faults(outcomes: Sequence[Outcome]) -> list[str]:
    return [
        f"{each.path}: {each.error}" for each in outcomes if each.error is not None and each.error.kind != "unsupported"
    ]


def checked(paths: list[Path]) -> list[Outcome]:
    return list(check_workbooks(paths, today=TODAY, settings=ALL_RULES, jobs=1))


@batches
def test_every_rule_and_every_format(paths: list[Path]) -> None:
    outcomes = checked(paths)
    assert not faults(outcomes)
    for form in FORMATS:
        said = b"".join(blocks(form, iter(outcomes), ReportRun("zh", TODAY, "0")))
        if form != "parquet":
            assert not unsound(f"said.{ENDINGS.get(form, form)}", said), form
    for outcome in outcomes:
        assert "\n".join(outcome_lines(outcome, "en")).encode()
        assert to_text(from_text(outcome.path, to_text(outcome))) == to_text(outcome)


@batches
def test_every_writer(paths: list[Path]) -> None:
    before = {path: path.read_bytes() for path in paths}
    fixed = [each.outcome for each in fix_workbooks(paths, today=TODAY, settings=ALL_RULES, jobs=1)]
    assert not faults(fixed)
    for _ in range(2):
        synced = list(sync_workbooks(paths, today=TODAY, settings=ALL_RULES, jobs=1))
        assert not faults([each.outcome for each in synced])
    assert {each.state for each in synced} <= {"unchanged", "not-written"}, "a second sync changes nothing"
    assert not faults(checked(paths))
    for path in paths:
        assert not unsound(path.name, path.read_bytes()), path.name
        if int(path.stem) % JUDGED == BUILT - 1 and path.read_bytes() != before[path]:
            assert not worse(path, before[path]), path.name


def worse(path: Path, before: bytes) -> list[str]:
    """Return what the Open XML SDK says against a workbook and did not before it was written."""
    old = path.with_name(f"before {path.name}")
    old.write_bytes(before)
    known = Counter(error.rpartition(": ")[2] for error in sdk_errors(old))
    return [error for error in sdk_errors(path) if error.rpartition(": ")[2] not in known]


@batches
def test_every_report(paths: list[Path], tmp_path: Path) -> None:
    assert not list(_untold(paths))
    portfolio = read_portfolio(paths, today=TODAY, settings=ALL_RULES, jobs=1)
    assert not [each.error for each in portfolio.skipped_files]
    for write, name in ((page, "p.html"), (workbook, "p.xlsx")):
        assert not unsound(name, write(portfolio, tmp_path / name, "zh"))
    assert not [each for each in find_cases(paths, today=TODAY, settings=ALL_RULES) if isinstance(each, UnreadFile)]


def _untold(paths: list[Path]) -> Iterator[str]:
    for at, seen in enumerate(materials_of(paths, today=TODAY, settings=ALL_RULES)):
        if seen.material is None:
            yield f"{seen.path}: {seen.error}"
            continue
        for number, kind in enumerate(KINDS):
            for form in ("docx", "html") if LONG or at % len(KINDS) == number else ("html",):
                wrong = unsound(f"document.{form}", document_writer(form, None)(render_document(kind, seen.material)))
                yield from (f"{seen.path}: {kind} {form}: {each}" for each in wrong)


class Desk:
    """The command line in this process; what it says on a traceback or a mistake of ours fails."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, *words: str | Path) -> int:
        done = CliRunner().invoke(cli, list(map(str, words)), env={"COLLABXL_TODAY": TODAY.isoformat()})
        if not isinstance(done.exception, SystemExit | CollabxlError | None):
            raise done.exception
        said = f"{done.output}{done.exception}"
        assert "[internal]" not in said and "collabxl 自己" not in said, (words, said)
        assert not UNPRINTABLE.search(said), (words, said)
        return done.exit_code

    def files(self, folder: str) -> list[Path]:
        return sorted(path for path in (self.folder / folder).rglob("*") if path.is_file())


@batches
def test_every_command(paths: list[Path], tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.run("remind", *paths, "--output", tmp_path / "reminders", "--as", "eml", "--as", "ics", "--as", "chat")
    desk.run("--lang", "en", "remind", *paths, "--by", "person", "--output", tmp_path / "notes")
    desk.run("remind", *paths)
    desk.run("check", *paths, "--fail-on", "never")
    for number, path in enumerate(path for path in paths if is_built(int(path.stem)) or LONG):
        desk.run("split", path, "--output", tmp_path / f"copies{number}", "--mail")
        for at, copy in enumerate((tmp_path / f"copies{number}").glob("*.xlsx")):
            back = Path(shutil.copy(copy, tmp_path / f"back{number}-{at}.xlsx"))
            back.write_bytes(fill_in_copy(back.read_bytes(), at))
        desk.run("merge", path, *tmp_path.glob(f"back{number}-*.xlsx"))
        desk.run("log", path)
        desk.run("log", path, "--undo-merge", "9")
        desk.run("archive", path, *(() if LONG else ("--no-documents",)))
    for file in desk.files("."):
        if file.suffix not in (".xlsx", ".eml", ".ics", ".txt", ".zip"):
            continue
        assert not unsound(file.name, file.read_bytes()), file
