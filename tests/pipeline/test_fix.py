"""Fix: what is certain is mended, cell by cell; nothing else changes, nothing new is wrong, twice is once."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import zipfile
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from lxml import etree

from collabxl import FixResult, Outcome, Settings, check_workbooks, fix_workbooks
from collabxl.ooxml.package import Package
from collabxl.ooxml.zip import RawZip
from tests.parts import convert, sdk_errors
from tests.tables import example, saved
from tools.samples.__main__ import SAMPLES, TODAY

ALL_RULES = Settings(pack="strict")


def fix(path: Path, today: dt.date = TODAY, **options: object) -> FixResult:
    (fixed,) = fix_workbooks([path], today=today, settings=ALL_RULES, **options)  # type: ignore[arg-type]
    return fixed


def check(path: Path, today: dt.date = TODAY) -> Outcome:
    (outcome,) = check_workbooks([path], today=today, settings=ALL_RULES)
    assert outcome.error is None
    return outcome


def spots(outcome: Outcome) -> set[tuple[str, str | None, str | None]]:
    return {(finding.rule.code, finding.sheet_title, finding.cell) for finding in outcome.findings}


@pytest.fixture
def messy(tmp_path: Path) -> Path:
    return Path(shutil.copy(SAMPLES / "messy.xlsx", tmp_path / "messy.xlsx"))


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    return Path(shutil.copy(SAMPLES / "clean.xlsx", tmp_path / "clean.xlsx"))


def test_a_dry_run_tells_the_same_and_writes_nothing(messy: Path) -> None:
    content = messy.read_bytes()
    planned = fix(messy, dry_run=True)
    assert messy.read_bytes() == content
    assert not planned.written
    done = fix(messy)
    assert done.fixes == planned.fixes
    assert len(done.fixes) > 15


def test_the_values_are_those_told_and_all_others_stay(messy: Path) -> None:
    old = openpyxl.load_workbook(messy)
    fixed = fix(messy)
    new = openpyxl.load_workbook(messy)
    told = {(each.sheet, each.cell): each.new for each in fixed.fixes}
    for sheet in old.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                value = new[sheet.title][cell.coordinate].value
                wanted = told.get((sheet.title, cell.coordinate), cell.value)
                assert (
                    value.date()
                    if isinstance(value, dt.datetime)
                    and isinstance(wanted, dt.date)
                    and not isinstance(wanted, dt.datetime)
                    else value
                ) == wanted


@pytest.mark.parametrize("name", ["messy", "filled", "english"])
def test_every_entry_but_sheets_and_their_words_keeps_its_bytes(name: str, tmp_path: Path) -> None:
    path = Path(shutil.copy(SAMPLES / f"{name}.xlsx", tmp_path / "w.xlsx"))
    before, errors = RawZip(path.read_bytes()), sdk_errors(path)
    assert fix(path).written
    after = RawZip(path.read_bytes())
    assert list(after.entries) == list(before.entries)
    changed = {entry for entry in before.entries if before.read(entry) != after.read(entry)}
    may = re.compile(r"xl/(worksheets/sheet\d+|sharedStrings|styles|workbook)\.xml")
    assert all(may.fullmatch(entry) for entry in changed)
    assert sdk_errors(path) == errors


def test_several_fixes_of_one_cell_follow_each_other(tmp_path: Path) -> None:
    made = example("""
        today 2024-08-01
        tasks
        | id   | name             | deliverable          | after                   |
        | T001 | 用户支付需求调研 | 《需求调研报告》     |                         |
        | T002 | 支付接口方案设计 |                      | '_需求调研报告、T001_ |
    """)
    path = saved(made, tmp_path / "w.xlsx")
    fixed = fix(path)
    cell = next(each for each in fixed.fixes if each.cell == "D3")
    assert cell.old == " 需求调研报告、T001 "
    assert openpyxl.load_workbook(path)["任务分工表"]["D3"].value == cell.new == "T001"


def test_what_cannot_be_written_is_told_and_the_rest_is_fixed(tmp_path: Path) -> None:
    path = tmp_path / "table.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("任务分工表")
        rows = [["调研", "张三", "完成"], ["设计", "李四", "进行中"]]
        heads = ["任务名称", "责任人", "状态"]
        sheet.add_table(0, 0, 2, 2, {"columns": [{"header": head} for head in heads], "data": rows})
    fixed = fix(path)
    assert [(each.finding.rule.code, each.finding.cell) for each in fixed.refused] == [("BK006", "B1")]
    assert [(each.code, each.cell) for each in fixed.fixes] == [("CV102", "C2")]
    assert openpyxl.load_workbook(path)["任务分工表"]["C2"].value == "已完成"


def holed(path: Path, sheet: str, change: Callable[[str], str]) -> None:
    """Change the XML of one sheet, as a careless paste does."""
    with zipfile.ZipFile(path) as archive:
        parts = {info: archive.read(info) for info in archive.infolist()}
    title = openpyxl.load_workbook(path, read_only=True).sheetnames.index(sheet) + 1
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for info, content in parts.items():
            if info.filename == f"xl/worksheets/sheet{title}.xml":
                new = change(content.decode())
                assert new != content.decode()
                content = new.encode()
            archive.writestr(info, content)


def guards(path: Path, sheet: str) -> tuple[list[str], list[str]]:
    """Return the validations and conditional formats of a sheet as they are said in full, in no order."""
    book = openpyxl.load_workbook(path)
    accepted = [
        f"{each.sqref} {each.type} {each.formula1} {each.showErrorMessage} {each.error} {each.prompt}"
        for each in book[sheet].data_validations.dataValidation
    ]
    coloured = [
        f"{each.sqref} {[rule.formula for rule in each.rules]} {[rule.type for rule in each.rules]}"
        for each in book[sheet].conditional_formatting
    ]
    return sorted(accepted), sorted(coloured)


STATUS_LIST = 'sqref="I6:I305"><formula1>'
HOLES: dict[str, Callable[[str], str]] = {
    "cut": lambda xml: xml.replace(STATUS_LIST, STATUS_LIST.replace("I6:I305", "I6:I9 I14:I305")),
    "gone": lambda xml: re.sub(r"<dataValidations.*</dataValidations>", "", xml, flags=re.DOTALL),
    "no colours": lambda xml: re.sub(r"<conditionalFormatting.*</conditionalFormatting>", "", xml, flags=re.DOTALL),
    "nothing left": lambda xml: re.sub(r"<conditionalFormatting.*</dataValidations>", "", xml, flags=re.DOTALL),
    "another list": lambda xml: xml.replace(STATUS_LIST, STATUS_LIST.replace("I6", "I9")).replace(
        "</dataValidations>",
        '<dataValidation type="list" sqref="I6:I8"><formula1>"a,b"</formula1></dataValidation></dataValidations>',
    ),
}


@pytest.fixture(scope="module")
def whole() -> tuple[list[str], list[str]]:
    """What guards the tasks of a workbook in which nothing was destroyed."""
    sample = SAMPLES / "clean.xlsx"
    assert not [code for code, *_ in spots(check(sample)) if code == "BK010"]
    return guards(sample, "任务分工表")


@pytest.mark.parametrize("hole", HOLES)
def test_what_paste_destroyed_is_found_and_restored(
    hole: str, clean: Path, whole: tuple[list[str], list[str]], tmp_path: Path
) -> None:
    errors = sdk_errors(clean)
    holed(clean, "任务分工表", HOLES[hole])
    assert [code for code, *_ in spots(check(clean)) if code == "BK010"]
    fixed = fix(clean)
    assert any(each.restored for each in fixed.fixes)
    assert not [code for code, *_ in spots(check(clean)) if code == "BK010"]
    assert guards(clean, "任务分工表") == whole
    assert sdk_errors(clean) == errors
    assert not fix(clean).written
    resaved = convert(clean, "xlsx", tmp_path / "resaved")
    assert not [code for code, *_ in spots(check(resaved)) if code == "BK010"]


def test_a_workbook_that_changes_meanwhile_is_not_written(messy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from collabxl.pipeline import fix as module

    real = module._fix_all

    def meddle(*args: object) -> None:
        real(*args)  # type: ignore[arg-type]
        messy.write_bytes(messy.read_bytes() + b" ")

    monkeypatch.setattr(module, "_fix_all", meddle)
    fixed = fix(messy)
    assert fixed.outcome.error is not None
    assert fixed.outcome.error.kind == "locked"
    assert messy.read_bytes().endswith(b" ")


def test_a_share_written_as_text_is_shown_per_cent(messy: Path) -> None:
    fix(messy)
    cell = openpyxl.load_workbook(messy)["Progress"]["B2"]
    assert (cell.value, cell.number_format) == (1, "0%")


def test_a_workbook_that_nobody_can_write_without_loss_is_refused_as_a_whole(messy: Path) -> None:
    package = Package(messy.read_bytes())
    rel = "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin"
    rels = package.read("_rels/.rels").replace(
        b"</Relationships>", f'<Relationship Id="s" Type="{rel}" Target="s"/></Relationships>'.encode()
    )
    package.put("_rels/.rels", rels)
    messy.write_bytes(package.save())
    fixed = fix(messy)
    assert fixed.outcome.error is not None
    assert "signed" in fixed.outcome.error.say("en")
    assert fixed.fixes == fixed.refused == ()


def test_formulas_of_people_are_said_to_show_what_was_before(tmp_path: Path) -> None:
    path = tmp_path / "formulas.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("任务分工表")
        sheet.write_row(0, 0, ["任务名称", "负责人", "状态", "完成吗", "第几个"])
        sheet.write_row(1, 0, ["调研", "张三", "完成"])
        sheet.write_formula(1, 3, '=C2="已完成"', None, False)
        sheet.write_formula(1, 4, "=CODE(C2)", None, 7)
    assert fix(path, dry_run=True).stale is False  # XlsxWriter asks for it anyway
    package = Package(path.read_bytes())
    package.put("xl/workbook.xml", package.read("xl/workbook.xml").replace(b' fullCalcOnLoad="1"', b""))
    path.write_bytes(package.save())
    assert fix(path, dry_run=True).stale is True
    assert fix(path).stale is True
    assert b'fullCalcOnLoad="1"' in Package(path.read_bytes()).read("xl/workbook.xml")
    shown = openpyxl.load_workbook(path, data_only=True)["任务分工表"]
    assert shown["D2"].value is True
    assert shown["E2"].value == 7  # what is not known here is left to programs


@pytest.mark.parametrize("inline", [False, True])
def test_a_text_with_several_formats_is_left_and_told(inline: bool, tmp_path: Path) -> None:
    path = tmp_path / "rich.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet, bold = book.add_worksheet("任务分工表"), book.add_format({"bold": True})
        sheet.write_row(0, 0, ["编号", "任务名称", "负责人", "所属部门", "截止日期", "优先级", "状态"])
        sheet.write_row(1, 0, ["T001", "调研", "张三 ", "市场部", "", "高", "完成"])
        sheet.write_row(2, 0, ["T002", "设计", "", "市场部", "", "高", "未开始"])
        sheet.write_rich_string(2, 2, bold, "李", "四 ")
    if inline:
        make_inline(path)
    (fixed,) = fix_workbooks(path, today=TODAY, jobs=1)
    sheet = openpyxl.load_workbook(path, rich_text=True)["任务分工表"]
    assert (sheet["C2"].value, sheet["G2"].value) == ("张三", "已完成")
    assert len(sheet["C3"].value) == 2 and str(sheet["C3"].value) == "李四 "
    assert [each.finding.cell for each in fixed.refused] == ["C3"]


@pytest.mark.parametrize("inline", [False, True])
def test_a_font_for_each_script_is_no_format(inline: bool, tmp_path: Path) -> None:
    """LibreOffice gives “T001、设计” two fonts."""
    path = tmp_path / "fonts.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet, latin, chinese = book.add_worksheet("任务分工表"), *(book.add_format({"font_name": n}) for n in "AB")
        sheet.write_row(0, 0, ["编号", "任务名称", "负责人", "所属部门", "截止日期", "优先级", "状态"])
        sheet.write_row(1, 0, ["T001", "调研", "", "市场部", "", "高", "未开始"])
        sheet.write_rich_string(1, 2, latin, "Li", chinese, "四 ")
    if inline:
        make_inline(path)
    (fixed,) = fix_workbooks(path, today=TODAY, jobs=1)
    assert openpyxl.load_workbook(path)["任务分工表"]["C2"].value == "Li四"
    assert not fixed.refused


def make_inline(path: Path) -> None:
    """Let a workbook keep its texts in the cells, as some programs do."""
    package = Package(path.read_bytes())
    texts = etree.fromstring(package.read("xl/sharedStrings.xml"))
    root = etree.fromstring(package.read("xl/worksheets/sheet1.xml"))
    for cell in root.iter("{*}c"):
        if cell.get("t") == "s":
            text = deepcopy(texts[int(cell[0].text or "")])
            text.tag = etree.QName(etree.QName(cell).namespace, "is")
            cell.set("t", "inlineStr")
            cell[:] = [text]
    package.put("xl/worksheets/sheet1.xml", etree.tostring(root))
    path.write_bytes(package.save())
