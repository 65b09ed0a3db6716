"""Files as nobody should send them, each with the outcome it deserves; the numbers are those of the hostile list.

Longer than most because it is a list: one file, one function of a line or two.
"""

from __future__ import annotations

import io
import random
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from tests.hostile.package import (
    BOOK,
    BOOK_RELATIONS,
    HEAD,
    MAIN,
    PACKAGE,
    RELATIONS,
    ROWS,
    SHEET,
    STRINGS,
    STYLES,
    TITLES,
    Part,
    bomb,
    book,
    cell,
    parts,
    rows_of,
    sheet,
    strings,
    styles,
    zipped,
)


class Case(NamedTuple):
    """A file, the kind of error it deserves (None: it is read), codes to be found, and words of the error."""

    name: str
    make: Callable[[], bytes]
    kind: str | None
    finds: tuple[str, ...] = ()
    says: str = ""


CASES: list[Case] = []
PASSWORD = "密码 secret 1"


def case(
    name: str, kind: str | None = None, *, finds: tuple[str, ...] = (), says: str = ""
) -> Callable[[Callable[[], bytes]], Callable[[], bytes]]:
    """Enter a file into the list."""

    def entered(make: Callable[[], bytes]) -> Callable[[], bytes]:
        CASES.append(Case(name, make, kind, finds, says))
        return make

    return entered


def healthy() -> bytes:
    """Return a workbook with nothing wrong but four sheets missing."""
    return book()


def encrypted() -> bytes:
    """Return a healthy workbook with PASSWORD to open."""
    from msoffcrypto.format.ooxml import OOXMLFile

    locked = io.BytesIO()
    picture = Part("xl/media/1.png", random.Random(1).randbytes(20_000), stored=True)
    OOXMLFile(io.BytesIO(zipped([*parts(), picture]))).encrypt(PASSWORD, locked)
    return locked.getvalue()


def with_rows(*rows: tuple[object, ...], titles: tuple[object, ...] = TITLES) -> bytes:
    """Return a workbook with these rows below the header."""
    return book({SHEET: sheet(rows_of([titles, *rows]))})


def with_data(more: str, **around: str) -> bytes:
    """Return a healthy workbook with more rows behind its own."""
    return book({SHEET: sheet(rows_of([TITLES, *ROWS]) + more, **around)})


def with_cell(ref: str) -> bytes:
    """Return a healthy workbook with a stray cell."""
    digits = ref.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return with_data(f'<row r="{digits}">{cell(ref, "x")}</row>')


def row(**changed: object) -> tuple[object, ...]:
    """Return a healthy row with some of name, owner, department, due, priority, after, status changed."""
    keys = ("name", "owner", "department", "due", "priority", "after", "status")
    return tuple(changed.get(key, value) for key, value in zip(keys, ROWS[0], strict=True))


# --- 3a: package and XML


@case("01-bomb-sheet", "too-large", says="zip bomb")
def _() -> bytes:
    start = sheet("").partition(b"</sheetData>")
    block = b'<row><c t="inlineStr"><is><t>xxxxxxxx</t></is></c></row>' * 20_000
    return zipped([*parts({SHEET: None}), bomb(SHEET, start[0], block, 900, start[1] + start[2])])


@case("01-bomb-that-lies", "corrupt", says="declares")
def _() -> bytes:
    start = sheet("").partition(b"</sheetData>")
    return zipped([*parts({SHEET: None}), bomb(SHEET, start[0], b" " * 2**20, 300, start[1] + start[2], size=9_000)])


@case("02-bomb-strings", "too-large", says="zip bomb")
def _() -> bytes:
    block = b"<si><t>xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx</t></si>" * 20_000
    return zipped([*parts({STRINGS: None}), bomb(STRINGS, strings("")[:-6], block, 600, b"</sst>")])


@case("02-bomb-small-strings", "too-large", says="zip bomb")
def _() -> bytes:
    return zipped([*parts({STRINGS: None}), bomb(STRINGS, strings("")[:-6], b"<si/>" * 2**20, 8, b"</sst>")])


@case("03-overlapping", "corrupt", says="overlaps")
def _() -> bytes:
    double = [Part(f"xl/media/{at}.png", b"", packed=b"", size=0, same_place_as=SHEET) for at in range(3)]
    return zipped([*parts(), *double])


@case("04-60000-members", "too-large", says="limit is 10000")
def _() -> bytes:
    return zipped([*parts(), *(Part(f"xl/media/{at}", b"", stored=True) for at in range(60_000))])


@case("05-duplicate", "corrupt", says="bear one name")
def _() -> bytes:
    return zipped([*parts(), Part(SHEET, sheet(""))])


@case("05-duplicate-by-case", "corrupt", says="bear one name")
def _() -> bytes:
    return zipped([*parts(), Part("XL/Worksheets/SHEET1.xml", sheet(""))])


@case("06-zip-slip", "corrupt", says="leads out")
def _() -> bytes:
    return zipped([*parts(), Part("../../evil.sh", b"x")])


@case("07-truncated", "corrupt")
def _() -> bytes:
    whole = healthy()
    return whole[: len(whole) * 6 // 10]


@case("07-bad-crc", "corrupt", says="checksum of xl/worksheets/sheet1.xml")
def _() -> bytes:
    return zipped([*parts({SHEET: None}), Part(SHEET, sheet(), crc=1)])


@case("07-stored-byte-flipped", "corrupt", says="checksum")
def _() -> bytes:
    whole = zipped([*parts({SHEET: None}), Part(SHEET, sheet(), stored=True)])
    return whole.replace("需求调研".encode(), "需求凋研".encode(), 1)


@case("08-junk-behind", "corrupt", says="foreign bytes")
def _() -> bytes:
    return healthy() + b"junk" * 100


@case("08-much-junk-behind", "corrupt")
def _() -> bytes:
    return healthy() + b"junk" * 20_000


@case("08-program-in-front", "not-a-workbook")
def _() -> bytes:
    return b"MZ" + b"\0" * 4094 + healthy()


@case("08-zip-in-front", "corrupt", says="foreign bytes")
def _() -> bytes:
    return b"PK\3\4" + b"\0" * 4092 + healthy()


@case("09-empty", "not-a-workbook", says="empty")
def _() -> bytes:
    return b""


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {chr(at + 1)} "{"&" + chr(at) + ";"}{"&" + chr(at) + ";"}">' * 1 for at in range(97, 120)
)


@case("10-laughs-in-sheet", "corrupt", says="DTD")
def _() -> bytes:
    text = sheet(rows_of([("&x;",)])).replace(HEAD.encode(), HEAD.encode() + LAUGHS.encode() + b"]>")
    return book({SHEET: text})


@case("10-laughs-in-strings", "corrupt", says="DTD")
def _() -> bytes:
    return book({STRINGS: strings("<si><t>&x;</t></si>", before=LAUGHS + "]>")})


@case("10-laughs-behind-a-comment", "corrupt", says="DTD")
def _() -> bytes:
    return book({SHEET: sheet().replace(HEAD.encode(), f"{HEAD}<!--{'x' * 9000}-->{LAUGHS}]>".encode())})


@case("11-xxe", "corrupt", says="DTD")
def _() -> bytes:
    outside = '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    return book({STRINGS: strings("<si><t>&x;</t></si>", before=outside)})


@case("12-quadratic", "corrupt", says="DTD")
def _() -> bytes:
    return book(
        {SHEET: sheet(before="").replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "%s">]><worksheet' % (b"x" * 9999))}
    )


@case("13-nested-sheet")
def _() -> bytes:
    return book({SHEET: sheet(after="<a>" * 300_000 + "</a>" * 300_000)})


@case("13-nested-workbook")
def _() -> bytes:
    nest = "<a>" * 300_000 + "</a>" * 300_000
    text = next(part.content for part in parts() if part.name == BOOK)
    return book({BOOK: text.replace(b"</workbook>", nest.encode() + b"</workbook>")})


@case("13-nested-utf-16", "corrupt", says="deep")
def _() -> bytes:
    text = sheet(rows_of([TITLES, *ROWS]) + "<a>" * 300_000 + "</a>" * 300_000).decode()
    return book({SHEET: text.replace("UTF-8", "UTF-16").encode("utf-16")})


@case("14-20-mb-in-a-cell")
def _() -> bytes:
    return with_rows(row(name="很长" * 3_500_000))


@case("15-count-of-strings")
def _() -> bytes:
    return book({STRINGS: strings("<si><t>x</t></si>", 'count="4294967295" uniqueCount="4294967295"')})


for number, ref in enumerate(("A9999999999", "ZZZZ2", "A0", "XFE1", "A1048577", "1", "")):

    @case(f"16-ref-{number}", "corrupt" if ref else None, says=ref)
    def _(ref: str = ref) -> bytes:
        stray = f'<c r="{ref}"><v>1</v></c>' if ref else "<c><v>1</v></c>"
        return with_data(f'<row r="9">{stray}</row>')


@case("16-row-9999999999", "corrupt", says="9999999999")
def _() -> bytes:
    return with_data('<row r="9999999999"><c><v>1</v></c></row>')


@case("16-row-by-counting")
def _() -> bytes:
    return with_data('<row r="1048576"/>' + "<row/>" * 1000)


@case("17-stray-xfd1048576")
def _() -> bytes:
    return with_cell("XFD1048576")


@case("17-stray-z1048576")
def _() -> bytes:
    return with_cell("Z1048576")


@case("17-stray-a1048576", finds=("CV101",))
def _() -> bytes:
    return with_cell("A1048576")


@case("17-stray-in-a-hidden-order")
def _() -> bytes:
    return with_data(f'<row r="9"><c s="0" r="XFD1048576"><v>1</v></c>{cell("A9", "甲")}</row>')


@case("17-diagonal", "too-large", says="filled cells")
def _() -> bytes:
    ends = "".join(f'<row r="{at}"><c r="A{at}"><v>1</v></c><c r="XFD{at}"><v>1</v></c></row>' for at in range(9, 40))
    tall = "".join(f'<row r="{at}"><c r="B{at}"><v>1</v></c></row>' for at in range(40, 20_000))
    heads = '<row r="5"><c r="XFD5" t="inlineStr"><is><t>x</t></is></c></row>'
    return with_data(heads + ends + tall)


@case("17-wide-and-tall-by-counting")
def _() -> bytes:
    return with_data(
        "<row>" + "<c><v>1</v></c>" * 16_000 + "</row>" + "<row/>" * 400_000 + "<row><c><v>1</v></c></row>"
    )


@case("18-dimension-says-all")
def _() -> bytes:
    return book({SHEET: sheet(before='<dimension ref="A1:XFD1048576"/>')})


@case("18-dimension-says-a1")
def _() -> bytes:
    return book({SHEET: sheet(before='<dimension ref="A1"/>')})


@case("19-a-million-styled-rows")
def _() -> bytes:
    blank = "".join(f'<row r="{at}" s="1" customFormat="1"><c r="A{at}" s="1"/></row>' for at in range(9, 1_048_577))
    return with_data(blank)


@case("20-merged-sheet")
def _() -> bytes:
    return with_data("", after='<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>')


@case("21-string-out-of-range", finds=("CV111",))
def _() -> bytes:
    return with_data('<row r="5"><c r="A5" t="inlineStr"><is><t>甲</t></is></c><c r="B5" t="s"><v>99</v></c></row>')


@case("21-style-out-of-range")
def _() -> bytes:
    return with_data(f'<row r="5">{cell("A5", "甲", " s=" + chr(34) + "999" + chr(34))}</row>')


@case("21-text-in-a-number", finds=("CV111",))
def _() -> bytes:
    return with_data(f'<row r="5">{cell("A5", "甲")}<c r="D5" t="n" s="1"><v>abc</v></c></row>')


@case("21-nan", finds=("CV103",))
def _() -> bytes:
    return with_data(f'<row r="5">{cell("A5", "甲")}<c r="D5"><v>NaN</v></c></row>')


@case("22-strict")
def _() -> bytes:
    strict = "http://purl.oclc.org/ooxml"
    changed = {
        part.name: part.content.replace(MAIN.encode(), f"{strict}/spreadsheetml/main".encode()).replace(
            RELATIONS.encode(), f"{strict}/officeDocument/relationships".encode()
        )
        for part in parts()
    }
    return book({**changed})


@case("22-prefixes")
def _() -> bytes:
    plain = sheet().decode().replace(f'xmlns="{MAIN}"', f'xmlns:x="{MAIN}"')
    for tag in ("worksheet", "sheetData", "row", "c", "is", "t", "v"):
        plain = plain.replace(f"</{tag}>", f"</x:{tag}>")
        for after in (" ", ">", "/"):
            plain = plain.replace(f"<{tag}{after}", f"<x:{tag}{after}")
    return book({SHEET: plain.encode()})


@case("22-no-references")
def _() -> bytes:
    return book({SHEET: re.sub(rb' r="[A-Z]*[0-9]+"', b"", sheet())})


@case("22-absolute-targets")
def _() -> bytes:
    related = next(part.content for part in parts() if part.name == BOOK_RELATIONS)
    return book({BOOK_RELATIONS: related.replace(b'Target="', b'Target="/xl/')})


@case("23-no-styles")
def _() -> bytes:
    return book({STYLES: None})


@case("23-no-sheet", "corrupt", says="xl/worksheets/sheet1.xml is missing")
def _() -> bytes:
    return book({SHEET: None})


@case("23-no-relations", "corrupt")
def _() -> bytes:
    return book({BOOK_RELATIONS: None})


@case("23-empty-fill")
def _() -> bytes:
    return book({STYLES: styles(fills="<fills><fill/></fills>")})


@case("24-xls", "unsupported", says=".xls")
def _() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + "Workbook".encode("utf-16-le") + b"\0" * 1000


@case("24-xlsb", "unsupported", says=".xlsb")
def _() -> bytes:
    kinds = b"<Types><Override ContentType='application/vnd.ms-excel.sheet.binary.macroEnabled.main'/></Types>"
    return zipped([Part("[Content_Types].xml", kinds), Part("xl/workbook.bin", b"x")])


@case("24-ods", "unsupported", says=".ods")
def _() -> bytes:
    return zipped([Part("mimetype", b"application/vnd.oasis.opendocument.spreadsheet", stored=True)])


@case("24-csv-gbk", "not-a-workbook")
def _() -> bytes:
    return "任务名称,负责人\n甲,张三\n".encode("gbk")


@case("24-html", "not-a-workbook", says="web page")
def _() -> bytes:
    return b"<html><table><tr><td>1</td></tr></table></html>"


@case("25-control-characters")
def _() -> bytes:
    return with_rows(row(name="甲_x0001_乙"), row(name="丙_xD800_丁"))


@case("25-encoding-utf-16")
def _() -> bytes:
    return book({SHEET: sheet().decode().replace("UTF-8", "UTF-16").encode("utf-16")})


@case("25-encoding-utf-16-strings")
def _() -> bytes:
    text = strings("<si><t>x</t></si>").decode()
    return book({STRINGS: text.replace("UTF-8", "UTF-16").encode("utf-16")})


@case("25-encoding-gbk", "unsupported", says="gbk")
def _() -> bytes:
    return book({SHEET: sheet().decode().replace("UTF-8", "GBK").encode("gbk")})


@case("25-not-utf-8", "corrupt")
def _() -> bytes:
    return book({SHEET: sheet().replace("需求调研".encode(), b"\xff\xfe\xfd")})


@case("25-zip-password", "encrypted")
def _() -> bytes:
    return zipped([*parts({SHEET: None}), Part(SHEET, sheet(), flags=0x801)])


@case("25-unknown-method", "unsupported")
def _() -> bytes:
    return zipped([*parts({SHEET: None}), Part(SHEET, sheet(), method=12)])


@case("25-noise", "corrupt")
def _() -> bytes:
    return b"PK\3\4" + random.Random(1).randbytes(5000)


# --- 3b: structure and values


@case("28-column-missing", finds=("BK002",))
def _() -> bytes:
    return with_rows(("甲", "张三"), titles=("任务名称", "负责人"))


@case("28-header-twice", finds=("BK004",))
def _() -> bytes:
    return with_rows((*row(), "李四"), titles=(*TITLES, "负责人"))


@case("29-two-row-header")
def _() -> bytes:
    upper = ("任务", None, None, "时间", None, None, None)
    return book(
        {SHEET: sheet(rows_of([upper, TITLES, *ROWS]), after='<mergeCells><mergeCell ref="A1:C1"/></mergeCells>')}
    )


@case("30-title-rows")
def _() -> bytes:
    return book({SHEET: sheet(rows_of([("项目协同表",), ("填表日期 2024-07-01",), TITLES, *ROWS]))})


@case("31-sheet-renamed", finds=("BK005",))
def _() -> bytes:
    return book(names=("任务分工表 (2)",))


@case("31-two-candidates", finds=("BK001",))
def _() -> bytes:
    return book(names=("任务分工表 (2)", "任务分工表 (3)"))


@case("31-two-sheets-of-one-name", "corrupt", says="任务分工表")
def _() -> bytes:
    return book(names=("任务分工表", "任务分工表"))


@case("32-very-hidden-sheet")
def _() -> bytes:
    text = next(part.content for part in parts() if part.name == BOOK)
    return book({BOOK: text.replace(b"<sheet ", b'<sheet state="veryHidden" ')})


@case("33-hidden-rows")
def _() -> bytes:
    return book({SHEET: sheet().replace(b'<row r="3">', b'<row r="3" hidden="1">')})


@case("34-pasted-twice", finds=("CV108",))
def _() -> bytes:
    return with_rows(*ROWS, *ROWS)


@case("36-text-dates", finds=("CV104",))
def _() -> bytes:
    return with_rows(*(row(name=day, due=day) for day in ("2024/8/5", "2024-08-05", "2024年8月5日", "2024.8.5")))


@case("37-ambiguous-dates", finds=("CV104",))
def _() -> bytes:
    return with_rows(*(row(name=day, due=day) for day in ("7.5", "7/5", "7月5日", "5/7/2024")))


@case("38-bare-serial", finds=("CV104",))
def _() -> bytes:
    return with_rows(row(due="<v>45510</v>"))


@case("39-no-such-date", finds=("CV103",))
def _() -> bytes:
    return with_rows(*(row(name=str(at), due=day) for at, day in enumerate(("2024-02-30", 2958466, -5, 60))))


@case("40-untidy", finds=("CV109",))
def _() -> bytes:
    return with_rows(row(name="\u3000甲\u200b\u00a0"), row(owner="王２０２４"))


@case("41-near-word", finds=("CV102",))
def _() -> bytes:
    return with_rows(row(status="完成"))


@case("44-error-and-uncalculated", finds=("CV111", "CV112"))
def _() -> bytes:
    error = '<c r="B5" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="C5"><f>A1</f></c>'
    return with_data(f'<row r="5">{cell("A5", "甲")}{error}</row>')


@case("45-words-that-look-empty")
def _() -> bytes:
    return with_rows(*(row(name=f"任务{word}", department=word) for word in ("NA", "None", "null")))


@case("46-1904")
def _() -> bytes:
    text = next(part.content for part in parts() if part.name == BOOK)
    return book({BOOK: text.replace(b"<sheets>", b'<workbookPr date1904="1"/><sheets>')})


@case("48-dangerous-text", finds=("CV113",))
def _() -> bytes:
    return with_rows(row(name="=HYPERLINK(1)"), row(name="+cmd|' /C calc'!A0"), row(name="＝1+1"))


@case("49-formula-that-reaches-out", finds=("CV113",))
def _() -> bytes:
    call = '<c r="B5" t="str"><f>WEBSERVICE("http://x.invalid")</f><v>张三</v></c>'
    return with_data(f'<row r="5">{cell("A5", "甲")}{call}</row>')


# --- 3d: writers and files


@case("54-wps")
def _() -> bytes:
    own = '<numFmts><numFmt numFmtId="59" formatCode="yyyy&quot;年&quot;m"/></numFmts><fills><fill/></fills>'
    return book(
        {
            STYLES: styles('<xf numFmtId="0"/><xf numFmtId="59"/>', own),
            SHEET: sheet(before='<dimension ref="A1"/>'),
            "xl/cellimages.xml": b"<etc:cellImages xmlns:etc='x'/>",
        }
    )


@case("57-encrypted", "encrypted", says="--password-file")
def _() -> bytes:
    return encrypted()


@case("57-encrypted-and-damaged", "encrypted")
def _() -> bytes:
    return encrypted()[:-3000]


@case("63-" + "很长的名字🎉e\u0301" * 8)
def _() -> bytes:
    return healthy()


@case("63-package-of-other-office", "not-a-workbook")
def _() -> bytes:
    kinds = f'<Types xmlns="{PACKAGE}/content-types"/>'.encode()
    return zipped([Part("[Content_Types].xml", kinds), Part("word/document.xml", b"<w/>")])


def written() -> Iterator[tuple[Case, bytes]]:
    """Yield every case with its bytes."""
    for each in CASES:
        yield each, each.make()
