"""Style tables only grow, and an index never changes its meaning."""

from __future__ import annotations

import pytest

from collabxl import PackageError
from collabxl.ooxml.package import Package
from collabxl.ooxml.styles import MOST_LOOKS, CellFormat, Stylesheet, cell_formats_of, differential_formats_of, entries
from collabxl.ooxml.workbook_part import WorkbookPart
from collabxl.ooxml.xml import XmlPart
from tests.ooxml.workbooks import STYLES, VARIANTS, bent, donor, edited, unpack, workbook

BASE = workbook()
RED = CellFormat(
    font=b'<font><b/><sz val="11"/><color rgb="FFFF0000"/><name val="Calibri"/></font>',
    number="0.0 %",
    other=b'<alignment horizontal="center"/>',
)
RULE = b'<dxf><font><b/></font><numFmt numFmtId="170" formatCode="&quot;x&quot;@"/></dxf>'


def styles(source: bytes) -> Stylesheet:
    return Stylesheet(WorkbookPart(Package(source)))


def grown(source: bytes, *looks: CellFormat) -> tuple[bytes, list[int], int]:
    """Return the workbook with these looks and one rule in it, and their indexes."""
    made = styles(source)
    places, rule = [made.add_format(look) for look in looks], made.add_differential_format(RULE)
    made.commit()
    return made.book.package.save(), places, rule


def tables(source: bytes) -> dict[str, list[bytes]]:
    doc = styles(source).doc
    names = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "dxfs")
    return {name: entries(doc, name) for name in names}


@pytest.mark.parametrize("variant", VARIANTS)
def test_tables_only_grow_and_only_once(variant):
    source = VARIANTS[variant](BASE)
    result, places, rule = grown(source, RED, CellFormat(), RED)
    before, after = tables(source), tables(result)
    for name, old in before.items():
        assert after[name][: len(old)] == old
    assert places[0] == places[2] == len(before["cellXfs"])
    assert rule == len(before["dxfs"])
    assert grown(result, RED, CellFormat(), RED) == (result, places, rule)
    for table in styles(result).doc.root.children:
        assert "count" not in table.attrs or int(table.attrs["count"]) == len(table.children)


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_look_is_read_back_as_it_was_given(variant):
    result, (place,), _ = grown(VARIANTS[variant](BASE), RED)
    made = styles(result)
    xf = made.doc.root.all("cellXfs")[0].children[place]
    font = made.doc.root.all("fonts")[0].children[int(xf.attrs["fontId"])]
    assert font.canonical_form() == XmlPart(RED.font, "font").root.canonical_form()
    assert made.codes["0.0 %"] == int(xf.attrs["numFmtId"]) >= 164
    assert (xf.attrs["fillId"], xf.attrs["borderId"], xf.attrs["applyAlignment"]) == ("0", "0", "1")
    assert {node.uri for node in made.doc.root.walk()} == {made.book.doc.root.uri}


def test_an_empty_style_table_is_seeded_before_it_grows():
    """Bug 1: without cellXfs an appended format would be the look of every unstyled cell."""
    gone = "<(fonts|fills|borders|cellXfs|cellStyleXfs|cellStyles) .*</\\1>"
    source = bent(BASE, styles=edited(gone, ""))
    result, (place,), _ = grown(source, RED)
    after = tables(result)
    assert place == 1
    assert len(after["fonts"]) == 2
    assert b'"none"' in after["fills"][0]
    assert b"gray125" in after["fills"][1]
    assert b'Id="0" fontId="0"' in after["cellXfs"][0]


def test_styles_are_made_where_a_dangling_relationship_points():
    """Bug 2: a second relationship would give the workbook two style parts."""
    result, _, _ = grown(VARIANTS["dangling styles"](BASE), RED)
    package = Package(result)
    (rel,) = (rel for rel in package.rels(package.main) if rel.kind == "styles")
    assert rel.part == STYLES
    assert package.content_type(STYLES).endswith("styles+xml")


def test_styles_are_made_where_there_are_none():
    result, (place,), _ = grown(VARIANTS["no styles"](BASE), RED)
    package = Package(result)
    assert [rel.path for rel in package.rels(package.main) if rel.kind == "styles"] == [STYLES]
    assert place == 1


def test_a_format_without_parents_refers_to_none():
    """Bug 3: xfId="0" is invalid where there are no cellStyleXfs."""
    source = bent(BASE, styles=edited("<(cellStyleXfs|cellStyles) .*</\\1>", ""))
    result, (place,), _ = grown(source, RED)
    assert b"xfId" not in tables(result)["cellXfs"][place]
    result, (place,), _ = grown(BASE, RED)
    assert b'xfId="0"' in tables(result)["cellXfs"][place]


def test_number_formats_get_ids_nobody_mentions():
    codes = {164: "yyyy-mm-dd", 9: "redefined"}
    formats = "".join(f'<numFmt numFmtId="{number}" formatCode="{code}"/>' for number, code in codes.items())
    mention = '<xf numFmtId="165" fontId="0" fillId="0" borderId="0"/>'
    source = bent(BASE, styles=edited("<numFmts.*</numFmts>", f"<numFmts>{formats}</numFmts>"))
    source = bent(source, styles=edited("</cellXfs>", f"{mention}</cellXfs>"))
    made = styles(source)
    made.add_format(CellFormat(number="new"))
    made.add_format(CellFormat(number="yyyy-mm-dd"))
    made.add_format(CellFormat(number=9))
    made.add_differential_format(RULE)
    assert made.codes == {"yyyy-mm-dd": 164, "new": 166}
    assert made.rule_codes['"x"@'] == 167


@pytest.mark.slow
def test_excels_limit_of_formats_is_a_refusal():
    many = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>' * MOST_LOOKS
    made = styles(bent(BASE, styles=edited("<cellXfs.*</cellXfs>", f"<cellXfs>{many}</cellXfs>")))
    with pytest.raises(PackageError, match=str(MOST_LOOKS)) as refusal:
        made.add_format(RED)
    assert refusal.value.code == "too-many-formats"


def test_nothing_asked_for_is_nothing_written():
    made = styles(VARIANTS["no styles"](BASE))
    made.commit()
    assert not any(made.book.package.changes())


def test_a_users_own_equal_format_is_used():
    made = styles(BASE)
    existing = cell_formats_of(made.doc)
    places = [made.add_format(look) for look in existing[:1]]
    made.commit()
    assert places == [0]
    assert not any(made.book.package.changes())


def test_a_donors_looks_and_rules_are_read():
    parts = unpack(donor())
    doc = XmlPart(parts[STYLES], STYLES)
    looks = cell_formats_of(doc)
    assert looks[0] == CellFormat()
    assert looks[1].number == "0.0 %"
    assert b"FFFF0000" in looks[1].font
    assert b"FFFFEECC" in looks[1].fill
    assert len(differential_formats_of(doc)) == 1
