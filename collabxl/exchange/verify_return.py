"""Whether a workbook that came back is one of ours: whose copy it is, unaltered, of this master, and not merged yet."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from collabxl.errors import FileError, PackageError
from collabxl.exchange.copy_signature import NAME, CopyIdentity
from collabxl.exchange.ledger import Ledger
from collabxl.exchange.records import SentCopy
from collabxl.exchange.return_content import interpret_return
from collabxl.exchange.rows import SHARED, WorkbookRows, is_shared, rows_of
from collabxl.exchange.three_way import Scope
from collabxl.exchange.untaken_values import UntakenValue
from collabxl.ooxml.package import Package
from collabxl.ooxml.workbook_part import WorkbookPart
from collabxl.ooxml.xml import XmlPart
from collabxl.reading.workbook import Reading
from collabxl.text import t

_CORE = "docProps/core.xml"
_AHEAD = dt.timedelta(days=1)
"""How far a clock may be ahead of ours and still be believed."""
UNKNOWN = dt.datetime.min.replace(tzinfo=dt.UTC)
KEYS = {sheet.meta.key: [column.key for column in sheet.meta.columns if is_shared(column)] for sheet in SHARED}
"""The columns that travel, by sheet."""

_NO_SEAL = t(
    "不是从主表拆分出来的副本（没有身份信息）。请在收到的副本里填写后返回，不要另建文件",
    "Not a copy that was split from a master (it bears no identity). Fill in the copy that was sent, not another file",
)
_FOREIGN = t(
    "是另一个项目的副本。请核对是不是发错了文件", "A copy of another project. Check whether the wrong file was sent"
)
_UNKNOWN = t(
    "账本里没有这份副本的记录。可能账本被换过，或副本不是在这里拆分的",
    "The ledger does not know this copy. Was the ledger replaced, or the copy split elsewhere?",
)
_TAMPERED = t(
    "身份信息被改动过（部门、版本或编号对不上），没有采用任何内容。请向{department}重新发一份",
    "Its identity was altered (department, revision, rows); nothing was taken. Send {department} a fresh copy",
)


class VerifiedReturn(NamedTuple):
    """A return of a copy of ours: what was sent, what has come back, and what the department may change."""

    sent: SentCopy
    saved_at: dt.datetime
    content: WorkbookRows
    scope: Scope
    untaken: tuple[UntakenValue, ...] = ()
    """What it says that is not taken as it stands, as far as the file itself tells."""


def verify_return(content: bytes, reading: Reading, workbook_id: str, ledger: Ledger) -> VerifiedReturn:
    """Return what a file that came back is; FileError says why it is not taken."""
    seal = CopyIdentity.from_properties(reading.identity) or _hidden_identity(content)
    if seal is None:
        raise FileError("unsupported", _NO_SEAL)
    if seal.workbook_id != workbook_id:
        raise FileError("unsupported", _FOREIGN)
    sent = ledger.sent_copy(seal.copy)
    if sent is None:
        raise FileError("unsupported", _UNKNOWN)
    seal = seal._replace(department=seal.department or sent.department)
    if not seal.is_valid(ledger.key, sent.base, sent.rows):
        raise FileError("unsupported", _TAMPERED, department=sent.department)
    found, untaken = interpret_return(rows_of(reading), sent, ledger.returns(sent.id))
    return VerifiedReturn(sent, _saved_at(content), found, Scope(sent.rows, KEYS), untaken)


def _hidden_identity(content: bytes) -> CopyIdentity | None:
    """Return the seal of the hidden name, for copies whose properties a program has dropped."""
    try:
        told = next((name.text for name in WorkbookPart(Package(content)).names if name.name == NAME), None)
        return CopyIdentity.from_text(told.strip('="')) if told else None
    except PackageError:
        return None


def _saved_at(content: bytes) -> dt.datetime:
    """Return when the file says it was saved; the earliest time of all if it does not, or tells a day to come."""
    package = Package(content)
    root = XmlPart(package.read(_CORE), _CORE).root if _CORE in package else None
    told = next((node.text for node in root.walk() if node.name == "modified"), "") if root else ""
    try:
        saved = dt.datetime.fromisoformat(told).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return UNKNOWN
    return saved if saved <= dt.datetime.now(dt.UTC) + _AHEAD else UNKNOWN
