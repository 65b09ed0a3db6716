"""The workbook part: its sheets in order, defined names, active tab and calculation, and the guards before any edit.

Knows SpreadsheetML's workbook.xml; must not know what is in a sheet. A Book is a workbook that can be edited without
loss: one that cannot is refused when it is opened.
Longer than most because of the guards, which say in two languages what to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from collabxl.errors import PackageError
from collabxl.ooxml.package import ROOT, Package, no_workbook_error
from collabxl.ooxml.xml import Node, XmlPart, element
from collabxl.text import t
from collabxl.text.escape import content

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_RELS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
LONGEST_TITLE = 31  # UTF-16 units
_WHOLE = re.compile(r"\s*[+-]?\d{1,10}\s*", re.ASCII)
_LARGEST_SHEET_ID = 65_534
_ORDER = (
    "fileVersion fileSharing workbookPr workbookProtection bookViews sheets functionGroups externalReferences "
    "definedNames calcPr oleSize customWorkbookViews pivotCaches smartTagPr smartTagTypes webPublishing "
    "fileRecoveryPr webPublishObjects extLst"
)


class Tab(NamedTuple):
    """A sheet as the workbook lists it; ``part`` is None and ``kind`` empty where its relationship leads nowhere."""

    title: str
    sheet_id: int
    part: str | None
    kind: str
    state: str


class DefinedName(NamedTuple):
    """A defined name; ``scope`` is the index of its sheet, None for the whole workbook."""

    name: str
    scope: int | None
    text: str
    hidden: bool = False


class WorkbookPart:
    """The workbook of a package; raises PackageError for one that nobody can edit without loss."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.part = package.main
        if "binary" in (package.content_type(self.part) or ""):
            says = t("这是 .xlsb 二进制工作簿。请另存为 .xlsx", "This is a binary workbook (.xlsb). Save it as .xlsx")
            raise PackageError("binary-workbook", says)
        self._read()
        refuse_unsafe(self)

    def _read(self) -> None:
        self.doc = XmlPart(self.package.read(self.part), self.part)
        root = self.doc.root
        if root.name != "workbook":
            raise no_workbook_error()
        self.strict = root.uri == STRICT_MAIN
        self.sheets = self._tabs()
        self.names = tuple(_name(node) for node in _children(root, "definedNames", "definedName"))

    def _tabs(self) -> tuple[Tab, ...]:
        rels = {rel.id: rel for rel in self.package.rels(self.part)}
        tabs = []
        for node in _children(self.doc.root, "sheets", "sheet"):
            rel_id = node.attrs.get(f"{{{self.rels_uri}}}id", "")
            rel = rels.get(rel_id)
            part = rel.path if rel and rel.part in self.package else None
            kind = rel.kind if rel and part else ""
            title, state = node.attrs.get("name", ""), node.attrs.get("state", "visible")
            tabs.append(Tab(title, parse_int(node.attrs.get("sheetId"), 0), part, kind, state))
        return tuple(tabs)

    def _commit(self) -> None:
        self.package.put(self.part, self.doc.to_bytes())
        self._read()

    @property
    def rels_uri(self) -> str:
        """The namespace of relationship attributes and types in this workbook's dialect."""
        return STRICT_RELS if self.strict else RELS

    @property
    def views(self) -> tuple[tuple[int, int], ...]:
        """The (active tab, first tab shown) of every window."""
        views = _children(self.doc.root, "bookViews", "workbookView")
        return tuple((parse_int(v.attrs.get("activeTab"), 0), parse_int(v.attrs.get("firstSheet"), 0)) for v in views)

    def rel_type(self, kind: str) -> str:
        """Return the relationship type called ``kind`` in this workbook's dialect."""
        return f"{self.rels_uri}/{kind}"

    def related_part(self, kind: str) -> str | None:
        """Return where the workbook's relationship ``kind`` leads, be there a part or not; None without one."""
        paths = [rel.path for rel in self.package.rels(self.part) if rel.kind == kind and rel.path]
        return next((path for path in paths if path in self.package), next(iter(paths), None))

    def insert_sheet(self, title: str, part: str, at: int | None = None) -> int:
        """List a worksheet part under a new title before sheet ``at`` (None: last) and return its index.

        All that counts sheets by position follows: scopes of names, active tab, first tab shown. As in Excel, a sheet
        put between two others joins the references that span them (``一:三!A1``); at either end it joins none.
        """
        self._refuse_locked_structure()
        index = len(self.sheets) if at is None else min(max(at, 0), len(self.sheets))
        rel_id = self.package.add_rel(self.part, self.rel_type("worksheet"), part)
        sheets = self.doc.root.all("sheets")[0]
        xml = self._sheet_xml(sheets, title, rel_id)
        if index < len(self.sheets):
            self.doc.before(sheets.all("sheet")[index], xml)
        else:
            self.doc.append(sheets, xml)
        for node in _children(self.doc.root, "definedNames", "definedName"):
            self._shift(node, "localSheetId", index, absent=-1)
        self._shift_views(index)
        self._commit()
        return index

    def _sheet_xml(self, sheets: Node, title: str, rel_id: str) -> bytes:
        taken = {tab.sheet_id for tab in self.sheets}
        new = max(taken, default=0) + 1
        if new > _LARGEST_SHEET_ID:
            new = next(number for number in range(1, len(taken) + 2) if number not in taken)
        attrs: dict[str, str | int] = {"name": title, "sheetId": new}
        prefix = sheets.prefix_of(self.rels_uri)
        if prefix is None:
            prefix = "r"
            attrs["xmlns:r"] = self.rels_uri
        return element(sheets.qualified_name("sheet"), attrs | {f"{prefix}:id": rel_id})

    def _shift_views(self, index: int) -> None:
        root = self.doc.root
        views = _children(root, "bookViews", "workbookView")
        for view in views:
            self._shift(view, "activeTab", index, absent=0)
            if parse_int(view.attrs.get("firstSheet"), 0) > 0:  # 0 = not scrolled, so the new sheet stays in sight
                self._shift(view, "firstSheet", index, absent=0)
        if views:
            return
        # a sheet with a view needs a window to refer to; where there is none the first sheet is active
        window = element(root.qualified_name("workbookView"), {"activeTab": 1} if index == 0 and self.sheets else {})
        holder = root.first("bookViews")
        if holder:
            self.doc.append(holder, window)
        else:
            self.doc.insert_child(root, "bookViews", element(root.qualified_name("bookViews"), {}, window), _ORDER)

    def _shift(self, node: Node, attribute: str, index: int, *, absent: int) -> None:
        value = parse_int(node.attrs.get(attribute), absent)
        if value >= index and value >= 0:
            self.doc.set_attr(node, attribute, value + 1)

    def _refuse_locked_structure(self) -> None:
        for node in self.doc.root.all("workbookProtection"):
            if parse_bool(node.attrs.get("lockStructure")):
                says = t(
                    "工作簿结构受保护，不能新增工作表。请先在 Excel“审阅”中撤销工作簿保护",
                    "The workbook's structure is protected, so no sheet can be added. Unprotect it first (Review)",
                )
                raise PackageError("structure-locked", says)

    def set_names(self, index: int, wanted: Iterable[DefinedName]) -> None:
        """Give the sheet ``index`` these local names; built-in ones not among them go, the user's own stay."""
        root = self.doc.root
        missing = {name.name.casefold(): name for name in wanted}
        holder = root.first("definedNames")
        tag = root.qualified_name("definedName")
        for node in _children(root, "definedNames", "definedName"):
            old = _name(node)
            if old.scope != index:
                continue
            new = missing.pop(old.name.casefold(), None)
            if new is None and old.name.startswith("_xlnm."):
                self.doc.remove(node)
            elif new and (new.text, new.hidden) != (old.text, old.hidden):
                self.doc.replace(node, _name_xml(tag, new, index))
        added = b"".join(_name_xml(tag, name, index) for name in missing.values())
        if added and holder:
            self.doc.append(holder, added)
        elif added:
            self.doc.insert_child(root, "definedNames", element(root.qualified_name("definedNames"), {}, added), _ORDER)
        self._commit()

    @property
    def recalculates_on_load(self) -> bool:
        """Whether Excel is asked to compute all formulas when it opens the workbook."""
        node = self.doc.root.first("calcPr")
        return node is not None and parse_bool(node.attrs.get("fullCalcOnLoad"))

    def recalculate_on_load(self) -> None:
        """Ask Excel to compute all formulas when it opens the workbook."""
        root = self.doc.root
        node = root.first("calcPr")
        if node is None:
            self.doc.insert_child(root, "calcPr", element(root.qualified_name("calcPr"), {"fullCalcOnLoad": 1}), _ORDER)
        elif not self.recalculates_on_load:
            self.doc.set_attr(node, "fullCalcOnLoad", 1)
        self._commit()

    def drop_calc_chain(self) -> None:
        """Take the calculation chain away, a cache that must not name a cell without a formula; Excel rebuilds it."""
        for rel in self.package.rels(self.part):
            if rel.kind == "calcChain":
                self.package.remove_rel(self.part, rel.id)
                self.package.remove_part(rel.part)


def refuse_unsafe(book: WorkbookPart) -> None:
    """Raise PackageError for a workbook that an edit would damage or make a lie of."""
    root = book.doc.root
    if root.uri not in (MAIN, STRICT_MAIN):
        says = t(
            "这是测试版 Office 的格式。请用 Excel 打开后另存",
            "This is the format of a beta of Office. Open it in Excel and save it again",
        )
        raise PackageError("unknown-dialect", says)
    if not root.all("sheets"):
        raise no_workbook_error()
    ids = [rel.id for rel in book.package.rels(book.part)]
    if len(ids) != len(set(ids)):
        says = t(
            "工作簿的关系编号重复，文件已损坏。请用 Excel 修复后另存",
            "Two relationships of the workbook have one id: it is damaged. Repair it in Excel and save it again",
        )
        raise PackageError("ambiguous-relationships", says, kind="corrupt")
    if any("digital-signature" in rel.type for rel in book.package.rels(ROOT)):
        says = t(
            "工作簿带有数字签名，改动会使签名失效。请让签名人去掉签名后再试",
            "The workbook is digitally signed and any change breaks the signature. Have it removed first",
        )
        raise PackageError("signed", says)
    if book.related_part("revisionHeaders") is not None:
        says = t(
            "工作簿处于旧式共享（修订）状态，不能改动。请先在 Excel 中取消共享",
            "The workbook is shared in the old way with tracked changes. Stop sharing it in Excel first",
        )
        raise PackageError("shared-workbook", says)
    if any(node.attrs.keys() & {"reservationPassword", "hashValue"} for node in root.all("fileSharing")):
        says = t(
            "工作簿设有修改密码，不能改动。请先在 Excel 中去掉修改密码",
            "The workbook has a password against changes. Remove it in Excel first",
        )
        raise PackageError("write-reserved", says)


def parse_int(text: str | None, otherwise: int) -> int:
    """Return an attribute as a whole number, or ``otherwise`` if it is absent or none."""
    return int(text) if text and _WHOLE.fullmatch(text) else otherwise


def parse_bool(text: str | None) -> bool:
    """Return whether an attribute says yes."""
    return (text or "").strip() in ("1", "true")


def _children(root: Node, holder: str, name: str) -> list[Node]:
    return [child for node in root.all(holder)[:1] for child in node.all(name)]


def _name(node: Node) -> DefinedName:
    scope = parse_int(node.attrs.get("localSheetId"), -1)
    name = node.attrs.get("name", "")
    return DefinedName(name, scope if scope >= 0 else None, node.text, parse_bool(node.attrs.get("hidden")))


def _name_xml(tag: str, name: DefinedName, index: int) -> bytes:
    attrs: dict[str, str | int] = {"name": name.name, "localSheetId": index}
    if name.hidden:
        attrs["hidden"] = 1
    return element(tag, attrs, content(name.text).encode())
