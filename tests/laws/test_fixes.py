"""What holds for every fix: its finding is gone, no new one has come, applied twice it changes nothing."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from collabxl.batch import check_workbooks
from collabxl.findings import Finding
from collabxl.fix import Fixed, fix_workbooks
from collabxl.report.outcome import Outcome
from collabxl.rules import RULES
from collabxl.rules.rule import Rule
from collabxl.settings import Settings
from tests.laws.test_batch import TODAY, workbook
from tests.tables import Example, example, saved

ALL_RULES = Settings(pack="strict")
WITH_FIX = {rule.code for rule in RULES if rule.fixable} - {"BK010"}
"""BK010, which needs a built workbook, is tried in tests/test_fix.py."""
COUNT = 60
Spot = tuple[str, str | None, str | None]


def fix(paths: list[Path], today: dt.date = TODAY) -> list[Fixed]:
    return list(fix_workbooks(paths, today=today, settings=ALL_RULES, jobs=1))


def check(paths: list[Path], today: dt.date = TODAY) -> list[Outcome]:
    return list(check_workbooks(paths, today=today, settings=ALL_RULES, jobs=1))


def spot(finding: Finding) -> Spot:
    return finding.rule.code, finding.title, finding.cell


def holds(paths: list[Path], today: dt.date) -> Counter[str]:
    """Assert the law for workbooks on disk; return by code how often a fix was tried."""
    before = check(paths, today)
    refused = [{spot(each.finding) for each in fixed.refused} for fixed in fix(paths, today)]
    content = [path.read_bytes() for path in paths]
    for was, now, kept in zip(before, check(paths, today), refused, strict=True):
        assert now.error is None
        mended = {spot(finding) for finding in was.findings if finding.fixable} - kept
        left = {spot(finding): finding.message("zh") for finding in now.findings}
        unchanged = {spot(finding) for finding in was.findings} - mended
        assert left.keys() <= unchanged, (now.path, {each: left[each] for each in left.keys() - unchanged})
    assert not any(fixed.written for fixed in fix(paths, today))
    assert [path.read_bytes() for path in paths] == content
    return Counter(finding.rule.code for outcome in before for finding in outcome.findings if finding.fixable)


@pytest.mark.parametrize("code", sorted(WITH_FIX))
def test_it_holds_for_the_example_of_a_rule(code: str, tmp_path: Path) -> None:
    made = example(rule_of(code).example)
    tried = holds([saved(made, tmp_path / "example.xlsx")], made.today)
    assert tried[code]


def rule_of(code: str) -> Rule:
    return next(rule for rule in RULES if rule.code == code)


def test_no_other_example_has_a_fix(tmp_path: Path) -> None:
    examples = [example(rule.example) for rule in RULES if rule.code not in WITH_FIX]
    paths = [saved(made, tmp_path / f"{number}.xlsx") for number, made in enumerate(examples)]
    fixable = {finding.rule.code for outcome in check(paths) for finding in outcome.findings if finding.fixable}
    assert fixable <= WITH_FIX


def test_it_holds_for_workbooks_that_nobody_wrote(tmp_path: Path) -> None:
    made = [Example(workbook(seed), TODAY, set()) for seed in range(COUNT)]
    tried = holds([saved(each, tmp_path / f"{seed}.xlsx") for seed, each in enumerate(made)], TODAY)
    assert {code for code in WITH_FIX if not tried[code]} <= {"BK006"}, "random headers are the standard ones"


def test_a_name_that_two_tasks_bear_is_no_better_one(tmp_path: Path) -> None:
    made = example("""
        tasks
        | id   | name     | deliverable | after    |
        | T001 | 接口开发 |             | -        |
        | T001 | 联调     | 测试报告    | -        |
        | T003 | 上线     |             | 测试报告 |
    """)
    holds([saved(made, tmp_path / "twice.xlsx")], made.today)
