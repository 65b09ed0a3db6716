"""Scenarios as workbooks: valid files, nothing found on the first day, warnings later, dates by the calendar."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collabxl import Lang, Outcome, Settings, build_workbook, check_workbooks, read_workbooks
from collabxl.pipeline.templates.catalogue import find_scenario, scenarios
from collabxl.pipeline.templates.draft import with_options
from collabxl.pipeline.templates.fill import fill_scenario, meeting_days, task_ids
from collabxl.rules.engine.frames import working_days
from collabxl.rules.matching.names import split_names
from collabxl.scheduling.calendar import CalendarExceptions, WorkdayIndex, WorkingDays
from collabxl.text import LANGS
from tests.parts import sdk_errors

BEFORE_GOLDEN_WEEK = dt.date(2024, 9, 26)
STARTS = [
    (dt.date(2024, 7, 6), dt.date(2024, 7, 8)),  # a Saturday
    (dt.date(2024, 10, 1), dt.date(2024, 10, 8)),  # the first day of Golden Week
    (dt.date(2024, 9, 14), dt.date(2024, 9, 14)),  # a Saturday that is worked
    (dt.date(2025, 1, 28), dt.date(2025, 2, 5)),  # Spring Festival's eve
]


def build(folder: Path, slug: str, start: dt.date, lang: Lang = "zh") -> Path:
    path = folder / f"{slug}-{lang}-{start}.xlsx"
    draft = fill_scenario(find_scenario(slug), start, lang)
    build_workbook(path, project=draft.project, rows=draft.rows, lang=lang, today=start)
    return path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, Lang], Path]:
    folder = tmp_path_factory.mktemp("scenarios")
    return {(slug, lang): build(folder, slug, BEFORE_GOLDEN_WEEK, lang) for slug in scenarios() for lang in LANGS}


def found(outcome: Outcome) -> list[tuple[str, Any, str]]:
    assert outcome.error is None
    return [(finding.rule.code, finding.cell, finding.message("en")) for finding in outcome.findings]


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("slug", scenarios())
def test_the_file_is_valid(built: dict[tuple[str, Lang], Path], slug: str, lang: Lang) -> None:
    assert sdk_errors(built[slug, lang]) == []


def test_nothing_is_found_on_the_first_day(built: dict[tuple[str, Lang], Path]) -> None:
    outcomes = check_workbooks(built.values(), today=BEFORE_GOLDEN_WEEK, settings=Settings(pack="standard"))
    assert {outcome.path: found(outcome) for outcome in outcomes if found(outcome)} == {}


@pytest.mark.slow
@pytest.mark.parametrize("turn", range(len(STARTS)))
def test_a_day_off_moves_the_start_to_the_next_working_day(tmp_path: Path, turn: int) -> None:
    start, first = STARTS[turn]
    paths = [build(tmp_path, slug, start) for slug in list(scenarios())[turn :: len(STARTS)]]
    tasks = read_workbooks(paths).frames["tasks"]
    assert {day.date() for day in tasks.start.groupby("wb").min()} == {first}
    outcomes = list(check_workbooks(paths, today=first))
    assert {outcome.path: found(outcome) for outcome in outcomes if found(outcome)} == {}


def test_later_days_have_their_warnings(built: dict[tuple[str, Lang], Path]) -> None:
    """Nobody has touched the workbook for two weeks: what should have begun and ended is told, in both languages."""
    later = BEFORE_GOLDEN_WEEK + dt.timedelta(days=18)
    codes = {}
    for (slug, lang), outcome in zip(built, check_workbooks(built.values(), today=later), strict=True):
        codes[slug, lang] = sorted(finding.rule.code for finding in outcome.findings)
    for slug in scenarios():
        assert codes[slug, "zh"] == codes[slug, "en"]
        assert {"DL401", "DL407", "ST511", "MT803", "DY601"} <= set(codes[slug, "zh"]), slug


def test_dates_follow_the_calendar_that_stands_in_the_workbook(built: dict[tuple[str, Lang], Path]) -> None:
    read = read_workbooks(built.values())
    counted = working_days(read.frames["calendar"])
    project = read.frames["project"]
    for wb, (slug, _) in enumerate(built):
        scenario, numbers = find_scenario(slug), task_ids(find_scenario(slug))
        workdays = WorkdayIndex(counted, BEFORE_GOLDEN_WEEK, wb)
        tasks = read.frames["tasks"].loc[wb].set_index("id")
        for key, task in scenario.tasks.items():
            row = tasks.loc[numbers[key]]
            first, last = workdays.number(row.start.date()), workdays.number(row.due.date())
            assert (row.start.date(), row.due.date()) == (workdays.day(first), workdays.day(last))
            assert last - first + 1 == task.days + task.buffer
            ends = [workdays.number(tasks.loc[each].due.date()) for each in split_names(row.after)]
            assert first == max(ends, default=0) + 1
            assert {numbers[each] for each in task.after} == set(split_names(row.after))
        first_day, last_day = project.loc[wb].period.iloc[0]
        assert np.datetime64(first_day, "D") == tasks.start.min()
        assert np.datetime64(last_day, "D") == tasks.due.max()


def test_meetings_keep_their_rhythm() -> None:
    """Weekly ones on Friday or the last working day before it; none on a day off, none where another is held."""
    draft = fill_scenario(find_scenario("product-launch"), BEFORE_GOLDEN_WEEK, "zh")
    dates: dict[str, list[dt.date]] = {}
    for row in draft.rows["minutes"]:
        held = dates.setdefault(str(row["kind"]), [])
        assert isinstance(row["date"], dt.date)
        held.append(row["date"])
    assert set(dates["kickoff"]) == {BEFORE_GOLDEN_WEEK}
    assert dates["weekly"][:3] == [dt.date(2024, 9, 27), dt.date(2024, 9, 30), dt.date(2024, 10, 11)]
    assert not set(dates["weekly"]) & set(dates["review"])
    gaps = [later - day for day, later in zip(dates["weekly"], dates["weekly"][1:], strict=False)]
    assert max(gaps) <= dt.timedelta(days=14)


def test_the_kick_off_decides_and_hands_out_work() -> None:
    for scenario in scenarios().values():
        kickoff = [
            row for row in fill_scenario(scenario, BEFORE_GOLDEN_WEEK, "zh").rows["minutes"] if row["kind"] == "kickoff"
        ]
        assert all(row["decision"] for row in kickoff)
        assert sum("action" in row for row in kickoff) >= 2


def test_an_emergency_meets_every_day() -> None:
    scenario = find_scenario("crisis-pr")
    workdays = WorkdayIndex(WorkingDays(), BEFORE_GOLDEN_WEEK)
    assert {number for number, _ in meeting_days(scenario, workdays)} == set(range(1, scenario.days + 1))


def test_words_of_the_command_line_win_and_departments_are_added() -> None:
    draft = fill_scenario(find_scenario("large-event"), BEFORE_GOLDEN_WEEK, "zh")
    told = with_options(
        draft, name="十周年庆典", lead="李想（139）", departments=("财务部", "市场部", "法务 部", "公关部")
    )
    assert told.project["name"] == "十周年庆典"
    assert told.project["lead"] == "李想（139）"
    assert told.project["departments"] == f"{draft.project['departments']}、公关部"
    assert [row["department"] for row in told.rows["contacts"]][-1] == "公关部"
    assert told.rows["tasks"] == draft.rows["tasks"]


@given(
    st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31)),
    st.integers(-300, 600),
    st.dictionaries(st.dates(dt.date(2020, 1, 1), dt.date(2031, 12, 31)), st.booleans(), max_size=30),
)
def test_working_days_have_numbers_that_lead_back_to_them(start: dt.date, number: int, odd: dict[Any, bool]) -> None:
    exceptions = CalendarExceptions(
        np.zeros(len(odd), dtype=np.int64),
        np.array(list(odd), dtype="datetime64[D]"),
        np.array(list(odd.values()), dtype=bool),
    )
    workdays = WorkdayIndex(WorkingDays(exceptions), start)
    day = workdays.day(number)
    assert workdays.number(day) == number
    assert workdays.day(1) >= start
    assert workdays.day(0) < start
    assert (day >= start) == (number >= 1)
