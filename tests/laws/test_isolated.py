"""A mistake of ours costs one workbook: whatever raises, all others of the run are done, with their own findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner

from collabxl import Outcome, Rule, Settings, UsageError, check_workbooks, fix_workbooks, read_portfolio, sync_workbooks
from collabxl.cli.main import cli
from collabxl.pipeline.documents import documents_of
from collabxl.rules import RULES
from collabxl.rules.engine.rule import ERROR, rule
from collabxl.schema.sheets import Tasks
from collabxl.text import t
from collabxl.workers.isolation import isolate_failures
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
    message=t("出错", "Raises"),
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
    monkeypatch.setattr("collabxl.rules.engine.run.RULES", (*RULES, raises))
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
    portfolio = read_portfolio(paths, today=TODAY, jobs=1)
    assert (len(portfolio.projects), len(portfolio.skipped_files)) == (COUNT - len(BROKEN), len(BROKEN))


@pytest.mark.slow
def test_a_command_ends_with_3_and_names_the_rule(paths: list[Path], with_a_broken_rule: Rule) -> None:
    done = CliRunner().invoke(cli, ["--lang", "en", "check", *map(str, paths)])
    assert done.exit_code == 3
    assert done.output.count("[internal]") == len(BROKEN)
    assert with_a_broken_rule.code in done.output
    assert "Traceback" not in done.output


@pytest.mark.slow
@pytest.mark.parametrize("step", ["collabxl.pipeline.sync.changes_of", "collabxl.pipeline.sync.patch"])
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


PARTS = {
    "json": ("collabxl.reports.json_model.finding_out",),
    "jsonl": ("collabxl.reports.json_model.finding_out",),
    "csv": ("collabxl.reports.formats.csv.value_text", "collabxl.reports.json_model.finding_out"),
    "sarif": ("collabxl.reports.formats.sarif._location", "collabxl.reports.formats.sarif.fingerprint"),
    "junit": ("collabxl.reports.formats.junit._case", "collabxl.reports.json_model.finding_out"),
    "html": ("collabxl.reports.formats.html._row", "collabxl.reports.formats.html._entry"),
    "xlsx": ("collabxl.reports.formats.xlsx.finding_out", "collabxl.reports.formats.xlsx.value_text"),
    "parquet": ("collabxl.reports.formats.parquet.value_text",),
    "text": ("collabxl.reports.text._finding_lines",),
}
"""What each format is made with."""


def broken(monkeypatch: pytest.MonkeyPatch, part: str, is_bad: Callable[[object], bool]) -> None:
    """Let a part of the program raise when it is called with something bad."""
    module, _, name = part.rpartition(".")
    place: Any = import_module(module)
    real = getattr(place, name)

    def fails(*args: object, **options: object) -> object:
        if any(map(is_bad, args)):
            raise ZeroDivisionError("as a test asked for")
        return real(*args, **options)

    monkeypatch.setattr(place, name, fails)


@pytest.mark.parametrize(("form", "part"), [(form, part) for form, parts in PARTS.items() for part in parts])
def test_what_goes_wrong_while_telling_costs_that_workbook(
    form: str, part: str, paths: list[Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A date as a text tells the findings of one workbook from those of all others."""
    whole = tmp_path / f"whole.{form}"
    report = tmp_path / f"report.{form}"
    words = ["--lang", "en", "check", *map(str, paths), "--today", "2024-08-01", "--fail-on", "never", "--format", form]
    assert CliRunner().invoke(cli, [*words, "--output", str(whole)]).exit_code == 0
    broken(monkeypatch, part, lambda thing: "2024/7/3" in repr(thing))
    done = CliRunner().invoke(cli, [*words, "--output", str(report)])
    assert done.exit_code == 3, done.output
    assert "Traceback" not in done.output
    if form in ("json", "jsonl"):
        lines = report.read_text("utf-8").splitlines()
        before = whole.read_text("utf-8").splitlines()
        changed = [new for old, new in zip(before, lines, strict=True) if old != new and '"path"' in new]
        assert ['"kind":"internal"' in line and "2.xlsx" in line for line in changed] == [True]
    elif form not in ("xlsx", "parquet", "text"):
        assert report.read_text("utf-8").count("ZeroDivisionError") >= 1
    else:
        assert report.stat().st_size > 0


@pytest.fixture
def waiting(tmp_path: Path) -> list[Path]:
    """Workbooks that wait for each other, each for the next one."""
    return [
        saved(
            example(f"""
                project
                | field | value      |
                | name  | 项目{number} |
                tasks
                | id   | name | owner | due        | after              | status |
                | T001 | 调研 | 张三  | 2024-07-20 | 项目{(number + 1) % 5}::T001 | 未开始 |
            """),
            tmp_path / f"{number}.xlsx",
        )
        for number in range(5)
    ]


@pytest.mark.parametrize("seam", ["mentions", "books"])
def test_what_goes_wrong_with_the_plan_across_costs_that_workbook(
    seam: str, waiting: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    if seam == "mentions":
        broken(
            monkeypatch,
            "collabxl.rules.cross_project.registry.external_names",
            lambda thing: getattr(thing, "path", "").endswith("2.xlsx"),
        )
    else:
        holds = lambda thing: isinstance(thing, list) and any(each.path.endswith("2.xlsx") for each in thing)  # noqa: E731
        broken(monkeypatch, "collabxl.rules.cross_project.collect.PlannedWorkbooks", holds)
    found = list(check_workbooks(waiting, today=TODAY, jobs=1))
    assert kinds(found) == [None, None, "internal", None, None]
    assert found[2].error is not None
    assert "ZeroDivisionError" in found[2].error.say("en")
    (alone,) = check_workbooks(waiting[:1], today=TODAY, jobs=1, among=waiting)
    assert alone.error is None


@pytest.mark.parametrize(
    ("kind", "part"),
    [
        ("dashboard", "collabxl.reports.portfolio.data._project"),
        ("dashboard", "collabxl.reports.portfolio.page.dashboard_json"),
        ("portfolio", "collabxl.reports.portfolio.workbook.listings"),
        ("portfolio", "collabxl.reports.portfolio.workbook.overview"),
    ],
)
def test_what_goes_wrong_with_a_portfolio_costs_that_project(
    kind: str, part: str, waiting: list[Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def is_bad(thing: Any) -> bool:
        told_of = getattr(thing, "projects", [thing])
        return any(getattr(each, "path", "").endswith("2.xlsx") for each in told_of)

    broken(monkeypatch, part, is_bad)
    output = tmp_path / f"report.{'html' if kind == 'dashboard' else 'xlsx'}"
    done = CliRunner().invoke(cli, ["--lang", "en", "report", kind, *map(str, waiting), "--output", str(output)])
    assert done.exit_code == 3, done.output
    assert "2.xlsx" in done.output
    assert "ZeroDivisionError" in done.output
    assert "4 projects" in done.output
    assert output.stat().st_size > 0


def _fails(bad: Sequence[set[int]], ones: Sequence[int]) -> list[int]:
    if any(group <= set(ones) for group in bad):
        raise ZeroDivisionError
    return list(ones)


@pytest.mark.parametrize(
    ("bad", "lost"),
    [([], 0), ([{3}], 1), ([{0}, {9}], 2), ([{n} for n in range(10)], 10), ([{1, 8}], 1), ([{0, 9}, {4}], 2)],
)
def test_no_more_are_lost_than_must_be(bad: list[set[int]], lost: int) -> None:
    made, faults = isolate_failures(range(10), partial(_fails, bad))
    assert len(faults) == lost
    assert made == [one for one in range(10) if one not in faults]


def test_what_goes_wrong_with_none_and_what_is_said_to_people_go_through() -> None:
    with pytest.raises(ZeroDivisionError):
        isolate_failures(range(3), partial(_fails, [set()]))
    with pytest.raises(UsageError):
        list(
            check_workbooks(
                [Path(__file__).parents[2] / "samples" / "clean.xlsx"],
                today=TODAY,
                jobs=1,
                settings=Settings(select=("nonsense",)),
            )
        )
