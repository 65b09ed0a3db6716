"""A master that is an older state of itself: what it lacks is taken again, and said; and a whole merge is undone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from collabxl import UsageError, undo_merge
from collabxl.exchange.ledger import Ledger
from tests.cli.test_cli import run
from tests.exchange.masters import TODAY, department
from tests.exchange.test_exchange import Project, fresh, project

pytestmark = pytest.mark.slow

__all__ = ["fresh", "project"]
REMARK, OTHER = ("tasks", "T004", "remark"), ("tasks", "T005", "remark")


def remarks(made: Project) -> tuple[str, str]:
    return made.tasks["T004"]["remark"], made.tasks["T005"]["remark"]


@pytest.mark.slow
def test_a_restored_master_gets_back_what_it_lacks(project: Project) -> None:
    first, second = project.back(2, {REMARK: "第一次"}), project.back(3, {("tasks", "T007", "remark"): "三部"})
    project.merge(first)
    backup = Path(shutil.copy(project.master, project.folder / "backup.xlsx"))
    later = project.back(2, {OTHER: "第二次"}, "later.xlsx", 1)
    project.merge(later, second)
    newest = project.master.read_bytes()
    shutil.copy(backup, project.master)
    project.edit({("tasks", "T004", "owner"): "旧窗口里改的"})
    dry = project.merge(later, dry_run=True)
    assert (dry.is_older, [change.spot for change in dry.results[0].plan.takes]) == (True, [OTHER])
    old = project.master.read_bytes()
    project.master.write_bytes(newest)
    assert not project.merge(later, second, first).is_older, "it was only looked at meanwhile"
    project.master.write_bytes(old)
    done = run("--lang", "en", "merge", str(project.master), str(later), str(first), "--today", TODAY.isoformat())
    assert "older state" in done.stderr
    assert remarks(project) == ("第一次", "第二次")
    assert project.tasks["T004"]["owner"] == "旧窗口里改的"
    again = project.merge(later, first)
    assert (again.is_older, again.written) == (False, False)
    assert [change.theirs for change in project.merge(second).results[0].plan.takes] == ["三部"]


def test_a_whole_merge_is_undone_and_that_too(project: Project) -> None:
    new = ("tasks", project.copies[department(3)].sent.rows["tasks"][-1], "name")
    was = remarks(project)
    project.merge(project.back(2, {REMARK: "一", OTHER: "二"}), project.back(3, {new: "新任务"}))
    with Ledger(project.master) as ledger:
        number = next(each.number for each in ledger.entries() if each.kind == "taken")
    project.edit({OTHER: "后来改的"})
    done = run("--lang", "en", "log", str(project.master), "--undo-merge", str(number), "--today", TODAY.isoformat())
    assert done.returncode == 0
    assert "changed since" in done.stdout
    assert remarks(project) == (was[0], "后来改的")
    assert new[1] not in project.tasks
    with Ledger(project.master) as ledger:
        last = ledger.entries()[-1]
    undone = undo_merge(project.master, last.number, today=TODAY)
    assert {(each.kind, each.now) for each in undone.entries} == {("undone", "一"), ("undone", "新任务")}
    assert project.tasks[new[1]] == {"name": "新任务"}
    with pytest.raises(UsageError, match="changed no cell"):
        undo_merge(project.master, 1, today=TODAY)
