"""A sheet's data validations, old (dataValidations) and new (x14 in extLst): read as guards, cut and planted.

Knows the XML of validations; must not know which ones belong where.
"""

from __future__ import annotations

from collabxl.ooxml.areas import bounding_range, format_sqref, parse_sqref
from collabxl.ooxml.repair_plan import PlannedRule, RangeRule, RepairPlan
from collabxl.ooxml.sheet import ORDER
from collabxl.ooxml.xml import Node, XmlPart, add_prefix, element
from collabxl.text import escape

X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
_DEFAULTS = {"type": "none", "errorStyle": "stop", "imeMode": "noControl", "operator": "between"}
_FLAGS = ("allowBlank", "showDropDown", "showInputMessage", "showErrorMessage")
_COMPARED = ("whole", "decimal", "date", "time", "textLength")
_FORMULAS = ("formula1", "formula2")


def validations(frame: XmlPart) -> list[RangeRule]:
    """Return the validations of a sheet."""
    return [_range_rule(node) for holder in frame.root.all("dataValidations") for node in holder.all("dataValidation")]


def x14_validations(frame: XmlPart) -> list[RangeRule]:
    """Return the validations that only newer Excels know, the x14 ones."""
    found = []
    for node in x14_elements(frame, "dataValidation"):
        places = [child for child in node.children if child.name == "sqref"]
        areas = parse_sqref(places[0].text) if places else []
        formulas = tuple(leaf.text.strip() for leaf in _x14_formulas(node))
        found.append(RangeRule(areas, ("x14", id(node)), formulas, node, is_fixed=not areas))
    return found


def repair_validations(frame: XmlPart, healing: RepairPlan) -> None:
    """Write down what became of the validations of ``validations``."""
    if not any(healing):
        return
    for piece in healing.changed:
        _narrow_rule(frame, piece)
    prefix = frame.root.prefix
    added = [add_prefix(_validation_xml(piece), prefix) for piece in healing.added]
    holder = frame.root.first("dataValidations")
    if holder is None:
        if added:
            tag = frame.root.qualified_name("dataValidations")
            whole = element(tag, {"count": len(added)}, b"".join(added))
            frame.insert_child(frame.root, "dataValidations", whole, ORDER)
        return
    left = len(holder.all("dataValidation")) - sum(not piece.ranges for piece in healing.changed) + len(added)
    if left:
        for xml in added:
            frame.append(holder, xml)
        update_count(frame, holder, left)
    else:
        frame.remove(holder)


def repair_x14_validations(frame: XmlPart, healing: RepairPlan) -> None:
    """Write down what became of the validations of ``x14_validations``."""
    for piece in healing.changed:
        node: Node = piece.source.node
        if not piece.ranges:
            frame.remove(node)
            continue
        for leaf, formula in zip(_x14_formulas(node), _formulas(piece), strict=True):
            if formula != leaf.text.strip():
                frame.set_text(leaf, formula)
        for child in node.children:
            if child.name == "sqref":
                frame.set_text(child, format_sqref(piece.ranges))
    gone = [piece.source.node for piece in healing.changed if not piece.ranges]
    for holder in {id(node.parent): node.parent for node in gone}.values():
        left = [node for node in holder.children if node not in gone]
        if left:
            update_count(frame, holder, len(left))
        else:
            drop_extension(frame, holder)


def x14_elements(frame: XmlPart, name: str) -> list[Node]:
    """Return the x14 elements of that name in the sheet's extensions."""
    lists = frame.root.all("extLst")
    return [node for holder in lists for node in holder.walk() if node.name == name and node.uri == X14]


def drop_extension(frame: XmlPart, holder: Node) -> None:
    """Take an extension away with its now empty content, and the list of extensions if it was the only one."""
    extension = holder.parent
    extensions = extension.parent if extension else None
    if extension is None or extensions is None or len(extension.children) > 1:
        frame.remove(holder)
    elif len(extensions.children) > 1:
        frame.remove(extension)
    else:
        frame.remove(extensions)


def update_count(frame: XmlPart, holder: Node, left: int) -> None:
    """Let an element's ``count`` tell the truth, if it has one."""
    if "count" in holder.attrs:
        frame.set_attr(holder, "count", left)


def _range_rule(node: Node) -> RangeRule:
    attrs = {name: value for name, value in node.attrs.items() if name != "sqref" and name[0] != "{"}
    for flag in _FLAGS:
        attrs[flag] = "1" if attrs.get(flag, "0").strip() in ("1", "true") else "0"
    attrs = _DEFAULTS | attrs
    if attrs["type"] not in _COMPARED:
        del attrs["operator"]
    formulas = tuple(child.text.strip() for name in _FORMULAS for child in node.all(name))
    areas = parse_sqref(node.attrs.get("sqref", ""))
    return RangeRule(areas, frozenset(attrs.items()), formulas, node, is_fixed=not areas)


def _formulas(piece: PlannedRule) -> tuple[str, ...]:
    return piece.source.formulas_at(bounding_range(piece.ranges).corner)


def _narrow_rule(frame: XmlPart, piece: PlannedRule) -> None:
    node: Node = piece.source.node
    if not piece.ranges:
        frame.remove(node)
        return
    frame.set_attr(node, "sqref", format_sqref(piece.ranges))
    children = [child for name in _FORMULAS for child in node.all(name)]
    for child, formula in zip(children, _formulas(piece), strict=True):
        if formula != child.text.strip():
            frame.set_text(child, formula)


def _validation_xml(piece: PlannedRule) -> bytes:
    node: Node = piece.source.node
    attrs: dict[str, str | int] = {name: value for name, value in node.attrs.items() if name[0] != "{"}
    names = [name for name in _FORMULAS for _ in node.all(name)]
    content = [
        element(name, {}, escape.content(formula).encode())
        for name, formula in zip(names, _formulas(piece), strict=True)
    ]
    return element("dataValidation", attrs | {"sqref": format_sqref(piece.ranges)}, b"".join(content))


def _x14_formulas(node: Node) -> list[Node]:
    return [leaf for child in node.children if child.name in _FORMULAS for leaf in child.walk() if leaf.name == "f"]
