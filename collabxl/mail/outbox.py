"""Letters sent over SMTP, encrypted or not at all: what became of each for each recipient, and nothing sent twice."""

from __future__ import annotations

import smtplib
from collections.abc import Iterable
from contextlib import suppress
from typing import Literal, NamedTuple

from collabxl.errors import MailError
from collabxl.mail.header_coding import decode_text, escape_hidden
from collabxl.mail.letter import Letter, address_of, render_letter
from collabxl.mail.message_model import Memory, NoMemory, Person
from collabxl.mail.server import Server
from collabxl.text import t

State = Literal["sent", "sent-before", "unsent", "unsure"]
_OK, _WILL_FORWARD = 250, 251
_ME = "[127.0.0.1]"
"""What we call ourselves: names of office machines are often no valid ones."""


class Delivery(NamedTuple):
    """What became of a letter for one recipient: ``unsure`` if the connection dropped before the server answered."""

    letter: Letter
    recipient: Person
    state: State
    error: MailError | None = None


def send(letters: Iterable[Letter], server: Server, *, memory: Memory | None = None) -> list[Delivery]:
    """Return what became of every letter for every recipient; nothing is raised for a letter or a server.

    What ``memory`` has seen is not sent again, and what the server takes is remembered at once: after a failure the
    same call sends the rest. An ``unsure`` one is not remembered; sent again it bears the same Message-ID.
    """
    memory = NoMemory() if memory is None else memory
    line = _Connection(server)
    deliveries = []
    for letter in letters:
        wanted = []
        for person in letter.recipients:
            if memory.remembers(_key(letter, person)):
                deliveries.append(Delivery(letter, person, "sent-before"))
            else:
                wanted.append(person)
        for delivery in _deliver(letter, wanted, line):
            if delivery.state == "sent":
                memory.remember(_key(letter, delivery.recipient))
            deliveries.append(delivery)
    line.close()
    return deliveries


class _Connection:
    """The connection to a server: made when first needed, made anew after it dropped, never after it was refused."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._client: smtplib.SMTP | None = None
        self._refused: MailError | None = None

    def client(self) -> smtplib.SMTP:
        """Return the connection, logged in; MailError if there is none to be had."""
        if self._refused is not None:
            raise self._refused
        if self._client is None:
            try:
                self._client = login(self.server)
            except MailError as error:
                self._refused = error
                raise
        return self._client

    def drop(self) -> None:
        """Give up the connection as it is."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def close(self) -> None:
        """Say good-bye."""
        if self._client is not None:
            with suppress(OSError):
                self._client.quit()
        self.drop()


def login(server: Server) -> smtplib.SMTP:
    """Return a connection that is encrypted and logged in; MailError says what is in the way."""
    access, trust = server.access, server.trust
    host, port, seconds = server.host, server.port, access.seconds
    try:
        client: smtplib.SMTP
        if server.starts_with_tls:
            client = smtplib.SMTP_SSL(host, port, local_hostname=_ME, timeout=seconds, context=trust)
        else:
            client = smtplib.SMTP(host, port, local_hostname=_ME, timeout=seconds)
            client.ehlo()
            if not client.has_extn("starttls"):
                client.close()
                raise server.tls_error()
            client.starttls(context=trust)
        client.ehlo()
    except (OSError, UnicodeError) as error:  # SMTPException is one, too; a name that no server can have is the other
        server.fail(error)
    if not server.user:
        return client
    try:
        _authenticate(client, server)
    except (smtplib.SMTPServerDisconnected, TimeoutError) as error:
        server.fail(error)
    except (OSError, UnicodeError) as error:
        client.close()
        reply = error.smtp_error if isinstance(error, smtplib.SMTPResponseException) else str(error)
        raise server.login_error(_words(reply)) from error
    return client


def _authenticate(client: smtplib.SMTP, server: Server) -> None:
    """Log in by one way only: trying one after the other, as the library does, locks accounts with a wrong password."""
    client.user, client.password = server.user, server.access.password
    offered = client.esmtp_features.get("auth", "").upper().split()
    if "PLAIN" in offered:
        client.auth("PLAIN", client.auth_plain)
    elif "LOGIN" in offered:
        client.auth("LOGIN", client.auth_login)
    else:
        raise smtplib.SMTPNotSupportedError(f"AUTH {' '.join(offered)}")


def _deliver(letter: Letter, people: list[Person], line: _Connection) -> list[Delivery]:
    """Return what became of one letter; a connection that drops before the letter itself was sent is made once more."""
    if not people:
        return []
    try:
        content = render_letter(letter)
        for last in (False, True):
            try:
                return _send_letter(letter, people, content, line)
            except OSError as error:
                line.drop()
                if last:
                    raise _connection_error(line.server, error) from error
    except MailError as error:
        return [Delivery(letter, person, "unsent", error) for person in people]
    raise AssertionError


def _send_letter(letter: Letter, people: list[Person], content: bytes, line: _Connection) -> list[Delivery]:
    """Return what the server said to each recipient and to the letter; OSError if it is gone before the letter is."""
    client, server = line.client(), line.server
    size = [f"size={len(content)}"] if client.has_extn("size") else []
    code, reply = client.mail(address_of(letter.sender), size)
    if code != _OK:
        client.rset()
        raise _refusal(server, code, reply)
    deliveries, taken = [], []
    for person in people:
        code, reply = client.rcpt(address_of(person))
        if code in (_OK, _WILL_FORWARD):
            taken.append(person)
        else:
            deliveries.append(Delivery(letter, person, "unsent", _refusal(server, code, reply)))
    if not taken:
        client.rset()
        return deliveries
    state, error = _transmit(content, line)
    return [*(Delivery(letter, person, state, error) for person in taken), *deliveries]


def _transmit(content: bytes, line: _Connection) -> tuple[State, MailError | None]:
    """Return whether the server took the letter itself; once it has begun, a drop leaves that open."""
    reply: bytes | str
    try:
        code, reply = line.client().data(content)
    except smtplib.SMTPDataError as error:
        code, reply = error.smtp_code, error.smtp_error
    except OSError as error:
        line.drop()
        return "unsure", _connection_error(line.server, error)
    return ("sent", None) if code == _OK else ("unsent", _refusal(line.server, code, reply))


def _refusal(server: Server, code: int, reply: bytes | str) -> MailError:
    says = t(
        "{server} 没有收下：{code} {reply}。4 开头的稍后可重发，5 开头的请核对收件人地址和附件大小",
        "{server} did not take it: {code} {reply}. With a 4 first, send again later; with a 5, check the address and "
        "the size of what is attached",
    )
    return MailError("refused", says, server=server.account, code=code, reply=_words(reply))


def _connection_error(server: Server, error: OSError) -> MailError:
    says = t(
        "与 {server} 的连接中断（{reason}）。请再发一次：已发出的不会重复发送",
        "The connection to {server} dropped ({reason}). Send again: what went out is not sent twice",
    )
    return MailError("dropped", says, server=server.account, reason=str(error) or type(error).__name__)


def _words(reply: bytes | str) -> str:
    text = decode_text(reply) if isinstance(reply, bytes) else reply
    return escape_hidden(" ".join(text.split()))


def _key(letter: Letter, person: Person) -> str:
    return f"{letter.message_id} {person.address}"
