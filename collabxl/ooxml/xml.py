"""A byte-span tree over one XML part: where every element stands, and edits as splices of the old bytes.

Bytes outside the splices stay as they were, so comments, unknown attributes and odd spacing survive. Knows XML and
its namespaces; must not know packages or spreadsheets. DOCTYPE is refused, so no entity can be declared.
Longer than most because tree, edits and reader share one knowledge: what the spans mean.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from xml.parsers import expat

from collabxl.errors import PackageError
from collabxl.text import escape, t

DEEPEST, MOST_NODES = 256, 1_000_000
_SEPARATOR = "\x1f"  # cannot occur in XML, so it cannot occur in a namespace either
START_TAG = re.compile(rb"<[^\"'>]*(?:\"[^\"]*\"[^\"'>]*|'[^']*'[^\"'>]*)*>")
_ATTRIBUTE = re.compile(rb"\s+([^\s=]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_DECLARED = re.compile(rb"^(<\?xml[^>]*?\sencoding\s*=\s*[\"'])([A-Za-z0-9._-]+)")


@dataclass(slots=True, eq=False, repr=False)
class Node:
    """One element: ``start``…``inner`` is its start tag, ``inner``…``close`` its content, ``end`` follows its end tag.

    ``attrs`` has plain names, or ``{namespace}name`` where an attribute is prefixed; ``namespaces`` has the prefixes
    that the element declares.
    """

    parent: Node | None
    uri: str
    name: str
    prefix: str
    attrs: Mapping[str, str]
    namespaces: Mapping[str, str]
    start: int
    inner: int
    close: int = 0
    end: int = 0
    text: str = ""
    children: list[Node] = field(default_factory=list)

    def all(self, name: str) -> list[Node]:
        """Return the children of that name in this element's own namespace."""
        return [child for child in self.children if child.name == name and child.uri == self.uri]

    def first(self, name: str) -> Node | None:
        """Return the first child of that name in this element's own namespace."""
        return next(iter(self.all(name)), None)

    def walk(self) -> Iterator[Node]:
        """Yield this element and all below it, in document order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))

    def qualified_name(self, name: str) -> str:
        """Return ``name`` as an element of this one's namespace is written here, with its prefix if it has one."""
        return f"{self.prefix}:{name}" if self.prefix else name

    def prefix_of(self, uri: str) -> str | None:
        """Return a prefix that means ``uri`` inside this element, None if there is none."""
        shadowed: set[str] = set()
        node: Node | None = self
        while node is not None:
            for prefix, bound in node.namespaces.items():
                if bound == uri and prefix and prefix not in shadowed:
                    return prefix
            shadowed.update(node.namespaces)
            node = node.parent
        return None

    def canonical_form(self) -> tuple[Any, ...]:
        """Return what the element says without how it is written, to be compared and hashed."""
        inside = tuple(child.canonical_form() for child in self.children)
        return self.name, frozenset(self.attrs.items()), inside, self.text.strip()


class XmlPart:
    """One XML part and the edits collected for it; the tree shows the part as it was before them.

    Of two edits of one attribute or span the later one counts; what is put in at one place stays in the order it came.
    """

    def __init__(self, source: bytes, part: str) -> None:
        self.original = source
        self.source = as_utf8(source, part)
        self.root = _TreeBuilder(self.source, part).root
        self._splices: dict[tuple[int, int, object], bytes] = {}
        self._tails: dict[Node, list[bytes]] = {}

    def set_attr(self, node: Node, name: str, value: str | int) -> None:
        """Give an attribute without prefix a value, in its old place or at the end of the start tag."""
        quoted = f'"{escape.attribute(str(value))}"'.encode()
        place = self._attribute(node, name)
        if place:
            self._splices[(place[1], place[2], "")] = quoted
        else:
            at = node.inner - (2 if node.inner == node.end else 1)
            self._splices[(at, at, name)] = b" " + name.encode() + b"=" + quoted

    def drop_attr(self, node: Node, name: str) -> None:
        """Take an attribute without prefix away, if it is there."""
        place = self._attribute(node, name)
        if place:
            self._splices[(place[0], place[2], "")] = b""

    def set_text(self, node: Node, text: str) -> None:
        """Replace all that stands between an element's tags by text."""
        self._splices[(node.inner, node.close, "")] = escape.content(text).encode()

    def append(self, node: Node, xml: bytes) -> None:
        """Put ``xml`` before the end tag, which a self-closing element gets for it."""
        self._tails.setdefault(node, []).append(xml)

    def before(self, node: Node, xml: bytes) -> None:
        """Put ``xml`` before an element."""
        self._splices[(node.start, node.start, len(self._splices))] = xml

    def after(self, node: Node, xml: bytes) -> None:
        """Put ``xml`` after an element."""
        self._splices[(node.end, node.end, len(self._splices))] = xml

    def remove(self, node: Node) -> None:
        """Take an element away with all that is in it."""
        self.replace(node, b"")

    def replace(self, node: Node, xml: bytes) -> None:
        """Put ``xml`` in the place of an element."""
        self._splices[(node.start, node.end, "")] = xml

    def insert_child(self, parent: Node, name: str, xml: bytes, order: str) -> None:
        """Put the new child ``name`` where the schema's ``order`` of children, names with spaces between, wants it."""
        names = order.split()
        earlier = names[: names.index(name) + 1]
        before_it = [child for child in parent.children if child.name in earlier and child.uri == parent.uri]
        if before_it:
            self.after(before_it[-1], xml)
        elif parent.children:
            self.before(parent.children[0], xml)
        else:
            self.append(parent, xml)

    def content(self, node: Node) -> bytes:
        """Return the old bytes between an element's tags."""
        return self.source[node.inner : node.close]

    def to_bytes(self, node: Node | None = None) -> bytes:
        """Return the part, or one element of it, with all edits applied; the original bytes if there are none."""
        if node is None and not (self._splices or self._tails):
            return self.original
        first, last = (node.start, node.end) if node else (0, len(self.source))
        pieces, at = [], first
        for start, end, xml in self._in_order():
            if start < at or end > last:  # outside the element, or inside something replaced as a whole
                continue
            pieces += [self.source[at:start], xml]
            at = end
        return b"".join([*pieces, self.source[at:last]])

    def _in_order(self) -> list[tuple[int, int, bytes]]:
        splices = [(start, end, xml) for (start, end, _), xml in self._splices.items()]
        for node, tail in self._tails.items():
            if node.inner == node.end:
                closing = f"</{node.qualified_name(node.name)}>".encode()
                splices.append((node.inner - 2, node.inner, b">" + b"".join(tail) + closing))
            else:
                splices.append((node.close, node.close, b"".join(tail)))
        return sorted(splices, key=lambda splice: splice[:2])

    def _attribute(self, node: Node, name: str) -> tuple[int, int, int] | None:
        """Return where an attribute begins (with the space before it), its value begins, and both end."""
        for match in _ATTRIBUTE.finditer(self.source, node.start, node.inner):
            if match[1] == name.encode():
                value = match.start(2) if match[2] is not None else match.start(3)
                return match.start(), value - 1, match.end()
        return None


def element(name: str, attrs: Mapping[str, str | int], content: bytes = b"") -> bytes:
    """Return one element as bytes, self-closing when it has no content."""
    tag = name + "".join(f' {key}="{escape.attribute(str(value))}"' for key, value in attrs.items())
    return f"<{tag}>".encode() + content + f"</{name}>".encode() if content else f"<{tag}/>".encode()


def add_prefix(xml: bytes, prefix: str) -> bytes:
    """Return XML without prefixes, comments and CDATA as it is written where its namespace has a prefix."""
    return re.sub(rb"<(/?)(?=\w)", rb"<\1" + prefix.encode() + b":", xml) if prefix else xml


class _TreeBuilder:
    """Builds the tree; expat says where each tag starts, the start tag's own end is found in the bytes."""

    def __init__(self, source: bytes, part: str) -> None:
        self.source, self.part = source, part
        self.open: list[Node] = []
        self.texts: list[list[str]] = []
        self.bound: dict[str, str] = {}
        self.count = 0
        parser = expat.ParserCreate("utf-8", _SEPARATOR)
        parser.namespace_prefixes = True
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartNamespaceDeclHandler = self._bind
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        self.parser = parser
        try:
            parser.Parse(source, True)
        except expat.ExpatError as error:
            raise malformed_xml_error(part) from error

    def _doctype(self, *_: object) -> None:
        raise doctype_error(self.part)

    def _bind(self, prefix: str | None, uri: str | None) -> None:
        self.bound[prefix or ""] = uri or ""

    def _start(self, name: str, attrs: dict[str, str]) -> None:
        self.count += 1
        if len(self.open) >= DEEPEST or self.count > MOST_NODES:
            raise _too_large_error(self.part)
        start = self.parser.CurrentByteIndex
        tag = START_TAG.match(self.source, start)
        if tag is None:
            raise malformed_xml_error(self.part)
        named = {_clark_name(key): value for key, value in attrs.items()} if _SEPARATOR in "".join(attrs) else attrs
        node = Node(self.open[-1] if self.open else None, *_split_name(name), named, self.bound, start, tag.end())
        self.bound = {}
        if self.open:
            self.open[-1].children.append(node)
        else:
            self.root = node
        self.open.append(node)
        self.texts.append([])

    def _end(self, _: str) -> None:
        node = self.open.pop()
        node.text = "".join(self.texts.pop())
        if self.source.endswith(b"/>", node.start, node.inner):
            node.close = node.end = node.inner
        else:
            node.close = self.parser.CurrentByteIndex
            node.end = self.source.index(b">", node.close) + 1

    def _text(self, text: str) -> None:
        self.texts[-1].append(text)


@lru_cache(maxsize=4096)
def _split_name(name: str) -> tuple[str, str, str]:
    """Return (namespace, local name, prefix) of a name as expat spells it."""
    match name.split(_SEPARATOR):
        case [uri, local, prefix]:
            return uri, local, prefix
        case [uri, local]:
            return uri, local, ""
    return "", name, ""


@lru_cache(maxsize=4096)
def _clark_name(name: str) -> str:
    uri, local, _ = _split_name(name)
    return f"{{{uri}}}{local}" if uri else local


def as_utf8(source: bytes, part: str) -> bytes:
    """Return the part in UTF-8, which is the source itself unless it is in UTF-16."""
    wide = _utf16_codec(source)
    declared = _DECLARED.match(source.removeprefix(codecs.BOM_UTF8))
    if wide is None and declared and declared[2].lower() not in (b"utf-8", b"us-ascii", b"ascii"):
        says = t(
            "部件 {part} 的编码 {encoding} 不受支持。请用 Excel 打开后另存",
            "Part {part} is encoded in {encoding}, which is not supported. Open it in Excel and save it again",
        )
        raise PackageError("unknown-encoding", says, part=part, encoding=declared[2].decode())
    if wide is None:
        return source
    try:
        text = source.decode(wide).removeprefix("\ufeff").encode()
    except UnicodeDecodeError as error:
        raise malformed_xml_error(part) from error
    return _DECLARED.sub(rb"\1UTF-8", text)


def _utf16_codec(source: bytes) -> str | None:
    if source.startswith((codecs.BOM_UTF16_LE, b"<\0")):
        return "utf-16-le"
    return "utf-16-be" if source.startswith((codecs.BOM_UTF16_BE, b"\0<")) else None


def doctype_error(part: str) -> PackageError:
    """Return the refusal of a part with a DOCTYPE."""
    says = t(
        "部件 {part} 含有 DOCTYPE，Excel 从不写它，可能是恶意文件。请勿使用",
        "Part {part} has a DOCTYPE, which Excel never writes; the file may be malicious. Do not use it",
    )
    return PackageError("doctype", says, kind="unsupported", part=part)


def malformed_xml_error(part: str) -> PackageError:
    """Return the refusal of a part whose XML is broken."""
    says = t(
        "部件 {part} 的 XML 不完整或有误，改动它会丢失内容。请用 Excel 打开后另存",
        "The XML of part {part} is broken; changing it would lose content. Open it in Excel and save it again",
    )
    return PackageError("malformed-xml", says, kind="corrupt", part=part)


def _too_large_error(part: str) -> PackageError:
    says = t(
        "部件 {part} 过大或嵌套过深，可能是恶意文件。未处理",
        "Part {part} is too large or nested too deeply; the file may be malicious. Not touched",
    )
    return PackageError("xml-too-large", says, kind="too-large", part=part)
