"""Counting what a workbook has in the package itself, and not with any library that also writes workbooks."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from typing import Any, NamedTuple
from urllib.parse import unquote

from lxml import etree

from tests.bench.features import Profile, Spot

_X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
_KINDS = {
    "charts": "chart chartEx",
    "chart styles": "chartStyle chartColorStyle chartUserShapes",
    "smartart": "diagramData",
    "controls": "control oleObject package",
    "threads": "threadedComment person",
    "tables": "table",
    "pivots": "pivotTable pivotCacheDefinition pivotCacheRecords",
    "slicers": "slicer slicerCache timeline timelineCache",
    "connections": "connections queryTable xmlMaps powerPivotData",
    "links": "externalLink",
    "vba": "vbaProject vbaProjectSignature vbaProjectSignatureAgile vbaProjectSignatureV3",
    "odd sheets": "chartsheet dialogsheet xlMacrosheet xlIntlMacrosheet",
    "printers": "printerSettings",
    "custom parts": "customXml classificationlabels extensibility webextensiontaskpanes webextension attachedToolbars",
    "": "officeDocument worksheet styles theme sharedStrings calcChain core-properties extended-properties "
    "extendedProperties custom-properties drawing vmlDrawing comments image hyperlink customXmlProps diagramLayout "
    "diagramQuickStyle diagramColors diagramDrawing activeXControlBinary ctrlProp sheetMetadata wsSortMap "
    "tableSingleCells themeOverride",
}
"""Which relationships lead to items; those without a feature are counted by what is in the part, or mean nothing."""
_FEATURE = {kind: feature for feature, kinds in _KINDS.items() for kind in kinds.split()}

_ELEMENTS = {
    "cfRule": "formats",
    "dataValidation": "validations",
    "sparkline": "sparklines",
    "hyperlink": "hyperlinks",
    "mergeCell": "merged",
    "filterColumn": "filters",
    "sortCondition": "filters",
    "pane": "panes",
    "brk": "breaks",
    "ignoredError": "ignored",
    "sheetProtection": "protection",
    "protectedRange": "protection",
    "scenario": "views",
    "customSheetView": "views",
    "picture": "sheet pictures",
    "legacyDrawingHF": "sheet pictures",
}
_HEADERS = {f"{which}{what}" for which in ("odd", "even", "first") for what in ("Header", "Footer")}
_WORKBOOK = {"customWorkbookView": "views", "workbookProtection": "protection"}
_SHAPES = {"sp", "cxnSp", "grpSp"}
_SAID = {"title", "subject", "creator", "keywords", "description", "category", "Company", "Manager"}
_TRUE = ("1", "true")
_LOCKS = ("lockStructure", "lockWindows", "lockRevision", "sheet")
_GUARDS = ("sheetProtection", "workbookProtection")
_STRAY = {"AppVersion", "Company", "DocSecurity", "HyperlinksChanged", "LinksUpToDate", "ScaleCrop", "ShareDoc"}
"""What older LibreOffice wrote among the custom properties, and takes back when it saves again."""
_VOLATILE = re.compile(r"\b(NOW|TODAY|RAND|RANDBETWEEN|RANDARRAY|CELL|INFO)\(", re.IGNORECASE)
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def profile(content: bytes, only: Collection[str] | None = None) -> Profile:
    """Return what a workbook has, on the sheets with the titles ``only`` if they are given."""
    return _Counting(_Parts(content), only).profile


class String(NamedTuple):
    """A cell's text, whether parts of it have their own look, and whether it says how it is spoken."""

    plain: str
    formatted: bool
    phonetic: bool


class _Parts:
    """The entries of a package under one spelling each, and the relationships between them."""

    def __init__(self, content: bytes) -> None:
        self.zip = zipfile.ZipFile(io.BytesIO(content))
        self.names = {_normal(info.filename): info for info in self.zip.infolist()}

    def xml(self, part: str) -> Any:
        parser = etree.XMLParser(resolve_entities=False, recover=part.endswith(".vml"), huge_tree=True)
        return etree.fromstring(self.zip.read(self.names[part]), parser)

    def rels(self, part: str) -> dict[str, tuple[str, str]]:
        """Return kind and target of each relationship to a part that is there, by id."""
        folder, name = posixpath.split(part)
        source = posixpath.join(folder, "_rels", f"{name}.rels")
        if source not in self.names:
            return {}
        found = {}
        for node in self.xml(source).iterchildren("{*}Relationship"):
            way = unquote(node.get("Target", "").partition("#")[0])
            target = _normal(posixpath.join("/" + folder, way.replace("\\", "/")))
            if node.get("TargetMode") != "External" and target in self.names:
                found[node.get("Id", "")] = (node.get("Type", "").rpartition("/")[2], target)
        return found


def _normal(name: str) -> str:
    return posixpath.normpath("/" + unquote(name).replace("\\", "/")).lstrip("/").lower()


class _Counting:
    """One walk over a package from its root, every part visited once."""

    def __init__(self, parts: _Parts, only: Collection[str] | None) -> None:
        self.parts, self.only, self.profile = parts, only, Profile()
        self.main = next(target for kind, target in parts.rels("").values() if kind == "officeDocument")
        self.strings: list[String] = []
        self.sheets: dict[str, str] = {}
        self.left_out: set[str] = set()
        self._workbook()
        self.vml = self.bound = 0
        for kind, part in self._reached():
            feature = _FEATURE.get(kind, "other parts")
            if feature:
                self.profile.count(feature, kind)
            look = _LOOKS.get(kind)
            if look:
                look(self, part)
        self._settle_controls()

    def _settle_controls(self) -> None:
        """Count a control once, though it may have a drawing, a property part and a binary part."""
        found = max(self.vml, self.bound, self.profile.features.pop("controls", Counter()).total())
        if found:
            self.profile.features["controls"] = Counter({None: found})

    def _reached(self) -> Iterator[tuple[str, str]]:
        seen, waiting = {self.main}, ["", self.main]
        while waiting:
            for kind, part in self.parts.rels(waiting.pop()).values():
                if part not in seen and part not in self.left_out:
                    seen.add(part)
                    waiting.append(part)
                    yield kind, part

    def _workbook(self) -> None:
        root, rels = self.parts.xml(self.main), self.parts.rels(self.main)
        listed = list(root.iterfind("{*}sheets/{*}sheet"))
        for node in listed:
            title = node.get("name", "")
            kind, part = rels.get(_id(node), ("", ""))
            if self.only is not None and title not in self.only:
                self.left_out.add(part)
                self.profile.added += (title,)
                continue
            self.sheets[part] = title
            self.profile.titles += (title,)
            self.profile.count("sheets", (title, node.get("state", "visible")))
            if kind == "worksheet" and not self.profile.first[0]:
                self.profile.first = (title, 0)
        shared = next((part for kind, part in rels.values() if kind == "sharedStrings"), None)
        if shared:
            self.strings = [_string(node) for node in self.parts.xml(shared).iterchildren("{*}si")]
        for node in root.iter("{*}definedName", "{*}customWorkbookView", "{*}workbookProtection"):
            if _local(node) in _WORKBOOK:
                self._element(node, _WORKBOOK[_local(node)])
                continue
            at = node.get("localSheetId")
            scope = listed[int(at)].get("name") if at and int(at) < len(listed) else None
            if self.only is None or scope is None or scope in self.only:
                self.profile.count("names", (node.get("name", "").casefold(), scope))

    def _worksheet(self, part: str) -> None:
        root, title = self.parts.xml(part), self.sheets.get(part, "")
        self._cells(root, title)
        for node in _walk(root):
            name = _local(node)
            if name in _ELEMENTS:
                x14 = name == "cfRule" and node.tag.startswith("{" + _X14)
                self._element(node, "x14 formats" if x14 else _ELEMENTS[name])
            elif name in _HEADERS and node.text:
                self.profile.count("headers", name)

    def _element(self, node: Any, feature: str) -> None:
        if _local(node) not in _GUARDS or any(node.get(lock) in _TRUE for lock in _LOCKS):
            self.profile.count(feature, node.get("ref"))

    def _cells(self, root: Any, title: str) -> None:
        row = 0
        for node in root.iterfind("{*}sheetData/{*}row"):
            row = int(node.get("r") or row + 1)
            column = 0
            for cell in node.iterchildren("{*}c"):
                column = _column(cell.get("r")) or column + 1
                self._cell(cell, (title, row, column))
        if title == self.profile.first[0]:
            self.profile.first = (title, row)

    def _cell(self, cell: Any, spot: Spot) -> None:
        formula, value = cell.find("{*}f"), cell.find("{*}v")
        kind, written = cell.get("t", "n"), "" if value is None else value.text or ""
        text = self._string(cell, kind, written)
        shown = text.plain if text else _shown(kind, written)
        if text and text.formatted:
            self.profile.count("rich", spot)
        if text and text.phonetic:
            self.profile.count("phonetic", spot)
        if cell.get("cm") or cell.get("vm"):
            self.profile.count("arrays", (*spot, "flag"))
        if formula is not None:
            self._formula(formula, spot, shown if written or (kind == "str" and value is not None) else None)
        elif shown and kind != "d":  # most tools write such a day as a number
            self.profile.count("constants", (*spot, shown))

    def _string(self, cell: Any, kind: str, written: str) -> String | None:
        if kind == "inlineStr":
            return next(map(_string, cell.iterchildren("{*}is")), None)
        return self.strings[int(written)] if kind == "s" and written and int(written) < len(self.strings) else None

    def _formula(self, formula: Any, spot: Spot, shown: str | None) -> None:
        self.profile.count("formulas", spot)
        if formula.get("t") in ("array", "dataTable"):
            self.profile.count("arrays", spot)
        if shown is not None:
            self.profile.count("cached", spot)
            self.profile.results[spot] = None if _VOLATILE.search(formula.text or "") else shown

    def _drawing(self, part: str) -> None:
        rels = self.parts.rels(part)
        for node in _walk(self.parts.xml(part)):
            name = _local(node)
            if name in _SHAPES:
                self.profile.count("shapes")
            elif name == "pic" and any(_id(blip) in rels for blip in node.iter("{*}blip")):
                self.profile.count("pictures")

    def _vml(self, part: str) -> None:
        for node in self.parts.xml(part).iter("{*}ClientData"):
            self.vml += node.get("ObjectType") != "Note"

    def _control(self, part: str) -> None:
        self.bound += 1

    def _comments(self, part: str) -> None:
        root = self.parts.xml(part)
        for node in root.iter("{*}comment"):
            self.profile.count("comments")
            looks = {etree.tostring(look, with_tail=False) for look in node.iter("{*}rPr")}
            if len(looks) > 1:
                self.profile.count("comment runs")

    def _connections(self, part: str) -> None:
        for _ in self.parts.xml(part).iter("{*}connection"):
            self.profile.count("connections", "connection")

    def _extensions(self, part: str) -> None:
        for node in self.parts.xml(part).iter("{*}ext"):
            self.profile.count("pivot extensions", node.get("uri"))

    def _filters(self, part: str) -> None:
        for _ in self.parts.xml(part).iter("{*}filterColumn", "{*}sortCondition"):
            self.profile.count("filters")

    def _properties(self, part: str) -> None:
        for node in self.parts.xml(part).iter("{*}*"):
            if _local(node) in _SAID and (node.text or "").strip():
                self.profile.count("properties", (_local(node), node.text.strip()))

    def _custom_properties(self, part: str) -> None:
        for node in self.parts.xml(part).iter("{*}property"):
            if node.get("name") not in _STRAY:
                self.profile.count("custom properties", node.get("name"))


_LOOKS: dict[str, Callable[[_Counting, str], None]] = {
    "worksheet": _Counting._worksheet,
    "drawing": _Counting._drawing,
    "vmlDrawing": _Counting._vml,
    "ctrlProp": _Counting._control,
    "comments": _Counting._comments,
    "connections": _Counting._connections,
    "pivotTable": _Counting._extensions,
    "pivotCacheDefinition": _Counting._extensions,
    "table": _Counting._filters,
    "core-properties": _Counting._properties,
    "extended-properties": _Counting._properties,
    "custom-properties": _Counting._custom_properties,
}


def _walk(node: Any) -> Iterator[Any]:
    """Return all elements below a node in order, without what stands there twice for older programs."""
    for child in node.iterchildren("{*}*"):
        old = _local(child) == "Choice" and child.get("Requires") == "a14"
        if _local(child) not in ("Fallback", "sheetData") and not old:
            yield child
            yield from _walk(child)


def _string(node: Any) -> String:
    texts = [child.text or "" for child in _walk(node) if _local(child) == "t" and _local(child.getparent()) != "rPh"]
    formatted = next(node.iter("{*}rPr"), None) is not None
    return String(_shown("str", "".join(texts)), formatted, node.find("{*}rPh") is not None)


def _shown(kind: str, value: str) -> str:
    """Return a value as it can be compared: numbers to ten digits, text without escapes."""
    if kind == "n" and value:
        try:
            return f"{float(value):.10g}"
        except ValueError:
            return value
    if kind == "b":
        return "TRUE" if value.strip() in _TRUE else "FALSE"
    text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), value)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _column(ref: str | None) -> int:
    number = 0
    for letter in ref or "":
        if not letter.isalpha():
            break
        number = number * 26 + ord(letter.upper()) - 64
    return number


def _id(node: Any) -> str:
    """Return the relationship a node names, in whatever dialect."""
    found = (value for key, value in node.attrib.items() if key.startswith("{") and key.endswith(("}id", "}embed")))
    return next(found, "")


def _local(node: Any) -> str:
    return str(etree.QName(node).localname)
