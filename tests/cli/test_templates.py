"""Templates from the command line: listed, shown, begun; what is misspelt is said so with exit code 2."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from collabxl.pipeline.templates.catalogue import scenarios
from tests.cli.test_cli import run
from tools.samples.__main__ import SAMPLES


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_all_are_listed_by_scene(lang: str) -> None:
    said = run("--lang", lang, "templates").stdout
    for scenario in scenarios().values():
        assert f"{scenario.title.to(lang)} ({scenario.slug})" in said
    listed = json.loads(run("--lang", lang, "templates", "--format", "json").stdout)
    assert listed["contract"] == 1
    assert [list(each) for each in listed["templates"]] == [
        ["slug", "title", "scene", "tasks", "days", "milestones"]
    ] * 8


@pytest.mark.parametrize("words", [("product-launch",), ("show", "新产品上市"), ("show", "product launch")])
def test_one_is_shown(words: tuple[str, ...]) -> None:
    said = run("--lang", "zh", "templates", *words).stdout
    for word in (
        "研发部",
        "T013 ◆ 样机定型评审 · 第 50–53 天",
        "缓冲 3 天",
        "风险记录表",
        "第 81 天 · 评审会",
        "每周 · 周例会",
    ):
        assert word in said
    (shown,) = json.loads(run("--lang", "en", "templates", *words, "--format", "json").stdout)["templates"]
    assert shown["title"] == "Product launch"
    assert shown["tasks"][12] == {
        "id": "T013",
        "name": "Design freeze",
        "department": "Product",
        "owner": "Product director",
        "deliverable": "Design freeze minutes",
        "first": 50,
        "last": 53,
        "after": ["T011"],
        "priority": "high",
        "milestone": True,
        "buffer": 3,
    }


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("templates", "produkt-launch"), "product-launch"),
        (("templates", "show"), "needs the name"),
        (("new", "{}/a.xlsx", "--template", "produkt-launch"), "product-launch"),
    ],
)
def test_a_wrong_name_is_wrong_usage(tmp_path: Path, words: tuple[str, ...], says: str) -> None:
    done = run("--lang", "en", *(word.format(tmp_path) for word in words))
    assert done.returncode == 2
    assert says in done.stderr
    assert not list(tmp_path.iterdir())


def test_a_project_is_begun_from_a_template_and_its_successor_from_that(tmp_path: Path) -> None:
    first, second = str(tmp_path / "first.xlsx"), str(tmp_path / "second.xlsx")
    words = ("--template", "市场危机公关", "--start", "2024-09-28", "--name", "九月舆情", "--departments", "信息部")
    assert run("new", first, *words).returncode == 0
    assert run("check", first, "--today", "2024-09-29", "--fail-on", "warning").returncode == 0
    again = ("--template", first, "--start", "2025-03-03", "--name", "三月舆情")
    assert run("--lang", "zh", "new", second, *again).returncode == 0
    done = run("check", second, "--today", "2025-03-03", "--fail-on", "warning", "--format", "json")
    assert done.returncode == 0
    (workbook,) = json.loads(done.stdout)["workbooks"]
    assert workbook["project"] == "三月舆情"
    assert workbook["tasks"]["total"] == 19


def test_a_template_that_cannot_be_read_is_unreadable(tmp_path: Path) -> None:
    done = run("new", str(tmp_path / "a.xlsx"), "--template", str(tmp_path / "no.xlsx"))
    assert done.returncode == 3
    assert not list(tmp_path.iterdir())


def test_a_workbook_s_own_language_is_kept_unless_told(tmp_path: Path) -> None:
    source = ("--template", str(SAMPLES / "english.xlsx"), "--name", "Next", "--start", "2025-06-02")
    out = tmp_path / "next.xlsx"
    assert run("new", str(out), *source, COLLABXL_LANG="zh").returncode == 0
    found = json.loads(run("check", str(out), "--today", "2025-06-02", "--format", "json").stdout)["workbooks"][0]
    assert {finding["sheet"] for finding in found["findings"]} <= {"Project", "Tasks", "Progress", "Minutes", "Risks"}
