"""A real SMTP server: what each recipient got is told, nothing goes out in clear, nothing goes out twice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from collabxl.mail import message
from collabxl.mail.letter import Attachment, Letter, render_draft
from collabxl.mail.message_model import Person
from collabxl.mail.outbox import Delivery, send
from collabxl.mail.server import MailAccess, Server
from tests.mail.messages import BOOK, NAME
from tests.parts.mail import PASSWORD, Certificate, Post, relayed, smtp

LI, WANG, ZHAO = Person("李四", "li@example.test"), Person("王五", "wang@example.test"), Person("", "zhao@example.test")
NOBODY, LATER = Person("无此人", "550@example.test"), Person("邮箱满", "452@example.test")
LETTER = Letter(
    Person("王经理", "boss@example.test"),
    (LI,),
    "请填写",
    "您好：\n.开头的行\n",
    dt.datetime(2024, 7, 5, 9, tzinfo=dt.UTC),
    (Attachment(NAME, BOOK),),
)
Running = tuple[Post, int, Certificate]


class Notebook(set[str]):
    """A memory that lasts as long as the test."""

    def remembers(self, key: str) -> bool:
        return key in self

    def remember(self, key: str) -> None:
        self.add(key)


@pytest.fixture(params=["smtps", "smtp"])
def running(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Running]]:
    with smtp(tmp_path, request.param) as made:
        yield request.param, made


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[Running]:
    with smtp(tmp_path, "smtps") as made:
        yield made


def server(port: int, certificate: Certificate, scheme: str = "smtps", password: str = PASSWORD) -> Server:
    return Server.of(f"{scheme}://boss@localhost:{port}", MailAccess(password, certificate.trusted(), seconds=20))


def told(deliveries: list[Delivery]) -> list[tuple[str, str, str | None]]:
    return [(each.recipient.address, each.state, each.error and each.error.fault) for each in deliveries]


def test_a_letter_arrives_as_it_was_written(running: tuple[str, Running]) -> None:
    scheme, (post, port, certificate) = running
    letter = replace(LETTER, cc=(WANG,))
    deliveries = send([letter], server(port, certificate, scheme))
    assert told(deliveries) == [("li@example.test", "sent", None), ("wang@example.test", "sent", None)]
    (taken,) = post.taken
    assert taken.mail_from == "boss@example.test"
    assert taken.rcpt_tos == ["li@example.test", "wang@example.test"]
    assert b"X-Unsent" not in taken.content
    assert b"X-Unsent: 1\r\n" + taken.content == render_draft(letter)
    (found,) = message.parse(taken.content).enclosures
    assert (found.name, found.content) == (NAME, BOOK)


def test_each_recipient_is_told_apart(secure: Running) -> None:
    post, port, certificate = secure
    letters = [replace(LETTER, to=(NOBODY, LI, LATER)), replace(LETTER, to=(NOBODY,)), replace(LETTER, to=(ZHAO,))]
    deliveries = send(letters, server(port, certificate))
    assert told(deliveries) == [
        ("li@example.test", "sent", None),
        ("550@example.test", "unsent", "refused"),
        ("452@example.test", "unsent", "refused"),
        ("550@example.test", "unsent", "refused"),
        ("zhao@example.test", "sent", None),
    ]
    assert [each.rcpt_tos for each in post.taken] == [["li@example.test"], ["zhao@example.test"]]
    assert deliveries[1].error is not None
    assert "550 没有这个人 no such user" in deliveries[1].error.say("zh")


def test_a_second_run_sends_only_what_is_left(secure: Running) -> None:
    post, port, certificate = secure
    notebook = Notebook()
    letter = replace(LETTER, to=(LI, LATER))
    send([letter], server(port, certificate), memory=notebook)
    again = send([letter, replace(LETTER, text="anders")], server(port, certificate), memory=notebook)
    assert told(again) == [
        ("li@example.test", "sent-before", None),
        ("452@example.test", "unsent", "refused"),
        ("li@example.test", "sent", None),
    ]
    assert len(post.taken) == 2


def test_a_letter_the_server_refuses_whole_is_not_sent(secure: Running) -> None:
    post, port, certificate = secure
    post.answer = "554 spam"
    assert told(send([LETTER], server(port, certificate))) == [("li@example.test", "unsent", "refused")]
    large = replace(LETTER, attachments=(Attachment("a.xlsx", bytes(9 * 2**20)),))
    assert told(send([large], server(port, certificate))) == [("li@example.test", "unsent", "refused")]
    post.answer = "250 ok"
    assert told(send([large, LETTER], server(port, certificate)))[1][1] == "sent"


def test_wrong_addresses_cost_only_their_letter(secure: Running) -> None:
    _, port, certificate = secure
    letters = [replace(LETTER, to=(Person("张三", "not an address"), LI)), LETTER, replace(LETTER, to=(), cc=())]
    deliveries = send([*letters, replace(LETTER, sender=Person("王经理"))], server(port, certificate))
    assert told(deliveries) == [
        ("not an address", "unsent", "address"),
        ("li@example.test", "unsent", "address"),
        ("li@example.test", "sent", None),
        ("li@example.test", "unsent", "address"),
    ]


@pytest.mark.parametrize("password", ["wrong", "错"])
def test_a_wrong_password_is_tried_once(secure: Running, password: str) -> None:
    post, port, certificate = secure
    deliveries = send([LETTER, LETTER, LETTER], server(port, certificate, password=password))
    assert {(state, fault) for _, state, fault in told(deliveries)} == {("unsent", "login")}
    assert post.passwords == ([b"wrong"] if password == "wrong" else [])
    assert not post.taken
    assert all(password not in each.error.say("en") for each in deliveries if each.error)


def test_nothing_is_sent_in_clear(tmp_path: Path) -> None:
    with smtp(tmp_path, "bare") as (post, port, certificate):
        deliveries = send([LETTER], server(port, certificate, "smtp"))
    assert told(deliveries) == [("li@example.test", "unsent", "no-tls")]
    assert not post.passwords


def test_a_strangers_certificate_and_a_closed_port_are_said(secure: Running) -> None:
    post, port, certificate = secure
    stranger = Server.of(f"smtps://boss@localhost:{port}", MailAccess(PASSWORD))
    assert told(send([LETTER], stranger))[0][2] == "certificate"
    assert told(send([LETTER], server(1, certificate)))[0][2] == "unreachable"
    assert not post.passwords


def test_a_dropped_connection_is_made_once_more(secure: Running) -> None:
    post, port, certificate = secure
    post.hang_ups = ["RCPT"]
    assert told(send([LETTER], server(port, certificate))) == [("li@example.test", "sent", None)]
    post.hang_ups = ["RCPT", "RCPT"]
    letters = [LETTER, replace(LETTER, to=(WANG,))]
    assert told(send(letters, server(port, certificate))) == [
        ("li@example.test", "unsent", "dropped"),
        ("wang@example.test", "sent", None),
    ]
    assert not post.hang_ups


def test_what_may_have_arrived_is_not_called_unsent_and_never_sent_twice_in_one_run(secure: Running) -> None:
    post, port, certificate = secure
    post.hang_ups = ["DATA"]
    notebook = Notebook()
    letters = [LETTER, replace(LETTER, to=(WANG,))]
    assert told(send(letters, server(port, certificate), memory=notebook)) == [
        ("li@example.test", "unsure", "dropped"),
        ("wang@example.test", "sent", None),
    ]
    first, second = (each.content or b"" for each in post.taken)
    assert LETTER.message_id.encode() in bytes(first)
    assert LETTER.message_id.encode() not in bytes(second)
    assert [each.partition(" ")[2] for each in notebook] == ["wang@example.test"]


def test_a_connection_dropped_while_it_is_made_is_said(secure: Running) -> None:
    _, port, certificate = secure
    with relayed(port) as relay:
        relay.drop_after(1)
        deliveries = send([LETTER, replace(LETTER, to=(WANG,))], server(relay.port, certificate))
    assert {(state, fault) for _, state, fault in told(deliveries)} == {("unsent", "unreachable")}
    assert relay.count == 1
