"""项目名::编号 means the same however a run is cut into chunks, and reading ahead is done only if it is needed."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from collabxl import Settings, check_workbooks
from collabxl.pipeline import batch
from tests.tables import example, saved

TODAY = dt.date(2024, 8, 1)
ONLY = Settings(select=("DP314",))


def book(folder: Path, number: int, name: str, *waits: str) -> Path:
    """Write a workbook of a project with a task for each thing waited for."""
    rows = "\n".join(f"| T{row:03} | 任务{row} | {wait} |" for row, wait in enumerate(waits, 1))
    text = f"project\n| field | value |\n| name | {name} |\ntasks\n| id | name | after |\n{rows}"
    return saved(example(text), folder / f"{number}.xlsx")


@pytest.fixture
def books(tmp_path: Path) -> list[Path]:
    """Seven workbooks that wait for each other, forwards and backwards, rightly and wrongly."""
    return [
        book(tmp_path, 1, "会员", "支付::T002", "支付::T009", "支付:：任务1", "短信::T001"),
        book(tmp_path, 2, "客服", "-"),
        book(tmp_path, 3, "支付", "会员::T004", "会员::T005"),
        book(tmp_path, 4, "风控", "《客服》::T001", "客服系统升级项耳::T001"),
        book(tmp_path, 5, "客服系统升级项目", "-"),
        book(tmp_path, 6, "短信", "T002", "-"),
        book(tmp_path, 7, "对账", "无关::T001"),
    ]


def found(paths: list[Path], **options: object) -> list[list[tuple[str | None, str]]]:
    outcomes = check_workbooks(paths, today=TODAY, settings=ONLY, jobs=1, **options)  # type: ignore[arg-type]
    return [[(each.cell, each.message("en")) for each in outcome.findings] for outcome in outcomes]


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_chunks_of_any_size_find_what_one_finds(books: list[Path], size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = found(books)
    assert [len(each) for each in whole] == [1, 0, 1, 1, 0, 0, 0]
    monkeypatch.setattr(batch, "BOOKS_A_CHUNK", size)
    assert found(books) == whole
    assert found(books[::-1]) == whole[::-1]


def test_a_part_of_a_run_knows_the_rest(books: list[Path]) -> None:
    assert found(books[:1]) == [[]]
    assert found(books[:1], among=books) == found(books)[:1]


def test_nothing_is_read_twice_if_nobody_is_named(books: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real = batch.readings

    def counted(paths: list[str], **options: object) -> object:
        asked.extend(paths)
        return real(paths, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(batch, "readings", counted)
    monkeypatch.setattr(batch, "BOOKS_A_CHUNK", 1)
    found([books[1], books[4], books[5]])
    assert len(asked) == 3
    asked.clear()
    found(books)
    assert len(asked) < 4 * len(books)
