"""Messages from an IMAP folder: only looked at, nothing is marked, moved or deleted; each is asked for once.

imap-tools logs in, names folders, lists and fetches. Ours is what it does not do: no word before TLS, one more try when
the connection drops, sizes and structures before anything is fetched, and messages as the bytes they are.
"""

from __future__ import annotations

import hashlib
import imaplib
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any, NamedTuple, TypeVar

from imap_tools import (
    BaseMailBox,
    ImapToolsError,
    MailboxFetchError,
    MailboxFolderSelectError,
    MailMessage,
    UnexpectedCommandStatusError,
)
from imap_tools.utils import check_command_status

from collabxl.errors import FileError, MailError, MailFault
from collabxl.mail.attachments import Unwrapper
from collabxl.mail.message_model import Enclosure, Memory, MessageLimits, Origin, RefusedItem, ReturnedWorkbook
from collabxl.mail.server import Server
from collabxl.text import Text, t

_AT_ONCE = 200
"""Messages whose size and structure are asked for together."""
_MAY_ENCLOSE = re.compile(rb'"(?:application|message)"|"(?:file)?name[*"]', re.IGNORECASE)
"""What the structure of a message with an attached file holds: a letter alone need not be fetched."""
_UID, _SIZE = re.compile(rb"UID (\d+)"), re.compile(rb"RFC822\.SIZE (\d+)")
_DROPPED = (imaplib.IMAP4.abort, OSError)
_DISOBEYED = (imaplib.IMAP4.error, ImapToolsError)
_BROKEN = (*_DISOBEYED, OSError)
_OF_ONE_MESSAGE = ("dropped", "refused")
"""Faults that the next message need not have; with the others there is no way to the folder any more."""

Answer = Any
"""One piece of a server's answer: bytes, or a pair of bytes where it sent a literal."""
T = TypeVar("T")


class MailboxEntry(NamedTuple):
    """A message as the folder lists it."""

    uid: int
    size: int
    has_attachments: bool


class _Whole(MailMessage):
    """A message as the server sent it: what encloses workbooks is read from bytes, never from another's reading."""

    def __init__(self, fetch_data: list[Answer]) -> None:
        self.content: bytes = next((part[1] for part in fetch_data if isinstance(part, tuple)), b"")


class _Box(BaseMailBox):
    """A connection that is encrypted before anything is said; MailError for a server that offers no TLS."""

    email_message_class = _Whole

    def __init__(self, server: Server) -> None:
        self._server = server
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        server, seconds = self._server, self._server.access.seconds
        if server.starts_with_tls:
            return imaplib.IMAP4_SSL(server.host, server.port, ssl_context=server.trust, timeout=seconds)
        client = imaplib.IMAP4(server.host, server.port, timeout=seconds)
        if "STARTTLS" not in client.capabilities:
            raise server.tls_error()
        client.starttls(server.trust)
        return client


class Mailbox:
    """One folder, opened read-only; when the connection drops it is opened once more."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._box = login(server)
        self.validity, self.count = self._open_folder()
        """What the UIDs belong to – when it changes, the same number is another message –, and how many there are."""

    def __enter__(self) -> Mailbox:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(*_BROKEN):
            self._box.logout()

    def entries(self) -> list[MailboxEntry]:
        """Return all messages in the order they came."""
        uids = self._ask(lambda box: box.uids("ALL", charset=None))
        listed = []
        for at in range(0, len(uids), _AT_ONCE):
            for answer in _answers(self._ask(partial(_structures, uids=uids[at : at + _AT_ONCE]))):
                uid, size = _UID.search(answer), _SIZE.search(answer)
                if uid and size:
                    listed.append(MailboxEntry(int(uid[1]), int(size[1]), bool(_MAY_ENCLOSE.search(answer))))
        return sorted(listed)

    def message(self, uid: int) -> bytes:
        """Return a message, left unread as it was; nothing if somebody took it away meanwhile."""
        fetched = self._ask(lambda box: [*box.fetch(uid_list=[str(uid)], mark_seen=False)])
        return next((each.content for each in fetched if isinstance(each, _Whole)), b"")

    def _ask(self, ask: Callable[[BaseMailBox], list[T]]) -> list[T]:
        try:
            return self._request(ask)
        except _DROPPED:
            self._reopen()
        try:
            return self._request(ask)
        except _DROPPED as error:
            says = t(
                "与 {server} 的连接两次中断（{reason}）。请稍后再试，没有取完的下次接着取",
                "The connection to {server} dropped twice ({reason}). Try again later; it goes on where it stopped",
            )
            raise self._error("dropped", says, str(error)) from error

    def _request(self, ask: Callable[[BaseMailBox], list[T]]) -> list[T]:
        try:
            return ask(self._box)
        except _DROPPED:
            raise
        except _DISOBEYED as error:
            raise self._protocol_error(_reason(error)) from error

    def _reopen(self) -> None:
        with suppress(OSError):
            self._box.client.shutdown()
        self._box = login(self._server)
        validity, self.count = self._open_folder()
        if validity != self.validity:
            says = t(
                "{server} 重建了文件夹（{reason}），编号都变了。请再运行一次",
                "{server} has made the folder anew ({reason}), and with it all numbers. Run again",
            )
            raise self._error("folder", says, f"{self.validity} → {validity}")

    def _open_folder(self) -> tuple[str, int]:
        try:
            roots = self._box.folder.list(search_args="")
            delimiter = next((root.delim for root in roots if len(root.delim) == 1), "/")
            _, count = self._box.folder.set(self._server.folder.replace("/", delimiter), readonly=True)
            _, validity = self._box.client.response("UIDVALIDITY")
        except MailboxFolderSelectError as error:
            says = t(
                "{server} 上没有文件夹“{folder}”（{reason}）。请核对名称，上下级之间用 / 分开",
                "{server} has no folder “{folder}” ({reason}). Check its name; write / between a folder and its parent",
            )
            raise self._error("folder", says, _reason(error)) from error
        except _BROKEN as error:
            self._server.fail(error)
        return _answer_text(validity), int(_answer_text(count))

    def _protocol_error(self, reason: str) -> MailError:
        return self._error(
            "refused", t("{server} 没有照办：{reason}", "{server} did not do as asked: {reason}"), reason
        )

    def _error(self, fault: MailFault, says: Text, reason: str) -> MailError:
        return MailError(fault, says, server=self._server.account, folder=self._server.folder, reason=reason)


def collect_mailbox(server: Server, limits: MessageLimits, memory: Memory) -> Iterator[ReturnedWorkbook | RefusedItem]:
    """Return the workbooks in the messages of a folder that ``memory`` has not seen, and what was refused.

    A message is known by its UID, and by its content should the server number its messages anew. One that cannot be
    had is refused, and the others go on; MailError ends it all when there is no way to the folder.
    """
    folder = f"{server.account}/{server.folder}"
    with Mailbox(server) as mailbox:
        if mailbox.count > limits.messages:
            says = t(
                "{folder} 里有 {count} 封邮件，上限 {limit} 封。请把交回的邮件放进单独的文件夹",
                "{folder} holds {count} {count:message|messages}; the limit is {limit}. "
                "Put the copies that come back into a folder of their own",
            )
            raise MailError("folder", says, folder=folder, count=mailbox.count, limit=limits.messages)
        for listed in mailbox.entries():
            key = f"{folder};{mailbox.validity};{listed.uid}"
            if memory.remembers(key):
                continue
            if not listed.has_attachments:
                memory.remember(key)
                continue
            place = Origin(f"{folder};UID={listed.uid}")
            try:
                limits.admit(listed.size)
                content = mailbox.message(listed.uid)
            except (FileError, MailError) as error:
                if isinstance(error, MailError) and error.fault not in _OF_ONE_MESSAGE:
                    raise
                yield RefusedItem(place, error, keys=(key,))
                continue
            yield from _unwrap_message(content, place, key, limits, memory)


def login(server: Server) -> BaseMailBox:
    """Return a connection that is encrypted and logged in; MailError says what is in the way."""
    password = server.access.password
    try:
        box = _Box(server)
    except _BROKEN as error:
        server.fail(error)
    try:
        enter = box.login if password.isascii() and server.user.isascii() else box.login_utf8
        enter(server.user, password, initial_folder=None)
        if "ID" in box.client.capabilities:  # large providers close folders to programs that do not say it
            box.client.xatom("ID", '("name" "collabxl")')
    except _DROPPED as error:
        server.fail(error)
    except _DISOBEYED as error:
        with suppress(*_BROKEN):
            box.logout()
        raise server.login_error(_reason(error)) from error
    return box


def _structures(box: BaseMailBox, uids: list[str]) -> list[Answer]:
    """Return how large messages are and what they hold, which imap-tools never asks: most need not be fetched."""
    found = box.client.uid("FETCH", ",".join(uids), "(UID RFC822.SIZE BODYSTRUCTURE)")
    check_command_status(found, MailboxFetchError)
    return [each for each in found[1] if each]


def _unwrap_message(
    content: bytes, place: Origin, key: str, limits: MessageLimits, memory: Memory
) -> Iterator[ReturnedWorkbook | RefusedItem]:
    same = f"sha256:{hashlib.sha256(content).hexdigest()}"
    found = None
    if not memory.remembers(same):
        for found in Unwrapper(limits, (key, same)).unwrap(Enclosure("message.eml", content), place):
            yield found
    if found is None:
        memory.remember(key)


def _answers(parts: list[Answer]) -> Iterator[bytes]:
    """Return the answers to a FETCH, each whole: the library cuts them wherever the server sent a literal."""
    whole = b""
    for part in parts:
        if isinstance(part, tuple):
            whole += b" ".join(part)
        else:
            yield whole + part
            whole = b""


def _reason(error: Exception) -> str:
    return _answer_text(error.command_result[1]) if isinstance(error, UnexpectedCommandStatusError) else str(error)


def _answer_text(answer: list[Answer]) -> str:
    return " ".join(part.decode("utf-8", "replace") for part in answer if isinstance(part, bytes))
