"""What only the ledger knows: due dates that moved, risks that were raised, lowered, closed or occurred, and when."""

from __future__ import annotations

import datetime as dt

import pytest

from collabxl import LedgerEntry, Spot, build_workbook
from collabxl.exchange.ledger import Ledger
from collabxl.reports.documents.kinds import render_document
from collabxl.reports.documents.material import Material
from collabxl.reports.documents.words import RequestedPeriod
from collabxl.schema.sheets import Risks, Tasks
from tests.reports.documents.made import material_of

NOW = dt.datetime.now(dt.UTC).date()
"""A ledger dates what is entered by the clock, in UTC."""
DUE = NOW - dt.timedelta(days=10)


@pytest.fixture(scope="module")
def made_of(tmp_path_factory: pytest.TempPathFactory) -> Material:
    master = tmp_path_factory.mktemp("ledger") / "主表.xlsx"
    risk = {"possibility": 4, "impact": 5, "status": "watching", "identified": NOW - dt.timedelta(days=90)}
    rows = {
        "tasks": [{"name": "开发", "status": "in_progress", "due": DUE, "priority": "high", "owner": "王工"}],
        "progress": [
            {"task": "T001", "progress": 0.5, "status": "delayed", "delay_reason": "接口晚到", "updated": NOW}
        ],
        "risks": [
            {"description": "升了", **risk},
            {"description": "降了", **risk, "possibility": 1},
            {"description": "关了", **risk, "status": "closed", "reviewed": NOW - dt.timedelta(days=60)},
            {"description": "没动", **risk},
        ],
    }
    build_workbook(master, project={"name": "账本"}, rows=rows, today=NOW)
    with Ledger(master, create=True) as ledger:
        ledger.note(
            LedgerEntry("taken", "部门", spot=Spot(sheet.meta.key, id, key), was=was, now=now)
            for sheet, id, key, was, now in [
                (Tasks, "T001", "due", DUE - dt.timedelta(days=20), DUE - dt.timedelta(days=7)),
                (Tasks, "T001", "due", DUE - dt.timedelta(days=7), DUE),
                (Tasks, "T001", "due", DUE, DUE - dt.timedelta(days=1)),
                (Risks, "R001", "possibility", 2, 3),
                (Risks, "R001", "possibility", 3, 4),
                (Risks, "R002", "possibility", 3, 1),
                (Risks, "R003", "status", "watching", "closed"),
                (Risks, "R004", "status", "watching", "occurred"),
                (Risks, "R004", "impact", 5, 4),
                (Risks, "R004", "impact", 4, 5),
            ]
        )
    return material_of(master, NOW)


@pytest.mark.slow
def test_the_retrospective_tells_former_due_dates_put_off_and_the_reason(made_of: Material) -> None:
    facts = render_document("retro", made_of).facts
    (slip,) = facts.slips
    assert slip.former == (DUE - dt.timedelta(days=20), DUE - dt.timedelta(days=7))
    assert slip.task.reason == "接口晚到" and slip.days > 0


def test_risks_raised_lowered_and_closed_are_those_that_the_ledger_saw(made_of: Material) -> None:
    facts = render_document("risk", made_of).facts
    moves = {(move.risk.id, move.what.zh, move.day, move.said) for move in facts.moves}
    assert moves == {
        ("R001", "升级", NOW, "10 → 20"),
        ("R002", "下降", NOW, "15 → 5"),
        ("R003", "关闭", NOW, "20"),
        ("R004", "发生", NOW, "20"),
    }
    assert facts.trend[-1] == (NOW, 3)


def test_of_a_period_before_nothing_of_that_is_told(made_of: Material) -> None:
    before = RequestedPeriod(NOW - dt.timedelta(days=120), NOW - dt.timedelta(days=80))
    facts = render_document("risk", made_of, before).facts
    assert [move.what.zh for move in facts.moves] == ["新增"] * 4
