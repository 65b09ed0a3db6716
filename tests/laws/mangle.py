"""What programs write and people do that XlsxWriter never would: odd cells, shifted and hidden ones, sheets double."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Callable
from random import Random

from lxml import etree

from collabxl.ooxml.a1 import LAST_COLUMN, LAST_ROW, column_letters, column_number
from tests.hostile.package import MAIN, RELATIONS

M, R = f"{{{MAIN}}}", f"{{{RELATIONS}}}"
FIRST_ROWS = 18
"""Rows in which cells are made odd: the header and some data, in built workbooks and typed ones."""
FORMATS = (0, 1, 9, 10, 11, 14, 20, 22, 45, 46, 49)
TEXTS = (
    *("_xD83D__xDE00_ _xD800_ _x0000_", "&#x202E;&#x85;&#x2028;", "9999-12-31~0001-01-01", "2024年99月99日", "1e999"),
    *("", "T001FS+9999999d", "T001~T999999999", "T002SF-1，T001SS", "T001、T002、T003、T999、别的项目::T001"),
)
ODD = (
    *('t="e"><v>#REF!</v>', 't="e"><f>1/0</f><v>#DIV/0!</v>', 't="e"><f>NA()</f><v>#N/A</v>', 't="e"><v>#SPILL!</v>'),
    *('t="b"><v>1</v>', 't="b"><v>0</v>', 't="b"><f>TRUE()</f><v>1</v>', 't="d"><v>2024-07-05T00:00:00</v>'),
    *("><v>1E308</v>", "><v>-1E308</v>", "><v>5E-324</v>", "><v>-1</v>", "><v>-0</v>", "><v>0.99999999999</v>"),
    *("><v>2958465.9999999</v>", "><v>2958466</v>", "><v>60</v>", "><v>1</v>", "><v>45520.99999999</v>"),
    *("><f>NOW()</f>", "><f>TODAY()+1</f><v>45520</v>", "><f>[1]Sheet1!A1</f><v>3</v>", "><f>SUM(ZZ:ZZ)</f><v>0</v>"),
    *('t="str"><f>"x"&amp;CHAR(10)</f><v>x\n</v>', 't="str"><f>1</f><v></v>', 't="str"><f>A1</f><v>_x000D_</v>'),
    't="inlineStr"><is><r><rPr><b/></rPr><t>甲</t></r><r><t xml:space="preserve"> 乙 </t></r></is>',
    *('t="inlineStr"><is><t>東京</t><rPh sb="0" eb="2"><t>とうきょう</t></rPh></is>', ">"),
    *(f't="inlineStr"><is><t>{text}</t></is>' for text in TEXTS),
)
"""Attributes and content of a cell, as no keyboard makes them."""
WORDS = ("", " ", "负责人", "状态", "截止日期", "任务名称", "编号", "T001", "Status", "#", "长" * 300, "Due date\n")
NAMES = ("Sheet1", "任务", "Tasks", "'引号'", "表🙂", "a&b<c>", "风险记录表 (2)", "汇总 ", "x" * 31, "冲突", "计算")

BEFORE_MERGES = (
    *("sheetData", "sheetCalcPr", "sheetProtection", "protectedRanges", "scenarios", "autoFilter", "sortState"),
    *("dataConsolidate", "customSheetViews"),
)
"""What stands before the merged cells in a worksheet."""


class Mangled:
    """The parts of a workbook, its worksheets by their part as trees."""

    def __init__(self, content: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            self.parts = {entry.filename: package.read(entry) for entry in package.infolist()}
        self.book = etree.fromstring(self.parts["xl/workbook.xml"])
        self.relations = etree.fromstring(self.parts["xl/_rels/workbook.xml.rels"])
        targets = {each.get("Id"): posixpath.join("xl", each.get("Target", "")) for each in self.relations}
        places = [targets[each.get(f"{R}id", "")] for each in self.tabs]
        self.sheets = {name: etree.fromstring(self.parts[name]) for name in places if "/worksheets/" in name}
        formats = self.parts["xl/styles.xml"].partition(b"<cellXfs")[2].partition(b"</cellXfs")[0]
        self.styles = max(1, formats.count(b"<xf "))

    @property
    def tabs(self) -> list[etree._Element]:
        return list(self.book.iter(f"{M}sheet"))

    def data(self, name: str) -> etree._Element:
        found = self.sheets[name].find(f"{M}sheetData")
        assert found is not None
        return found

    def cells(self, name: str) -> list[etree._Element]:
        rows = [row for row in self.data(name) if int(row.get("r", "1")) <= FIRST_ROWS]
        return [cell for row in rows for cell in row]

    def content(self) -> bytes:
        made = {"xl/workbook.xml": self.book, "xl/_rels/workbook.xml.rels": self.relations, **self.sheets}
        whole = self.parts | {name: etree.tostring(root, encoding="UTF-8") for name, root in made.items()}
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
            for name, part in whole.items():
                package.writestr(name, part)
        return target.getvalue()


Act = Callable[[Mangled, str, Random], None]
"""Something done to one worksheet of a workbook, or to all of it."""
ACTS: list[Act] = []


def act(made: Act) -> Act:
    """Enter something to be done into the list."""
    ACTS.append(made)
    return made


def mangle(content: bytes, chance: Random) -> bytes:
    """Return a workbook with odd cells in each sheet and some of ACTS done to it."""
    book = Mangled(content)
    for name in list(book.sheets):
        cells = book.cells(name)
        for cell in chance.sample(cells, min(len(cells), chance.choice((0, 2, 9)))):
            _put(cell, chance.choice(ODD), chance.choice((None, None, chance.randrange(book.styles))))
    for done in chance.sample(ACTS, chance.choice((0, 1, 2, 4))):
        done(book, chance.choice(list(book.sheets)), chance)
    return book.content()


def fill_in_copy(content: bytes, seed: int) -> bytes:
    """Return a copy as it comes back from somebody who has typed odd things into it."""
    chance, book = Random(seed), Mangled(content)
    for name in book.sheets:
        if _tab(book, name).get("state") and chance.random() < 0.9:  # what nobody sees nobody changes, as a rule
            continue
        cells = [cell for cell in book.cells(name) if cell.find(f"{M}f") is None and _place(cell)[1] > 5]
        for cell in chance.sample(cells, min(len(cells), chance.choice((0, 4, 20)))):
            _put(cell, chance.choice(ODD), None)
    return book.content()


def _put(cell: etree._Element, odd: str, style: int | None) -> None:
    made = etree.fromstring(f'<c xmlns="{MAIN}" r="{cell.get("r")}" {odd}</c>')
    shown = str(style) if style is not None else cell.get("s")
    if shown is not None:
        made.set("s", shown)
    parent = cell.getparent()
    assert parent is not None
    parent.replace(cell, made)


def _say(cell: etree._Element, words: str) -> None:
    _put(cell, f't="inlineStr"><is><t xml:space="preserve">{words}</t></is>', None)


def _header(book: Mangled, name: str) -> list[etree._Element]:
    """Return the row that is most likely the header: the first with four texts."""
    return next((list(row) for row in book.data(name) if len(row) > 3), [])


@act
def header_emptied(book: Mangled, name: str, chance: Random) -> None:
    for cell in chance.sample(header := _header(book, name), min(len(header), 2)):
        _say(cell, "")


@act
def header_renamed(book: Mangled, name: str, chance: Random) -> None:
    for cell in chance.sample(header := _header(book, name), min(len(header), 2)):
        _say(cell, chance.choice(WORDS))


@act
def header_twice(book: Mangled, name: str, chance: Random) -> None:
    header = _header(book, name)
    if header:
        row = header[0].getparent()
        assert row is not None
        insert_row(book, name, int(row.get("r", "1")) + chance.choice((0, 1, 5)), row)


@act
def rows_inserted(book: Mangled, name: str, chance: Random) -> None:
    insert_row(book, name, chance.randrange(1, FIRST_ROWS), None)


@act
def row_copied(book: Mangled, name: str, chance: Random) -> None:
    rows = list(book.data(name))[:FIRST_ROWS]
    if rows:
        insert_row(book, name, chance.randrange(2, FIRST_ROWS), chance.choice(rows))


@act
def rows_swapped(book: Mangled, name: str, chance: Random) -> None:
    """Exchange two rows, formulas and all, as a sort by a poor program does."""
    data = book.data(name)
    if len(data) > 3:
        one, other = chance.sample(range(min(len(data), FIRST_ROWS)), 2)
        first, second = data[one].get("r", "1"), data[other].get("r", "1")
        moved = {one: _moved(data[other], int(first)), other: _moved(data[one], int(second))}
        for at, row in moved.items():
            data[at] = row


@act
def column_inserted(book: Mangled, name: str, chance: Random) -> None:
    at = chance.randrange(1, 9)
    for cell in book.data(name).iter(f"{M}c"):
        column, row = _place(cell)
        cell.set("r", f"{column_letters(column + (at <= column < LAST_COLUMN))}{row}")


@act
def hidden(book: Mangled, name: str, chance: Random) -> None:
    for row in book.data(name):
        if chance.random() < 0.3:
            row.set("hidden", "1")
    columns = book.sheets[name].find(f"{M}cols")
    for column in columns if columns is not None else ():
        column.set("hidden", chance.choice(("0", "1")))


@act
def merged(book: Mangled, name: str, chance: Random) -> None:
    row, column = chance.randrange(1, FIRST_ROWS), chance.randrange(1, 9)
    area = f"{column_letters(column)}{row}:{column_letters(column + chance.choice((0, 2)))}{row + 2}"
    there = book.sheets[name].find(f"{M}mergeCells")
    if there is None:
        there = etree.Element(f"{M}mergeCells")
        after = [each for each in book.sheets[name] if etree.QName(each).localname in BEFORE_MERGES]
        after[-1].addnext(there)
    elif len(there) > 5:
        return
    etree.SubElement(there, f"{M}mergeCell", ref=area)


@act
def of_1904(book: Mangled, _name: str, _chance: Random) -> None:
    for said in book.book.iter(f"{M}workbookPr"):
        said.set("date1904", "1")


@act
def formats_changed(book: Mangled, _name: str, chance: Random) -> None:
    said = book.parts["xl/styles.xml"].decode()
    book.parts["xl/styles.xml"] = re.sub(
        r'(<xf numFmtId=")\d+', lambda found: found[1] + str(chance.choice(FORMATS)), said
    ).encode()


@act
def far_away(book: Mangled, name: str, _chance: Random) -> None:
    row = etree.SubElement(book.data(name), f"{M}row", r="1048576")
    row.append(etree.fromstring(f'<c xmlns="{MAIN}" r="XFD1048576"><v>1</v></c>'))


@act
def arrays(book: Mangled, name: str, chance: Random) -> None:
    cells = [cell for cell in book.cells(name) if _place(cell)[1] > 1]
    if cells:
        cell = chance.choice(cells)
        _put(cell, f'><f t="array" ref="{cell.get("r")}">SUM(A1:A3*1)</f><v>3</v>', None)


@act
def whole_columns(book: Mangled, name: str, chance: Random) -> None:
    """Formulas of whole columns: of their own, so that they follow from themselves, and of what ours compute."""
    cells = book.cells(name)
    for cell in chance.sample(cells, min(len(cells), 2)):
        column = chance.choice((cell.get("r", "A1").rstrip("0123456789"), column_letters(chance.randrange(1, 20))))
        _put(cell, f"><f>SUM({column}:{column})</f>{chance.choice(('<v>0</v>', ''))}", None)


@act
def shared_formula(book: Mangled, name: str, chance: Random) -> None:
    """A shared formula whose second cell is there, and one whose first is not."""
    cells = book.cells(name)
    if len(cells) > 3:
        one = chance.choice(cells)
        _put(one, f't="str"><f t="shared" ref="{one.get("r")}" si="77">A1&amp;"x"</f><v>x</v>', None)


@act
def sheet_gone(book: Mangled, name: str, _chance: Random) -> None:
    if len(book.sheets) > 2:
        _tab(book, name).getparent().remove(_tab(book, name))
        del book.sheets[name]


@act
def sheet_renamed(book: Mangled, name: str, chance: Random) -> None:
    title = chance.choice(NAMES)
    if title not in {tab.get("name") for tab in book.tabs}:
        _tab(book, name).set("name", title)


@act
def sheet_double(book: Mangled, name: str, _chance: Random) -> None:
    """Copy a sheet as a program does: its rows, none of its drawings."""
    tab = _tab(book, name)
    part, copy = "xl/worksheets/sheet90.xml", etree.fromstring(etree.tostring(book.sheets[name]))
    for each in list(copy):
        if etree.QName(each).localname not in ("dimension", "sheetFormatPr", "cols", "sheetData"):
            copy.remove(each)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
    types = book.parts["[Content_Types].xml"].decode()
    said = f'<Override PartName="/{part}" ContentType="{kind}"/></Types>'
    book.parts["[Content_Types].xml"] = types.replace("</Types>", said).encode()
    made = {"Id": "rIdDouble", "Type": f"{RELATIONS}/worksheet", "Target": "worksheets/sheet90.xml"}
    etree.SubElement(book.relations, f"{{{book.relations.nsmap[None]}}}Relationship", made)
    double = etree.fromstring(etree.tostring(tab))
    for key, value in (("name", f"{tab.get('name', '')[:25]} (2)"), ("sheetId", "900"), (f"{R}id", "rIdDouble")):
        double.set(key, value)
    tab.addnext(double)
    book.sheets[part] = copy


def _tab(book: Mangled, name: str) -> etree._Element:
    ids = {each.get("Id"): posixpath.join("xl", each.get("Target", "")) for each in book.relations}
    return next(tab for tab in book.tabs if ids[tab.get(f"{R}id", "")] == name)


def insert_row(book: Mangled, name: str, at: int, like: etree._Element | None) -> None:
    """Shift rows down by one; ``like`` is the row to be there, None for an empty one."""
    data = book.data(name)
    made = None if like is None else _moved(like, at)
    for row in data:
        old = int(row.get("r", "1"))
        if at <= old < LAST_ROW:
            _renumber(row, old + 1)
    if made is not None:
        before = [row for row in data if int(row.get("r", "1")) < at]
        data.insert(len(before), made)


def _moved(row: etree._Element, to: int) -> etree._Element:
    copy = etree.fromstring(etree.tostring(row))
    _renumber(copy, to)
    for formula in copy.iter(f"{M}f"):
        if formula.get("t") in ("shared", "array"):
            formula.getparent().remove(formula)
    return copy


def _renumber(row: etree._Element, to: int) -> None:
    row.set("r", str(to))
    for cell in row:
        cell.set("r", f"{column_letters(_place(cell)[0])}{to}")


def _place(cell: etree._Element) -> tuple[int, int]:
    word = cell.get("r", "A1")
    name = word.rstrip("0123456789")
    return column_number(name), int(word[len(name) :])
