"""Spans and splices, judged by lxml: what is not edited keeps its bytes, what is edited says what was asked."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from collabxl import PackageError
from collabxl.ooxml.xml import Node, XmlPart, add_prefix, element

ODD = """<?xml version="1.0" encoding="UTF-8"?>
<!-- <a> is no element here -->
<x:root xmlns:x='urn:x' xmlns:y="urn:y" note="a > b" other='say "a>"'  >
  <x:a y:id = 'r&amp;1' id="2"/><![CDATA[</x:root>]]>/>
  <?pi <x:a>?>
  <x:b ><!-- </x:b> --><x:a
  /></x:b>text/></x:root>
<!-- after -->"""


def doc(text: str) -> XmlPart:
    return XmlPart(text.encode(), "part.xml")


def span(parsed: XmlPart, node: Node) -> bytes:
    return parsed.source[node.start : node.end]


def test_spans_survive_comments_cdata_and_odd_spelling():
    parsed = doc(ODD)
    first, second = (node for node in parsed.root.walk() if node.name == "a")
    assert span(parsed, parsed.root) == ODD[ODD.index("<x:root") : ODD.index("\n<!-- after")].encode()
    assert span(parsed, first) == b"<x:a y:id = 'r&amp;1' id=\"2\"/>"
    assert span(parsed, second) == b"<x:a\n  />"
    assert first.attrs == {"{urn:y}id": "r&1", "id": "2"}
    assert parsed.content(parsed.root.all("b")[0]) == b"<!-- </x:b> --><x:a\n  />"
    assert parsed.root.text.strip().endswith("text/>")


def test_no_edit_gives_the_original_bytes():
    for content in (ODD.encode(), codecs.BOM_UTF8 + ODD.encode(), ODD.replace("UTF-8", "utf-16").encode("utf-16")):
        assert XmlPart(content, "part.xml").to_bytes() == content


def test_edits_land_where_they_were_asked_for():
    parsed = doc(ODD)
    first, second = (node for node in parsed.root.walk() if node.name == "a")
    parsed.set_attr(first, "id", 'a"<b>&\n')
    parsed.set_attr(first, "new", 1)
    parsed.set_attr(first, "new", 2)
    parsed.set_attr(parsed.root, "last", "!")
    parsed.drop_attr(parsed.root, "note")
    parsed.drop_attr(parsed.root, "absent")
    parsed.append(second, b"<x:in/>")
    parsed.append(second, b"<x:too/>")
    parsed.before(first, b"<x:before/>")
    parsed.after(first, b"<x:after/>")
    result = etree.fromstring(parsed.to_bytes())
    ns = {"x": "urn:x"}
    assert dict(result.attrib) == {"other": 'say "a>"', "last": "!"}
    assert dict(result.find("x:a", ns).attrib) == {"{urn:y}id": "r&1", "id": 'a"<b>&\n', "new": "2"}
    assert [etree.QName(child).localname for child in result.find("x:b/x:a", ns)] == ["in", "too"]
    assert [etree.QName(child).localname for child in result.iterchildren(tag=etree.Element)] == [
        "before",
        "a",
        "after",
        "b",
    ]
    assert b"<!-- after -->" in parsed.to_bytes()


def test_what_is_replaced_or_removed_takes_its_own_edits_along():
    parsed = doc("<r><a><b/></a><c>old</c><d/></r>")
    a, c, d = parsed.root.children
    parsed.set_attr(a.children[0], "id", 1)
    parsed.append(a, b"<e/>")
    parsed.remove(a)
    parsed.set_text(c, "<new>")
    parsed.replace(d, b"<f/>")
    assert parsed.to_bytes() == b"<r><c>&lt;new&gt;</c><f/></r>"


def test_one_element_can_be_taken_out_with_its_edits():
    parsed = doc("<r><a/><b><c/></b></r>")
    parsed.set_attr(parsed.root.children[0], "id", 1)
    parsed.set_attr(parsed.root.children[1].children[0], "id", 2)
    assert parsed.to_bytes(parsed.root.children[1]) == b'<b><c id="2"/></b>'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<r><a/><d/></r>", "<r><a/><b/><d/></r>"),
        ("<r><d/></r>", "<r><b/><d/></r>"),
        ("<r><z:x xmlns:z='urn:z'/></r>", "<r><b/><z:x xmlns:z='urn:z'/></r>"),
        ("<r/>", "<r><b/></r>"),
        ("<r></r>", "<r><b/></r>"),
    ],
)
def test_a_new_child_takes_the_seat_the_schema_gives_it(before, after):
    parsed = doc(before)
    parsed.insert_child(parsed.root, "b", b"<b/>", "a b c d")
    assert parsed.to_bytes() == after.encode()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_becomes_utf8_only_when_edited(encoding):
    content = '<?xml version="1.0" encoding="UTF-16"?><r name="汇总"/>'.encode(encoding)
    parsed = XmlPart(content, "part.xml")
    assert parsed.root.attrs == {"name": "汇总"}
    parsed.set_attr(parsed.root, "n", 1)
    assert parsed.to_bytes() == '<?xml version="1.0" encoding="UTF-8"?><r name="汇总" n="1"/>'.encode()


def test_a_prefix_is_found_where_it_is_not_shadowed():
    parsed = doc('<r xmlns:a="urn:a" xmlns="urn:a"><s xmlns:a="urn:b"><t xmlns:c="urn:a"/></s></r>')
    s = parsed.root.children[0]
    assert parsed.root.prefix_of("urn:a") == "a"
    assert s.prefix_of("urn:a") is None
    assert s.prefix_of("urn:b") == "a"
    assert s.children[0].prefix_of("urn:a") == "c"


def test_two_spellings_of_one_element_have_one_form():
    one = doc("<font><b val='1'/><sz val=\"11\" x=''/></font>").root
    other = doc('<x:font xmlns:x="urn:x">\n <x:b val="1"></x:b><x:sz x="" val="11"/></x:font>').root
    assert one.canonical_form() == other.canonical_form()
    assert one.canonical_form() != doc("<font><b val='1'/><sz val=\"12\" x=''/></font>").root.canonical_form()


def test_new_elements():
    assert element("a", {"x": 'y"&', "n": 1}) == b'<a x="y&quot;&amp;" n="1"/>'
    assert add_prefix(b"<a><b/>x</a>", "p") == b"<p:a><p:b/>x</p:a>"
    assert add_prefix(b"<a/>", "") == b"<a/>"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "malformed-xml"),
        (b"<r><a></r>", "malformed-xml"),
        (b"<r a='1' a='2'/>", "malformed-xml"),
        (b"<r>&nbsp;</r>", "malformed-xml"),
        (b"<r>\xff</r>", "malformed-xml"),
        (b"\xff\xfe<", "malformed-xml"),
        (b"<!DOCTYPE r [<!ENTITY a 'b'>]><r>&a;</r>", "doctype"),
        (b'<?xml version="1.0" encoding="GBK"?><r/>', "unknown-encoding"),
        (b"<r>" * 300 + b"</r>" * 300, "xml-too-large"),
    ],
)
def test_refuses(content, code):
    with pytest.raises(PackageError) as refusal:
        XmlPart(content, "part.xml")
    assert refusal.value.code == code
    assert "part.xml" in refusal.value.say("zh")


names = st.sampled_from(["a", "b", "x:a", "x:c", "y:a"])
texts = st.text(st.sampled_from("ab<>&\"' \n/汇"), max_size=6)


@st.composite
def written(draw, depth=3):
    """One element as some writer might write it."""
    name, quote = draw(names), draw(st.sampled_from("\"'"))
    escaped = {"<": "&lt;", "&": "&amp;", "\n": "&#10;", '"': "&quot;", "'": "&apos;"}
    value = "".join(escaped.get(letter, letter) for letter in draw(texts))
    tag = f"{name}{draw(st.sampled_from([' ', '  ', chr(10)]))}k={quote}{value}{quote}"
    inside = (
        draw(
            st.lists(
                st.one_of(written(depth - 1), st.sampled_from(["t/>", "<!--<a/>-->", "<![CDATA[</a>]]>", "<?p >?>"])),
                max_size=3,
            )
        )
        if depth
        else []
    )
    return f"<{tag}{draw(st.sampled_from(['', ' ']))}/>" if not inside else f"<{tag}>{''.join(inside)}</{name} >"


@given(written(), st.data())
def test_every_span_is_the_element_that_lxml_sees(inner, data):
    text = f'<r xmlns:x="urn:x" xmlns:y="urn:y">{inner}</r>'
    parsed, oracle = doc(text), etree.fromstring(text)
    nodes, elements = list(parsed.root.walk()), list(oracle.iter(etree.Element))
    assert [node.qualified_name(node.name) for node in nodes] == [
        seen.tag if not seen.prefix else f"{seen.prefix}:{etree.QName(seen).localname}" for seen in elements
    ]

    place = data.draw(st.integers(1, len(nodes) - 1))
    parsed.set_attr(nodes[place], "k", "new")
    parsed.set_attr(nodes[place], "extra", "<&>")
    parsed.append(nodes[place], b"<added/>")
    elements[place].set("k", "new")
    elements[place].set("extra", "<&>")
    elements[place].append(etree.Element("added"))
    assert etree.tostring(etree.fromstring(parsed.to_bytes()), method="c14n") == etree.tostring(oracle, method="c14n")
