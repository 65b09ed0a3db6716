"""What a new workbook has: every sheet, lists as ranges, messages, formats, locks, print set-up, identity."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from collabxl import FileError, Lang, UsageError, build_workbook, check_workbooks, read_workbooks
from collabxl.formulas import layout
from collabxl.formulas.helper_sheet import fingerprint
from collabxl.schema.kinds import Choice, Day, Percent, YesNo
from collabxl.schema.sheets import STANDARD, Calendar, Conflicts, Tasks, Waivers
from collabxl.text import LANGS
from tests.parts import convert, sdk_errors
from tools.samples import payment

TODAY = dt.date(2024, 8, 1)


@pytest.fixture(scope="module", params=LANGS)
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Lang]:
    path = tmp_path_factory.mktemp("new") / f"{request.param}.xlsx"
    build_workbook(path, project=payment.PROJECT, lang=request.param, today=TODAY, identity="an-identity")
    return path, request.param


@pytest.mark.slow
def test_all_sheets_are_there_in_their_order(made: tuple[Path, Lang]) -> None:
    path, lang = made
    titles = [sheet.meta.title.to(lang) for sheet in STANDARD.sheets if sheet is not Conflicts]
    assert openpyxl.load_workbook(path).sheetnames == titles


def test_the_sdk_accepts_it(made: tuple[Path, Lang]) -> None:
    assert sdk_errors(made[0]) == []


@pytest.mark.slow
def test_the_header_stands_where_the_layout_says(made: tuple[Path, Lang]) -> None:
    path, lang = made
    book = openpyxl.load_workbook(path)
    for sheet in STANDARD.data_sheets:
        if sheet.meta.form_headers or sheet is Conflicts:
            continue
        found = book[sheet.meta.title.to(lang)]
        assert [cell.value for cell in found[layout.HEADER]] == [column.title.to(lang) for column in sheet.meta.columns]
        assert found.freeze_panes == "C6"
        assert found.auto_filter.ref.startswith("A5:")
        assert found.print_title_rows == "$4:$5"
        assert found.page_setup.orientation == ("portrait" if sheet in (Calendar, Waivers) else "landscape")
        assert int(found.page_setup.paperSize) == 9


@pytest.mark.slow
def test_numbers_are_printed_for_every_prepared_row(made: tuple[Path, Lang]) -> None:
    path, lang = made
    sheet = openpyxl.load_workbook(path)[Tasks.meta.title.to(lang)]
    assert [sheet.cell(layout.FIRST + number, 1).value for number in (0, 1, 299)] == ["T001", "T002", "T300"]


@pytest.mark.slow
def test_every_column_of_choices_has_a_list_that_is_a_range(made: tuple[Path, Lang]) -> None:
    path, lang = made
    book = openpyxl.load_workbook(path)
    for sheet in STANDARD.data_sheets:
        if sheet.meta.form_headers or sheet is Conflicts:
            continue
        found = book[sheet.meta.title.to(lang)]
        for column in sheet.meta.columns:
            rules = [rule for rule in found.data_validations.dataValidation if _covers(rule, column)]
            if column.is_typed and isinstance(column.kind, Choice | YesNo | Day | Percent):
                assert rules, f"{sheet.meta.key}.{column.key}"
            for rule in rules:
                if rule.type == "list":
                    assert rule.formula1 in book.defined_names, rule.formula1
                else:
                    assert rule.error
                    assert bool(rule.prompt) == (column.deadline or not isinstance(column.kind, Day))


def _covers(rule: Any, column: Any) -> bool:
    number = layout.column_number(column)
    return any(
        area.min_col <= number <= area.max_col
        and area.min_row == layout.FIRST
        and area.max_row == layout.last_row(column.sheet)
        for area in rule.sqref.ranges
    )


@pytest.mark.slow
def test_lists_hold_the_words_of_the_declaration(made: tuple[Path, Lang]) -> None:
    path, lang = made
    book = openpyxl.load_workbook(path)
    for words in STANDARD.word_lists():
        ((sheet, area),) = book.defined_names[f"list_{words.key}"].destinations
        shown = [row[0].value for row in book[sheet][area]]
        assert shown == [word.title.to(lang) for word in words.words]


@pytest.mark.slow
def test_sheets_are_locked_but_for_the_cells_people_fill_in(made: tuple[Path, Lang]) -> None:
    path, lang = made
    sheet = openpyxl.load_workbook(path)[Tasks.meta.title.to(lang)]
    assert sheet.protection.sheet
    assert not sheet.protection.password
    assert sheet["A6"].protection.locked
    assert not sheet["B6"].protection.locked
    assert sheet.cell(6, layout.column_number(Tasks.check)).protection.locked
    xml = zipfile.ZipFile(path).read("xl/worksheets/sheet4.xml")
    assert re.search(rb'<protectedRange [^>]*sqref="B6:M305"', xml)


def test_every_formula_carries_its_value(made: tuple[Path, Lang]) -> None:
    archive = zipfile.ZipFile(made[0])
    seen = 0
    for name in archive.namelist():
        if name.startswith("xl/worksheets/sheet"):
            for cell in re.findall(rb"<c [^>]*><f[ >].*?</c>", archive.read(name)):
                seen += 1
                assert re.search(rb' t="str"[^>]*>.*<v></v>|<v>[^<]+</v>', cell), cell
    assert seen > 20_000


@pytest.mark.slow
def test_identity_and_properties(made: tuple[Path, Lang]) -> None:
    path, lang = made
    book = openpyxl.load_workbook(path)
    said = {prop.name: prop.value for prop in book.custom_doc_props.props}
    assert said == {
        "collabxl.workbook_id": "an-identity",
        "collabxl.revision": "1",
        "collabxl.schema": str(STANDARD.version),
        "collabxl.language": lang,
        "collabxl.formulas": fingerprint(lang),
    }
    assert book.properties.title == payment.PROJECT["name"]


@pytest.mark.slow
def test_it_reads_back_as_what_was_put_in(tmp_path: Path) -> None:
    for lang in LANGS:
        path = tmp_path / f"{lang}.xlsx"
        build_workbook(path, project=payment.PROJECT, rows=payment.clean(), lang=lang, today=TODAY)
        tables = read_workbooks([path])
        tasks = tables.frames["tasks"].droplevel("wb")
        for row, wanted in zip(tasks.itertuples(index=False), payment.tasks(), strict=True):
            for key, value in wanted.items():
                found = getattr(row, key)
                shown = found.date() if isinstance(value, dt.date) else found
                assert (shown == value) or (value is None and (found is None or found != found or found is False)), key
        assert tables.frames["tasks"].index.get_level_values("row")[0] == layout.FIRST
        assert tables.facts["misfits"].empty


@pytest.mark.slow
def test_the_same_order_makes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        build_workbook(
            tmp_path / f"{name}.xlsx", project=payment.PROJECT, rows=payment.clean(), today=TODAY, identity="same"
        )
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


@pytest.mark.slow
def test_text_never_becomes_a_formula_or_a_link(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    bad = [
        "=1+1",
        '=HYPERLINK("http://x.invalid")',
        "+cmd|' /c calc'!A1",
        "@SUM(1)",
        "-2+3",
        "http://x.invalid",
        "{=1}",
    ]
    rows = [{"name": f"任务{number}", "remark": text} for number, text in enumerate(bad)]
    build_workbook(path, project={"name": "=1+1"}, rows={"tasks": rows}, today=TODAY)
    sheet = openpyxl.load_workbook(path)["任务分工表"]
    cells = [sheet.cell(layout.FIRST + number, layout.column_number(Tasks.remark)) for number in range(len(bad))]
    assert [cell.value for cell in cells] == bad
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)
    assert openpyxl.load_workbook(path)["项目基本信息表"]["B6"].data_type == "s"


def test_a_libreoffice_save_keeps_what_matters(made: tuple[Path, Lang], tmp_path: Path) -> None:
    path, _ = made
    saved = convert(path, "xlsx", tmp_path)
    before, after = openpyxl.load_workbook(path), openpyxl.load_workbook(saved)
    assert after.sheetnames == before.sheetnames
    assert set(after.defined_names) >= set(before.defined_names)
    for sheet in before.worksheets:
        other = after[sheet.title]
        assert len(other.data_validations.dataValidation) == len(sheet.data_validations.dataValidation)
        assert other.protection.sheet == sheet.protection.sheet
    assert {prop.name for prop in after.custom_doc_props.props} >= {"collabxl.workbook_id", "collabxl.language"}
    found = [next(check_workbooks([each], today=TODAY)).findings for each in (path, saved)]
    assert [(each.cell, each.rule.code) for each in found[0]] == [(each.cell, each.rule.code) for each in found[1]]


def test_more_rows_than_are_ready_are_refused(tmp_path: Path) -> None:
    rows = {"tasks": [{"name": f"任务{number}"} for number in range(layout.ROWS + 1)]}
    with pytest.raises(UsageError):
        build_workbook(tmp_path / "book.xlsx", project={}, rows=rows, today=TODAY)


@pytest.mark.slow
def test_an_unknown_country_and_a_missing_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        build_workbook(tmp_path / "book.xlsx", project={"calendar": "Atlantis"}, today=TODAY)
    with pytest.raises(FileError) as caught:
        build_workbook(tmp_path / "no" / "book.xlsx", project={}, today=TODAY)
    assert caught.value.kind == "not-found"


def test_the_calendar_has_holidays_and_make_up_days(made: tuple[Path, Lang]) -> None:
    days = read_workbooks([made[0]]).frames["calendar"]
    kinds = {day.date().isoformat(): kind for day, kind in zip(days.date, days.kind, strict=True)}
    assert kinds["2024-10-01"] == "off"
    assert kinds["2024-09-29"] == "work"


@pytest.mark.slow
def test_the_calendar_is_for_the_years_of_the_project_and_any_country(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    build_workbook(path, project={"period": "2021-11-01~2022-03-31", "calendar": "DE"}, today=TODAY)
    days = {day.date().isoformat() for day in read_workbooks([path]).frames["calendar"].date}
    assert {"2021-12-25", "2022-01-01", "2024-10-03"} <= days
    assert "2023-10-03" not in days
    assert "2024-10-07" not in days
    endless = tmp_path / "endless.xlsx"
    build_workbook(endless, project={"period": "2001-01-01~2080-12-31"}, today=TODAY)
    assert {day.year for day in read_workbooks([endless]).frames["calendar"].date} == {
        2001,
        2002,
        2003,
        2004,
        2005,
        2024,
        2025,
    }
