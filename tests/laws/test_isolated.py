"""A mistake of ours costs one workbook: whatever raises, all others of the run are done, with their own findings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from collabxl.batch import check_workbooks
from collabxl.cli.main import cli
from collabxl.documents import documents_of
from collabxl.errors import UsageError
from collabxl.fix import fix_workbooks
from collabxl.isolated import isolated
from collabxl.portfolio import portfolio_of
from collabxl.report.outcome import Outcome
from collabxl.rules import RULES
from collabxl.rules.rule import ERROR, Rule, rule
from collabxl.schema.standard import Tasks
from collabxl.settings import Settings
from collabxl.sync import sync_workbooks
from collabxl.text import t
from tests.laws.test_batch import TODAY, told
from tests.tables import example, saved

BROKEN = (1, 4, 5)
COUNT = 7


@rule(
    "ZZ999",
    ERROR,
    "basic",
    at=Tasks.name,
    title=t("会出错", "Raises"),
    says=t("出错", "Raises"),
    why=t("只为测试", "Only for a test"),
    fix=t("无", "None"),
    example="",
)
def raises(tasks: pd.DataFrame) -> pd.DataFrame:
    if (tasks.name == "炸").any():
        raise ZeroDivisionError("as a test asked for")
    return tasks[:0]


@pytest.fixture
def with_a_broken_rule(monkeypatch: pytest.MonkeyPatch) -> Rule:
    monkeypatch.setattr("collabxl.check.RULES", (*RULES, raises))
    return raises


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    return list(_workbooks(tmp_path))


def _workbooks(folder: Path) -> Iterator[Path]:
    for number in range(COUNT):
        name = "炸" if number in BROKEN else "上线"
        made = example(f"""
            tasks
            | id   | name    | owner | due         | status |
            | T001 | 调研    | 张三_ | '2024/7/{number + 1} | 完成   |
            | T002 | {name}  | 李四  | 2024-07-20  | done   |
        """)
        yield saved(made, folder / f"{number}.xlsx")


def kinds(outcomes: Sequence[Outcome]) -> list[str | None]:
    return [outcome.error.kind if outcome.error else None for outcome in outcomes]


WANTED = ["internal" if number in BROKEN else None for number in range(COUNT)]


@pytest.mark.slow
@pytest.mark.usefixtures("with_a_broken_rule")
def test_a_check_finds_out_whose_fault_it_is(paths: list[Path]) -> None:
    alone = [outcome for path in paths for outcome in check_workbooks([path], today=TODAY, jobs=1)]
    together = list(check_workbooks(paths, today=TODAY, jobs=1))
    assert kinds(alone) == kinds(together) == WANTED
    for one, other in zip(alone, together, strict=True):
        assert [told(finding) for finding in one.findings] == [told(finding) for finding in other.findings]
        if one.error is not None:
            assert "ZZ999" in one.error.say("zh")
            assert "ZeroDivisionError" in one.error.say("en")
    assert any(outcome.findings for outcome in together)


@pytest.mark.slow
@pytest.mark.usefixtures("with_a_broken_rule")
def test_whoever_writes_writes_the_others(paths: list[Path]) -> None:
    before = [path.read_bytes() for path in paths]
    fixed = list(fix_workbooks(paths, today=TODAY, jobs=1))
    assert kinds([each.outcome for each in fixed]) == WANTED
    assert [each.written for each in fixed] == [kind is None for kind in WANTED]
    synced = list(sync_workbooks(paths, today=TODAY, jobs=1))
    assert kinds([each.outcome for each in synced]) == WANTED
    assert [path.read_bytes() == was for path, was in zip(paths, before, strict=True)] == [
        kind is not None for kind in WANTED
    ]


@pytest.mark.slow
@pytest.mark.usefixtures("with_a_broken_rule")
def test_whoever_tells_tells_of_the_others(paths: list[Path]) -> None:
    for kind in ("letter", "schedule", "status"):
        told_of = list(documents_of(paths, kind, today=TODAY))
        assert [each.error.kind if each.error else None for each in told_of] == WANTED
    portfolio = portfolio_of(paths, today=TODAY, jobs=1)
    assert (len(portfolio.projects), len(portfolio.aside)) == (COUNT - len(BROKEN), len(BROKEN))


@pytest.mark.slow
def test_a_command_ends_with_3_and_names_the_rule(paths: list[Path], with_a_broken_rule: Rule) -> None:
    done = CliRunner().invoke(cli, ["--lang", "en", "check", *map(str, paths)])
    assert done.exit_code == 3
    assert done.output.count("[internal]") == len(BROKEN)
    assert with_a_broken_rule.code in done.output
    assert "Traceback" not in done.output


@pytest.mark.slow
@pytest.mark.parametrize("step", ["collabxl.sync.changes_of", "collabxl.sync.patched"])
def test_what_goes_wrong_while_writing_costs_that_workbook(
    step: str, paths: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []

    def fails_once(*args: object, **options: object) -> object:
        calls.append(1)
        if len(calls) == 3:
            raise KeyError("as a test asked for")
        return real(*args, **options)

    module, _, name = step.rpartition(".")
    real = getattr(__import__(module, fromlist=[name]), name)
    monkeypatch.setattr(step, fails_once)
    synced = list(sync_workbooks(paths, today=TODAY, jobs=1))
    assert kinds([each.outcome for each in synced]) == [None, None, "internal", None, None, None, None]


def _fails(bad: Sequence[set[int]], ones: Sequence[int]) -> list[int]:
    if any(group <= set(ones) for group in bad):
        raise ZeroDivisionError
    return list(ones)


@pytest.mark.parametrize(
    ("bad", "lost"),
    [([], 0), ([{3}], 1), ([{0}, {9}], 2), ([{n} for n in range(10)], 10), ([{1, 8}], 1), ([{0, 9}, {4}], 2)],
)
def test_no_more_are_lost_than_must_be(bad: list[set[int]], lost: int) -> None:
    made, faults = isolated(range(10), partial(_fails, bad))
    assert len(faults) == lost
    assert made == [one for one in range(10) if one not in faults]


def test_what_goes_wrong_with_none_and_what_is_said_to_people_go_through() -> None:
    with pytest.raises(ZeroDivisionError):
        isolated(range(3), partial(_fails, [set()]))
    with pytest.raises(UsageError):
        list(
            check_workbooks(
                [Path(__file__).parents[2] / "samples" / "clean.xlsx"],
                today=TODAY,
                jobs=1,
                settings=Settings(select=("nonsense",)),
            )
        )
