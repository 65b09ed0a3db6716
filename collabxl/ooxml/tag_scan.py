"""Large parts without a tree: bytes in which a ``<`` is the start of a tag and nothing else, and what lies between.

A tree of a sheet with a million cells costs gigabytes; its rows are found by searching bytes. That is sound in
well-formed XML once comments, CDATA sections and processing instructions are blanked out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.parsers import expat

from collabxl.ooxml.xml import START_TAG, Node, XmlPart, as_utf8, doctype_error, malformed_xml_error

_ASIDE = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>", re.DOTALL)
_HEAD = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml[^>]*\?>")
_ROOT = re.compile(rb"<(?:([^\s<>/:!?]+):)?([^\s<>/:!?]+)(?=[\s/>])")


class TagScan:
    """One part: ``source`` in UTF-8, and ``plain``, as long and safe to search.

    Only what is touched is parsed; that the rest was and is well-formed is for the lint to say.
    """

    def __init__(self, original: bytes, part: str) -> None:
        self.part = part
        self.source = as_utf8(original, part)
        self.plain = _blank_comments(self.source)
        if _contains(self.plain, b"!", b"<!"):
            raise doctype_error(part)
        root = _ROOT.search(self.plain)
        tag = START_TAG.match(self.plain, root.start()) if root else None
        if root is None or tag is None:
            raise malformed_xml_error(part)
        self.prefix = (root[1] + b":") if root[1] else b""
        self.root_tag = tag[0]
        self.root_end = tag.end()

    def opening(self, name: bytes) -> re.Pattern[bytes]:
        """Return what finds the start of every tag of that name, in the root's prefix."""
        return re.compile(rb"<" + re.escape(self.prefix + name) + rb"(?=[\s/>])")

    def first(self, name: bytes, start: int, end: int) -> tuple[int, int] | None:
        """Return where the first element of that name starts and where its start tag ends."""
        found = self.opening(name).search(self.plain, start, end)
        tag = START_TAG.match(self.plain, found.start()) if found else None
        return (tag.start(), tag.end()) if tag else None

    def closing(self, name: bytes) -> bytes:
        """Return how the end tag of that name begins."""
        return b"</" + self.prefix + name

    def fragment(self, piece: bytes, around: bytes = b"") -> tuple[XmlPart, Node]:
        """Return an element of the part on its own, with the namespaces that the root and ``around`` declare."""
        opened = b"".join(self.open_tag(tag) for tag in (self.root_tag, around) if tag)
        ends = [b"</" + name + b">" for tag in (around, self.root_tag) if tag for name in [tag_name(tag)]]
        doc = XmlPart(opened + piece + b"".join(ends), self.part)
        node = doc.root
        while node.start < len(opened):
            node = node.children[0]
        return doc, node

    def open_tag(self, tag: bytes) -> bytes:
        """Return a start tag that is not self-closing."""
        return tag[:-2] + b">" if tag.endswith(b"/>") else tag


def tag_name(tag: bytes) -> bytes:
    """Return the name in a start tag, as it is written."""
    return re.split(rb"[\s/>]", tag[1:], maxsplit=1)[0]


def tags(plain: bytes, pattern: re.Pattern[bytes], start: int, end: int) -> Iterator[tuple[int, bytes]]:
    """Yield (position, start tag) of all that the pattern finds."""
    for found in pattern.finditer(plain, start, end):
        tag = START_TAG.match(plain, found.start())
        if tag:
            yield found.start(), tag[0]


def is_well_formed(source: bytes) -> bool:
    """Return whether a part's bytes are well-formed XML without a DOCTYPE; no tree is built."""

    def refuse(*_: object) -> None:
        raise ValueError

    parser = expat.ParserCreate(None, "\x1f")
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(source, True)
    except (expat.ExpatError, ValueError):
        return False
    return True


def elements(source: bytes) -> list[tuple[str, dict[str, str]]]:
    """Return every element of well-formed XML in document order: its name as it is written and its attributes."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attrs: found.append((name, attrs))
    parser.Parse(source, True)
    return found


def _blank_comments(source: bytes) -> bytes:
    head = _HEAD.match(source)
    start = head.end() if head else 0
    if not _contains(source, b"!", b"<!", start) and not _contains(source, b"?", b"?>", start):
        return source
    return source[:start] + _ASIDE.sub(lambda found: b" " * len(found[0]), source[start:])


def _contains(source: bytes, rare: bytes, mark: bytes, start: int = 0) -> bool:
    """Return whether a mark occurs; the search for one rare byte, twenty times as fast, mostly answers it."""
    return source.find(rare, start) >= 0 and source.find(mark, start) >= 0
