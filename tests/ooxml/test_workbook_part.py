"""The workbook part: order, scopes, windows, names and the guards."""

from __future__ import annotations

import pytest

from collabxl import PackageError
from collabxl.ooxml.package import Package
from collabxl.ooxml.workbook_part import MAIN, DefinedName, Tab, WorkbookPart
from tests.ooxml.workbooks import VARIANTS, WORKBOOK, bent, edited, related, unpack, with_chain, workbook

BASE = workbook("一", "二", "三", active=1)


def opened(source: bytes) -> WorkbookPart:
    return WorkbookPart(Package(source))


def with_sheet(source: bytes, at: int | None, title: str = "新") -> WorkbookPart:
    """Return the workbook read again after a copy of its first sheet was listed at ``at``."""
    book = opened(source)
    book.package.add_part("xl/worksheets/sheet9.xml", b"<worksheet/>", "a/b")
    book.insert_sheet(title, "xl/worksheets/sheet9.xml", at)
    return opened(book.package.save())


def scoped(book: WorkbookPart) -> set[tuple[str, str | None]]:
    """Return every name with the title of its sheet."""
    return {(name.name, None if name.scope is None else book.sheets[name.scope].title) for name in book.names}


@pytest.mark.parametrize("variant", VARIANTS)
def test_sheets_and_names_are_read_from_every_variant(variant):
    book = opened(VARIANTS[variant](BASE))
    assert [(tab.title, tab.sheet_id, tab.kind, tab.state) for tab in book.sheets] == [
        ("一", 1, "worksheet", "visible"),
        ("二", 2, "worksheet", "visible"),
        ("三", 3, "worksheet", "visible"),
    ]
    assert all(tab.part in book.package for tab in book.sheets)
    if variant != "no names":
        assert DefinedName("local", 1, "'二'!$A$1") in book.names
        assert ("everywhere", None) in scoped(book)


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize(("at", "index"), [(None, 3), (0, 0), (1, 1), (99, 3), (-5, 0)])
def test_a_new_sheet_moves_all_that_counts_sheets(variant, at, index):
    source = VARIANTS[variant](BASE)
    before, after = opened(source), with_sheet(source, at)
    titles = [tab.title for tab in before.sheets]
    assert [tab.title for tab in after.sheets] == [*titles[:index], "新", *titles[index:]]
    assert after.sheets[index] == Tab("新", 4, "xl/worksheets/sheet9.xml", "worksheet", "visible")
    assert scoped(after) == scoped(before)
    before_active = before.sheets[(before.views or ((0, 0),))[0][0]]
    assert after.sheets[after.views[0][0]] == before_active


def test_every_window_follows_and_odd_ones_stay():
    windows = "".join(
        f"<workbookView {attributes}/>"
        for attributes in ('activeTab="2" firstSheet="1"', "", 'activeTab="-1"', 'activeTab="x"')
    )
    source = bent(BASE, workbook=edited("<workbookView [^>]*/>", windows))
    assert with_sheet(source, 1).views == ((3, 2), (0, 0), (-1, 0), (0, 0))
    assert with_sheet(source, 0).views == ((3, 2), (1, 0), (-1, 0), (1, 0))


def test_empty_windows_get_one():
    source = bent(BASE, workbook=edited("<bookViews>.*</bookViews>", "<bookViews/>"))
    assert with_sheet(source, 0).views == ((1, 0),)
    assert with_sheet(source, None).views == ((0, 0),)


def test_legacy_sheets_without_a_part_count():
    source = bent(BASE, workbook=edited("<sheets>", '<sheets><sheet name="模块" sheetId="70000" r:id=""/>'))
    book = opened(source)
    assert (book.sheets[0].part, book.sheets[0].kind) == (None, "")
    assert with_sheet(source, None).sheets[-1].sheet_id == 4


def test_titles_are_escaped_and_prefixes_declared_where_missing():
    source = bent(
        BASE,
        workbook=lambda content: content.replace(b"xmlns:r=", b"xmlns:unused=").replace(
            b"<sheet ", b'<sheet xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
        ),
    )
    book = with_sheet(source, 0, '"<&>"')
    assert book.sheets[0].title == '"<&>"'
    assert book.sheets[0].part == "xl/worksheets/sheet9.xml"


def test_local_names_are_set_once_and_the_users_own_stay():
    book = opened(BASE)
    wanted = [
        DefinedName("_xlnm.Print_Area", None, "'一'!$A$1:$B$9"),
        DefinedName("mark", None, "'一'!$A$1", hidden=True),
        DefinedName("LOCAL", None, "'一'!$A$2"),
    ]
    book.set_names(0, wanted)
    mine = {name.name: (name.text, name.hidden) for name in book.names if name.scope == 0}
    assert mine == {
        "_xlnm.Print_Area": ("'一'!$A$1:$B$9", False),
        "LOCAL": ("'一'!$A$2", False),
        "mark": ("'一'!$A$1", True),
    }
    others = [name for name in opened(BASE).names if name.scope != 0]
    assert [name for name in book.names if name.scope != 0] == others
    once = book.package.save()
    book = opened(once)
    book.set_names(0, wanted)
    assert book.package.save() is once
    book.set_names(0, wanted[1:])
    assert {name.name for name in book.names if name.scope == 0} == {"LOCAL", "mark"}


@pytest.mark.parametrize(
    "variant", ["as XlsxWriter writes", "prefixed elements", "no names", "no calculation settings", "strict"]
)
def test_new_elements_stand_where_the_schema_wants_them(variant):
    book = opened(VARIANTS[variant](BASE))
    book.set_names(0, [DefinedName("mark", None, "A1")])
    book.recalculate_on_load()
    order = [node.name for node in book.doc.root.children]
    assert order.index("sheets") < order.index("definedNames") < order.index("calcPr")
    assert {node.uri for node in book.doc.root.children} == {book.doc.root.uri}
    (settings,) = book.doc.root.all("calcPr")
    assert settings.attrs["fullCalcOnLoad"] == "1"
    once = book.package.save()
    again = opened(once)
    again.recalculate_on_load()
    assert again.package.save() is once


def test_the_calculation_chain_goes_with_its_relationship_and_type():
    book = opened(with_chain(BASE))
    book.drop_calc_chain()
    assert unpack(book.package.save()) == unpack(BASE)


def test_a_locked_structure_takes_no_new_sheet():
    book = opened(bent(BASE, workbook=edited("<bookViews>", '<workbookProtection lockStructure="1"/><bookViews>')))
    with pytest.raises(PackageError) as refusal:
        book.insert_sheet("新", "xl/worksheets/sheet9.xml")
    assert (refusal.value.code, refusal.value.kind) == ("structure-locked", "unsupported")
    assert not any(book.package.changes())


SIGNED = "http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin"
BINARY = edited(r"sheet\.main\+xml", "sheet.binary.macroEnabled.main")
RESERVED = edited("<workbookPr", '<fileSharing reservationPassword="CC1A"/><workbookPr')
REFUSED = {
    "signed": ({"root": related(SIGNED, "_xmlsignatures/origin.sigs")}, "signed", "unsupported"),
    "shared": ({"rels": related("revisionHeaders", "revisions/h.xml")}, "shared-workbook", "unsupported"),
    "reserved": ({"workbook": RESERVED}, "write-reserved", "unsupported"),
    "beta": ({"workbook": edited(MAIN, MAIN.replace("2006", "2005"))}, "unknown-dialect", "unsupported"),
    "no sheets": ({"workbook": edited("<sheets>.*</sheets>", "")}, "no-workbook", "not-a-workbook"),
    "a document": ({"workbook": b'<w:document xmlns:w="urn:w"/>'}, "no-workbook", "not-a-workbook"),
    "binary": ({"types": BINARY}, "binary-workbook", "unsupported"),
    "one id twice": ({"rels": edited('Id="rId2"', 'Id="rId1"')}, "ambiguous-relationships", "corrupt"),
    "doctype": ({"workbook": edited("<workbook ", "<!DOCTYPE workbook><workbook ")}, "doctype", "unsupported"),
    "broken": ({"workbook": edited("</sheets>", "")}, "malformed-xml", "corrupt"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(case):
    changes, code, kind = REFUSED[case]
    package = Package(bent(BASE, **changes))
    with pytest.raises(PackageError) as refusal:
        WorkbookPart(package)
    assert (refusal.value.code, refusal.value.kind) == (code, kind)


def test_a_relationship_that_leads_somewhere_is_preferred():
    source = bent(
        BASE, rels=edited("<Relationship ", '<Relationship Id="y" Type="t/styles" Target="gone.xml"/><Relationship ', 1)
    )
    assert opened(source).related_part("styles") == "xl/styles.xml"
    assert opened(bent(BASE, rels=related("odd", "gone.xml"))).related_part("odd") == "xl/gone.xml"
    assert opened(BASE).related_part("odd") is None


def test_a_recommendation_to_read_only_is_no_refusal():
    assert opened(
        bent(BASE, workbook=edited("<workbookPr", '<fileSharing readOnlyRecommended="1"/><workbookPr'))
    ).sheets
    assert Package(BASE).main == WORKBOOK
