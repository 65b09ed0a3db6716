"""Parts, content types and relationships as real writers spell them."""

from __future__ import annotations

import pytest

from collabxl import PackageError
from collabxl.ooxml.package import ROOT, Package, Relationship
from collabxl.ooxml.part_names import normalize_part_name, relative_target, rels_of
from tests.ooxml.workbooks import (
    SHEET,
    STYLES,
    TYPES,
    VARIANTS,
    WORKBOOK,
    bent,
    edited,
    pack,
    related,
    typed,
    unpack,
    workbook,
)

CHART = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
BASE = workbook()


def refused(source: bytes) -> tuple[str, str]:
    with pytest.raises(PackageError) as refusal:
        Package(source)
    return refusal.value.code, refusal.value.kind


@pytest.mark.parametrize(
    ("spelling", "key"),
    [
        ("/xl/Workbook.xml", "xl/workbook.xml"),
        ("xl\\worksheets\\sheet1.xml", "xl/worksheets/sheet1.xml"),
        ("xl/./media/../a%20b.xml", "xl/a b.xml"),
        ("", ""),
    ],
)
def test_one_part_has_one_normal_name(spelling, key):
    assert normalize_part_name(spelling) == key


def test_ways_between_parts():
    assert rels_of("xl/worksheets/sheet1.xml") == "xl/worksheets/_rels/sheet1.xml.rels"
    assert rels_of(ROOT) == "_rels/.rels"
    assert relative_target("xl/worksheets/sheet1.xml", "xl/drawings/drawing1.xml") == "../drawings/drawing1.xml"
    assert relative_target("book.xml", "xl/styles.xml") == "xl/styles.xml"


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
        ("/xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
        ("worksheets\\sheet1.xml", "xl/worksheets/sheet1.xml"),
        ("../XL/worksheets/sheet%31.xml", "XL/worksheets/sheet1.xml"),
        ("worksheets/sheet1.xml#A1", "xl/worksheets/sheet1.xml"),
        ("#Sheet1!A1", None),
        ("", None),
    ],
)
def test_targets_are_resolved_from_their_part(target, path):
    package = Package(bent(BASE, rels=edited("worksheets/sheet1.xml", target.replace("\\", "\\\\"))))
    (rel,) = (rel for rel in package.rels(WORKBOOK) if rel.target == target)
    assert rel.path == path
    assert (rel.part in package) == (path is not None)


@pytest.mark.parametrize("variant", VARIANTS)
def test_every_variant_is_read(variant):
    package = Package(VARIANTS[variant](BASE))
    kinds = [rel.kind for rel in package.rels(package.main)]
    assert kinds.count("worksheet") == 2
    assert all(rel.part in package for rel in package.rels(package.main) if rel.kind == "worksheet")
    assert not any(package.changes())
    assert package.save() is package.zip.source


def test_a_part_put_back_as_it_was_is_no_change():
    package = Package(BASE)
    package.put(SHEET, b"<new/>")
    assert package.changes().changed == {SHEET: b"<new/>"}
    package.put("/XL/worksheets/SHEET1.xml", unpack(BASE)[SHEET])
    assert package.save() is BASE


def test_a_part_removed_and_added_again_as_it_was_is_no_change():
    package = Package(BASE)
    content, kind = package.read("xl/charts/chart1.xml"), package.content_type("xl/charts/chart1.xml")
    package.remove_part("xl/charts/chart1.xml")
    assert "xl/charts/chart1.xml" not in package
    assert package.changes().dropped == ("xl/charts/chart1.xml",)
    assert b"chart1.xml" not in package.changes().changed[TYPES]
    package.add_part("xl/charts/chart1.xml", content, kind)
    assert package.save() is BASE


def test_removing_a_part_takes_its_relationships_and_type_along():
    package = Package(BASE)
    package.remove_part("xl/drawings/drawing1.xml")
    result = unpack(package.save())
    assert set(unpack(BASE)) - set(result) == {"xl/drawings/drawing1.xml", "xl/drawings/_rels/drawing1.xml.rels"}
    assert b"/xl/drawings/drawing1.xml" not in result[TYPES]


def test_a_new_part_gets_an_override_unless_a_default_says_the_same():
    package = Package(VARIANTS["types by Default"](BASE))
    package.add_part("xl/charts/chart9.xml", b"<c/>", CHART)
    package.add_part("xl/media/image1.png", b"png", "image/png")
    package.add_part(
        "xl/drawings/vmlDrawing9.vml", b"<xml/>", "application/vnd.openxmlformats-officedocument.vmlDrawing"
    )
    types = package.changes().changed[TYPES]
    assert f'<Override PartName="/xl/charts/chart9.xml" ContentType="{CHART}"/>'.encode() in types
    assert b'<Override PartName="/xl/media/image1.png" ContentType="image/png"/>' in types
    assert b"vmlDrawing9" not in types
    assert Package(package.save()).content_type("XL/charts/chart9.XML") == CHART


def test_a_missing_default_for_relationships_is_added_with_the_first_new_part():
    source = bent(BASE, types=edited('<Default Extension="rels"[^>]*/>', ""))
    package = Package(source)
    package.put(SHEET, b"<new/>")
    assert TYPES not in package.changes().changed
    package.write_rels(STYLES, [Relationship("rId1", "urn:t", "x.xml", "xl/x.xml")])
    assert package.changes().changed[TYPES].count(b'<Default Extension="rels"') == 1


def test_odd_content_types_of_others_are_left_as_they_are():
    source = bent(BASE, types=lambda types: typed("xl/gone.xml")(typed("xl/styles.xml", "odd/one")(types)))
    package = Package(source)
    assert package.content_type(STYLES) == "odd/one"
    assert package.save() is source
    package.remove_part("xl/charts/chart1.xml")
    types = package.changes().changed[TYPES]
    assert len(unpack(source)[TYPES]) - len(types) == len(
        f'<Override PartName="/xl/charts/chart1.xml" ContentType="{CHART}"/>'
    )


def test_free_names_avoid_every_trace_of_a_part():
    source = bent(BASE, types=typed("xl/worksheets/SHEET4.xml"), rels=related("worksheet", "worksheets/sheet5.xml"))
    parts = unpack(source) | {"xl/worksheets/_rels/sheet3.xml.rels": b'<Relationships xmlns="urn:none"/>'}
    assert Package(pack(parts)).free_name("xl/worksheets/sheet{}.xml") == "xl/worksheets/sheet6.xml"


def test_a_new_relationship_takes_an_id_that_nothing_mentions():
    count = len(Package(BASE).rels(WORKBOOK))
    source = bent(
        BASE, workbook=edited("</sheets>", f'<sheet name="gone" sheetId="9" r:id="rId{count + 1}"/></sheets>')
    )
    package = Package(source)
    assert package.add_rel(WORKBOOK, "urn:type/x", "xl/x.xml") == f"rId{count + 2}"
    assert package.rels(WORKBOOK)[-1] == Relationship(f"rId{count + 2}", "urn:type/x", "x.xml", "xl/x.xml")
    package.remove_rel(WORKBOOK, f"rId{count + 2}")
    assert package.save() is source


def test_relationships_are_written_whole_or_not_at_all():
    package = Package(BASE)
    rels = [
        Relationship("rId1", "urn:t/image", "../media/image1.png", "xl/media/image1.png"),
        Relationship("rId2", "urn:t/link", "https://a/?b&c", None, True),
    ]
    package.write_rels("xl/worksheets/sheet9.xml", rels)
    assert package.rels("xl/worksheets/sheet9.xml") == tuple(rels)
    package.write_rels("xl/worksheets/sheet9.xml", [])
    assert package.save() is BASE


def test_reach_follows_relationships_and_can_go_around_a_part():
    package = Package(BASE)
    below = package.reachable_parts(SHEET)
    assert {"xl/drawings/drawing1.xml", "xl/charts/chart1.xml", "xl/tables/table1.xml"} <= below
    assert not below & package.reachable_parts(ROOT, without="XL/worksheets/sheet1.xml")
    assert package.reachable_parts(ROOT) > below | {STYLES}


def test_broken_relationships_of_others_lead_nowhere():
    parts = unpack(BASE)
    parts["xl/worksheets/_rels/sheet2.xml.rels"] = b"<Relationships"
    package = Package(pack(parts))
    assert "xl/charts/chart2.xml" not in package.reachable_parts(ROOT)
    with pytest.raises(PackageError, match=r"sheet2\.xml\.rels"):
        package.rels("xl/worksheets/sheet2.xml")


def test_a_missing_part_is_named():
    with pytest.raises(PackageError, match=r"xl/none\.xml") as refusal:
        Package(BASE).read("xl/none.xml")
    assert refusal.value.code == "missing-part"


def test_refuses_what_holds_no_workbook():
    parts = unpack(BASE)
    nothing = {name: content for name, content in parts.items() if name != "_rels/.rels"}
    assert refused(pack(nothing)) == ("no-workbook", "not-a-workbook")
    assert refused(pack({name: content for name, content in parts.items() if name != TYPES})) == (
        "no-workbook",
        "not-a-workbook",
    )
    assert refused(pack({name: content for name, content in parts.items() if name != WORKBOOK})) == (
        "no-workbook",
        "not-a-workbook",
    )


@pytest.mark.parametrize("twin", ["XL/Styles.xml", "xl\\styles.xml", "/xl/styles.xml", "xl/style%73.xml"])
def test_refuses_names_that_collide(twin):
    assert refused(pack(unpack(BASE) | {twin: b"<styleSheet/>"})) == ("duplicate-names", "corrupt")
