"""Reports take outcomes one by one: none is kept, and text is told before the next one is asked for."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from collabxl import FileError, Outcome
from collabxl.reports.formats import BINARY, FORMATS, ReportRun, blocks
from collabxl.storage import save
from collabxl.storage.names import TEMP
from tools.samples.__main__ import TODAY

MOST = 3
"""The one that is told, the one that is made, and the one a loop's variable still holds."""


def passing(outcomes: tuple[Outcome, ...], alive: list[int]) -> Iterator[Outcome]:
    """Return outcomes that nobody else holds, and count how many are still there whenever one is asked for."""
    made: weakref.WeakSet[Outcome] = weakref.WeakSet()
    for number in range(40):
        outcome = _Counted(**vars(replace(outcomes[number % len(outcomes)], path=f"{number}.xlsx")))
        made.add(outcome)
        yield outcome
        del outcome
        alive.append(len(made))


class _Counted(Outcome):
    """An outcome told apart from its like, as a set of what is alive needs it."""

    __hash__ = object.__hash__
    __eq__ = object.__eq__


@pytest.mark.parametrize("form", FORMATS)
def test_no_outcome_is_kept(form: str, outcomes: tuple[Outcome, ...]) -> None:
    alive: list[int] = []
    run = ReportRun("zh", TODAY, "0.0.0")
    assert sum(map(len, blocks(form, passing(outcomes, alive), run)))
    assert run.tally.workbooks == len(alive) == 40
    assert max(alive) <= MOST


@pytest.mark.parametrize("form", [form for form in FORMATS if form not in (*BINARY, "html")])
def test_text_is_told_as_it_comes(form: str, outcomes: tuple[Outcome, ...]) -> None:
    alive: list[int] = []
    found = [outcome for outcome in outcomes if outcome.findings]
    told = blocks(form, passing(tuple(found), alive), ReportRun("zh", TODAY, "0.0.0"))
    while len(alive) < 10:
        next(told)
    assert len(alive) == 10


def test_a_file_is_written_block_by_block(tmp_path: Path) -> None:
    """The first block is on the disk before the last is made, and the file has its name only when all are."""
    path = tmp_path / "a.csv"

    def content() -> Iterator[bytes]:
        yield b"a" * 2**20
        (temp,) = tmp_path.glob(f"*{TEMP}")
        assert temp.stat().st_size == 2**20
        assert not path.exists()
        yield b"b"

    save.replace(path, content())
    assert path.read_bytes() == b"a" * 2**20 + b"b"


def test_blocks_that_break_off_leave_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"old")

    def content() -> Iterator[bytes]:
        yield b"new"
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        save.replace(path, content())
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["a.csv"]


def test_nothing_is_made_for_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="No such folder"):
        save.replace(tmp_path / "no" / "a.csv", (bytes(1 // 0) for _ in "x"))
