"""The file itself: what it really is, by its first bytes, and the parts of its zip; no cells.

Raises FileError of the contract's kinds with the sentence that tells the user what to do.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from pathlib import Path
from urllib.parse import unquote
from xml.etree import ElementTree

from collabxl.errors import FileError, no_permission, not_found
from collabxl.text import Text, t

LARGEST_FILE = 256 * 2**20
LARGEST_PART = 1024 * 2**20
MOST_PARTS = 10_000
USUAL_WORKBOOK = "xl/workbook.xml"
"""Where nearly every program puts the workbook; the relationships are asked only where it is not there."""
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OFFICE_RELATIONS = (
    "http://schemas.openxmlformats.org/officeDocument/2006",
    "http://purl.oclc.org/ooxml/officeDocument",
)


class SheetPart:
    """A sheet as the workbook part lists it: its name, state and the part that holds it."""

    __slots__ = ("name", "part", "visible")

    def __init__(self, name: str, part: str, visible: bool) -> None:
        self.name = name
        self.part = part
        self.visible = visible


def load(path: Path) -> bytes:
    """Return the bytes of a file, or raise FileError of kind not-found, permission or too-large."""
    try:
        if path.is_dir():
            raise FileError(
                "not-a-workbook", t("{path} 是文件夹，不是工作簿", "{path} is a folder, not a workbook"), path=str(path)
            )
        size = path.stat().st_size
        if size > LARGEST_FILE:
            says = t("{path} 有 {size} MB，超过 {limit} MB 的上限", "{path} has {size} MB; the limit is {limit} MB")
            raise FileError("too-large", says, path=str(path), size=size // 2**20, limit=LARGEST_FILE // 2**20)
        return path.read_bytes()
    except FileNotFoundError as error:
        raise not_found(str(path)) from error
    except PermissionError as error:
        raise no_permission(str(path)) from error
    except OSError as error:
        says = t("读不了 {path}：{reason}", "Cannot read {path}: {reason}")
        raise FileError("not-found", says, path=str(path), reason=error.strerror or str(error)) from error


class Container:
    """An opened .xlsx or .xlsm: its sheets' parts and properties, read on demand."""

    def __init__(self, content: bytes) -> None:
        _refuse_what_is_no_zip(content)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise damaged(str(error)) from error
        self._names = {_plain(name): name for name in self._zip.namelist()}
        if len(self._names) > MOST_PARTS:
            says = t(
                "文件由 {count} 个部分组成，超过 {limit} 的上限", "The file has {count} parts; the limit is {limit}"
            )
            raise FileError("too-large", says, count=len(self._names), limit=MOST_PARTS)
        self.workbook = self._workbook_part()
        self._root = _parsed(self.workbook, self.part(self.workbook))
        if _local(self._root.tag) != "workbook":
            raise _no_workbook()

    def part(self, name: str) -> bytes | None:
        """Return a part unpacked, or None if the package has none of that name."""
        entry = self._names.get(_plain(name))
        if entry is None:
            return None
        size = self._zip.getinfo(entry).file_size
        if size > LARGEST_PART:
            says = t(
                "其中的 {part} 展开后有 {size} MB，像是压缩炸弹，未打开",
                "Its part {part} unpacks to {size} MB, like a zip bomb; not opened",
            )
            raise FileError("too-large", says, part=name, size=size // 2**20)
        try:
            content = self._zip.read(entry)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
            raise damaged(f"{name}: {error}") from error
        if b"<!DOCTYPE" in content[:4096]:
            raise damaged(f"{name}: DTD")
        return content

    def sheets(self) -> list[SheetPart]:
        """Return the worksheets in the order of the workbook, chart and macro sheets left out."""
        relations = self._relations(self.workbook)
        found = []
        for node in self._root.iter():
            if _local(node.tag) != "sheet":
                continue
            target = next((relations.get(value) for key, value in node.attrib.items() if _local(key) == "id"), None)
            if target and target[0].endswith("/worksheet"):
                visible = node.get("state", "visible") == "visible"
                found.append(SheetPart(node.get("name", ""), target[1], visible))
        return found

    def date1904(self) -> bool:
        """Return whether the workbook counts its days from 1904."""
        flags = (node.get("date1904") for node in self._root if _local(node.tag) == "workbookPr")
        return any(flag in ("1", "true") for flag in flags)

    def properties(self) -> dict[str, str]:
        """Return the custom document properties as text."""
        content = self.part("docProps/custom.xml")
        if content is None:
            return {}
        return {
            node.get("name", ""): "".join(node.itertext())
            for node in _parsed("docProps/custom.xml", content)
            if _local(node.tag) == "property"
        }

    def _refuse_other_zips(self) -> None:
        if len(self._names) > MOST_PARTS:
            says = t(
                "文件由 {count} 个部分组成，超过 {limit} 的上限", "The file has {count} parts; the limit is {limit}"
            )
            raise FileError("too-large", says, count=len(self._names), limit=MOST_PARTS)
        if "[content_types].xml" not in self._names:
            if b"opendocument.spreadsheet" in (self.part("mimetype") or b""):
                raise _other_format(t("OpenDocument 表格 (.ods)", "an OpenDocument sheet (.ods)"))
            raise _no_workbook()
        if b"sheet.binary" in (self.part("[Content_Types].xml") or b""):
            raise _other_format(t("二进制工作簿 (.xlsb)", "a binary workbook (.xlsb)"))

    def _workbook_part(self) -> str:
        if USUAL_WORKBOOK in self._names:
            return USUAL_WORKBOOK
        self._refuse_other_zips()
        for kind, target in self._relations("").values():
            if kind.endswith("/officeDocument") and kind.startswith(_OFFICE_RELATIONS) and target in self._names:
                return target
        raise _no_workbook()

    def _relations(self, part: str) -> dict[str, tuple[str, str]]:
        folder, name = posixpath.split(part)
        path = posixpath.join(folder, "_rels", f"{name}.rels")
        content = self.part(path)
        if content is None:
            return {}
        return {
            node.get("Id", ""): (node.get("Type", ""), _resolved(folder, node.get("Target", "")))
            for node in _parsed(path, content)
            if node.get("TargetMode") != "External"
        }


def damaged(reason: str) -> FileError:
    """Return the error for a file whose bytes are broken."""
    return FileError(
        "corrupt",
        t("文件已损坏（{reason}）。请对方重新发送", "The file is damaged ({reason}). Ask for it again"),
        reason=reason,
    )


def _refuse_what_is_no_zip(content: bytes) -> None:
    if not content:
        says = t("文件是空的，可能还在同步或下载", "The file is empty; it may still be syncing or downloading")
        raise FileError("not-a-workbook", says)
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            says = t(
                "文件设有打开密码。请去掉密码后再试",
                "The file needs a password to open. Remove the password and try again",
            )
            raise FileError("encrypted", says)
        raise _other_format(t("旧版 Excel 文件 (.xls)", "an old Excel file (.xls)"))
    if not content.startswith(b"PK"):
        head = content[:512].lstrip().lower()
        what = (
            t("网页 (HTML/XML)", "a web page (HTML/XML)")
            if head.startswith(b"<")
            else t("文本或其他格式", "text or something else")
        )
        says = t("不是工作簿，而是{what}。请另存为 .xlsx", "No workbook but {what}. Save it as .xlsx")
        raise FileError("not-a-workbook", says, what=what)


def _no_workbook() -> FileError:
    says = t("是压缩包或其他 Office 文件，不是 Excel 工作簿", "A zip or another Office file, but no Excel workbook")
    return FileError("not-a-workbook", says)


def _other_format(what: Text) -> FileError:
    says = t("这是{what}。请用 Excel 或 WPS 另存为 .xlsx", "This is {what}. Save it as .xlsx with Excel or WPS")
    return FileError("unsupported", says, what=what)


def _parsed(name: str, content: bytes | None) -> ElementTree.Element:
    try:
        return ElementTree.fromstring(content or b"")
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise damaged(f"{name}: {error}") from error


def _resolved(folder: str, target: str) -> str:
    target = unquote(target.replace("\\", "/"))
    return _plain(target if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target)))


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
