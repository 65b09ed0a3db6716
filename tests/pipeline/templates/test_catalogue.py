"""The scenario files: complete, sound, found by what people call them; what a wrong file is told."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest

from collabxl import FileError, Scenario, UsageError
from collabxl.pipeline.templates.catalogue import find_scenario, load_scenario, scenarios
from collabxl.pipeline.templates.model import SCENES
from collabxl.storage.data_files import resource_path
from collabxl.text import LANGS

EVERY = list(scenarios().values())
FILE = resource_path("templates", "scenarios", "major-complaint.toml")
every = pytest.mark.parametrize("scenario", EVERY, ids=lambda scenario: scenario.slug)


def test_each_scene_of_the_source_document_has_two() -> None:
    assert [scenario.scene for scenario in EVERY] == [scene for scene in SCENES for _ in range(2)]
    assert {scenario.title.zh for scenario in EVERY} == {
        "新产品上市", "年度战略落地", "客户体验提升", "供应链效率改革",
        "重大客户投诉", "市场危机公关", "大型市场活动", "内部系统升级",
    }  # fmt: skip


@every
def test_it_is_of_a_size_to_work_with(scenario: Scenario) -> None:
    assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", scenario.slug)
    assert 8 <= len(scenario.tasks) <= 25
    assert 5 <= len(scenario.risks) <= 8
    assert scenario.milestones >= 2
    assert {meeting.kind for meeting in scenario.meetings} >= {"kickoff", "review", "retrospective"}
    assert scenario.meetings[0].when == "start"
    if scenario.scene == "emergency":
        assert 5 <= scenario.days <= 15


@every
def test_it_tells_its_own_length(scenario: Scenario) -> None:
    assert f" {scenario.days} 个工作日" in scenario.description.zh
    assert f" {scenario.days} working days" in scenario.description.en


@every
def test_a_buffer_stands_before_milestones_only(scenario: Scenario) -> None:
    buffered = [task for task in scenario.tasks.values() if task.buffer]
    assert buffered
    assert all(task.milestone for task in buffered)


@every
def test_nobody_has_more_than_three_tasks_at_a_time(scenario: Scenario) -> None:
    for role in scenario.roles:
        own = [scenario.spans[key] for key, task in scenario.tasks.items() if task.owner == role]
        assert all(sum(span.first <= day <= span.last for span in own) <= 3 for day in range(1, scenario.days + 1))


@every
def test_no_dependency_is_already_said_by_others(scenario: Scenario) -> None:
    before = {key: set(task.after) for key, task in scenario.tasks.items()}

    def all_before(key: str) -> set[str]:
        return before[key].union(*map(all_before, before[key]))

    for key, task in scenario.tasks.items():
        for one, other in combinations(task.after, 2):
            assert one not in all_before(other), (key, one)
            assert other not in all_before(one), (key, other)


@every
def test_every_goal_can_be_measured(scenario: Scenario) -> None:
    for text in (scenario.goal, *scenario.kpis):
        for lang in LANGS:
            assert re.search(r"\d|\bno\b", text.to(lang)), text


@every
def test_no_english_text_holds_chinese(scenario: Scenario) -> None:
    said = re.findall(
        r'en = "([^"]*)"', resource_path("templates", "scenarios", f"{scenario.slug}.toml").read_text("utf-8")
    )
    assert said
    assert not [text for text in said if re.search("[\u3000-\u9fff\uff00-\uffef]", text)]


@pytest.mark.parametrize("name", ["product-launch", "Product launch", "PRODUCT_LAUNCH", "新产品上市", " 新产品 上市 "])
def test_a_scenario_is_found_by_title_and_slug(name: str) -> None:
    assert find_scenario(name).slug == "product-launch"


@pytest.mark.parametrize(("name", "slug"), [("新产品上线", "product-launch"), ("suply chain", "supply-chain")])
def test_a_near_miss_is_suggested(name: str, slug: str) -> None:
    with pytest.raises(UsageError, match=slug) as caught:
        find_scenario(name)
    assert f"（{slug}）" in caught.value.say("zh")


def test_without_a_near_name_all_are_listed() -> None:
    with pytest.raises(UsageError, match="annual-strategy"):
        find_scenario("§§§§")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('lead = "service_director"', 'leed = "service_director"', "leed"),
        ('scene = "emergency"', 'scene = "urgent"', "scene"),
        ('lead = "service_director"\n', "", "lead is missing"),
        ('lead = "service_director"', 'lead = "nobody"', "lead: there is no role nobody"),
        ('initiator = "service"', 'initiator = "board"', "initiator: there is no department board"),
        (
            'title = { zh = "重大客户投诉", en = "Major customer complaint" }',
            'title = { zh = "重大客户投诉" }',
            "title",
        ),
        ('en = "Major customer complaint" }', 'en = " " }', "title"),
        ('en = "Major customer complaint" }', 'en = "Complaint", fr = "Plainte" }', "title.fr"),
        ('after = ["first_answer"]', 'after = ["first_anser"]', "tasks.demands.after: there is no task first_anser"),
        ("[tasks.intake]", '[tasks.intake]\nafter = ["solution"]', "intake → solution|solution → intake"),
        ("days = 1\n", "days = 0\n", "tasks.intake.days"),
        ("days = 1\n", "days = 1\nhours = 4\n", "tasks.intake.hours"),
        ('priority = "high"', 'priority = "urgent"', "tasks.intake.priority .* high, medium, low"),
        ('zh = "证据与数据封存"', 'zh = "投诉受理与分级"', "tasks: “投诉受理与分级” stands twice"),
        ('when = "approval"', 'when = "yesterday"', "meetings.2.when: there is no task yesterday"),
        ('strategy = "reduce"', 'strategy = "accept"', "risks.0: an accepted risk needs approved_by"),
        ("days = 1, task", "task", "meetings.0.points.0: an action needs owner and days"),
        ("[departments.legal]", "[departments.legal", "no valid TOML"),
    ],
)
def test_a_wrong_file_is_told_where_and_what(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "my.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UsageError, match=says) as caught:
        load_scenario(path)
    assert "my.toml" in str(caught.value)


def test_a_file_of_one_s_own_is_as_good(tmp_path: Path) -> None:
    path = tmp_path / "我们的投诉流程.toml"
    path.write_bytes(FILE.read_bytes())
    assert load_scenario(path).spans == find_scenario("major-complaint").spans


def test_a_file_that_is_not_there_is_a_file_error(tmp_path: Path) -> None:
    with pytest.raises(FileError):
        load_scenario(tmp_path / "no.toml")
