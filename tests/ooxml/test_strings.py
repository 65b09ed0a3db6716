"""Texts as SpreadsheetML spells them, and shared strings that only grow."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collabxl import PackageError
from collabxl.ooxml.escapes import escape_text, unescape_text
from collabxl.ooxml.package import Package
from collabxl.ooxml.strings import LONGEST_TEXT, SharedStrings, text_xml
from collabxl.ooxml.workbook_part import WorkbookPart
from collabxl.ooxml.xml import XmlPart
from tests.ooxml.sheets import TITLE, cells, edit, plain
from tests.ooxml.workbooks import edited, pack, prefixed, unpack

PART = "xl/sharedStrings.xml"
SOURCE = plain()


def with_strings(change) -> bytes:
    parts = unpack(SOURCE)
    return pack(parts | {PART: change(parts[PART])})


@given(st.text(alphabet=st.sampled_from("_x0041FfA\x00\x0b\r\n\t <&>\uffff汇😀"), max_size=24))
def test_every_text_comes_back(text):
    assert unescape_text(escape_text(text)) == text
    assert unescape_text(XmlPart(text_xml(text), "t").root.text) == text


def test_what_looks_like_an_escape_is_escaped_itself():
    assert escape_text("_x0041_") == "_x005F_x0041_"
    assert unescape_text("_x000D_") == "\r"
    assert unescape_text(escape_text("\ud800")) == "_xD800_"  # half a letter, which no text can hold
    assert text_xml(" a") == b'<t xml:space="preserve"> a</t>'
    assert text_xml("a", "x:") == b"<x:t>a</x:t>"


def test_a_text_longer_than_a_cell_is_refused_in_utf16_units():
    text_xml("汇" * LONGEST_TEXT)
    for text in ("a" * (LONGEST_TEXT + 1), "😀" * (LONGEST_TEXT // 2 + 1)):
        with pytest.raises(PackageError) as refusal:
            text_xml(text)
        assert refusal.value.code == "text-too-long"


@pytest.mark.parametrize(
    "change",
    [
        lambda xml: xml,
        edited(r'count="\d+" uniqueCount="\d+"', 'count="8876876876877" uniqueCount="1"'),
        edited(r' count="\d+" uniqueCount="\d+"', ""),
        prefixed,
        lambda xml: xml.replace(b"<si>", b"<!-- <si> --><si>", 1),
        lambda xml: xml.replace(b"</sst>", b"<extLst/></sst>"),
        lambda xml: xml.replace(b"<t>", b"<t><![CDATA[").replace(b"</t>", b"]]></t>"),
        lambda xml: xml.replace(b"><", b">\r\n <"),
        lambda xml: xml.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
    ],
)
def test_counts_are_counted_and_strings_appended_last(change):
    source = with_strings(change)
    result = edit(source, {(2, 2): "新 1", (20, 1): "文字 0", (21, 1): "新 1"})
    strings = SharedStrings(WorkbookPart(Package(result)))
    assert "新 1" in [strings.text(len(strings.starts) - back) for back in (1, 2)]
    found = cells(result)
    assert (found[2, 2][0], found[20, 1][0], found[1, 1][0]) == ("新 1", "文字 0", "文字 0")
    counts = re.search(rb'uniqueCount="(\d+)"', unpack(result)[PART])
    assert counts is None or int(counts[1]) == len(strings.starts)


def test_a_string_that_is_there_is_used_again():
    assert unpack(edit(SOURCE, {(2, 2): "文字 7"}))[PART] == unpack(SOURCE)[PART]


def test_an_empty_part_of_one_tag_grows():
    xml = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="0" uniqueCount="0"/>'
    parts = unpack(SOURCE)
    sheet = re.sub(rb'<c r="\w+" t="s">.*?</c>', b"", parts["xl/worksheets/sheet1.xml"])
    result = edit(pack(parts | {PART: xml, "xl/worksheets/sheet1.xml": sheet}), {(1, 1): "x"})
    assert cells(result, TITLE)[1, 1][0] == "x"
    assert b'count="1" uniqueCount="1"' in unpack(result)[PART]


def test_a_rich_text_that_says_the_same_stays_rich():
    rich = "<si><r><t>文字</t></r><r><rPr><b/></rPr><t> 0</t></r><rPh sb='0' eb='1'><t>x</t></rPh></si>"
    source = with_strings(edited("<si><t>文字 0</t></si>", rich))
    assert edit(source, {(1, 1): "文字 0"}) == source
    assert cells(edit(source, {(1, 1): "文字"}))[1, 1][0] == "文字"
