"""What came back: workbooks from files, folders, saved messages and mailboxes, each with where it came from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from collabxl.errors import FileError, MailError, UsageError
from collabxl.mail import imap, message
from collabxl.mail.attachments import ARCHIVES, MESSAGES, Unwrapper
from collabxl.mail.message_model import (
    Enclosure,
    Memory,
    MessageLimits,
    NoMemory,
    Origin,
    RefusedItem,
    ReturnedWorkbook,
)
from collabxl.mail.server import MailAccess, Server, without_password
from collabxl.ooxml.reader.container import load_file
from collabxl.storage.paths import ARCHIVE_MARK, Paths, find_files, path_list
from collabxl.text import t

TAKEN = (".xlsx", ".xlsm", *MESSAGES, *ARCHIVES)
"""Files that are taken from a folder."""
_EMPTY_FOLDER = t(
    "文件夹 {path} 里没有工作簿、邮件（.eml、.msg）或 .zip",
    "The folder {path} holds no workbooks, messages (.eml, .msg) or zips",
)


_MISSING = t("找不到 {paths}。请检查路径", "There is no {paths}. Check the path")


def collect(
    sources: Paths,
    *,
    limits: MessageLimits | None = None,
    memory: Memory | None = None,
    access: MailAccess | None = None,
) -> Iterator[ReturnedWorkbook | RefusedItem]:
    """Return the workbooks in files, folders, messages and ``imaps://`` mailboxes, in order, and what was refused.

    A source or a message that cannot be opened costs only itself; nothing is raised for it. Drafts in folders, and
    messages of mailboxes that ``memory`` has seen, are left out. It is the caller who remembers a record's ``keys``,
    once what it brought is on disk: until then the message comes again, and nothing is lost. ``access`` is how to log
    in to mailboxes.
    """
    limits, memory = limits or MessageLimits(), NoMemory() if memory is None else memory
    for source in map(str, path_list(sources)):
        if "://" in source:
            yield from _from_mailbox(source, limits, memory, access or MailAccess())
            continue
        for file in find_files(Path(source), TAKEN, _EMPTY_FOLDER):
            if isinstance(file, FileError):
                yield RefusedItem(Origin(source), file)
            else:
                yield from _from_file(file, limits, named=str(file) == source)


def refuse_missing(sources: Sequence[str]) -> None:
    """Raise UsageError for files and folders that do not exist, and patterns that no file has."""
    missing = [source for source in sources if "://" not in source and _is_missing(Path(source))]
    if missing:
        raise UsageError(_MISSING, paths=missing)


def _is_missing(source: Path) -> bool:
    if source.exists() or source.is_symlink():
        return False
    found = find_files(source, TAKEN, _EMPTY_FOLDER)
    return not any(isinstance(file, Path) and (file.exists() or file.is_symlink()) for file in found)


def _from_file(file: Path, limits: MessageLimits, *, named: bool) -> Iterator[ReturnedWorkbook | RefusedItem]:
    """Return what is in a file; what we put there, drafts beside copies and archives, only if ``named`` outright."""
    place = Origin(str(file))
    try:
        content = load_file(file)
        if not named and content.endswith(ARCHIVE_MARK):
            return
        if file.suffix.lower() in MESSAGES:
            limits.admit(len(content))
            if not named and message.is_draft(content):
                return
    except FileError as error:
        yield RefusedItem(place, error)
        return
    found = None
    for found in Unwrapper(limits).unwrap(Enclosure(file.name, content), place):
        yield found
    if found is None:
        says = t(
            "里面没有工作簿。请检查是不是这个文件", "There is no workbook in it. Check whether it is the right file"
        )
        yield RefusedItem(place, FileError("not-found", says))


def _from_mailbox(
    address: str, limits: MessageLimits, memory: Memory, access: MailAccess
) -> Iterator[ReturnedWorkbook | RefusedItem]:
    try:
        yield from imap.collect_mailbox(Server.of(address, access), limits, memory)
    except MailError as error:
        yield RefusedItem(Origin(without_password(address)), error)
