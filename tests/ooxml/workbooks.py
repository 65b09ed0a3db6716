"""Workbooks the tests edit, made by XlsxWriter and bent the way other writers bend them; donors as collabxl paints."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable

import openpyxl
import xlsxwriter

from collabxl.ooxml.import_sheet import import_sheet
from collabxl.ooxml.package import Package
from collabxl.ooxml.workbook_part import WorkbookPart

MARKER = "_collabxl_summary"
WORKBOOK, STYLES, SHEET = "xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml"
RELS, TYPES = "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
Parts = dict[str, bytes]


def put(source: bytes, donor: bytes, *, title: str = "汇总", at: int | None = None) -> bytes:
    """Return the workbook with the donor's sheet in it."""
    package = Package(source)
    import_sheet(WorkbookPart(package), donor, title=title, at=at, marker=MARKER)
    return package.save()


def workbook(*titles: str, active: int = 0) -> bytes:
    """Return a workbook with text, numbers, dates, formulas, formats, a chart, a table and names in each sheet."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for number, title in enumerate(titles or ("任务", "风险")):
        sheet = book.add_worksheet(title)
        _fill(book, sheet, title)
        if number == active:
            sheet.activate()
        book.define_name(f"'{title}'!local", f"='{title}'!$A$1")
    book.define_name("everywhere", f"='{titles[0] if titles else '任务'}'!$B$2")
    book.close()
    return out.getvalue()


def _fill(book: xlsxwriter.Workbook, sheet: xlsxwriter.workbook.Worksheet, title: str) -> None:
    day = book.add_format({"num_format": "yyyy-mm-dd", "bold": True})
    late = book.add_format({"bg_color": "#FFC7CE"})
    sheet.add_table("A1:C4", {"columns": [{"header": "编号"}, {"header": "数"}, {"header": "日期"}]})
    for row in range(1, 4):
        sheet.write_row(row, 0, [f"T{row:03}", row * 1.5])
        sheet.write_number(row, 2, 45000 + row, day)
    sheet.write_formula("D2", "=SUM(B2:B4)", None, 9)
    sheet.write_comment("A2", "note")
    sheet.conditional_format("B2:B4", {"type": "cell", "criteria": ">", "value": 2, "format": late})
    sheet.print_area("A1:D4")
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": f"='{title}'!$B$2:$B$4"})
    sheet.insert_chart("F2", chart)


def donor(title: str = "汇总", *, formulas: bool = True, drawings: bool = True) -> bytes:
    """Return a one-sheet workbook with all that a summary may show."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet(title)
    look = book.add_format(
        {"bold": True, "font_color": "red", "num_format": "0.0 %", "border": 1, "bg_color": "#FFEECC"}
    )
    late = book.add_format({"font_color": "#9C0006", "bg_color": "#FFC7CE", "num_format": '"▲ "yyyy-mm-dd'})
    sheet.write("A1", " 汇总\n ", look)
    sheet.write_rich_string("A2", "逾期 ", look, "3", " 项")
    sheet.write_row("A3", [1, 2.5, "_x0041_", True])
    sheet.merge_range("A4:C4", "merged & <escaped>", look)
    if formulas:
        sheet.write_formula("B5", "=SUM(A3:B3)", look, 3.5)
        sheet.write_formula("B6", f"='{title}'!A3&\"'{title}'!\"", None, f"1'{title}'!")
    sheet.set_column("A:A", 20, look)
    sheet.set_row(6, 30, look)
    sheet.set_row(7, None, None, {"hidden": True})
    sheet.conditional_format("A3:B3", {"type": "cell", "criteria": ">", "value": f"='{title}'!$B$3", "format": late})
    sheet.conditional_format("B3:B6", {"type": "data_bar", "data_bar_2010": True})
    sheet.data_validation("D3", {"validate": "list", "source": f"='{title}'!$A$3:$B$3"})
    sheet.write_url("A8", f"internal:'{title}'!A1", None, "top")
    sheet.write_url("A9", "https://example.com/?a=1&b=2", None, "web")
    sheet.freeze_panes(2, 1)
    sheet.set_landscape()
    sheet.set_header('&C&"黑体"汇总')
    sheet.print_area("A1:Z30")
    sheet.repeat_rows(0, 1)
    if drawings:
        _draw(book, sheet, title)
    book.close()
    return out.getvalue()


def _draw(book: xlsxwriter.Workbook, sheet: xlsxwriter.workbook.Worksheet, title: str) -> None:
    for place, kind in (("F2", "column"), ("F18", "doughnut")):
        chart = book.add_chart({"type": kind})
        chart.add_series({"name": f"='{title}'!$A$1", "values": f"='{title}'!$A$3:$B$3"})
        sheet.insert_chart(place, chart)
    sheet.insert_image("N2", "dot.png", {"image_data": io.BytesIO(_dot()), "url": f"internal:'{title}'!A1"})
    sheet.insert_textbox("N6", "", {"textlink": f"='{title}'!$A$1"})
    sheet.add_sparkline("E3", {"range": f"'{title}'!A3:B3"})


def _dot() -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        chunk(*each) for each in ((b"IHDR", head), (b"IDAT", zlib.compress(b"\0\xff\0\0")), (b"IEND", b""))
    )


def unpack(source: bytes) -> Parts:
    """Return the parts of a package by entry name."""
    with zipfile.ZipFile(io.BytesIO(source)) as zipped:
        return {name: zipped.read(name) for name in zipped.namelist()}


def pack(parts: Parts, *, stored: bool = False, streamed: bool = False, wide: bool = False) -> bytes:
    """Return parts as a zip: stored or deflated, streamed with data descriptors, with zip64 extras."""
    out = _Pipe() if streamed else io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as zipped:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, (2024, 7, 1, 12, 30, 0))
            entry.compress_type = zipped.compression
            with zipped.open(entry, "w", force_zip64=wide) as file:
                file.write(content)
    return out.getvalue()


class _Pipe(io.BytesIO):
    """A target that cannot seek, so that zipfile has to write data descriptors."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_: object) -> int:
        raise OSError

    def tell(self) -> int:
        raise OSError


def bent(source: bytes, **changes: Callable[[bytes], bytes] | bytes) -> bytes:
    """Return a workbook with some parts changed, called by the short words of ``_SHORT``."""
    parts = unpack(source)
    for word, change in changes.items():
        name = _SHORT[word]
        parts[name] = change(parts[name]) if callable(change) else change
    return pack(parts)


_SHORT = {
    "workbook": WORKBOOK,
    "styles": STYLES,
    "sheet": SHEET,
    "rels": RELS,
    "types": TYPES,
    "root": "_rels/.rels",
    "third": "xl/worksheets/sheet3.xml",
    "third_rels": "xl/worksheets/_rels/sheet3.xml.rels",
    "drawing_rels": "xl/drawings/_rels/drawing1.xml.rels",
}


def edited(old: bytes | str, new: bytes | str, times: int = 0) -> Callable[[bytes], bytes]:
    """Return a change that replaces what a regular expression finds, as often as said; it must find something."""
    pattern, by = (each.encode() if isinstance(each, str) else each for each in (old, new))

    def change(content: bytes) -> bytes:
        result, found = re.subn(pattern, by, content, count=times, flags=re.DOTALL)
        assert found, f"{pattern!r} is not there"
        return result

    return change


def related(kind: str, target: str, rel_id: str = "x") -> Callable[[bytes], bytes]:
    """Return a change that adds a relationship; a kind that is no URI is one of Office's own."""
    uri = kind if ":" in kind else f"{OFFICE}/{kind}"
    return edited("</Rel", f'<Relationship Id="{rel_id}" Type="{uri}" Target="{target}"/></Rel')


def typed(part: str, kind: str = "a/b") -> Callable[[bytes], bytes]:
    """Return a change that gives a part a content type."""
    return edited("</Types>", f'<Override PartName="/{part}" ContentType="{kind}"/></Types>')


def with_chain(source: bytes) -> bytes:
    """Return a workbook with a calculation chain."""
    parts = unpack(bent(source, rels=related("calcChain", "calcChain.xml"), types=typed("xl/calcChain.xml")))
    return pack(parts | {"xl/calcChain.xml": b'<calcChain><c r="B5" i="3"/></calcChain>'})


def prefixed(content: bytes) -> bytes:
    """Return a part as ClosedXML and others write it: every element with a prefix, r bound to something else."""
    content = re.sub(rb"<(/?)(?=[A-Za-z])(?!\w+:)", rb"<\1x:", content).replace(b" xmlns=", b" xmlns:x=")
    return content.replace(b"xmlns:r=", b"xmlns:q=").replace(b" r:", b" q:")


_TRANSITIONAL = b"http://schemas.openxmlformats.org/"
_STRICT = (
    (b"officeDocument/2006/relationships", b"http://purl.oclc.org/ooxml/officeDocument/relationships"),
    (b"spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main"),
    (b"drawingml/2006/main", b"http://purl.oclc.org/ooxml/drawingml/main"),
    (b"drawingml/2006/chart", b"http://purl.oclc.org/ooxml/drawingml/chart"),
    (b"drawingml/2006/spreadsheetDrawing", b"http://purl.oclc.org/ooxml/drawingml/spreadsheetDrawing"),
)


def strict(parts: Parts) -> Parts:
    """Return parts in the strict dialect."""
    for tail, uri in _STRICT:
        parts = {name: content.replace(_TRANSITIONAL + tail, uri) for name, content in parts.items()}
    return parts


def moved(parts: Parts) -> Parts:
    """Return a workbook whose parts do not lie where Excel puts them, with targets written in every other way."""
    parts = dict(parts)
    parts["office/book.xml"] = parts.pop(WORKBOOK)
    parts["xl/looks/Formats.xml"] = parts.pop(STYLES)
    rels = parts.pop(RELS).replace(b'Target="styles.xml"', b'Target="/xl/Looks/formats.xml"')
    rels = rels.replace(b'Target="worksheets/sheet1.xml"', b'Target="..\\xl\\worksheets\\sheet%31.xml"')
    parts["office/_rels/book.xml.rels"] = re.sub(rb'Target="(?=[a-z])', b'Target="../xl/', rels)
    parts["_rels/.rels"] = parts["_rels/.rels"].replace(b'"xl/workbook.xml"', b'"/office/BOOK.xml"')
    types = parts[TYPES].replace(b"/xl/workbook.xml", b"/office/book.xml")
    parts[TYPES] = types.replace(b"/xl/styles.xml", b"/xl/looks/Formats.xml")
    return parts


def typed_by_default(parts: Parts) -> Parts:
    """Return a workbook typed as ClosedXML does it: the workbook's type is the Default of all .xml."""
    main = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    types = edited(rb'<Override PartName="/xl/workbook.xml"[^>]*/>', b"")(parts[TYPES])
    return parts | {
        TYPES: types.replace(
            b'Extension="xml" ContentType="application/xml"', b'Extension="xml" ContentType="' + main + b'"'
        )
    }


def _in(name: str, change: Callable[[bytes], bytes]) -> Callable[[Parts], Parts]:
    return lambda parts: parts | {name: change(parts[name])}


def _utf16(content: bytes) -> bytes:
    return content.decode().replace("UTF-8", "UTF-16").encode("utf-16")


def _each(change: Callable[[bytes], bytes]) -> Callable[[Parts], Parts]:
    names = (WORKBOOK, STYLES, SHEET, RELS, TYPES)
    return lambda parts: parts | {name: change(parts[name]) for name in names}


def _without_styles(parts: Parts) -> Parts:
    parts = _in(RELS, edited(r'<Relationship [^>]*styles.xml"/>', ""))(parts)
    parts = _in(TYPES, edited(r'<Override PartName="/xl/styles.xml"[^>]*/>', ""))(parts)
    return {name: re.sub(rb' s="\d+"| dxfId="\d+"', b"", content) for name, content in parts.items() if name != STYLES}


def _renamed(change: Callable[[str], str]) -> Callable[[Parts], Parts]:
    return lambda parts: {change(name): content for name, content in parts.items()}


def _without_cell_formats(content: bytes) -> bytes:
    return edited(r"<(fonts|fills|borders|cellStyleXfs|cellXfs|cellStyles) .*</\1>", "")(content)


SHAPES: dict[str, Callable[[Parts], Parts]] = {
    "as XlsxWriter writes": lambda parts: parts,
    "prefixed elements": lambda parts: {
        name: prefixed(content) if name in (WORKBOOK, STYLES) else content for name, content in parts.items()
    },
    "prefixed types and relationships": lambda parts: parts | {name: prefixed(parts[name]) for name in (RELS, TYPES)},
    "UTF-16 workbook": _in(WORKBOOK, _utf16),
    "UTF-16 styles without BOM": _in(STYLES, lambda content: _utf16(content)[2:]),
    "UTF-16 types and relationships": lambda parts: parts | {name: _utf16(parts[name]) for name in (RELS, TYPES)},
    "BOM": _each(lambda content: b"\xef\xbb\xbf" + content),
    "comments": _each(
        lambda content: re.sub(
            rb"(<(?:sheets|sheetData|cellXfs|Types|Relationships)[ >])", rb"<!-- <sheets/> -->\1", content, count=1
        )
    ),
    "single quotes": _each(lambda content: content.replace(b'"', b"'")),
    "line breaks": _each(lambda content: content.replace(b"><", b">\r\n  <")),
    "backslash names": _renamed(lambda name: name if name == TYPES else name.replace("/", "\\")),
    "upper-case names": _renamed(lambda name: name.upper() if name.startswith("xl/") else name),
    "parts elsewhere": moved,
    "types by Default": typed_by_default,
    "no styles": _without_styles,
    "dangling styles": lambda parts: {
        name: re.sub(rb' s="\d+"| dxfId="\d+"', b"", content) for name, content in parts.items() if name != STYLES
    },
    "no windows": _in(WORKBOOK, edited("<bookViews>.*</bookViews>", "")),
    "no calculation settings": _in(WORKBOOK, edited("<calcPr[^>]*/>", "")),
    "no names": _in(WORKBOOK, edited("<definedNames>.*</definedNames>", "")),
    "strict": strict,
    "folders": lambda parts: {"xl/": b"", "xl/worksheets/": b""} | parts,
}

CONTAINERS: dict[str, Callable[[Parts], bytes]] = {
    "stored": lambda parts: pack(parts, stored=True),
    "streamed": lambda parts: pack(parts, streamed=True),
    "zip64 extras": lambda parts: pack(parts, wide=True),
    "reversed": lambda parts: pack(dict(reversed(parts.items()))),
    "comment": lambda parts: with_comment(pack(parts), b"a comment with PK\5\6 in it, long enough for a record"),
}


def resaved(source: bytes) -> bytes:
    """Return a workbook as openpyxl writes it back."""
    out = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(source)).save(out)
    return out.getvalue()


VARIANTS: dict[str, Callable[[bytes], bytes]] = {
    **{name: (lambda source, shape=shape: pack(shape(unpack(source)))) for name, shape in SHAPES.items()},
    **{name: (lambda source, form=form: form(unpack(source))) for name, form in CONTAINERS.items()},
    "saved by openpyxl": resaved,
}


def with_comment(source: bytes, comment: bytes) -> bytes:
    """Return a zip that ends in a comment."""
    return source[:-2] + struct.pack("<H", len(comment)) + comment
