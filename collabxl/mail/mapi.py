"""Outlook's own properties, as .msg files and winmail.dat both hold them: by number and type.

Numbers and types are those of the open specifications MS-OXPROPS and MS-OXCDATA.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from collabxl.mail.header_coding import decode_text
from collabxl.mail.message import envelope_in
from collabxl.mail.message_model import Envelope, Person

INTEGER, OBJECT, NARROW, WIDE, TIME, BINARY = 0x03, 0x0D, 0x1E, 0x1F, 0x40, 0x102
"""The types of property that we read."""

ATTACH_CONTENT, ATTACH_SHORT_NAME, ATTACH_NAME = 0x3701, 0x3704, 0x3707
DISPLAY_NAME = 0x3001
CODEPAGES = (0x3FFD, 0x3FDE)
_SUBJECT, _SENT, _RECEIVED, _MESSAGE_ID, _HEADERS = 0x0037, 0x0039, 0x0E06, 0x1035, 0x007D
_SENDER_NAMES = (0x0C1A, 0x0042)
_SENDER_ADDRESSES = (0x5D01, 0x5D02, 0x0C1F, 0x0065)
_WINDOWS_EPOCH = dt.datetime(1601, 1, 1, tzinfo=dt.UTC)

Properties = Mapping[int, str | bytes | int]


def envelope_of(found: Properties) -> Envelope:
    """Return the envelope of a message by its properties, and where they are silent, by its internet headers."""
    sender = Person(_first(found, _SENDER_NAMES), next(filter(_is_address, _all(found, _SENDER_ADDRESSES)), ""))
    said = envelope_in(text_in(found, _HEADERS).encode("utf-8", "replace"))
    return Envelope.safe(
        sender if sender.address or not said.sender.address else said.sender,
        moment(found.get(_SENT)) or moment(found.get(_RECEIVED)) or said.date,
        text_in(found, _SUBJECT) or said.subject,
        text_in(found, _MESSAGE_ID) or said.message_id,
    )


def file_name_of(found: Properties) -> str:
    """Return the name of an attached file, the long one before the one of eight and three letters."""
    return _first(found, (ATTACH_NAME, ATTACH_SHORT_NAME, DISPLAY_NAME))


def text_in(found: Properties, number: int) -> str:
    """Return a property that is text, without the mark that Outlook puts before some subjects; "" if there is none."""
    value = found.get(number)
    return value.partition("\0")[0].lstrip("\1\4") if isinstance(value, str) else ""


def text_by_type(kind: int, content: bytes, codepage: int = 0) -> str:
    """Return a property's bytes as text: wide as UTF-16, narrow by the message's code page."""
    if kind == WIDE:
        return content.decode("utf-16-le", "replace").rstrip("\0")
    charset = {0: "", 65001: "utf-8"}.get(codepage, f"cp{codepage}")
    return decode_text(content.rstrip(b"\0"), charset)


def moment(value: str | bytes | int | None) -> dt.datetime | None:
    """Return a time counted in tenths of microseconds from 1601, None for what is none."""
    if not isinstance(value, int) or not value:
        return None
    try:
        return _WINDOWS_EPOCH + dt.timedelta(microseconds=value // 10)
    except OverflowError:
        return None


def _first(found: Properties, numbers: tuple[int, ...]) -> str:
    return next(filter(None, _all(found, numbers)), "")


def _all(found: Properties, numbers: tuple[int, ...]) -> list[str]:
    return [text_in(found, number) for number in numbers]


def _is_address(text: str) -> bool:
    """Return whether a text is an address of the internet, not one of Exchange's own that begin with /O=."""
    return "@" in text and not text.startswith("/")
