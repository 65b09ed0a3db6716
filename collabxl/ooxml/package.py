"""The logical package: parts under one normal name, their content types and relationships, and what was changed.

Knows the Open Packaging Conventions (ECMA-376 part 2) as real writers bend them; must not know spreadsheets.
A part put back with its old bytes is no change. Content types are compared only when saving, for the same reason.
Longer than most because names, types and relationships must change together or not at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from typing import NamedTuple

from collabxl.errors import PackageError
from collabxl.ooxml.part_names import normalize_part_name, relative_target, rels_of, resolve_target
from collabxl.ooxml.xml import Node, XmlPart, element
from collabxl.ooxml.zip import RawZip
from collabxl.ooxml.zip_errors import duplicate_names_error
from collabxl.text import t

ROOT = ""
_TYPES = "[content_types].xml"
_RELS_URI = "http://schemas.openxmlformats.org/package/2006/relationships"
_RELS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
HEAD = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


class Relationship(NamedTuple):
    """A relationship; ``path`` is the part it leads to, None when it leads out of the package or to a place in it."""

    id: str
    type: str
    target: str
    path: str | None
    external: bool = False

    @property
    def kind(self) -> str:
        """The last word of the type, which transitional and strict files share."""
        return self.type.rpartition("/")[2]

    @property
    def part(self) -> str:
        """The normal name of the part it leads to, empty when it leads to none."""
        return normalize_part_name(self.path or "")


class PackageChanges(NamedTuple):
    """What saving will write, by exact entry name: everything else is copied raw."""

    changed: dict[str, bytes]
    added: dict[str, bytes]
    dropped: tuple[str, ...]


class Package:
    """A package in memory and the changes asked for; parts are called by any spelling of their name."""

    def __init__(self, source: bytes) -> None:
        self.zip = RawZip(source)
        files = [name for name in self.zip.entries if not name.endswith(("/", "\\"))]
        self._entries = {normalize_part_name(name): name for name in files}
        if len(self._entries) != len(files):
            raise duplicate_names_error()
        if _TYPES not in self._entries:
            raise no_workbook_error()
        self._contents: dict[str, bytes] = {}
        self._rels: dict[str, tuple[Relationship, ...]] = {}
        self._names = dict(self._entries)
        types = self.xml(_TYPES).root
        self._defaults = {node.attrs.get("Extension", "").lower(): _type(node) for node in types.all("Default")}
        self._old_overrides = {
            normalize_part_name(node.attrs.get("PartName", "")): _type(node) for node in types.all("Override")
        }
        self._overrides = dict(self._old_overrides)
        self.main = self._main()

    def __contains__(self, part: str) -> bool:
        return normalize_part_name(part) in self._names

    @property
    def parts(self) -> tuple[str, ...]:
        """The normal names of all parts, relationship parts and content types among them."""
        return tuple(self._names)

    def read(self, part: str) -> bytes:
        """Return a part's bytes as they are now; raises PackageError if it is missing or damaged."""
        key = normalize_part_name(part)
        if key in self._contents:
            return self._contents[key]
        if key not in self._names:
            raise _missing_part_error(part)
        return self.zip.read(self._names[key])

    def xml(self, part: str) -> XmlPart:
        """Return a part as a tree of spans."""
        return XmlPart(self.read(part), part)

    def content_type(self, part: str) -> str | None:
        """Return a part's content type by its Override, else by its extension's Default."""
        key = normalize_part_name(part)
        return self._overrides.get(key) or self._defaults.get(key.rpartition(".")[2])

    def put(self, part: str, content: bytes) -> None:
        """Give a part new bytes; a part that is not there yet is added under the name as spelt."""
        key = normalize_part_name(part)
        entry = self._entries.get(key)
        self._names.setdefault(key, entry or part)
        self._rels.pop(key, None)
        if entry and self.zip.entries[entry].size == len(content) and self.zip.read(entry) == content:
            self._contents.pop(key, None)
        else:
            self._contents[key] = content

    def add_part(self, part: str, content: bytes, content_type: str) -> None:
        """Add a part, or replace one, and make sure that it has this content type."""
        self.put(part, content)
        if self.content_type(part) != content_type:
            self._overrides[normalize_part_name(part)] = content_type

    def remove_part(self, part: str) -> None:
        """Take a part away with its relationships and its content type; who points at it is the caller's affair."""
        self._forget(part)
        self._forget(rels_of(part))

    def _forget(self, part: str) -> None:
        for table in (self._names, self._contents, self._overrides, self._rels):
            table.pop(normalize_part_name(part), None)

    def free_name(self, pattern: str) -> str:
        """Return the first name of ``pattern`` (with ``{}`` for a number from 1) that no trace of a part occupies."""
        taken = self._names.keys() | self._overrides.keys() | {rel.part for rel in self.rels(self.main)}
        names = (pattern.format(number) for number in count(1))
        return next(
            name for name in names if not {normalize_part_name(name), normalize_part_name(rels_of(name))} & taken
        )

    def rels(self, part: str) -> tuple[Relationship, ...]:
        """Return the relationships of a part, or of the package itself for ``ROOT``."""
        source = normalize_part_name(rels_of(part))
        if source not in self._names:
            return ()
        if source not in self._rels:
            self._rels[source] = tuple(_rel(part, node) for node in self.xml(source).root.all("Relationship"))
        return self._rels[source]

    def readable_rels(self, part: str) -> tuple[Relationship, ...]:
        """Return the relationships of a part that is not to be changed: none if they are broken."""
        try:
            return self.rels(part)
        except PackageError:
            return ()

    def add_rel(self, part: str, rel_type: str, target: str) -> str:
        """Add a relationship from a part to another part and return its new id.

        An id that the part mentions without having it is not used: it would come to life.
        """
        ids = {rel.id.lower() for rel in self.rels(part)}
        taken = ids | {value.lower() for node in self.xml(part).root.walk() for value in node.attrs.values()}
        new = next(f"rId{number}" for number in count(len(ids) + 1) if f"rid{number}" not in taken)
        rel = Relationship(new, rel_type, relative_target(part, target), target)
        source = rels_of(part)
        if source in self:
            doc = self.xml(source)
            doc.append(doc.root, _rel_xml(rel, doc.root.qualified_name("Relationship")))
            self.put(source, doc.to_bytes())
        else:
            self.write_rels(part, [rel])
        return new

    def remove_rel(self, part: str, rel_id: str) -> None:
        """Take one relationship of a part away."""
        doc = self.xml(rels_of(part))
        for node in doc.root.all("Relationship"):
            if node.attrs.get("Id") == rel_id:
                doc.remove(node)
        self.put(rels_of(part), doc.to_bytes())

    def write_rels(self, part: str, rels: Iterable[Relationship]) -> None:
        """Give a part exactly these relationships; none means no relationship part."""
        content = b"".join(_rel_xml(rel, "Relationship") for rel in rels)
        if content:
            self.put(rels_of(part), HEAD + element("Relationships", {"xmlns": _RELS_URI}, content))
        else:
            self._forget(rels_of(part))

    def reachable_parts(self, start: str, *, without: str = "") -> set[str]:
        """Return all parts that relationships lead to from ``start``, never passing through ``without``.

        Broken relationships of parts that are not ours lead nowhere.
        """
        avoided = normalize_part_name(without)
        found: set[str] = set()
        waiting = [start]
        while waiting:
            for rel in self.readable_rels(waiting.pop()):
                if rel.part in self and rel.part not in found and rel.part != avoided:
                    found.add(rel.part)
                    waiting.append(rel.part)
        return found

    def changes(self) -> PackageChanges:
        """Return what saving will change, add and drop."""
        types = self._content_types_xml()
        contents = self._contents | ({_TYPES: types} if types != self.read(_TYPES) else {})
        changed = {self._entries[key]: content for key, content in contents.items() if key in self._entries}
        added = {self._names[key]: content for key, content in contents.items() if key not in self._entries}
        dropped = tuple(name for key, name in self._entries.items() if key not in self._names)
        return PackageChanges(changed, added, dropped)

    def save(self) -> bytes:
        """Return the package with the changes in it; the very source if there are none."""
        changes = self.changes()
        return self.zip.write(*changes) if any(changes) else self.zip.source

    def _main(self) -> str:
        for rel in self.rels(ROOT):
            if rel.kind == "officeDocument" and rel.path is not None and rel.part in self:
                return rel.path
        raise no_workbook_error()

    def _content_types_xml(self) -> bytes:
        """Return [Content_Types].xml with the entries that the changes call for, and its own bytes otherwise."""
        doc = self.xml(_TYPES)
        missing = dict(self._overrides)
        for node in doc.root.all("Override"):
            key = normalize_part_name(node.attrs.get("PartName", ""))
            missing.pop(key, None)
            wanted = self._overrides.get(key)
            if wanted is None:
                doc.remove(node)
            elif wanted != self._old_overrides[key]:
                doc.set_attr(node, "ContentType", wanted)
        new = self._names.keys() - self._entries.keys()
        if "rels" not in self._defaults and any(key.endswith(".rels") for key in new):
            default = doc.root.qualified_name("Default")
            doc.append(doc.root, element(default, {"Extension": "rels", "ContentType": _RELS_TYPE}))
        for key, kind in missing.items():
            attrs = {"PartName": "/" + self._names[key], "ContentType": kind}
            doc.append(doc.root, element(doc.root.qualified_name("Override"), attrs))
        return doc.to_bytes()


def _type(node: Node) -> str:
    return node.attrs.get("ContentType", "")


def _rel(part: str, node: Node) -> Relationship:
    target = node.attrs.get("Target", "")
    external = node.attrs.get("TargetMode", "").lower() == "external"
    path = None if external else resolve_target(part, target)
    return Relationship(node.attrs.get("Id", ""), node.attrs.get("Type", ""), target, path, external)


def _rel_xml(rel: Relationship, name: str) -> bytes:
    attrs = {"Id": rel.id, "Type": rel.type, "Target": rel.target}
    return element(name, attrs | {"TargetMode": "External"} if rel.external else attrs)


def no_workbook_error() -> PackageError:
    """Return the refusal of a package in which no workbook is found."""
    says = t(
        "压缩包里没有 Excel 工作簿。请选择 .xlsx 或 .xlsm 文件",
        "The package holds no Excel workbook. Choose an .xlsx or .xlsm file",
    )
    return PackageError("no-workbook", says, kind="not-a-workbook")


def _missing_part_error(part: str) -> PackageError:
    says = t(
        "缺少部件 {part}，文件不完整。请用 Excel 打开后另存",
        "Part {part} is missing, so the file is not whole. Open it in Excel and save it again",
    )
    return PackageError("missing-part", says, kind="corrupt", part=part)
