"""From what is enclosed to the workbooks in it: messages in messages, zips, winmail.dat – under limits, by the bytes.

Whether the bytes are a good workbook is for the reader to say; here it only counts that somebody meant them as one.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath

from collabxl.errors import FileError
from collabxl.mail import message, msg, tnef
from collabxl.mail.attachment_names import NAMELESS, safe_name
from collabxl.mail.header_coding import decode_text
from collabxl.mail.message_model import (
    Enclosure,
    Envelope,
    MessageLimits,
    Origin,
    ParsedMessage,
    RefusedItem,
    ReturnedWorkbook,
)
from collabxl.ooxml.reader.password import OLE, is_encrypted
from collabxl.ooxml.reader.preflight import entries, unpack
from collabxl.storage.paths import NOT_INPUT
from collabxl.text import Text, t

SPREADSHEETS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".et", ".ods", ".csv")
"""What people send back for a workbook; the reader tells them what to send instead."""
MESSAGES = (".eml", ".msg")
ARCHIVES = (".zip",)
_UNNAMED = ("", ".dat", ".bin")
"""Endings that say nothing: only the bytes tell what it is."""
_ZIP, _UTF8_NAME = b"PK\3\4", 0x800
_CLOSED = {b"Rar!": "RAR", b"7z\xbc\xaf": "7z", b"\x1f\x8b": "gzip"}


class Unwrapper:
    """The unwrapping of one message or file: how much it may still cost, and what was found already."""

    def __init__(self, limits: MessageLimits, keys: tuple[str, ...] = ()) -> None:
        self._limits = limits
        self._keys = keys
        self._bytes = limits.unpacked
        self._parts = limits.parts
        self._found: set[bytes] = set()

    def unwrap(self, enclosure: Enclosure, place: Origin) -> Iterator[ReturnedWorkbook | RefusedItem]:
        """Return the workbooks in one thing, equal ones once, and what was refused; nothing is raised."""
        try:
            yield from self._unwrap_enclosure(enclosure, place, None, 0)
        except _LimitError as spent:
            yield RefusedItem(place, spent.error, None, self._keys)

    def _unwrap_enclosure(
        self, enclosure: Enclosure, place: Origin, envelope: Envelope | None, depth: int
    ) -> Iterator[ReturnedWorkbook | RefusedItem]:
        self._spend(parts=1)
        try:
            match enclosure.content:
                case FileError() as error:
                    raise error
                case ParsedMessage() as opened:
                    yield from self._unwrap_message(opened, place, depth)
                case bytes() as content:
                    self._spend(size=len(content) if depth else 0)
                    yield from self._unwrap_content(enclosure.name, content, place, envelope, depth)
        except FileError as error:
            yield RefusedItem(place, error, envelope, self._keys)

    def _unwrap_message(
        self, opened: ParsedMessage, place: Origin, depth: int
    ) -> Iterator[ReturnedWorkbook | RefusedItem]:
        self._admit(depth)
        for enclosure in opened.enclosures:
            inside = place.within(enclosure.name or NAMELESS)
            yield from self._unwrap_enclosure(enclosure, inside, opened.envelope, depth + 1)

    def _unwrap_content(
        self, claimed: str, content: bytes, place: Origin, envelope: Envelope | None, depth: int
    ) -> Iterator[ReturnedWorkbook | RefusedItem]:
        """Return what bytes hold, by their first ones and by the ending of their name; nothing for other files."""
        name = safe_name(claimed)
        ending = PurePosixPath(name).suffix.lower()
        if content.startswith(tnef.SIGN):
            opened = tnef.parse(content)
            own = opened.envelope if opened.envelope.sender.address else envelope
            yield from self._unwrap_message(ParsedMessage(own or Envelope(), opened.enclosures), place, depth)
        elif content.startswith(OLE) and msg.is_msg(content):
            yield from self._unwrap_message(msg.parse(content), place, depth)
        elif ending in MESSAGES:
            yield from self._unwrap_message(message.parse(content), place, depth)
        elif ending in SPREADSHEETS:
            yield from self._unwrap_workbook(name, content, place, envelope)
        elif content.startswith(_ZIP) and ending in (*_UNNAMED, *ARCHIVES):
            listed = _zip_entries(content)
            if "[content_types].xml" not in listed:
                yield from self._unwrap_zip(content, listed, place, envelope, depth)
            elif any(part.startswith("xl/") for part in listed):
                yield from self._unwrap_workbook(f"{name}.xlsx", content, place, envelope)
        elif is_encrypted(content) and ending in _UNNAMED:
            yield from self._unwrap_workbook(f"{name}.xlsx", content, place, envelope)
        else:
            _refuse_encrypted(content)

    def _unwrap_workbook(
        self, name: str, content: bytes, place: Origin, envelope: Envelope | None
    ) -> Iterator[ReturnedWorkbook | RefusedItem]:
        mark = hashlib.sha256(content).digest()
        if mark not in self._found:
            self._found.add(mark)
            yield ReturnedWorkbook(name, content, place, envelope, self._keys)

    def _unwrap_zip(
        self,
        content: bytes,
        listed: dict[str, zipfile.ZipInfo],
        place: Origin,
        envelope: Envelope | None,
        depth: int,
    ) -> Iterator[ReturnedWorkbook | RefusedItem]:
        self._admit(depth)
        for entry in listed.values():
            path = PurePosixPath(_entry_name(entry))
            wanted = path.suffix.lower() in (*SPREADSHEETS, *MESSAGES, *ARCHIVES)
            if not wanted or path.name.startswith(NOT_INPUT) or entry.is_dir():
                continue
            if entry.file_size > self._bytes:
                self._spend(size=entry.file_size)
            try:
                inside: bytes | FileError = unpack(content, entry)
            except FileError as error:
                inside = error
            yield from self._unwrap_enclosure(
                Enclosure(path.name, inside), place.within(str(path)), envelope, depth + 1
            )

    def _admit(self, depth: int) -> None:
        if depth >= self._limits.depth:
            says = t(
                "邮件或压缩包套了超过 {limit} 层，未再打开。请直接发送工作簿",
                "Messages or zips inside each other, more than {limit} deep; not opened. Send the workbook itself",
            )
            raise FileError("too-large", says, limit=self._limits.depth)

    def _spend(self, *, parts: int = 0, size: int = 0) -> None:
        """Count what is looked at; raises _Spent, which ends the whole unwrapping, once the limits are passed."""
        self._parts -= parts
        self._bytes -= size
        if self._parts < 0:
            raise _LimitError(
                t(
                    "附件超过 {limit} 个，其余未打开。请只发送工作簿",
                    "More than {limit} things enclosed; the rest is not opened. Send only the workbooks",
                ),
                self._limits.parts,
            )
        if self._bytes < 0:
            raise _LimitError(
                t(
                    "附件展开后超过 {limit} MB，其余未打开。请只发送工作簿",
                    "What is enclosed unpacks to more than {limit} MB; the rest is not opened. Send only the workbooks",
                ),
                self._limits.unpacked // 2**20,
            )


class _LimitError(Exception):
    """A message costs more than one may."""

    def __init__(self, says: Text, limit: int) -> None:
        super().__init__(limit)
        self.error = FileError("too-large", says, limit=limit)


def _zip_entries(content: bytes) -> dict[str, zipfile.ZipInfo]:
    try:
        return entries(content)
    except FileError as error:
        if error.kind != "encrypted":
            raise
        says = t(
            "压缩包有密码，打不开。请不加密码重新压缩，或直接发送工作簿",
            "The zip has a password and cannot be opened. Zip it without one, or send the workbook itself",
        )
        raise FileError("encrypted", says) from error


def _entry_name(entry: zipfile.ZipInfo) -> str:
    """Return a zipped file's name: UTF-8 where it is declared, else by its bytes, as Chinese Windows writes them."""
    name = entry.orig_filename.replace("\\", "/")
    if entry.flag_bits & _UTF8_NAME:
        return name
    return decode_text(name.encode("cp437", "replace"))


def _refuse_encrypted(content: bytes) -> None:
    for sign, what in _CLOSED.items():
        if content.startswith(sign):
            says = t(
                "{what} 压缩包打不开。请改发 .zip，或直接发送工作簿",
                "{what} archives are not opened. Send a .zip, or the workbook itself",
            )
            raise FileError("unsupported", says, what=what)
