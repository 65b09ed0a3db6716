"""Workbooks written byte by byte, so that each byte can be wrong: parts of a small healthy one, a zip that lies."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from typing import NamedTuple

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
TITLES = ("任务名称", "负责人", "所属部门", "截止日期", "优先级", "依赖任务", "状态")
ROWS = (
    ("需求调研", "王经理", "市场部", 45510, "高", "-", "未开始"),
    ("接口开发", "张三", "产品研发部", 45513, "中", "需求调研", "未开始"),
    ("上线", "李四", "产品研发部", 45520, "低", "接口开发", "未开始"),
)
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
STYLES = "xl/styles.xml"
BOOK = "xl/workbook.xml"
BOOK_RELATIONS = "xl/_rels/workbook.xml.rels"


class Part(NamedTuple):
    """One entry of a zip; what is None is filled in truthfully."""

    name: str
    content: bytes
    stored: bool = False
    packed: bytes | None = None
    size: int | None = None
    crc: int | None = None
    flags: int = 0x800
    method: int | None = None
    same_place_as: str | None = None


def cell(ref: str, value: object, style: str = "") -> str:
    """Return one cell: text in line, a number, or, in brackets, whatever XML is given."""
    at = f' r="{ref}"' if ref else ""
    if isinstance(value, str) and value.startswith("<"):
        return f"<c{at}{style}>{value}</c>"
    if isinstance(value, str):
        return f'<c{at}{style} t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'
    return f"<c{at}{style}><v>{value}</v></c>"


def rows_of(rows: Iterable[Iterable[object]], first: int = 1) -> str:
    """Return rows of cells; numbers in the fourth column are dates."""
    made = []
    for number, row in enumerate(rows, first):
        cells = "".join(
            cell(f"{chr(65 + at)}{number}", value, ' s="1"' if at == 3 and isinstance(value, int) else "")
            for at, value in enumerate(row)
            if value is not None
        )
        made.append(f'<row r="{number}">{cells}</row>')
    return "".join(made)


def sheet(data: str | None = None, *, before: str = "", after: str = "") -> bytes:
    """Return a worksheet part around some rows, the healthy ones by default."""
    data = rows_of([TITLES, *ROWS]) if data is None else data
    return f'{HEAD}<worksheet xmlns="{MAIN}">{before}<sheetData>{data}</sheetData>{after}</worksheet>'.encode()


def parts(changes: dict[str, bytes | None] | None = None, names: Iterable[str] = ("任务分工表",)) -> list[Part]:
    """Return the parts of a healthy workbook with some changed, added or (None) left out."""
    titles = list(names)
    sheets = "".join(f'<sheet name="{name}" sheetId="{at}" r:id="s{at}"/>' for at, name in enumerate(titles, 1))
    related = "".join(
        f'<Relationship Id="s{at}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{at}.xml"/>'
        for at in range(1, len(titles) + 1)
    )
    override = "".join(
        f'<Override PartName="/xl/worksheets/sheet{at}.xml" ContentType="{_kind("worksheet")}"/>'
        for at in range(1, len(titles) + 1)
    )
    healthy: dict[str, bytes | None] = {
        "[Content_Types].xml": (
            f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_kind("sheet.main")}"/>{override}</Types>'
        ).encode(),
        "_rels/.rels": (
            f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" '
            f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ).encode(),
        BOOK: f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>{sheets}</sheets></workbook>'.encode(),
        BOOK_RELATIONS: (
            f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{related}'
            f'<Relationship Id="t" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>'
            f'<Relationship Id="y" Type="{RELATIONS}/styles" Target="styles.xml"/></Relationships>'
        ).encode(),
        STRINGS: strings("<si><t>共享文字</t></si>"),
        STYLES: styles(),
        **{f"xl/worksheets/sheet{at}.xml": sheet() for at in range(1, len(titles) + 1)},
    }
    healthy.update(changes or {})
    return [Part(name, content) for name, content in healthy.items() if content is not None]


def strings(items: str, attributes: str = 'count="1" uniqueCount="1"', before: str = "") -> bytes:
    """Return a part of shared texts."""
    return f'{HEAD}{before}<sst xmlns="{MAIN}" {attributes}>{items}</sst>'.encode()


def styles(formats: str = '<xf numFmtId="0"/><xf numFmtId="14"/>', fills: str = "") -> bytes:
    """Return a part of styles: the second one shows a date."""
    return f'{HEAD}<styleSheet xmlns="{MAIN}">{fills}<cellXfs>{formats}</cellXfs></styleSheet>'.encode()


def zipped(entries: Iterable[Part]) -> bytes:
    """Return a zip of parts as they say, true or not."""
    body, directory, places, count = bytearray(), bytearray(), {}, 0
    for part in entries:
        name = part.name.encode()
        packed = part.packed if part.packed is not None else part.content if part.stored else deflated(part.content)
        method = part.method if part.method is not None else 0 if part.stored else 8
        crc = zlib.crc32(part.content) if part.crc is None else part.crc
        size = len(part.content) if part.size is None else part.size
        at = places[part.same_place_as] if part.same_place_as else len(body)
        fixed = (part.flags, method, 0, 0x21, crc, len(packed), size, len(name))
        if not part.same_place_as:
            places[part.name] = at
            body += struct.pack("<4s5H3L2H", b"PK\3\4", 20, *fixed, 0) + name + packed
        directory += struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, *fixed, 0, 0, 0, 0, 0, at) + name
        count += 1
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count & 0xFFFF, count & 0xFFFF, len(directory), len(body), 0)
    return bytes(body + directory) + end


def deflated(content: bytes) -> bytes:
    """Return bytes packed as a zip packs them."""
    deflate = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    return deflate.compress(content) + deflate.flush()


def bomb(name: str, start: bytes, block: bytes, times: int, end: bytes, *, size: int | None = None) -> Part:
    """Return a part of ``block`` many times over, never unpacked while it is made; ``size`` is what it declares."""
    packed = [_flushed(start), _flushed(block) * times, deflated(end)]
    crc = zlib.crc32(start)
    for _ in range(times):
        crc = zlib.crc32(block, crc)
    whole = len(start) + len(block) * times + len(end)
    return Part(name, b"", packed=b"".join(packed), size=whole if size is None else size, crc=zlib.crc32(end, crc))


def book(changes: dict[str, bytes | None] | None = None, names: Iterable[str] = ("任务分工表",)) -> bytes:
    """Return a workbook with some parts changed, added or left out."""
    return zipped(parts(changes, names))


def _flushed(content: bytes) -> bytes:
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return deflate.compress(content) + deflate.flush(zlib.Z_FULL_FLUSH)


def _kind(what: str) -> str:
    return f"application/vnd.openxmlformats-officedocument.spreadsheetml.{what}+xml"
