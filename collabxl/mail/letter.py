"""A letter that goes out, and its bytes: the same letter is the same file, and Outlook, Foxmail and phones read it.

Written by hand and not as an EmailMessage, whose folding differs between versions of Python and which knows only one
of the two ways to name a file: readers that do not know ``filename*`` (RFC 2231) take ``name`` (RFC 2047). A letter
that is sent could do with other bytes than its draft, but not without the name that Outlook and Foxmail show.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import format_datetime
from pathlib import PurePosixPath
from urllib.parse import quote

from collabxl.errors import MailError
from collabxl.mail.attachment_names import safe_name
from collabxl.mail.message_model import Person
from collabxl.text import t
from collabxl.text.printable import is_invisible

_NEXT = "\r\n"
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_PLAIN = re.compile(r"[A-Za-z0-9 ]+")
_WORD_BYTES = 42
"""Bytes of text in one encoded word: it stays below 75 letters, and below 78 after the name of a header."""
_LINE = 60
"""Letters of a plain subject that need no second line."""
_TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xlsm": "application/vnd.ms-excel.sheet.macroEnabled.12",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pdf": "application/pdf",
    ".zip": "application/zip",
    ".ics": "text/calendar; charset=utf-8",
}
_PAGE = '<html><body style="font-family: sans-serif; font-size: 14px; line-height: 1.6">{}</body></html>'


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a letter."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as it is meant; those without an address are left out of a draft, for a person to fill in."""

    sender: Person
    to: tuple[Person, ...]
    subject: str
    text: str
    date: dt.datetime
    """Part of the bytes like all else: give the same one for the same letter."""
    attachments: tuple[Attachment, ...] = ()
    cc: tuple[Person, ...] = ()

    @property
    def recipients(self) -> tuple[Person, ...]:
        """Everyone who is to get it."""
        return (*self.to, *self.cc)

    @property
    def message_id(self) -> str:
        """What tells this letter from all others, derived from everything in it."""
        domain = self.sender.address.rpartition("@")[2] or "collabxl.invalid"
        return f"<{_digest(self)}@{_in_ascii(domain)}>"


def render_draft(letter: Letter) -> bytes:
    """Return an .eml file that mail programs open as a letter not yet sent; MailError for an address that is none."""
    return b"X-Unsent: 1\r\n" + render_letter(letter)


def render_letter(letter: Letter) -> bytes:
    """Return a letter as it travels, in ASCII throughout; MailError for an address that is none."""
    mark = f"=_{_digest(letter)}"
    parts = [_alternatives(letter.text, f"{mark}_1"), *map(_file, letter.attachments)]
    whole = parts[0] if len(parts) == 1 else _multipart("mixed", f"{mark}_0", parts)
    head = [
        *_people("From", (letter.sender,)),
        *_people("To", letter.to),
        *_people("Cc", letter.cc),
        f"Subject: {_header_text(letter.subject)}",
        f"Date: {format_datetime(letter.date)}",
        f"Message-ID: {letter.message_id}",
        "MIME-Version: 1.0",
    ]
    return f"{_NEXT.join(head)}{_NEXT}{whole}{_NEXT}".encode("ascii")


def address_of(person: Person) -> str:
    """Return a person's address as servers want it; MailError (address) for one that is none."""
    local, at, domain = person.address.strip().rpartition("@")
    address = f"{local}{at}{_in_ascii(domain)}"
    if not _ADDRESS.fullmatch(address):
        says = t(
            "{name}的邮箱“{address}”不对。请改成 姓名@单位.com 这样的地址",
            "The mail address “{address}” of {name} is wrong. Write one like name@example.com",
        )
        raise MailError("address", says, name=person.name, address=person.address)
    return address


def _people(header: str, people: tuple[Person, ...]) -> list[str]:
    known = [_person(person) for person in people if person.address]
    return [f"{header}: {f',{_NEXT} '.join(known)}"] if known else []


def _person(person: Person) -> str:
    address, name = address_of(person), " ".join(_one_line(person.name).split())  # readers take several blanks for one
    if not name:
        return address
    if _PLAIN.fullmatch(name) and len(name) <= _LINE:
        return f"{name} <{address}>"
    return f"{_encode_words(name)}{_NEXT} <{address}>"


def _header_text(text: str) -> str:
    text = _one_line(text)
    return text if text.isascii() and len(text) <= _LINE and "=?" not in text else _encode_words(text)


def _one_line(text: str) -> str:
    return "".join(" " if is_invisible(letter) else letter for letter in text).strip()


def _encode_words(text: str) -> str:
    """Return a text as encoded words, one a line, none of them cut inside a character."""
    words = [b""]
    for letter in text:
        raw = letter.encode()
        if len(words[-1]) + len(raw) > _WORD_BYTES:
            words.append(b"")
        words[-1] += raw
    return f"{_NEXT} ".join(f"=?utf-8?B?{base64.b64encode(word).decode()}?=" for word in words)


def _alternatives(text: str, mark: str) -> str:
    """Return the letter's text twice, plain and as a page: programs show the one they like better."""
    plain = text.strip("\n") + "\n"
    paragraphs = (html.escape(each.strip("\n")).replace("\n", "<br>") for each in re.split(r"\n{2,}", plain))
    page = _PAGE.format("".join(f"<p>{each}</p>" for each in paragraphs if each))
    parts = [
        _part("text/plain; charset=utf-8", plain.replace("\n", _NEXT).encode("utf-8", "replace")),
        _part("text/html; charset=utf-8", page.encode("utf-8", "replace")),
    ]
    return _multipart("alternative", mark, parts)


def _file(attachment: Attachment) -> str:
    name = safe_name(attachment.name)
    kind = _TYPES.get(PurePosixPath(name).suffix.lower(), "application/octet-stream")
    if name.isascii():
        said, disposition = name, f'filename="{name}"'
    else:
        said, disposition = _encode_words(name), f"filename*=UTF-8''{quote(name, safe='')}"
    return _part(
        f'{kind};{_NEXT} name="{said}"', attachment.content, f"Content-Disposition: attachment;{_NEXT} {disposition}"
    )


def _part(kind: str, content: bytes, *more: str) -> str:
    lines = _NEXT.join(_wrap_lines(base64.b64encode(content).decode()))
    return _NEXT.join((f"Content-Type: {kind}", "Content-Transfer-Encoding: base64", *more, "", lines))


def _wrap_lines(letters: str) -> Iterator[str]:
    for at in range(0, len(letters), 76):
        yield letters[at : at + 76]


def _multipart(kind: str, mark: str, parts: list[str]) -> str:
    between = "".join(f"--{mark}{_NEXT}{part}{_NEXT}" for part in parts)
    return f'Content-Type: multipart/{kind};{_NEXT} boundary="{mark}"{_NEXT}{_NEXT}{between}--{mark}--'


def _digest(letter: Letter) -> str:
    files = [(each.name, hashlib.sha256(each.content).hexdigest()) for each in letter.attachments]
    people = [tuple(person) for person in (letter.sender, *letter.to, None, *letter.cc) if person is not None]
    everything = repr((people, len(letter.to), letter.subject, letter.text, letter.date.isoformat(), files))
    return hashlib.sha256(everything.encode("utf-8", "backslashreplace")).hexdigest()[:32]


def _in_ascii(domain: str) -> str:
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain
