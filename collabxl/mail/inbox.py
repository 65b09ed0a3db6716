"""What came back: workbooks from files, folders, saved messages and mailboxes, each with where it came from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from collabxl.errors import FileError, MailError
from collabxl.mail import imap, message
from collabxl.mail.attachments import ARCHIVES, MESSAGES, Unwrapping
from collabxl.mail.message_model import Enclosure, Forgetful, Limits, Memory, Place, Refused, Returned
from collabxl.mail.server import Access, Server, without_password
from collabxl.reading.container import load
from collabxl.storage.paths import ARCHIVE_MARK, Paths, each_of, files
from collabxl.text import t

TAKEN = (".xlsx", ".xlsm", *MESSAGES, *ARCHIVES)
"""Files that are taken from a folder."""
_EMPTY_FOLDER = t(
    "文件夹 {path} 里没有工作簿、邮件（.eml、.msg）或 .zip",
    "The folder {path} holds no workbooks, messages (.eml, .msg) or zips",
)


def collect(
    sources: Paths,
    *,
    limits: Limits | None = None,
    memory: Memory | None = None,
    access: Access | None = None,
) -> Iterator[Returned | Refused]:
    """Return the workbooks in files, folders, messages and ``imaps://`` mailboxes, in order, and what was refused.

    A source or a message that cannot be opened costs only itself; nothing is raised for it. Drafts in folders, and
    messages of mailboxes that ``memory`` has seen, are left out. It is the caller who remembers a record's ``keys``,
    once what it brought is on disk: until then the message comes again, and nothing is lost. ``access`` is how to log
    in to mailboxes.
    """
    limits, memory = limits or Limits(), Forgetful() if memory is None else memory
    for source in map(str, each_of(sources)):
        if "://" in source:
            yield from _from_mailbox(source, limits, memory, access or Access())
            continue
        for file in files(Path(source), TAKEN, _EMPTY_FOLDER):
            if isinstance(file, FileError):
                yield Refused(Place(source), file)
            else:
                yield from _from_file(file, limits, named=str(file) == source)


def _from_file(file: Path, limits: Limits, *, named: bool) -> Iterator[Returned | Refused]:
    """Return what is in a file; what we put there, drafts beside copies and archives, only if ``named`` outright."""
    place = Place(str(file))
    try:
        content = load(file)
        if not named and content.endswith(ARCHIVE_MARK):
            return
        if file.suffix.lower() in MESSAGES:
            limits.admit(len(content))
            if not named and message.is_draft(content):
                return
    except FileError as error:
        yield Refused(place, error)
        return
    found = None
    for found in Unwrapping(limits).of(Enclosure(file.name, content), place):
        yield found
    if found is None:
        says = t(
            "里面没有工作簿。请检查是不是这个文件", "There is no workbook in it. Check whether it is the right file"
        )
        yield Refused(place, FileError("not-found", says))


def _from_mailbox(address: str, limits: Limits, memory: Memory, access: Access) -> Iterator[Returned | Refused]:
    try:
        yield from imap.collected(Server.of(address, access), limits, memory)
    except MailError as error:
        yield Refused(Place(without_password(address)), error)
