"""A sheet's conditional formats: read as guards, cut, and planted with their looks, ranks and newer halves.

Knows the XML of conditional formats; must not know which ones belong where. A data bar has a newer half (x14) in the
sheet's extensions, bound to it by an id; both move together.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import count

from collabxl.ooxml.areas import bounding_range, format_sqref, intersect, parse_sqref
from collabxl.ooxml.repair_plan import PlannedRule, RangeRule, RepairPlan
from collabxl.ooxml.sheet import ORDER
from collabxl.ooxml.styles import Stylesheet
from collabxl.ooxml.validations import X14, drop_extension, x14_elements
from collabxl.ooxml.workbook_part import parse_bool, parse_int
from collabxl.ooxml.xml import Node, XmlPart, add_prefix, element
from collabxl.text import escape

_XM = "http://schemas.microsoft.com/office/excel/2006/main"
_EXTENSION = "{78C0D931-6437-407d-A8EE-F0AAD7539E65}"
_BAR_ID = "{{DA7ABA51-AAAA-BBBB-0000-{:012}}}"
_PLACED = {"priority", "dxfId"}


@dataclass(eq=False)
class _CfRule:
    """A ``cfRule`` with what it needs from elsewhere: its look as a bare element, its newer half."""

    frame: XmlPart
    node: Node
    look: bytes
    half: Node | None

    @property
    def rank(self) -> int:
        return parse_int(self.node.attrs.get("priority"), 2**31)


def conditional_formats(frame: XmlPart, styles: XmlPart | None) -> list[RangeRule]:
    """Return the conditional formats of a sheet, one guard a rule; ``styles`` has their looks."""
    looks = [node for holder in styles.root.all("dxfs") for node in holder.children] if styles else []
    halves = {
        rule.attrs.get("id", ""): half
        for half in x14_elements(frame, "conditionalFormatting")
        for rule in half.children
    }
    found = []
    for holder in frame.root.all("conditionalFormatting"):
        areas = parse_sqref(holder.attrs.get("sqref", ""))
        for node in holder.all("cfRule"):
            index = parse_int(node.attrs.get("dxfId"), -1)
            look = looks[index] if 0 <= index < len(looks) else None
            bare = _without_prefix(styles, look) if styles and look else b""
            rule = _CfRule(frame, node, bare, halves.get(_x14_id(node)))
            formulas = tuple(child.text.strip() for child in node.all("formula"))
            fixed = not areas or parse_bool(holder.attrs.get("pivot"))
            found.append(RangeRule(areas, _rule_key(node, look), formulas, rule, fixed))
    return found


def repair_conditional_formats(
    frame: XmlPart, healing: RepairPlan, users: Sequence[RangeRule], donors: Sequence[RangeRule], styles: Stylesheet
) -> None:
    """Write down what became of the conditional formats; new ones rank before the donor's that they come before."""
    if not any(healing):
        return
    ranks = _make_room(frame, healing, users, donors)
    for piece in healing.changed:
        _update_rule(frame, piece)
    groups: dict[str, list[bytes]] = {}
    touched = {id(piece.source.node.node.parent): piece.source.node.node.parent for piece in healing.changed}
    changed = {id(piece.source.node.node): piece for piece in healing.changed}
    for holder in touched.values():
        for node in holder.children:
            cut = changed.get(id(node))
            place = format_sqref(cut.ranges) if cut else holder.attrs["sqref"]
            if place:
                groups.setdefault(place, []).append(frame.to_bytes(node))
    halves: list[bytes] = []
    for piece, rank in sorted(zip(healing.added, ranks, strict=True), key=lambda each: each[1]):
        xml = add_prefix(_rule_xml(frame, piece, rank, styles, halves), frame.root.prefix)
        groups.setdefault(format_sqref(piece.ranges), []).append(xml)
    _insert_x14_rules(frame, halves)
    _replace_groups(frame, list(touched.values()), groups)


def _replace_groups(frame: XmlPart, touched: list[Node], groups: dict[str, list[bytes]]) -> None:
    """Put the groups in the place of the touched elements; a group of an untouched element's cells joins it."""
    root = frame.root
    for holder in root.all("conditionalFormatting"):
        if holder not in touched and not parse_bool(holder.attrs.get("pivot")):
            for xml in groups.pop(holder.attrs.get("sqref", ""), []):
                frame.append(holder, xml)
    tag = root.qualified_name("conditionalFormatting")
    made = b"".join(element(tag, {"sqref": place}, b"".join(rules)) for place, rules in groups.items())
    for number, holder in enumerate(touched):
        frame.replace(holder, b"" if number else made)
    if made and not touched:
        frame.insert_child(root, "conditionalFormatting", made, ORDER)


def _make_room(
    frame: XmlPart, healing: RepairPlan, users: Sequence[RangeRule], donors: Sequence[RangeRule]
) -> list[int]:
    """Return the ranks of the rules that are planted; the others make room, in the order they have."""
    gone = {id(piece.source) for piece in healing.changed if not piece.ranges}
    nodes = {id(user): user.node.node for user in users if id(user) not in gone}
    newer = [node for node in x14_elements(frame, "cfRule") if "priority" in node.attrs]
    order: list[Node | PlannedRule] = [*sorted([*nodes.values(), *newer], key=_priority)]
    ranked = sorted(donors, key=lambda donor: donor.node.rank)
    places = {id(donor): place for place, donor in enumerate(ranked)}
    for piece in sorted(healing.added, key=lambda each: places.get(id(each.source), len(ranked))):
        later = ranked[places.get(id(piece.source), len(ranked)) + 1 :]
        mates = [
            nodes[id(user)]
            for user in users
            if id(user) in nodes and intersect(user.ranges, piece.ranges) and any(mate.is_kin(user) for mate in later)
        ]
        at = min((order.index(mate) for mate in mates), default=len(order))
        order.insert(at, piece)
    return _renumber(frame, order, healing.added)


def _renumber(frame: XmlPart, order: Sequence[Node | PlannedRule], added: Sequence[PlannedRule]) -> list[int]:
    """Let the ranks ascend along the order, changing as few as possible; return those of the added rules."""
    ranks: dict[int, int] = {}
    last = 0
    for each in order if added else ():
        old = 0 if isinstance(each, PlannedRule) else _priority(each)
        last = max(last + 1, old)
        if isinstance(each, PlannedRule):
            ranks[id(each)] = last
        elif last != old:
            frame.set_attr(each, "priority", last)
    return [ranks[id(piece)] for piece in added]


def _priority(node: Node) -> int:
    return parse_int(node.attrs.get("priority"), 0)


def _update_rule(frame: XmlPart, piece: PlannedRule) -> None:
    """Let a rule that stays read right from its new first cell, and its newer half hold for the same cells."""
    rule: _CfRule = piece.source.node
    if not piece.ranges:
        if rule.half and len(_rules_in(rule.half)) == 1:
            _drop_x14_rule(frame, rule.half)
        return
    formulas = piece.source.formulas_at(bounding_range(piece.ranges).corner)
    for child, formula in zip(rule.node.all("formula"), formulas, strict=True):
        if formula != child.text.strip():
            frame.set_text(child, formula)
    for child in rule.half.children if rule.half else ():
        if child.name == "sqref":
            frame.set_text(child, format_sqref(piece.ranges))


def _rule_xml(frame: XmlPart, piece: PlannedRule, rank: int, styles: Stylesheet, halves: list[bytes]) -> bytes:
    """Return a donor's rule as the sheet writes it; its newer half is added to ``halves``."""
    rule: _CfRule = piece.source.node
    attrs: dict[str, str | int] = {name: value for name, value in rule.node.attrs.items() if name[0] != "{"}
    attrs["priority"] = rank
    if rule.look:
        attrs["dxfId"] = styles.add_differential_format(rule.look)
    formulas = piece.source.formulas_at(bounding_range(piece.ranges).corner)
    content = [element("formula", {}, escape.content(formula).encode()) for formula in formulas]
    content += [
        _without_prefix(rule.frame, child) for child in rule.node.children if child.name not in ("formula", "extLst")
    ]
    if rule.half:
        taken = frame.source + b"".join(halves)
        new = next(each for number in count(1) if (each := _BAR_ID.format(number)).encode() not in taken)
        halves.append(_x14_rule_xml(rule, new, piece))
        half = element("x14:id", {}, new.encode())
        inner = element("ext", {"xmlns:x14": X14, "uri": "{B025F937-C7B1-47D3-B67F-A62EFF666E3E}"}, half)
        content.append(element("extLst", {}, inner))
    return element("cfRule", attrs, b"".join(content))


def _x14_rule_xml(rule: _CfRule, new: str, piece: PlannedRule) -> bytes:
    assert rule.half is not None
    inside = b"".join(rule.frame.to_bytes(node) for node in _rules_in(rule.half))
    inside = re.sub(rb'(?<= id=")[^"]*', new.encode(), inside, count=1)
    areas = element("xm:sqref", {}, format_sqref(piece.ranges).encode())
    return element("x14:conditionalFormatting", {"xmlns:x14": X14, "xmlns:xm": _XM}, inside + areas)


def _insert_x14_rules(frame: XmlPart, halves: list[bytes]) -> None:
    if not halves:
        return
    made, root = b"".join(halves), frame.root
    holders = x14_elements(frame, "conditionalFormattings")
    if holders:
        frame.append(holders[0], made)
        return
    holder = element("x14:conditionalFormattings", {}, made)
    extension = element(root.qualified_name("ext"), {"xmlns:x14": X14, "uri": _EXTENSION}, holder)
    lists = root.all("extLst")
    if lists:
        frame.append(lists[0], extension)
    else:
        frame.insert_child(root, "extLst", element(root.qualified_name("extLst"), {}, extension), ORDER)


def _drop_x14_rule(frame: XmlPart, half: Node) -> None:
    holder = half.parent
    if holder and len(holder.children) == 1:
        drop_extension(frame, holder)
    else:
        frame.remove(half)


def _rules_in(half: Node) -> list[Node]:
    return [node for node in half.children if node.name == "cfRule"]


def _x14_id(node: Node) -> str:
    return next((leaf.text.strip() for leaf in node.walk() if leaf.name == "id" and leaf.uri == X14), "-")


def _rule_key(node: Node, look: Node | None) -> Hashable:
    attrs = {name: value for name, value in node.attrs.items() if name not in _PLACED and name[0] != "{"}
    if parse_bool(attrs.pop("stopIfTrue", None)):
        attrs["stopIfTrue"] = "1"
    inside = tuple(child.canonical_form() for child in node.children if child.name not in ("formula", "extLst"))
    return frozenset(attrs.items()), inside, _dxf_key(look) if look else None


def _dxf_key(node: Node) -> Hashable:
    """Return what a look says; the number of a number format means something in its own workbook only."""
    attrs = frozenset(pair for pair in node.attrs.items() if pair[0] != "numFmtId")
    return node.name, attrs, tuple(map(_dxf_key, node.children))


def _without_prefix(doc: XmlPart, node: Node) -> bytes:
    """Return an element without the part's prefix."""
    xml, prefix = doc.to_bytes(node), doc.root.prefix.encode()
    return re.sub(rb"<(/?)" + re.escape(prefix) + rb":", rb"<\1", xml) if prefix else xml
