"""A message as it travels (.eml): its envelope and its parts. Headers are read as raw bytes, none is trusted."""

from __future__ import annotations

import datetime as dt
import quopri
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import parseaddr, parsedate_to_datetime

from collabxl.errors import FileError
from collabxl.mail.attachment_names import claimed_name, parameters
from collabxl.mail.header_coding import decode_base64, decode_words, unfold
from collabxl.mail.message_model import Enclosure, Envelope, ParsedMessage, Person
from collabxl.text import t

_OF_A_MESSAGE = frozenset({"from", "date", "subject", "message-id", "received", "mime-version", "content-type"})
_CLOSED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_ENVELOPED = frozenset({"multipart/encrypted", "application/pgp-encrypted"})
_LONGEST = 1_000
"""Letters of a From header that are looked at."""


def parse(content: bytes) -> ParsedMessage:
    """Return a message opened; FileError (corrupt) if the bytes are none."""
    try:
        message = message_from_bytes(content.lstrip(b"\xef\xbb\xbf\r\n"))
    except (MessageError, RecursionError, ValueError) as error:
        raise _not_a_message() from error
    if _OF_A_MESSAGE.isdisjoint(name.lower() for name in message.keys()):  # noqa: SIM118 - a message is no dict
        raise _not_a_message()
    return _parse_part(message)


def is_draft(content: bytes) -> bool:
    """Return whether the bytes are a message that was written but not sent, as ours and Outlook's drafts say."""
    return "x-unsent" in _headers(BytesHeaderParser().parsebytes(content))


def envelope_in(headers: bytes) -> Envelope:
    """Return the envelope that the headers of a message write."""
    return _envelope(_headers(message_from_bytes(headers)))


def _parse_part(message: Message) -> ParsedMessage:
    return ParsedMessage(_envelope(_headers(message)), _enclosures(message))


def _headers(part: Message) -> dict[str, str]:
    """Return the headers of a part by their names in lower case, encoded words as they stand; the first counts."""
    found: dict[str, str] = {}
    for name, value in part.raw_items():
        found.setdefault(name.lower(), unfold(str(value).encode("ascii", "surrogateescape")))
    return found


def _envelope(headers: dict[str, str]) -> Envelope:
    name, address = parseaddr(headers.get("from", "")[:_LONGEST])
    return Envelope.safe(
        Person(decode_words(name), address),
        _moment(headers.get("date", "")),
        decode_words(headers.get("subject", "")),
        headers.get("message-id", ""),
    )


def _moment(said: str) -> dt.datetime | None:
    try:
        moment = parsedate_to_datetime(said)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _enclosures(part: Message) -> Iterator[Enclosure]:
    """Return what a part encloses: itself if it is a file, else what lies below; texts and empty parts left out."""
    headers = _headers(part)
    content_type = headers.get("content-type", "")
    kind = content_type.partition(";")[0].strip().lower()
    name = claimed_name(headers.get("content-disposition", ""), content_type)
    if kind in _ENVELOPED or (kind in _CLOSED and parameters(content_type).get("smime-type") != "certs-only"):
        yield Enclosure(name or kind, _encrypted_error())
    elif part.is_multipart():
        inside = _below(part)
        if kind in ("message/rfc822", "message/global"):
            yield from (Enclosure(name, _embedded_message(below, headers)) for below in inside)
        else:
            for below in inside:
                yield from _enclosures(below)
    elif name or (kind and not kind.startswith(("text/", "multipart/", "message/"))):
        content = _content(part, headers)
        if content is None:
            yield Enclosure(name, _truncated_error())
        elif content:
            yield Enclosure(name, content)


def _below(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [below for below in payload if isinstance(below, Message)] if isinstance(payload, list) else []


def _embedded_message(message: Message, around: dict[str, str]) -> ParsedMessage | FileError:
    """Return an enclosed message; some programs encode it though they must not, then it must be decoded first."""
    if _encoding(around) != "base64" or list(message.raw_items()):
        return _parse_part(message)
    content = decode_base64(_raw(message))
    try:
        return _truncated_error() if content is None else parse(content)
    except FileError as error:
        return error


def _content(part: Message, headers: dict[str, str]) -> bytes | None:
    """Return the bytes of a part, None if they end too early to be decoded."""
    match _encoding(headers):
        case "base64":
            return decode_base64(_raw(part))
        case "quoted-printable":
            return quopri.decodestring(_raw(part))
        case "x-uuencode" | "uuencode" | "x-uue" | "uue":
            found = part.get_payload(decode=True)
            return found if isinstance(found, bytes) else None
        case _:
            return _raw(part)


def _encoding(headers: dict[str, str]) -> str:
    said = re.match(r"[\w-]+", headers.get("content-transfer-encoding", "").strip())
    return said[0].lower() if said else ""


def _raw(part: Message) -> bytes:
    payload = part.get_payload()
    return payload.encode("utf-8", "surrogateescape") if isinstance(payload, str) else b""


def _not_a_message() -> FileError:
    says = t(
        "不是邮件，或已损坏。请从邮箱重新导出为 .eml 或 .msg",
        "No mail message, or a damaged one. Export it from the mailbox anew, as .eml or .msg",
    )
    return FileError("corrupt", says)


def _encrypted_error() -> FileError:
    says = t(
        "邮件内容已加密或整体签名，看不到附件。请对方不加密重新发送",
        "The message is encrypted or signed as a whole; what is enclosed cannot be seen. Ask for it unencrypted",
    )
    return FileError("encrypted", says)


def _truncated_error() -> FileError:
    says = t("附件不完整，传输时被截断。请对方重新发送", "The attachment was cut on its way. Ask for it again")
    return FileError("corrupt", says)
