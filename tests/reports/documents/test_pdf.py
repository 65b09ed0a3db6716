"""LibreOffice as a part that may fail: it says why, and nothing of it is left running."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from collabxl import UsageError
from collabxl.reports.documents import pdf
from tests.parts import require
from tests.reports.documents.made import sample

Stand = Callable[[str], Path]


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stand]:
    """Return what puts a shell script in the place of LibreOffice."""
    require(os.name == "posix", "a shell")

    def made(script: str) -> Path:
        program = tmp_path / "soffice"
        program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
        pdf.office.cache_clear()
        return program

    yield made
    pdf.office.cache_clear()


def test_one_that_writes_nothing_is_told_with_its_own_words(stand_in: Stand) -> None:
    stand_in("echo 'source file could not be loaded' >&2; exit 1")
    with pytest.raises(UsageError) as error:
        pdf.pdf(sample("english", "letter"))
    said = error.value.say("en")
    assert "source file could not be loaded" in said and "Writer" in said and "form docx" in said


def test_one_that_hangs_is_ended_with_all_it_started(stand_in: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    program = stand_in('sleep 60 & echo $! > "$(dirname "$0")/child"; wait')
    monkeypatch.setattr(pdf, "PATIENCE", 1)
    with pytest.raises(UsageError, match="waited for 1 seconds"):
        pdf.pdf(sample("english", "letter"))
    child = int(program.with_name("child").read_text(encoding="utf-8"))
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and _runs(child):
        time.sleep(0.05)
    assert not _runs(child)


def _runs(number: int) -> bool:
    """Return whether a process is there and no mere entry in the table of processes."""
    state = Path(f"/proc/{number}/stat")
    return state.exists() and state.read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
