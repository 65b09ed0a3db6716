"""A formula that follows from itself shows what it did: computed anew it would grow with every run."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from collabxl import check_workbooks, sync_workbooks
from tools.samples.__main__ import SAMPLES, TODAY

CIRCLES = {
    "its own column": {"E3": "=SUM(E:E)"},
    "two cells": {"E3": "=E4+1", "E4": "=E3+1"},
    "three, and one beside": {"E2": "=E3+E4", "E3": "=SUM(E2:E4)", "E4": "=E2+1", "K2": "=E3+1"},
    "back and forth": {"E2": "=E3", "E3": "=E2+K2", "K2": "=K3", "K3": "=E4+1", "E4": "=K3"},
    "many": {f"K{row}": "=SUM(K:K)" for row in range(2, 12)},
}


@pytest.mark.parametrize("circle", CIRCLES.values(), ids=CIRCLES)
@pytest.mark.parametrize("annotate", [False, True])
def test_a_second_sync_of_a_circle_writes_nothing(circle: dict[str, str], annotate: bool, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.load_workbook(SAMPLES / "seed.xlsx")
    for cell, formula in circle.items():
        book["任务分工表"][cell] = formula
    book.save(path)
    (first,) = sync_workbooks(path, today=TODAY, annotate=annotate)
    written = path.read_bytes()
    (second,) = sync_workbooks(path, today=TODAY, annotate=annotate)
    assert (first.state, second.state) == ("written", "unchanged")
    assert path.read_bytes() == written
    shown = openpyxl.load_workbook(path, data_only=True)["任务分工表"]
    assert {cell: shown[cell].value for cell in circle if cell != "K2"} == dict.fromkeys(set(circle) - {"K2"})
    (outcome,) = check_workbooks(path, today=TODAY)
    assert outcome.error is None
