"""The file itself: what it really is, by its first bytes, and the parts of its zip; no cells.

Raises FileError of the contract's kinds with the sentence that tells the user what to do.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from xml.etree import ElementTree

from collabxl.errors import FileError, missing_file_error, no_regular_file, permission_error
from collabxl.ooxml import a1
from collabxl.ooxml.part_names import normalize_part_name, rels_of, resolve_target
from collabxl.ooxml.reader.encoding import as_utf8
from collabxl.ooxml.reader.password import OLE, is_encrypted, password_required_error
from collabxl.ooxml.reader.preflight import damaged_file_error, entries, head, unpack
from collabxl.text import Text, t

LARGEST_FILE = 256 * 2**20
USUAL_WORKBOOK = "xl/workbook.xml"
"""Where nearly every program puts the workbook; the relationships are asked only where it is not there."""
_OFFICE_RELATIONS = (
    "http://schemas.openxmlformats.org/officeDocument/2006",
    "http://purl.oclc.org/ooxml/officeDocument",
)


class SheetEntry:
    """A sheet as the workbook part lists it: its name, state and the part that holds it."""

    __slots__ = ("name", "part", "visible")

    def __init__(self, name: str, part: str, visible: bool) -> None:
        self.name = name
        self.part = part
        self.visible = visible


def load_file(path: Path) -> bytes:
    """Return the bytes of a file, or raise FileError of kind not-found, permission or too-large."""
    try:
        if path.is_dir():
            raise FileError(
                "not-a-workbook", t("{path} 是文件夹，不是工作簿", "{path} is a folder, not a workbook"), path=str(path)
            )
        if path.exists() and not path.is_file():
            raise no_regular_file(str(path))
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise too_large_error(str(path), size)
        return path.read_bytes()
    except FileNotFoundError as error:
        raise missing_file_error(str(path)) from error
    except PermissionError as error:
        raise permission_error(str(path)) from error
    except OSError as error:
        says = t("读不了 {path}：{reason}", "Cannot read {path}: {reason}")
        raise FileError("not-found", says, path=str(path), reason=error.strerror or str(error)) from error


def too_large_error(path: str, size: int) -> FileError:
    """Return the error for a file of more than LARGEST_FILE bytes."""
    says = t("{path} 有 {size} MB，超过 {limit} MB 的上限", "{path} has {size} MB; the limit is {limit} MB")
    return FileError("too-large", says, path=path, size=size // 2**20, limit=LARGEST_FILE // 2**20)


class Container:
    """An opened .xlsx or .xlsm: its sheets' parts and properties, read on demand."""

    def __init__(self, content: bytes) -> None:
        _refuse_non_zip(content)
        self._content = content
        self._entries = entries(content)
        self.recoded_parts: set[str] = set()
        """Parts met that are not in UTF-8: what other readers make of them is not sure."""
        self._related: dict[str, tuple[str, str]] | None = None
        self.workbook = self._workbook_part()
        self._root = _parse_xml(self.workbook, self.part(self.workbook))
        if _local_name(self._root.tag) != "workbook":
            raise _no_workbook_error()

    def entry(self, name: str) -> zipfile.ZipInfo | None:
        """Return the directory's entry of a part, or None if the package has none of that name."""
        return self._entries.get(normalize_part_name(name))

    def part(self, name: str) -> bytes | None:
        """Return a part unpacked, XML as UTF-8, or None if the package has none of that name."""
        entry = self._entries.get(normalize_part_name(name))
        if entry is None:
            return None
        content = unpack(self._content, entry)
        text = as_utf8(name, content)
        if text is not content:
            self.recoded_parts.add(normalize_part_name(name))
        return text

    def head(self, name: str, size: int) -> bytes:
        """Return the first bytes of a part, as many as are asked for or there are."""
        entry = self._entries.get(normalize_part_name(name))
        return head(self._content, entry, size) if entry else b""

    def related_part(self, kind: str, usual: str) -> str:
        """Return the part that the workbook names as its ``kind`` (styles, sharedStrings), else the usual one."""
        targets = (target for of, target in self._workbook_relations().values() if of.endswith(f"/{kind}"))
        return next(targets, usual)

    def sheets(self) -> list[SheetEntry]:
        """Return the worksheets in the order of the workbook, chart and macro sheets left out."""
        relations = self._workbook_relations()
        found = []
        for node in self._root.iter():
            if _local_name(node.tag) != "sheet":
                continue
            target = next(
                (relations.get(value) for key, value in node.attrib.items() if _local_name(key) == "id"), None
            )
            if target and target[0].endswith("/worksheet"):
                visible = node.get("state", "visible") == "visible"
                found.append(SheetEntry(node.get("name", ""), target[1], visible))
        return found

    def totals_rows(self, sheet: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
        """Yield the first and last cell of the totals row of each table in a worksheet part."""
        for kind, target in self._relations(sheet).values():
            if not kind.endswith("/table") or target not in self._entries:
                continue
            table = _parse_xml(target, self.part(target))
            count = table.get("totalsRowCount", "0")
            first, _, last = table.get("ref", "").partition(":")
            if count.isascii() and count.isdigit() and int(count):
                with suppress(ValueError):  # a range no worksheet has
                    (_, left), (bottom, right) = a1.parse_cell(first), a1.parse_cell(last)
                    yield (bottom, left), (bottom, right)

    def asks_to_compute(self) -> bool:
        """Return whether the workbook asks whoever opens it to compute all formulas: what they show is of before."""
        flags = (node.get("fullCalcOnLoad") for node in self._root if _local_name(node.tag) == "calcPr")
        return any(flag in ("1", "true") for flag in flags)

    def date1904(self) -> bool:
        """Return whether the workbook counts its days from 1904."""
        flags = (node.get("date1904") for node in self._root if _local_name(node.tag) == "workbookPr")
        return any(flag in ("1", "true") for flag in flags)

    def properties(self) -> dict[str, str]:
        """Return the custom document properties as text."""
        content = self.part("docProps/custom.xml")
        if content is None:
            return {}
        return {
            node.get("name", ""): "".join(node.itertext())
            for node in _parse_xml("docProps/custom.xml", content)
            if _local_name(node.tag) == "property"
        }

    def _refuse_other_zips(self) -> None:
        if "[content_types].xml" not in self._entries:
            if b"opendocument.spreadsheet" in (self.part("mimetype") or b""):
                raise _other_format_error(t("OpenDocument 表格 (.ods)", "an OpenDocument sheet (.ods)"))
            raise _no_workbook_error()
        if b"sheet.binary" in (self.part("[Content_Types].xml") or b""):
            raise _other_format_error(t("二进制工作簿 (.xlsb)", "a binary workbook (.xlsb)"))

    def _workbook_part(self) -> str:
        if USUAL_WORKBOOK in self._entries:
            return USUAL_WORKBOOK
        self._refuse_other_zips()
        for kind, target in self._relations("").values():
            if kind.endswith("/officeDocument") and kind.startswith(_OFFICE_RELATIONS) and target in self._entries:
                return target
        raise _no_workbook_error()

    def _workbook_relations(self) -> dict[str, tuple[str, str]]:
        if self._related is None:
            self._related = self._relations(self.workbook)
            if not self._related:
                raise damaged_file_error(
                    t("工作簿与工作表的对应关系缺失", "what relates the workbook to its sheets is missing")
                )
        return self._related

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        path = rels_of(part)
        content = self.part(path)
        if content is None:
            return {}
        return {
            node.get("Id", ""): (
                node.get("Type", ""),
                normalize_part_name(resolve_target(part, node.get("Target", "")) or ""),
            )
            for node in _parse_xml(path, content)
            if node.get("TargetMode") != "External"
        }


def _refuse_non_zip(content: bytes) -> None:
    if not content:
        says = t("文件是空的，可能还在同步或下载", "The file is empty; it may still be syncing or downloading")
        raise FileError("not-a-workbook", says)
    if is_encrypted(content):
        raise password_required_error()
    if content.startswith(OLE):
        raise _other_format_error(t("旧版 Excel 文件 (.xls)", "an old Excel file (.xls)"))
    if not content.startswith(b"PK"):
        head = content[:512].lstrip().lower()
        what = (
            t("网页 (HTML/XML)", "a web page (HTML/XML)")
            if head.startswith(b"<")
            else t("文本或其他格式", "plain text or another format")
        )
        says = t("不是工作簿，而是{what}。请另存为 .xlsx", "Not an Excel file but {what}. Save it as .xlsx")
        raise FileError("not-a-workbook", says, what=what)


def _no_workbook_error() -> FileError:
    says = t("是压缩包或其他 Office 文件，不是 Excel 工作簿", "Not an Excel file but a zip or another Office file")
    return FileError("not-a-workbook", says)


def _other_format_error(what: Text) -> FileError:
    says = t("这是{what}。请用 Excel 或 WPS 另存为 .xlsx", "This is {what}. Save it as .xlsx with Excel or WPS")
    return FileError("unsupported", says, what=what)


def _parse_xml(name: str, content: bytes | None) -> ElementTree.Element:
    try:
        return ElementTree.fromstring(content or b"")
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise damaged_file_error(f"{name}: {error}") from error


def _local_name(tag: str) -> str:
    return tag.rpartition("}")[2]
