"""What holds for every fix: its finding is gone, no new one has come, no cell means anything else, twice is once."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from collabxl import Finding, FixResult, Outcome, Rule, Settings, check_workbooks, find_rules, fix_workbooks
from collabxl.reading.tables import build_tables
from collabxl.rules.matching.names import TaskNames, normalize_name
from collabxl.schema.sheets import Risks, Tasks
from tests.laws.test_batch import TODAY, workbook
from tests.tables import Example, example, saved

ALL_RULES = Settings(pack="strict")
WITH_FIX = {rule.code for rule in find_rules() if rule.fixable} - {"BK010"}
"""BK010, which needs a built workbook, is tried in tests/pipeline/test_fix.py."""
COUNT = 60
Spot = tuple[str, str | None, str | None]


def fix(paths: list[Path], today: dt.date = TODAY) -> list[FixResult]:
    return list(fix_workbooks(paths, today=today, settings=ALL_RULES, jobs=1))


def check(paths: list[Path], today: dt.date = TODAY) -> list[Outcome]:
    return list(check_workbooks(paths, today=today, settings=ALL_RULES, jobs=1))


def spot(finding: Finding) -> Spot:
    return finding.rule.code, finding.sheet_title, finding.cell


def holds(paths: list[Path], today: dt.date) -> Counter[str]:
    """Assert the law for workbooks on disk; return by code how often a fix was tried."""
    before = check(paths, today)
    refused = [{spot(each.finding) for each in fixed.refused} for fixed in fix(paths, today)]
    content = [path.read_bytes() for path in paths]
    for was, now, kept in zip(before, check(paths, today), refused, strict=True):
        assert now.error is None
        assert meaning(now) == meaning(was), now.path
        mended = {spot(finding) for finding in was.findings if finding.fixable} - kept
        left = {spot(finding): finding.message("zh") for finding in now.findings}
        unchanged = {spot(finding) for finding in was.findings} - mended
        assert left.keys() <= unchanged, (now.path, {each: left[each] for each in left.keys() - unchanged})
    assert not any(fixed.written for fixed in fix(paths, today))
    assert [path.read_bytes() for path in paths] == content
    return Counter(finding.rule.code for outcome in before for finding in outcome.findings if finding.fixable)


def meaning(outcome: Outcome) -> tuple[Any, ...]:
    """Return what a workbook says: the values of its cells, and of dependencies the tasks that are meant.

    But for levels of risk: they follow from the two numbers beside them, by which RK903 mends them.
    """
    assert outcome.reading is not None
    read = build_tables([outcome.reading])
    rows, tasks = read.rows(0), read.frames[Tasks.meta.key]
    for row in rows[Tasks.meta.key]:
        row.pop(Tasks.after.key, None)
    for row in rows[Risks.meta.key]:
        row.pop(Risks.level.key, None)
    named = TaskNames(tasks).mentions(np.zeros(len(tasks), dtype=np.int64), tasks[Tasks.after.key], by_themselves=True)
    meant = {
        (at, to if to >= 0 else normalize_name(token))
        for at, to, token in zip(named.at, named.to, named.token, strict=True)
    }
    return rows, meant


@pytest.mark.slow
@pytest.mark.parametrize("code", sorted(WITH_FIX))
def test_it_holds_for_the_example_of_a_rule(code: str, tmp_path: Path) -> None:
    made = example(rule_of(code).example)
    tried = holds([saved(made, tmp_path / "example.xlsx")], made.today)
    assert tried[code]


def rule_of(code: str) -> Rule:
    return find_rules(code)[0]


@pytest.mark.slow
def test_no_other_example_has_a_fix(tmp_path: Path) -> None:
    examples = [example(rule.example) for rule in find_rules() if rule.code not in WITH_FIX]
    paths = [saved(made, tmp_path / f"{number}.xlsx") for number, made in enumerate(examples)]
    fixable = {finding.rule.code for outcome in check(paths) for finding in outcome.findings if finding.fixable}
    assert fixable <= WITH_FIX


@pytest.mark.slow
def test_it_holds_for_workbooks_that_nobody_wrote(tmp_path: Path) -> None:
    made = [Example(workbook(seed), TODAY, set()) for seed in range(COUNT)]
    tried = holds([saved(each, tmp_path / f"{seed}.xlsx") for seed, each in enumerate(made)], TODAY)
    assert {code for code in WITH_FIX if not tried[code]} <= {"BK006"}, "random headers are the standard ones"


@pytest.mark.slow
def test_a_name_that_two_tasks_bear_is_no_better_one(tmp_path: Path) -> None:
    made = example("""
        tasks
        | id   | name     | deliverable | after    |
        | T001 | 接口开发 |             | -        |
        | T001 | 联调     | 测试报告    | -        |
        | T003 | 上线     |             | 测试报告 |
    """)
    holds([saved(made, tmp_path / "twice.xlsx")], made.today)


NEAR_MISSES = {
    "a header nearly that of a column": "| id | name | 负责任人 |\n| T001 | 调研 | 张三 |",
    "a synonym with something in brackets": "| id | name | 责任人（备份） |\n| T001 | 调研 | 张三 |",
    "a header of the other language": "| ID | Task | Owner |\n| T001 | 调研 | 张三 |",
    "a word nearly one of the list": "| id | name | status |\n| T001 | 调研 | 未完成 |",
    "a word of the other language": "| id | name | status | priority |\n| T001 | 调研 | Done | urgent |",
    "a name nearly that of a task": "| id | name | after |\n| T001 | 用户需求调研 | - |\n| T002 | 上线 | 需求调研 |",
    "one task twice, once nearly": "| id | name | after |\n| T001 | 老需求调研 |  |\n| T002 | 上线 | T001、需求 调研 |",
    "an outline": "| id | name |\n| T001 | 前端 |\n| T002 | '_设计 |\n| T003 | '_开发 |",
    "a deep outline": "| id | name |\n| T001 | 前端 |\n| T002 | '___设计 |",
    "pictures joined to one": "| id | name |\n| T001 | 👩\u200d💻👨\u200d👩\u200d👧\ufe0f上线 |",
    "words that need a joiner": "| id | name |\n| T001 | می\u200cخواهم क्\u200dष |",
    "a day without a year": "| id | name | due |\n| T001 | 调研 | '7.5 |",
}


@pytest.mark.parametrize("case", NEAR_MISSES)
def test_near_misses_are_told_and_left(case: str, tmp_path: Path) -> None:
    path = saved(example(f"tasks\n{NEAR_MISSES[case]}"), tmp_path / "w.xlsx")
    content = path.read_bytes()
    (fixed,) = fix([path])
    assert fixed.fixes == fixed.refused == ()
    assert path.read_bytes() == content


@pytest.mark.slow
def test_of_an_outline_all_but_its_leading_blanks_is_tidied(tmp_path: Path) -> None:
    made = example("""
        tasks
        | id   | name     |
        | T001 | 前端     |
        | T002 | '__设计_ |
        | T003 | '__Ａ版  |
    """)
    (fixed,) = fix([saved(made, tmp_path / "w.xlsx")])
    assert [(each.old, each.new) for each in fixed.fixes] == [("  设计 ", "  设计"), ("  Ａ版", "  A版")]
