"""Whether a file that was written is what its name says: zips and their XML, pages, tables, calendars, mails."""

from __future__ import annotations

import csv
import email
import email.policy
import io
import json
import posixpath
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

from icalendar import Calendar
from lxml import etree, html

_XML = (".xml", ".rels", ".vml")


def unsound(name: str, content: bytes) -> list[str]:
    """Return what is wrong with a file by its name's ending; unknown endings are wrong, too."""
    form = posixpath.splitext(name.lower())[1]
    try:
        return list(_FORMS[form](content))
    except (ValueError, KeyError, zipfile.BadZipFile, ElementTree.ParseError, etree.XMLSyntaxError) as error:
        return [f"{form}: {error!r}"]


def _zip(content: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        if broken := archive.testzip():
            yield f"{broken} is broken"
        if len({name.lower() for name in names}) != len(names):
            yield "a name twice"
        for name in names:
            if "\\" in name or name.startswith("/") or ".." in name.split("/"):
                yield f"{name} leads out"


def _package(content: bytes) -> Iterator[str]:
    yield from _zip(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.endswith(_XML):
                etree.fromstring(archive.read(name), etree.XMLParser(resolve_entities=False, huge_tree=True))
        for name in archive.namelist():
            if name.endswith(".rels"):
                yield from _loose(name, archive)


def _loose(name: str, archive: zipfile.ZipFile) -> Iterator[str]:
    """Yield the relationships that lead to no part."""
    folder = posixpath.dirname(posixpath.dirname(name))
    there = {part.lower() for part in archive.namelist()}
    for each in etree.fromstring(archive.read(name)):
        target = each.get("Target", "")
        part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        if each.get("TargetMode") != "External" and part.lower() not in there:
            yield f"{name} names {target}, which is not there"


def _page(content: bytes) -> Iterator[str]:
    text = content.decode("utf-8")
    html.fromstring(content, parser=html.HTMLParser(encoding="utf-8"))
    yield from (f"the letter {letter!r} in a page" for letter in {*text} if letter < " " and letter not in "\t\r\n")


def _table(content: bytes) -> Iterator[str]:
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    if len({len(row) for row in rows}) > 1:
        yield "rows of different lengths"


def _json(content: bytes) -> Iterator[str]:
    json.loads(content.decode("utf-8"))
    yield from ()


def _lines(content: bytes) -> Iterator[str]:
    for line in content.decode("utf-8").splitlines():
        json.loads(line)
    yield from ()


def _xml(content: bytes) -> Iterator[str]:
    ElementTree.fromstring(content)
    yield from ()


def _calendar(content: bytes) -> Iterator[str]:
    Calendar.from_ical(content)
    yield from ("a line of more than 75 bytes" for line in content.split(b"\r\n") if len(line) > 75)


def _mail(content: bytes) -> Iterator[str]:
    message = email.message_from_bytes(content, policy=email.policy.default)
    for part in message.walk():
        yield from (f"{defect!r}" for defect in part.defects)
    for key, value in message.items():
        if any(letter < " " and letter != "\t" for letter in str(value)):
            yield f"a control in {key}"


def _text(content: bytes) -> Iterator[str]:
    content.decode("utf-8")
    yield from ()


_FORMS = {
    ".xlsx": _package,
    ".docx": _package,
    ".zip": _zip,
    ".html": _page,
    ".csv": _table,
    ".json": _json,
    ".sarif": _json,
    ".jsonl": _lines,
    ".xml": _xml,
    ".ics": _calendar,
    ".eml": _mail,
    ".txt": _text,
}
