"""Two readers, one truth: whatever a producer writes, calamine's cells and those of our own reader are the same."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hostile.package import BOOK, HEAD, MAIN, SHEET, STYLES, book, parts, sheet
from tests.ooxml.reader.test_sparse import differences

FIRST_OWN = 164
CODES = (
    st.lists(
        st.sampled_from(
            [
                "y",
                "yyyy",
                "m",
                "mm",
                "d",
                "h",
                ":",
                "ss",
                "-",
                "/",
                " ",
                "e",
                "g",
                "AM/PM",
                "上午/下午",
                "0",
                "#",
                "0.00",
                ".",
                ",",
                "%",
                "E+00",
                "@",
                "General",
                "G/通用格式",
                ";",
                "[Red]",
                "[h]",
                "[mm]",
                "[s]",
                "[$-804]",
                "[DBNum1]",
                '"年"',
                '"月"',
                '"日"',
                '"d"',
                '"a_" y"',
                "a",
                "p",
                "年",
                "月",
                "日",
                "\\d",
                "\\-",
                "_d",
                "_)",
                "*d",
                "[>=100]",
                "?/?",
                "[$¥-804]",
                "[$-F800]",
            ]
        ),
        min_size=1,
        max_size=6,
    )
    .map("".join)
    .filter(lambda code: "aaa" not in code)
)
"""A weekday (aaa) is that of a day, which calamine does not know; see test_file.py."""
NUMBERS = st.one_of(
    st.sampled_from(
        ["0", "1", "59", "60", "61", "0.5", "45478", "45478.25", "-1", "2958465", "2958466", "1E3", "1e-5"]
    ),
    st.integers(-3_000, 3_000).map(lambda quarters: repr(quarters / 4)),
    st.floats(0, 3e6).map(repr),
    st.floats(0, allow_infinity=False).map(repr),
)
"""Of numbers below 0, which lie in no calendar, only quarters: their milliseconds are nobody's concern."""
DAYS = st.sampled_from(
    [
        "2024-07-05",
        "2024-07-05T00:00:00.000Z",
        "2024-07-05T10:00:00",
        "2024-07-05T00:00:00+08:00",
        "2024-07-05Z",
        "10:00",
        "2024-07-05T23:59:59.9999",
        "2024-13-45",
        "9999-12-31",
        "0001-01-01T00:00:00Z",
        "",
        "2024-07-05 10:00",
        "P1D",
    ]
)
CELLS = st.one_of(
    st.tuples(st.sampled_from(["", ' t="n"']), NUMBERS),
    st.tuples(st.just(' t="str"'), st.one_of(DAYS, NUMBERS)),
    st.tuples(st.just(' t="b"'), st.sampled_from(["0", "1"])),
    st.tuples(st.just(' t="e"'), st.sampled_from(["#N/A", "#REF!"])),
)
STYLED = st.lists(st.tuples(CELLS, st.integers(0, 7)), min_size=1, max_size=12)
WITH_DAYS = st.lists(st.tuples(st.one_of(CELLS, st.tuples(st.just(' t="d"'), DAYS)), st.integers(0, 7)), max_size=6)
FORMATS = st.lists(st.one_of(st.integers(0, 60), CODES), min_size=8, max_size=8)


def styles(formats: list[int | str]) -> bytes:
    """Return the styles of a workbook whose cell formats are built-in ones, by number, or codes of its own."""
    own = {code: FIRST_OWN + at for at, code in enumerate(dict.fromkeys(f for f in formats if isinstance(f, str)))}
    listed = "".join(f'<numFmt numFmtId="{at}" formatCode={quoteattr(code)}/>' for code, at in own.items())
    used = "".join(f'<xf numFmtId="{own.get(each, each)}"/>' for each in formats)
    return (
        f'{HEAD}<styleSheet xmlns="{MAIN}"><numFmts count="{len(own)}">{listed}</numFmts>'
        f'<cellXfs count="{len(formats)}">{used}</cellXfs></styleSheet>'
    ).encode()


def counted_from_1904(content: bytes) -> bytes:
    """Return the workbook part with its days counted from 1904."""
    return content.replace(b"<sheets>", b'<workbookPr date1904="1"/><sheets>', 1)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(FORMATS, st.one_of(STYLED, STYLED, STYLED, WITH_DAYS), st.booleans())
def test_both_readers_give_the_same_cells(
    formats: list[int | str], cells: list[tuple[tuple[str, str], int]], date1904: bool
) -> None:
    data = "".join(
        f'<row r="{row}"><c r="A{row}" s="{style}"{kind}><v>{text}</v></c></row>'
        for row, ((kind, text), style) in enumerate(cells, 1)
    )
    changes: dict[str, bytes | None] = {SHEET: sheet(data), STYLES: styles(formats)}
    if date1904:
        workbook = next(part.content for part in parts() if part.name == BOOK)
        changes[BOOK] = counted_from_1904(workbook)
    assert differences(book(changes)) == []
