"""Addresses, working days, settings, wrapped text: the small things everything stands on."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import numpy as np
import openpyxl.utils as reference
import pytest
from hypothesis import given
from hypothesis import strategies as some
from rich.cells import cell_len

from collabxl import FileError, SettingsError
from collabxl.ooxml import a1
from collabxl.reports.text import wrap
from collabxl.scheduling.calendar import CalendarExceptions, WorkingDays, public_days
from collabxl.schema import settings
from collabxl.text.printable import clean


@given(some.integers(1, a1.LAST_ROW), some.integers(1, a1.LAST_COLUMN))
def test_addresses_agree_with_openpyxl_and_come_back(row: int, column: int) -> None:
    assert a1.column_letters(column) == reference.get_column_letter(column)
    assert a1.parse_cell(a1.cell_address(row, column)) == (row, column)


@pytest.mark.parametrize("text", ["", "A0", "0", "XFE1", "A1048577", "ZZZZ2", "A", "1A", "A1:B2"])
def test_what_is_no_cell_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no cell"):
        a1.parse_cell(text)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("任务分工表", "任务分工表"),
        ("Tasks", "Tasks"),
        ("A1", "'A1'"),
        ("R1C1", "'R1C1'"),
        ("任务 (2)", "'任务 (2)'"),
        ("it's", "'it''s'"),
        ("2024", "'2024'"),
    ],
)
def test_sheet_names_are_quoted_where_formulas_need_it(name: str, wanted: str) -> None:
    assert a1.quote_sheet(name) == wanted


days = some.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1))


@given(days, days, some.dictionaries(days, some.booleans(), max_size=20))
def test_working_days_agree_with_counting_them_one_by_one(
    first: dt.date, last: dt.date, odd: dict[dt.date, bool]
) -> None:
    last = min(last, first + dt.timedelta(400))
    exceptions = CalendarExceptions(
        np.zeros(len(odd), dtype=np.int64),
        np.array(list(odd), dtype="datetime64[D]"),
        np.array(list(odd.values()), dtype=bool),
    )
    between = [first + dt.timedelta(step) for step in range(1, (last - first).days + 1)]
    wanted = sum(odd.get(day, day.weekday() < 5) for day in between)
    found = WorkingDays(exceptions).between(
        np.zeros(1, dtype=np.int64), np.array([first], dtype="datetime64[D]"), np.array([last], dtype="datetime64[D]")
    )
    if last >= first:
        assert found[0] == wanted


def test_calendars_of_different_workbooks_are_kept_apart() -> None:
    holiday = np.array(["2024-07-01"], dtype="datetime64[D]")
    worked = WorkingDays(CalendarExceptions(np.array([1]), holiday, np.array([False])))
    first, last = (np.full(3, np.datetime64(day)) for day in ("2024-06-30", "2024-07-05"))
    assert worked.between(np.array([0, 1, 2]), first, last).tolist() == [5, 4, 5]


@given(
    some.dictionaries(
        some.tuples(some.integers(0, 3), some.dates(dt.date(2024, 1, 1), dt.date(2024, 3, 31))),
        some.booleans(),
        max_size=60,
    )
)
def test_a_working_day_is_found_by_its_position(odd: dict[tuple[int, dt.date], bool]) -> None:
    wb = np.array([book for book, _ in odd], dtype=np.int64)
    worked = WorkingDays(
        CalendarExceptions(wb, np.array([on for _, on in odd], "datetime64[D]"), np.array([*odd.values()], bool))
    )
    every = np.arange("2023-12-20", "2024-04-10", dtype="datetime64[D]")
    for book in range(4):
        books = np.full(len(every), book)
        on_duty = worked.is_worked(books, every)
        assert on_duty.tolist() == [odd.get((book, on), on.weekday() < 5) for on in every.tolist()]
        at = worked.position(books, every)
        assert worked.day(books[on_duty], at[on_duty]).tolist() == every[on_duty].tolist()


def test_working_days_agree_with_numpy_and_missing_days_count_nothing() -> None:
    first = np.array(["2024-07-01", "2024-07-06", "NaT"], dtype="datetime64[D]")
    last = np.array(["2024-07-31", "2024-07-07", "2024-07-07"], dtype="datetime64[D]")
    found = WorkingDays().between(np.zeros(3, dtype=np.int64), first, last)
    assert found[:2].tolist() == np.busday_count(first[:2] + 1, last[:2] + 1).tolist()
    assert found[2] == 0


def test_the_golden_week_of_2024_with_its_make_up_days() -> None:
    """Source: the State Council's notice on the holidays of 2024, 国办发明电〔2023〕7号."""
    known = {day.day: day.is_working for day in public_days("CN", [2024])}
    assert all(known[dt.date(2024, 10, number)] is False for number in (1, 2, 3, 4, 7))
    assert known[dt.date(2024, 9, 29)] is True
    assert known[dt.date(2024, 10, 12)] is True
    assert {day.year for day in known} == {2024}


def test_settings_default_without_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert settings.load_settings() == settings.Settings()
    (tmp_path / settings.FILE).write_text("[limits]\ndue_soon_days = 5\n", encoding="utf-8")
    assert settings.load_settings().limits.due_soon_days == 5


PYDANTIC = re.compile(r"Input should|valid (tuple|dictionary|string)|Unable to parse|validation error")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('pakc = "basic"', "did you mean pack?"),
        ("[limits]\nstale_day = 3", "did you mean stale_days? It belongs to [limits]"),
        ("stale_days = 3", "unknown key stale_days; it belongs to [limits]"),
        ('[limits]\npack = "basic"', "unknown key limits.pack; it belongs to the top of the file"),
        ("[limits]\nsender = 3", "unknown key limits.sender; it belongs to [mail]"),
        ("[mail]\nzzzzzzzz = 3", "known in [mail] are"),
        ('pack = "lax"', "pack cannot be 'lax'. It takes one of basic, standard, strict"),
        ("[limits]\nstale_days = 0", "limits.stale_days cannot be 0. It takes a whole number from 1 to 9999"),
        ("[limits]\nslips = true", "limits.slips cannot be True. It takes a whole number"),
        ("[limits]\nslips = inf", "limits.slips cannot be inf."),
        ("[limits]\nslips = 1e23", "limits.slips cannot be 1e+23."),
        ("[limits]\nburn_rate = nan", "limits.burn_rate cannot be nan. It takes a number above 0, at most 9999"),
        ("[limits]\nburn_rate = inf", "limits.burn_rate cannot be inf."),
        ("[limits]\nhigh_risk = 5", "limits.medium_risk is 8, above high_risk, 5"),
        ("[limits]\nmedium_risk = 16", "limits.medium_risk is 16, above high_risk, 15"),
        ("limits = 3", "limits cannot be 3. It takes a table"),
        ('select = "DP"', "select cannot be 'DP'. It takes a list of texts"),
        ("ignore = [3]", "ignore cannot be 3. It takes a list of texts"),
        ('[severity]\nDP = "bad"', "severity.DP cannot be 'bad'. It takes one of error, warning, info"),
        ("[mail]\nport = 70000", "mail.port cannot be 70000. It takes a whole number from 0 to 65535"),
        ('[mail]\nstarttls = "perhaps"', "mail.starttls cannot be 'perhaps'. It takes true or false"),
        ("x = [", "no valid TOML"),
    ],
)
def test_settings_refuse_what_they_do_not_know(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "collabxl.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        settings.load_settings(path)
    assert says in caught.value.say("en")
    assert caught.value.say("zh")
    assert str(path) in caught.value.say("zh")
    assert not PYDANTIC.search(caught.value.say("zh") + caught.value.say("en")), "in our words"


def test_limits_of_a_workbook_that_contradict_each_other_are_the_usual_ones() -> None:
    told = {"high_risk": 3.0, "medium_risk": 5.0, "slips": 4.0, "stale_days": True, "burn_rate": float("inf")}
    assert settings.valid_limits(told) == settings.Limits(slips=4)
    assert settings.valid_limits({"high_risk": 4.0}) == settings.Limits()


def test_settings_that_are_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(FileError):
        settings.load_settings(tmp_path / "no.toml")


@given(some.text(alphabet="支付接口方案，。“” abcXYZ-123", max_size=200), some.integers(20, 90))
def test_wrapped_lines_fit_and_lose_nothing(text: str, width: int) -> None:
    lines = list(wrap(text, width, "    "))
    assert all(cell_len(line) <= width + 4 or " " not in line.strip() for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_control_characters_are_dropped() -> None:
    assert clean("a\x1b[31mb\u202ec\nd") == "a[31mbc ⏎ d"
