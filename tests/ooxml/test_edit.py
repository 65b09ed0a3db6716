"""Cells set and results renewed: what was asked for is there, and nothing else differs."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collabxl import PackageError
from collabxl.ooxml.edit import renew_results, set_cells
from collabxl.ooxml.package import Package
from collabxl.ooxml.workbook_part import WorkbookPart
from tests.ooxml.sheets import TITLE, bare, cells, edit, opened, plain, said, sheet_xml
from tests.ooxml.workbooks import STYLES, VARIANTS, WORKBOOK, bent, edited, pack, unpack, with_chain
from tests.parts import sdk_errors

BASE = plain()
DAY, MOMENT = dt.date(2024, 2, 29), dt.datetime(2024, 2, 29, 12, 30)
UNREAD = ("backslash names", "upper-case names", "parts elsewhere", "strict", "comment", "no styles", "dangling styles")
"""Variants that openpyxl cannot read."""
ALL = {
    (1, 1): "新 <a>&\x01_x0041_",
    (1, 2): -7.25,
    (2, 3): True,
    (3, 1): "=SUM(A1)",
    (3, 4): DAY,
    (3, 9): MOMENT,
    (4, 2): 10**15,
    (5, 1): None,
    (6, 6): DAY,
    (9, 3): " x\n",
    (30, 2): 0.1 + 0.2,
}


def shown(value: object) -> object:
    """Return a value as openpyxl reads it."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return dt.datetime.combine(value, dt.time())
    return value.replace("\x01", "_x0001_") if isinstance(value, str) else value


@pytest.mark.parametrize(
    "variant",
    [name for name in VARIANTS if name not in ("no names", *UNREAD)],
)
def test_every_variant_shows_the_new_and_keeps_the_old(variant):
    source = VARIANTS[variant](BASE)
    result = edit(source, ALL)
    assert edit(result, ALL) == result, "a second run changed something"
    before, after = cells(source), cells(result)
    for spot, value in ALL.items():
        now = after.get(spot, (None,))[0]
        assert (now.replace("x005F_", "") if isinstance(now, str) else now) == shown(value), spot
    assert {spot: after[spot] for spot in before.keys() - ALL} == {spot: before[spot] for spot in before.keys() - ALL}
    assert after.keys() - before.keys() <= ALL.keys()
    assert cells(result, "另") == cells(source, "另")


@pytest.mark.parametrize("variant", UNREAD)
def test_variants_that_openpyxl_cannot_read_say_the_same(variant):
    source = VARIANTS[variant](BASE)
    result = edit(source, ALL)
    assert edit(result, ALL) == result
    assert edit(result, {(1, 1): "文字 0"}) != result


@pytest.mark.parametrize(
    "variant", ["as XlsxWriter writes", "prefixed elements", "strict", "no styles", "comments", "UTF-16 workbook"]
)
def test_the_validator_finds_nothing_new(variant, tmp_path):
    before, after = tmp_path / "before.xlsx", tmp_path / "after.xlsx"
    before.write_bytes(VARIANTS[variant](BASE))
    after.write_bytes(edit(before.read_bytes(), ALL))
    assert set(sdk_errors(after)) <= set(sdk_errors(before))


def test_only_the_parts_that_must_change_do():
    package = Package(BASE)
    set_cells(WorkbookPart(package), TITLE, {(1, 2): 9})
    assert set(package.changes().changed) == {"xl/worksheets/sheet1.xml"}  # XlsxWriter asks for calculation already
    set_cells(WorkbookPart(package), TITLE, {(1, 1): "new", (1, 6): DAY})
    assert set(package.changes().changed) == {"xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", STYLES}


def test_the_same_values_are_no_change():
    same = {
        (2, 5): 21,
        (1, 1): "文字 0",
        (2, 2): 1.5,
        (2, 3): True,
        (3, 4): dt.date(2023, 3, 17),
        (4, 4): None,
        (1, 5): "",
    }
    assert edit(BASE, same) == BASE
    assert edit(BASE, {(1, 2): False}) != BASE


values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: x != 0 or str(x) == "0.0"),
    st.text(alphabet="a=汇 <&\"'1-", min_size=1, max_size=8).filter(lambda text: not text.startswith("=")),
    st.dates(dt.date(1900, 3, 1), dt.date(2200, 1, 1)),
)
spots = st.tuples(st.integers(1, 14), st.integers(1, 8)).filter(lambda spot: spot != (2, 5))


@pytest.mark.slow
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(spots, values, max_size=8))
def test_random_edits_show_and_can_be_undone(wanted):
    result = edit(BASE, wanted)
    assert edit(result, wanted) == result
    before, after = cells(BASE), cells(result)
    for spot, value in wanted.items():
        now = after.get(spot, (None,))[0]
        if isinstance(value, dt.date) or isinstance(now, dt.datetime) or spot[1] == 4:
            continue  # openpyxl reads a number by its format
        assert now == value, spot
    untouched = before.keys() - wanted
    assert {spot: after[spot] for spot in untouched} == {spot: before[spot] for spot in untouched}
    old = said(BASE)
    assert said(edit(result, {spot: old.get(spot) for spot in wanted})) == old


def test_a_date_takes_a_format_only_where_there_is_none():
    after = cells(edit(BASE, {(1, 4): DAY, (1, 2): DAY, (1, 3): MOMENT, (20, 6): DAY}))
    assert after[1, 4][1] == "yyyy-mm-dd"
    assert (after[1, 2][1], after[1, 3][1]) == ("mm-dd-yy", "m/d/yy h:mm")
    assert after[20, 6] == (dt.datetime(2024, 2, 29), "mm-dd-yy", True), "the column is bold"


def test_new_cells_take_the_style_of_their_row_then_of_their_column():
    after = cells(edit(BASE, {(9, 2): 1, (20, 6): 1, (20, 7): 1}))
    assert (after[9, 2][2], after[20, 6][2], after[20, 7][2]) == (True, True, False)


def test_looks_are_those_of_another_cell():
    wanted = {(1, 8): "new", (2, 8): DAY}
    result = edit(BASE, wanted, looks={(1, 8): (1, 5), (2, 8): (1, 4), (3, 8): (1, 5)})
    after = cells(result)
    assert after[1, 8] == ("new", "General", True)
    assert after[2, 8][1] == "yyyy-mm-dd"
    assert after[3, 8] == (None, "General", True)
    assert edit(result, wanted, looks={(1, 8): (1, 5), (2, 8): (1, 4), (3, 8): (1, 5)}) == result


@pytest.mark.parametrize("epoch", [False, True])
def test_dates_follow_the_workbooks_calendar(epoch):
    source = plain(date_1904=epoch)
    days = [dt.date(1904, 1, 2), dt.date(1999, 12, 31), dt.date(9999, 12, 31)]
    result = edit(source, {(20, 1 + place): day for place, day in enumerate(days)})
    assert [opened(result)[TITLE].cell(20, 1 + place).value.date() for place in range(3)] == days


def test_the_leap_day_that_was_not():
    days = {dt.date(1900, 1, 1): 1, dt.date(1900, 2, 28): 59, dt.date(1900, 3, 1): 61}
    xml = sheet_xml(edit(BASE, {(20, number): day for number, day in enumerate(days, 1)}))
    assert re.findall(r"<v>(\d+)</v></c>", xml[xml.index('r="A20"') :])[:3] == ["1", "59", "61"]
    for day, source in ((dt.date(1899, 12, 31), BASE), (dt.date(1903, 12, 31), plain(date_1904=True))):
        with pytest.raises(PackageError) as refusal:
            edit(source, {(1, 1): day})
        assert refusal.value.code == "date-too-early"


def test_a_moment_with_a_zone_is_written_as_its_clock_shows():
    zoned = MOMENT.replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    assert edit(BASE, {(1, 1): zoned}) == edit(BASE, {(1, 1): MOMENT})


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf"), 10**400])
def test_what_is_no_number_is_refused(number):
    with pytest.raises(PackageError) as refusal:
        edit(BASE, {(1, 1): number})
    assert refusal.value.code == "not-a-number"


@pytest.mark.parametrize("spot", [(0, 1), (1, 0), (1_048_577, 1), (1, 16_385)])
def test_a_cell_that_cannot_be_is_our_bug(spot):
    with pytest.raises(ValueError, match=r"."):
        edit(BASE, {spot: 1})


@pytest.mark.parametrize(("title", "code"), [("不在", "no-such-sheet"), ("图", "not-a-worksheet")])
def test_a_sheet_must_be_there_and_have_cells(title, code):
    source = bent(
        BASE,
        workbook=edited('name="另"', 'name="图"'),
        rels=edited('worksheet(" Target="worksheets/sheet2)', r"chartsheet\1"),
    )
    with pytest.raises(PackageError) as refusal:
        edit(source, {(1, 1): 1}, title)
    assert refusal.value.code == code


def test_calculation_is_asked_for_only_where_something_is_computed():
    quiet = bent(BASE, workbook=edited(' fullCalcOnLoad="1"', ""))
    assert b"fullCalcOnLoad" in unpack(edit(quiet, {(1, 2): 5}))[WORKBOOK]
    assert b"fullCalcOnLoad" not in unpack(edit(quiet, {(1, 2): 0}))[WORKBOOK]
    assert b"fullCalcOnLoad" not in unpack(edit(quiet, {}, looks={(1, 2): (1, 5)}))[WORKBOOK]
    parts = unpack(bent(bare('<row r="1"><c r="A1"><v>1</v></c></row>'), workbook=edited(' fullCalcOnLoad="1"', "")))
    other = "xl/worksheets/sheet2.xml"
    alone = pack(parts | {other: edited("<f>.*?</f>", "")(parts[other])})
    assert b"fullCalcOnLoad" not in unpack(edit(alone, {(1, 1): 5}))[WORKBOOK]


def test_the_calculation_chain_stays():
    assert "xl/calcChain.xml" in unpack(edit(with_chain(BASE), {(1, 1): 5}))


@pytest.mark.parametrize("value", [5, None, "", "21", True, DAY], ids=repr)
def test_a_formula_is_never_replaced_by_a_value(value):
    with pytest.raises(PackageError) as refusal:
        edit(BASE, {(1, 2): 5, (2, 5): value})
    assert refusal.value.code == "formula"
    assert "E2" in refusal.value.say("en")


def test_a_formula_whose_result_is_a_date_may_be_shown_as_one():
    source = bare('<row r="1"><c r="A1"><f>DATE(2024,2,29)</f><v>45351</v></c></row>')
    result = edit(source, {(1, 1): DAY})
    assert cells(result)[1, 1] == ("=DATE(2024,2,29)", "mm-dd-yy", False)
    assert edit(result, {(1, 1): DAY}) == result


def test_results_are_renewed_and_the_rest_keeps_its_bytes():
    source = bare(
        '<row r="1"><c r="A1" s="1" t="str"><f>B1&amp;""</f><v>alt</v></c><c r="B1"><v>1</v></c>'
        '<c r="C1"><f ca="1">NOW()</f></c><c r="D1" t="e" vm="1"><f>1/0</f><v>#DIV/0!</v></c></row>'
    )
    package = Package(source)
    wanted = {(1, 1): "", (1, 2): 5, (1, 3): 2.5, (1, 4): True, (9, 9): 1}
    assert renew_results(WorkbookPart(package), TITLE, wanted) == {(1, 2), (9, 9)}
    assert set(package.changes().changed) == {"xl/worksheets/sheet1.xml"}
    result = package.save()
    xml = sheet_xml(result)
    assert '<c r="A1" s="1" t="str"><f>B1&amp;""</f><v></v></c><c r="B1"><v>1</v></c>' in xml
    assert '<c r="C1"><f ca="1">NOW()</f><v>2.5</v></c><c r="D1" t="b"><f>1/0</f><v>1</v></c>' in xml
    again = Package(result)
    renew_results(WorkbookPart(again), TITLE, wanted)
    assert again.save() == result
    text = Package(source)
    renew_results(WorkbookPart(text), TITLE, {(1, 3): "a<\x02"})
    assert '<c r="C1" t="str"><f ca="1">NOW()</f><v>a&lt;_x0002_</v></c>' in sheet_xml(text.save())
