"""``--format`` and where reports go: streams, files, exit codes, and what must never be replaced."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from collabxl.reports.formats import BINARY, FORMATS
from tests.cli.test_cli import SEED, TODAY, run
from tests.reports.formats.reading_back import READERS
from tools.samples.__main__ import SAMPLES

TEXTS = tuple(form for form in FORMATS if form not in BINARY)


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMATS)
def test_a_report_goes_to_a_file_and_says_nothing_else(form: str, tmp_path: Path) -> None:
    path = tmp_path / f"out.{form}"
    done = run("check", SEED, str(tmp_path / "no.xlsx"), *TODAY, "--format", form, "--output", str(path))
    assert (done.returncode, done.stdout, done.stderr) == (3, "", "")
    told = READERS[form](path)
    assert told.facts.total() == 7
    assert told.unreadable.total() == 1


@pytest.mark.slow
@pytest.mark.parametrize("form", TEXTS)
def test_the_screen_gets_what_the_file_gets(form: str, tmp_path: Path) -> None:
    path = tmp_path / "out"
    shown = run("check", SEED, *TODAY, "--format", form)
    run("check", SEED, *TODAY, "--format", form, "--output", str(path))
    assert shown.returncode == 1
    assert shown.stdout == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("form", BINARY)
@pytest.mark.parametrize(("command", "option"), [("check", "--output"), ("sync", "--report")])
def test_what_is_no_text_asks_for_a_file(form: str, command: str, option: str, tmp_path: Path) -> None:
    copy = Path(shutil.copy(SEED, tmp_path))
    done = run(command, str(copy), *TODAY, "--format", form)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{option} findings.{form}" in done.stderr
    assert copy.read_bytes() == Path(SEED).read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("form", ["text", "csv", "xlsx"])
def test_a_report_never_takes_a_workbook_s_place(form: str, tmp_path: Path) -> None:
    for name in ("asked.xlsx", "other.xlsx"):
        copy = Path(shutil.copy(SEED, tmp_path / name))
        done = run("check", str(tmp_path / "asked.xlsx"), *TODAY, "--format", form, "--output", str(copy))
        assert done.returncode == 2
        assert "不覆盖" in done.stderr
        assert copy.read_bytes() == Path(SEED).read_bytes()


@pytest.mark.slow
def test_a_report_may_take_a_report_s_place_and_is_no_workbook_itself(tmp_path: Path) -> None:
    shutil.copy(SEED, tmp_path)
    report = tmp_path / "findings.xlsx"
    for there in range(2):
        done = run("check", str(tmp_path), *TODAY, "--format", "xlsx", "--output", str(report))
        assert (done.returncode, done.stderr.count("1 份报告")) == (1, there)
        assert {Path(fact.path).name for fact in READERS["xlsx"](report).facts} == {"seed.xlsx"}
    named = run("check", str(report), *TODAY)
    assert (named.returncode, named.stdout) == (3, "")
    assert "not-a-project" in named.stderr


@pytest.mark.slow
def test_a_report_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    old = tmp_path / "old.csv"
    old.write_text("old", encoding="utf-8")
    os.link(old, tmp_path / "twin.csv")
    done = run("check", SEED, *TODAY, "--format", "csv", "--output", str(old))
    assert done.returncode == 3
    assert old.read_text(encoding="utf-8") == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["old.csv", "twin.csv"]


@pytest.mark.slow
def test_a_broken_run_leaves_the_old_report(tmp_path: Path) -> None:
    """A usage error that only the rules can see, when the report is already being written."""
    old = tmp_path / "old.json"
    old.write_text("old", encoding="utf-8")
    done = run("check", SEED, *TODAY, "--select", "XX", "--format", "json", "--output", str(old))
    assert done.returncode == 2
    assert old.read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["old.json"]


def test_a_report_of_sync_needs_a_format(tmp_path: Path) -> None:
    copy = Path(shutil.copy(SEED, tmp_path / "seed.xlsx"))
    done = run("sync", str(copy), *TODAY, "--report", str(tmp_path / "a.txt"))
    assert done.returncode == 2
    assert "--format html" in done.stderr
    assert copy.read_bytes() == Path(SEED).read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMATS)
def test_sync_reports_what_it_found_and_still_writes(form: str, tmp_path: Path) -> None:
    copy = Path(shutil.copy(SEED, tmp_path / "seed.xlsx"))
    report = tmp_path / f"report.{form}"
    done = run("sync", str(copy), *TODAY, "--format", form, "--report", str(report))
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")
    assert READERS[form](report).facts.total() == 7
    assert copy.read_bytes() != Path(SEED).read_bytes()


@pytest.mark.slow
def test_a_file_whose_name_is_no_text_is_told_of(tmp_path: Path) -> None:
    odd = tmp_path / os.fsdecode(b"\xff.xlsx")
    try:
        shutil.copy(SAMPLES / "seed.xlsx", odd)
    except OSError:
        pytest.skip("this file system takes only names that are text")
    for form in ("text", *TEXTS):
        done = run("check", str(tmp_path), *TODAY, "--format", form)
        assert (done.returncode, done.stderr) == (1, "")
    assert json.loads(run("check", str(tmp_path), *TODAY, "--format", "json").stdout)["workbooks"][0]["path"]


@pytest.mark.slow
def test_parquet_without_its_extra_says_what_to_install(tmp_path: Path) -> None:
    without = "import sys; sys.modules['pyarrow'] = None; from collabxl.cli import main; main()"
    words = ["check", SEED, "--format", "parquet", "--output", str(tmp_path / "a.parquet")]
    done = subprocess.run(
        [sys.executable, "-c", without, *words], capture_output=True, text=True, encoding="utf-8", timeout=120
    )
    assert done.returncode == 2
    assert "pip install 'collabxl[parquet]'" in done.stderr
    assert list(tmp_path.iterdir()) == []


SUFFIXES = {"json": "json", "JSONL": "jsonl", "csv": "csv", "sarif": "sarif", "xml": "junit", "html": "html"} | {
    form: form for form in BINARY
}


@pytest.mark.slow
@pytest.mark.parametrize(("suffix", "form"), SUFFIXES.items())
def test_the_format_follows_the_suffix(suffix: str, form: str, tmp_path: Path) -> None:
    path = tmp_path / f"out.{suffix}"
    assert run("check", SEED, *TODAY, "--output", str(path)).returncode == 1
    assert READERS[form](path).facts.total() == 7


@pytest.mark.slow
def test_what_format_says_wins_over_the_suffix_and_text_needs_none(tmp_path: Path) -> None:
    shown = run("check", SEED, *TODAY).stdout
    for name, words in (("a.json", ["--format", "text"]), ("a.txt", []), ("findings", [])):
        run("check", SEED, *TODAY, *words, "--output", str(tmp_path / name))
        assert (tmp_path / name).read_text(encoding="utf-8") == shown


@pytest.mark.parametrize(("command", "option"), [("check", "--output"), ("sync", "--report")])
def test_a_suffix_that_nobody_knows_is_told_before_anything_is_done(command: str, option: str, tmp_path: Path) -> None:
    copy = Path(shutil.copy(SEED, tmp_path))
    done = run(command, str(copy), *TODAY, option, str(tmp_path / "out.docx"))
    assert (done.returncode, done.stdout) == (2, "")
    assert ".sarif" in done.stderr
    assert [copy] == [*tmp_path.iterdir()]
    assert copy.read_bytes() == Path(SEED).read_bytes()


@pytest.mark.slow
def test_sync_s_report_follows_its_suffix_too(tmp_path: Path) -> None:
    copy = Path(shutil.copy(SEED, tmp_path))
    run("sync", str(copy), *TODAY, "--report", str(tmp_path / "a.json"))
    assert READERS["json"](tmp_path / "a.json").facts.total() > 0
