"""The invariants of a lossless edit, checked on the result before anybody writes it.

What fails here is a bug of ours, never a mistake of the user's. Each message begins with its invariant: 1 bytes,
2 parsing, 3 relationships and types, 4 indexes, 8 sheets; those of ``sheet_lint`` for edited sheets.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from collabxl.errors import PackageError
from collabxl.ooxml.areas import Spot
from collabxl.ooxml.equality import equal_bytes
from collabxl.ooxml.import_sheet import STYLED
from collabxl.ooxml.package import Package, PackageChanges
from collabxl.ooxml.part_names import normalize_part_name
from collabxl.ooxml.sheet_lint import sheet_violations
from collabxl.ooxml.styles import FIRST_OWN_NUMBER_FORMAT, entries
from collabxl.ooxml.tag_scan import elements, is_well_formed
from collabxl.ooxml.workbook_part import DefinedName, Tab, WorkbookPart, parse_int
from collabxl.ooxml.xml import XmlPart, malformed_xml_error
from collabxl.ooxml.zip import RawZip

_TABLES = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "dxfs")
_INDEXES = {"fontId": "fonts", "fillId": "fills", "borderId": "borders", "xfId": "cellStyleXfs"}


class InvariantError(AssertionError):
    """A result that breaks an invariant; nothing of it may be written."""


def check(
    package: Package, result: bytes, put: Collection[str], edited: Mapping[str, Collection[Spot]] | None = None
) -> None:
    """Raise InvariantError if ``result`` is not the package's source with its declared changes and nothing else.

    ``put`` has the titles of the sheets that were added or renewed, ``edited`` those of sheets that were edited with
    the cells that were to change. Raises PackageError if a part that was edited was broken before.
    """
    changes = package.changes()
    for name, content in (changes.changed | changes.added).items():
        if name.lower().endswith((".xml", ".rels")) and not is_well_formed(content):
            if name in changes.changed and not is_well_formed(package.zip.read(name)):
                raise malformed_xml_error(name)
            raise InvariantError(f"2: {name} does not parse")
    try:
        before, after = Package(package.zip.source), Package(result)
        broken = next(_violations(before, after, changes, put), None)
        if edited and not broken:  # what the result holds is what the package holds, by the first invariant
            broken = next(_edits(before, package, edited), None)
    except PackageError as error:
        raise InvariantError(f"2: the result cannot be opened: {error}") from error
    if broken:
        raise InvariantError(broken)


def _violations(
    before: Package,
    after: Package,
    changes: PackageChanges,
    put: Collection[str],
) -> Iterator[str]:
    yield from _bytes(before.zip, after.zip, changes)
    yield from _relationships(before, after, changes)
    yield from _types(before, after, changes)
    yield from _indexes(before, after, put)
    yield from _sheets(WorkbookPart(before), WorkbookPart(after), put)


def _edits(before: Package, after: Package, edited: Mapping[str, Collection[Spot]]) -> Iterator[str]:
    old, new = WorkbookPart(before), WorkbookPart(after)
    styles = new.related_part("styles") or ""
    looks = len(entries(after.xml(styles), "cellXfs")) if styles in after else 0
    yield from sheet_violations(old, new, edited, looks)


def _bytes(before: RawZip, after: RawZip, changes: PackageChanges) -> Iterator[str]:
    kept = [name for name in before.entries if name not in changes.dropped]
    if list(after.entries) != [*kept, *changes.added]:
        yield "1: the entries are not the old ones in their order with the new ones behind them"
    placed = [name for name in _entries_by_offset(before) if name not in changes.dropped]
    if _entries_by_offset(after)[: len(placed)] != placed or after.comment != before.comment:
        yield "1: the old entries do not lie in their old order"
    for name in kept:
        if name in changes.changed or name not in after.entries:
            continue
        same_record = before.entries[name].record_at(0) == after.entries[name].record_at(0)
        if not same_record or not equal_bytes(before.raw(name), after.raw(name)):
            yield f"1: {name} changed and was not to"
    for name, content in (changes.changed | changes.added).items():
        if name not in after.entries or not after.holds(name, content):
            yield f"1: {name} does not hold what was to be written"


def _entries_by_offset(zipped: RawZip) -> list[str]:
    return [entry.name for entry in sorted(zipped.entries.values(), key=lambda entry: entry.start)]


def _relationships(before: Package, after: Package, changes: PackageChanges) -> Iterator[str]:
    for owner, rel_id, target in sorted(_dangling_relationships(after) - _dangling_relationships(before)):
        yield f"3: {rel_id} of {owner or 'the package'} leads to {target}, which is missing"
    for name in (*changes.changed, *changes.added):
        if name.lower().endswith(".rels"):
            ids = Counter(rel.id for rel in after.rels(_owner(name)))
            yield from (f"3: {name} has {rel_id} twice" for rel_id, times in ids.items() if times > 1)


def _dangling_relationships(package: Package) -> set[tuple[str, str, str]]:
    found = set()
    for name in package.parts:
        if name.endswith(".rels") and "_rels/" in name:
            rels = package.readable_rels(_owner(name))
            found |= {(_owner(name), rel.id, rel.target) for rel in rels if rel.path and rel.part not in package}
    return found


def _owner(rels_part: str) -> str:
    folder, name = posixpath.split(rels_part.replace("\\", "/"))
    return posixpath.join(posixpath.dirname(folder), name[: -len(".rels")])


def _types(before: Package, after: Package, changes: PackageChanges) -> Iterator[str]:
    old, new = _overrides(before), _overrides(after)
    for name in changes.added:
        if after.content_type(name) is None:
            yield f"3: {name} has no content type"
    for name in changes.dropped:
        if normalize_part_name(name) in new:
            yield f"3: {name} is gone and still has a content type"
    yield from (f"3: {name} has two content types" for name, times in new.items() if times > max(1, old[name]))


def _overrides(package: Package) -> Counter[str]:
    root = package.xml("[Content_Types].xml").root
    return Counter(normalize_part_name(node.attrs.get("PartName", "")) for node in root.all("Override"))


def _indexes(before: Package, after: Package, put: Collection[str]) -> Iterator[str]:
    book = WorkbookPart(after)
    part = book.related_part("styles") or ""
    styles = after.xml(part) if part in after else None
    sizes = {name: len(entries(styles, name)) for name in _TABLES} if styles else {}
    if styles:
        yield from _growth(before.xml(part) if part in before else None, styles, sizes)
    for tab in book.sheets:
        if tab.part and tab.title in put:
            yield from _cells(tab.part, after.read(tab.part), sizes)


def _growth(old: XmlPart | None, new: XmlPart, sizes: dict[str, int]) -> Iterator[str]:
    kept = {name: entries(old, name) if old else [] for name in _TABLES}
    for name, before in kept.items():
        if entries(new, name)[: len(before)] != before:
            yield f"4: {name} did not only grow"
    numbers = {
        parse_int(node.attrs.get("numFmtId"), -1) for holder in new.root.all("numFmts") for node in holder.children
    }
    looks = [xf for holder in new.root.all("cellXfs") for xf in holder.children]
    for xf in looks[len(kept["cellXfs"]) :]:
        number = parse_int(xf.attrs.get("numFmtId"), 0)
        if number >= FIRST_OWN_NUMBER_FORMAT and number not in numbers:
            yield f"4: a new cell format has the undeclared number format {number}"
        for attribute, name in _INDEXES.items():
            if attribute in xf.attrs and not 0 <= parse_int(xf.attrs[attribute], -1) < sizes[name]:
                yield f"4: a new cell format has {attribute}={xf.attrs[attribute]} of {sizes[name]}"


def _cells(part: str, sheet: bytes, sizes: dict[str, int]) -> Iterator[str]:
    for element, attrs in elements(sheet):
        for attribute, name in ((STYLED.get(element, ""), "cellXfs"), ("dxfId", "dxfs")):
            if attribute in attrs and not 0 <= parse_int(attrs[attribute], -1) < sizes.get(name, 0):
                yield f"4: {attribute}={attrs[attribute]} in {part} is out of {name}"


def _sheets(before: WorkbookPart, after: WorkbookPart, put: Collection[str]) -> Iterator[str]:
    old = set(before.sheets)
    if [tab for tab in after.sheets if tab in old] != list(before.sheets):
        yield "8: the old sheets or their order differ"
    if _names(before, put) != _names(after, put):
        yield "8: a defined name of an old sheet or of the workbook differs"
    if before.sheets and _active(before) != _active(after):
        yield "8: another sheet is active"


def _names(book: WorkbookPart, put: Collection[str]) -> list[tuple[DefinedName, Tab | None]]:
    """Return all names but those of the sheets that were put, with their sheets instead of positions."""
    scoped = [(name._replace(scope=None), _tab(book, name.scope)) for name in book.names]
    return [(name, tab) for name, tab in scoped if tab is None or tab.title not in put]


def _active(book: WorkbookPart) -> list[Tab | None]:
    return [_tab(book, active) for active, _ in book.views or [(0, 0)]]


def _tab(book: WorkbookPart, index: int | None) -> Tab | None:
    return book.sheets[index] if index is not None and 0 <= index < len(book.sheets) else None
