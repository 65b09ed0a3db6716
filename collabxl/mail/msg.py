"""Messages as Outlook saves them (.msg): an OLE file with one stream a property and one storage an attachment.

The layout is that of the open specification MS-OXMSG.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator

import olefile

from collabxl.errors import FileError
from collabxl.mail.mapi import (
    ATTACH_CONTENT,
    BINARY,
    CODEPAGES,
    INTEGER,
    NARROW,
    OBJECT,
    TIME,
    WIDE,
    Properties,
    envelope_of,
    file_name_of,
    text_by_type,
)
from collabxl.mail.message_model import Enclosure, ParsedMessage
from collabxl.text import t

_FIXED = "__properties_version1.0"
_STREAM = re.compile(r"__substg1\.0_([0-9A-F]{4})([0-9A-F]{4})")
_ATTACHMENT = "__attach_version1.0_"
_EMBEDDED = f"__substg1.0_{ATTACH_CONTENT:04X}{OBJECT:04X}"
_TOP, _INSIDE, _ATTACHED = 32, 24, 8
"""Bytes before the first fixed property: of the message itself, of one embedded, of an attachment."""
_PROPERTY = struct.Struct("<HHIq")

Path = tuple[str, ...]
"""The names of a storage and of those around it, the outermost first."""


def is_msg(content: bytes) -> bool:
    """Return whether an OLE file is a message, by the name that only messages have in their directory."""
    return _FIXED.encode("utf-16-le") in content


def parse(content: bytes) -> ParsedMessage:
    """Return a message opened; FileError (corrupt) if it is damaged."""
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as file:
            return _parse_storage(_Storages(file, len(content)), (), _TOP)
    except Exception as error:  # a crafted file makes olefile raise whatever it likes; it promises nothing
        raise _corrupt_error() from error


class _Storages:
    """The storages of an OLE file: what lies in each, and the streams, which together are no longer than the file."""

    def __init__(self, file: olefile.OleFileIO, size: int) -> None:
        self._file = file
        self._left = size
        self._below: dict[Path, list[str]] = {}
        for *folder, name in file.listdir(streams=True, storages=True):
            self._below.setdefault(tuple(folder), []).append(name)

    def names(self, folder: Path) -> list[str]:
        """Return what lies in a storage, in the order of its directory."""
        return self._below.get(folder, [])

    def stream(self, folder: Path, name: str) -> bytes:
        """Return the bytes of a stream, b"" if there is none; ValueError for streams that lie upon each other."""
        if name not in self.names(folder):
            return b""
        content: bytes = self._file.openstream([*folder, name]).read()
        self._left -= len(content)
        if self._left < 0:
            raise ValueError(name)
        return content


def _parse_storage(file: _Storages, folder: Path, header: int) -> ParsedMessage:
    found = _properties(file, folder, header)
    return ParsedMessage(envelope_of(found), list(_enclosures(file, folder)))


def _enclosures(file: _Storages, folder: Path) -> Iterator[Enclosure]:
    for name in file.names(folder):
        if not name.startswith(_ATTACHMENT):
            continue
        attached = (*folder, name)
        found = _properties(file, attached, _ATTACHED)
        content = found.get(ATTACH_CONTENT)
        if isinstance(content, bytes):
            yield Enclosure(file_name_of(found), content)
        elif _FIXED in file.names((*attached, _EMBEDDED)):
            yield Enclosure(file_name_of(found), _parse_storage(file, (*attached, _EMBEDDED), _INSIDE))


def _properties(file: _Storages, folder: Path, header: int) -> Properties:
    """Return the properties of a storage by number: numbers and times from one stream, the others one stream each."""
    found: dict[int, str | bytes | int] = {}
    fixed = file.stream(folder, _FIXED)[header:]
    for kind, number, _, value in _PROPERTY.iter_unpack(fixed[: len(fixed) // _PROPERTY.size * _PROPERTY.size]):
        if kind in (INTEGER, TIME):
            found[number] = value & 0xFFFF_FFFF if kind == INTEGER else value
    codepage = next((value for number in CODEPAGES if isinstance(value := found.get(number), int)), 0)
    for name in file.names(folder):
        if not (match := _STREAM.fullmatch(name)):
            continue
        number, kind = int(match[1], 16), int(match[2], 16)
        if kind in (NARROW, WIDE):
            found[number] = text_by_type(kind, file.stream(folder, name), codepage)
        elif kind == BINARY:
            found[number] = file.stream(folder, name)
    return found


def _corrupt_error() -> FileError:
    says = t(
        ".msg 邮件已损坏。请在 Outlook 里重新另存，或直接发送附件",
        "The .msg message is damaged. Save it anew in Outlook, or send the attachment itself",
    )
    return FileError("corrupt", says)
