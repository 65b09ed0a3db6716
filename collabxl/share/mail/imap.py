"""Messages from an IMAP folder: only looked at, nothing is marked, moved or deleted; each is asked for once."""

from __future__ import annotations

import hashlib
import imaplib
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NamedTuple

from collabxl.errors import FileError, MailError, MailFault
from collabxl.share.mail.folder import quoted, spelled
from collabxl.share.mail.parcel import Enclosure, Limits, Memory, Place, Refused, Returned
from collabxl.share.mail.server import Server
from collabxl.share.mail.unwrap import Unwrapping
from collabxl.text import Text, t

_AT_ONCE = 200
"""Messages whose size and structure are asked for together."""
_MAY_ENCLOSE = re.compile(rb'"(?:application|message)"|"(?:file)?name[*"]', re.IGNORECASE)
"""What the structure of a message with an attached file holds: a letter alone need not be fetched."""
_UID, _SIZE, _DELIMITER = re.compile(rb"UID (\d+)"), re.compile(rb"RFC822\.SIZE (\d+)"), re.compile(rb'\) "(.)" ')
_DROPPED = (imaplib.IMAP4.abort, OSError)
_BROKEN = (imaplib.IMAP4.error, OSError)
_OF_ONE_MESSAGE = ("dropped", "refused")
"""Faults that the next message need not have; with the others there is no way to the folder any more."""

Answer = Any
"""One piece of a server's answer: bytes, or a pair of bytes where it sent a literal."""


class Listed(NamedTuple):
    """A message as the folder lists it."""

    uid: int
    size: int
    encloses: bool


class Mailbox:
    """One folder, opened read-only; when the connection drops it is opened once more."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._client = login(server)
        self.validity, self.count = self._opened()
        """What the UIDs belong to – when it changes, the same number is another message –, and how many there are."""

    def __enter__(self) -> Mailbox:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(*_BROKEN):
            self._client.logout()

    def listed(self) -> list[Listed]:
        """Return all messages in the order they came."""
        uids = b" ".join(each for each in self._asked("SEARCH", "ALL") if isinstance(each, bytes)).split()
        listed = []
        for at in range(0, len(uids), _AT_ONCE):
            asked = b",".join(uids[at : at + _AT_ONCE]).decode()
            for answer in _answers(self._asked("FETCH", asked, "(UID RFC822.SIZE BODYSTRUCTURE)")):
                uid, size = _UID.search(answer), _SIZE.search(answer)
                if uid and size:
                    listed.append(Listed(int(uid[1]), int(size[1]), bool(_MAY_ENCLOSE.search(answer))))
        return sorted(listed)

    def message(self, uid: int) -> bytes:
        """Return a message, left unread as it was; nothing if somebody took it away meanwhile."""
        answers = self._asked("FETCH", str(uid), "(BODY.PEEK[])")
        return next((answer[1] for answer in answers if isinstance(answer, tuple)), b"")

    def _asked(self, *words: str) -> list[Answer]:
        try:
            return self._answered(words)
        except _DROPPED:
            self._reopen()
        try:
            return self._answered(words)
        except _DROPPED as error:
            says = t(
                "与 {server} 的连接两次中断（{reason}）。请稍后再试，没有取完的下次接着取",
                "The connection to {server} dropped twice ({reason}). Try again later; it goes on where it stopped",
            )
            raise self._error("dropped", says, str(error)) from error

    def _answered(self, words: tuple[str, ...]) -> list[Answer]:
        try:
            status, answer = self._client.uid(*words)
        except _DROPPED:
            raise
        except imaplib.IMAP4.error as error:
            raise self._disobeys(str(error)) from error
        if status != "OK":
            raise self._disobeys(_said(answer))
        return [each for each in answer if each]

    def _reopen(self) -> None:
        with suppress(OSError):
            self._client.shutdown()
        self._client = login(self._server)
        validity, self.count = self._opened()
        if validity != self.validity:
            says = t(
                "{server} 重建了文件夹（{reason}），编号都变了。请再运行一次",
                "{server} has made the folder anew ({reason}), and with it all numbers. Run again",
            )
            raise self._error("folder", says, f"{self.validity} → {validity}")

    def _opened(self) -> tuple[str, int]:
        try:
            _, listed = self._client.list('""', '""')
            delimiter = _DELIMITER.search(listed[0]) if listed and isinstance(listed[0], bytes) else None
            name = self._server.folder.replace("/", delimiter[1].decode()) if delimiter else self._server.folder
            status, answer = self._client.select(spelled(name), readonly=True)
            _, validity = self._client.response("UIDVALIDITY")
        except _BROKEN as error:
            self._server.failed(error)
        if status != "OK":
            says = t(
                "{server} 上没有文件夹“{folder}”（{reason}）。请核对名称，上下级之间用 / 分开",
                "{server} has no folder “{folder}” ({reason}). Check its name; write / between a folder and its parent",
            )
            raise self._error("folder", says, _said(answer))
        return _said(validity), int(_said(answer))

    def _disobeys(self, reason: str) -> MailError:
        return self._error(
            "refused", t("{server} 没有照办：{reason}", "{server} did not do as asked: {reason}"), reason
        )

    def _error(self, fault: MailFault, says: Text, reason: str) -> MailError:
        return MailError(fault, says, server=self._server.account, folder=self._server.folder, reason=reason)


def collected(server: Server, limits: Limits, memory: Memory) -> Iterator[Returned | Refused]:
    """Return the workbooks in the messages of a folder that ``memory`` has not seen, and what was refused.

    A message is known by its UID, and by its content should the server number its messages anew. One that cannot be
    had is refused, and the others go on; MailError ends it all when there is no way to the folder.
    """
    folder = f"{server.account}/{server.folder}"
    with Mailbox(server) as mailbox:
        if mailbox.count > limits.messages:
            says = t(
                "{folder} 里有 {count} 封邮件，上限 {limit} 封。请把交回的邮件放进单独的文件夹",
                "{folder} holds {count} messages; the limit is {limit}. "
                "Put the copies that come back into a folder of their own",
            )
            raise MailError("folder", says, folder=folder, count=mailbox.count, limit=limits.messages)
        for listed in mailbox.listed():
            key = f"{folder};{mailbox.validity};{listed.uid}"
            if memory.seen(key):
                continue
            if not listed.encloses:
                memory.remember(key)
                continue
            place = Place(f"{folder};UID={listed.uid}")
            try:
                limits.admit(listed.size)
                content = mailbox.message(listed.uid)
            except (FileError, MailError) as error:
                if isinstance(error, MailError) and error.fault not in _OF_ONE_MESSAGE:
                    raise
                yield Refused(place, error, keys=(key,))
                continue
            yield from _unwrapped(content, place, key, limits, memory)


def login(server: Server) -> imaplib.IMAP4:
    """Return a connection that is encrypted and logged in; MailError says what is in the way."""
    access = server.access
    try:
        client: imaplib.IMAP4
        if server.starts_with_tls:
            client = imaplib.IMAP4_SSL(server.host, server.port, ssl_context=server.trust, timeout=access.seconds)
        else:
            client = imaplib.IMAP4(server.host, server.port, timeout=access.seconds)
            if "STARTTLS" not in client.capabilities:
                raise server.lacks_tls()
            client.starttls(server.trust)
    except _BROKEN as error:
        server.failed(error)
    try:
        if access.password.isascii() and server.user.isascii():
            client.login(quoted(server.user), access.password)
        else:
            client.authenticate("PLAIN", lambda _: f"\0{server.user}\0{access.password}".encode())
        if "ID" in client.capabilities:  # large providers close folders to programs that do not say it
            client.xatom("ID", '("name" "collabxl")')
    except _DROPPED as error:
        server.failed(error)
    except imaplib.IMAP4.error as error:
        with suppress(*_BROKEN):
            client.logout()
        raise server.refuses(str(error)) from error
    return client


def _unwrapped(content: bytes, place: Place, key: str, limits: Limits, memory: Memory) -> Iterator[Returned | Refused]:
    same = f"sha256:{hashlib.sha256(content).hexdigest()}"
    found = None
    if not memory.seen(same):
        for found in Unwrapping(limits, (key, same)).of(Enclosure("message.eml", content), place):
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


def _said(answer: list[Answer]) -> str:
    return " ".join(part.decode("utf-8", "replace") for part in answer if isinstance(part, bytes))
