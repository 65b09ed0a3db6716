"""winmail.dat: what Outlook wraps attachments in when it believes the reader to be Outlook, too.

The layout is that of the open specification MS-OXTNEF: attributes with a level, a number, a size and a checksum.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from collabxl.errors import FileError
from collabxl.mail.mapi import (
    ATTACH_CONTENT,
    BINARY,
    NARROW,
    OBJECT,
    WIDE,
    Properties,
    envelope_of,
    file_name_of,
    text_by_type,
)
from collabxl.mail.message_model import Enclosure, ParsedMessage
from collabxl.text import t

SIGN = b"\x78\x9f\x3e\x22"
_HEAD = len(SIGN) + 2
_ATTRIBUTE = struct.Struct("<BII")
_CHECKSUM = 2
_CODEPAGE, _MESSAGE = 0x00069007, 0x00069003
_NEXT, _TITLE, _CONTENT, _PROPERTIES = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
_MANY = 0x1000
_SIZES = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
"""Bytes of each type of fixed size, padding included."""
_VARYING = frozenset({OBJECT, NARROW, WIDE, BINARY})
_EMBEDDED = 16
"""Bytes of the mark before a message that is an attachment's content."""


def parse(content: bytes) -> ParsedMessage:
    """Return a winmail.dat opened, its checksums let be; FileError (corrupt) if its structure is broken."""
    try:
        attributes = list(_attributes(content))
        codepage = next((struct.unpack_from("<I", value)[0] for number, value in attributes if number == _CODEPAGE), 0)
        messages = [value for number, value in attributes if number == _MESSAGE]
        found = _properties(messages[0], codepage) if messages else {}
        return ParsedMessage(envelope_of(found), list(_enclosures(attributes, codepage)))
    except (struct.error, LookupError, ValueError) as error:
        raise _corrupt_error() from error


def _attributes(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Return number and content of each attribute; what is no attribute any more ends the list."""
    at = _HEAD
    while at + _ATTRIBUTE.size <= len(content) and content[at] in (1, 2):
        _, number, size = _ATTRIBUTE.unpack_from(content, at)
        at += _ATTRIBUTE.size
        if at + size > len(content):
            raise ValueError(number)
        yield number, content[at : at + size]
        at += size + _CHECKSUM


def _enclosures(attributes: list[tuple[int, bytes]], codepage: int) -> Iterator[Enclosure]:
    """Return the attachments: each begins with one attribute, and the others may stand in any order."""
    one: dict[int, bytes] = {}
    for number, value in [*attributes, (_NEXT, b"")]:
        if number == _NEXT:
            yield from _enclosure(one, codepage)
            one = {}
        one.setdefault(number, value)


def _enclosure(one: dict[int, bytes], codepage: int) -> Iterator[Enclosure]:
    found = _properties(one[_PROPERTIES], codepage) if _PROPERTIES in one else {}
    name = file_name_of(found) or text_by_type(NARROW, one.get(_TITLE, b""), codepage)
    inside = found.get(ATTACH_CONTENT, b"")
    if isinstance(inside, bytes) and inside[_EMBEDDED:].startswith(SIGN):
        yield Enclosure(name, inside[_EMBEDDED:])
    elif content := one.get(_CONTENT) or inside:
        assert isinstance(content, bytes)
        yield Enclosure(name, content)


def _properties(content: bytes, codepage: int) -> Properties:
    """Return the properties that an attribute lists, by number; of those with many values the first."""
    found: dict[int, str | bytes | int] = {}
    (count,) = struct.unpack_from("<I", content)
    at = 4
    for _ in range(count):
        kind, number = struct.unpack_from("<HH", content, at)
        at = _skip_name(content, at + 4) if number >= 0x8000 else at + 4
        many, kind = kind & _MANY, kind & ~_MANY
        values = 1
        if many or kind in _VARYING:
            (values,) = struct.unpack_from("<I", content, at)
            at += 4
        for _ in range(values):
            size = _SIZES.get(kind)
            if kind in _VARYING:
                (size,) = struct.unpack_from("<I", content, at)
                at += 4
            if size is None or at + size > len(content):
                raise ValueError(kind)
            found.setdefault(number, _value(kind, content[at : at + size], codepage))
            at += _padded_size(size)
    return found


def _skip_name(content: bytes, at: int) -> int:
    """Return where a property goes on that has a name of its own, by number or in letters."""
    (lettered,) = struct.unpack_from("<I", content, at + 16)
    at += 20
    (size,) = struct.unpack_from("<I", content, at)
    return at + 4 + (_padded_size(size) if lettered else 0)


def _value(kind: int, content: bytes, codepage: int) -> str | bytes | int:
    if kind in (NARROW, WIDE):
        return text_by_type(kind, content, codepage)
    return content if kind in _VARYING else int.from_bytes(content, "little")


def _padded_size(size: int) -> int:
    return -(-size // 4) * 4


def _corrupt_error() -> FileError:
    says = t(
        "winmail.dat 已损坏。请对方在 Outlook 里改用“HTML 或纯文本”格式重新发送",
        "winmail.dat is damaged. Ask for it again, sent from Outlook as HTML or plain text",
    )
    return FileError("corrupt", says)
