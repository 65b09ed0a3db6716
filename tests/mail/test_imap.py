"""A real Dovecot: messages are looked at and nothing else, each once; whatever fails is said and costs little."""

from __future__ import annotations

import imaplib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from imap_tools.utils import encode_folder

from collabxl import MailError, UsageError
from collabxl.mail.inbox import collect
from collabxl.mail.message_model import MessageLimits, RefusedItem, ReturnedWorkbook
from collabxl.mail.server import MailAccess, Server, password_from
from tests.mail.messages import BOOK, NAME, fixtures, mail, named
from tests.parts.mail import PASSWORD, Dovecot, dovecot, relayed

FIXTURES = fixtures()
FOLDER = "项目/返回 R&D"
LARGE = BOOK + Random(1).randbytes(3 * 2**20)


class Notebook(set[str]):
    """A memory that lasts as long as the test."""

    def remembers(self, key: str) -> bool:
        return key in self

    def remember(self, key: str) -> None:
        self.add(key)

    def keep(self, *found: ReturnedWorkbook | RefusedItem) -> None:
        """Remember what a caller has dealt with."""
        for each in found:
            self.update(each.keys)


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with dovecot() as running:
        yield running


@pytest.fixture
def user(request: pytest.FixtureRequest) -> str:
    """Each test has an account of its own; Dovecot makes it when somebody logs in."""
    return f"user{abs(hash(request.node.nodeid)) % 10**8}"


@pytest.fixture
def access(server: Dovecot) -> MailAccess:
    return MailAccess(PASSWORD, server.certificate.trusted(), seconds=20)


def client(server: Dovecot, user: str) -> imaplib.IMAP4:
    made = imaplib.IMAP4("127.0.0.1", server.plain)
    made.login(user, PASSWORD)
    return made


def put(server: Dovecot, user: str, *messages: bytes, folder: str = "INBOX") -> None:
    made = client(server, user)
    made.create(encode_folder(folder))
    for content in messages:
        assert made.append(encode_folder(folder), "", "", content)[0] == "OK"
    made.logout()


def address(user: str, port: int, folder: str = "") -> str:
    return f"imaps://{user}@localhost:{port}/{folder}"


def outcome(found: list[ReturnedWorkbook | RefusedItem]) -> list[str]:
    return [each.name if isinstance(each, ReturnedWorkbook) else "<refused>" for each in found]


def fault(found: list[ReturnedWorkbook | RefusedItem]) -> str:
    (each,) = found
    assert isinstance(each, RefusedItem)
    assert isinstance(each.error, MailError)
    assert PASSWORD not in each.error.say("zh") + each.error.say("en") + repr(each.error)
    assert "b'" not in each.error.say("en")  # what a server says is text
    return each.error.fault


def test_all_fixtures_come_through_and_nothing_is_marked(server: Dovecot, user: str, access: MailAccess) -> None:
    put(server, user, *(each.content for each in FIXTURES.values()), mail(), b"From: a@b.test\r\n\r\nhello\r\n")
    found = list(collect([address(user, server.secure)], access=access))
    wanted = [name for each in FIXTURES.values() for name in (*each.names, *(["<refused>"] if each.refused else []))]
    assert outcome(found) == wanted
    assert all(each.envelope is not None and each.envelope.sender.name == "张三" for each in found)
    watcher = client(server, user)
    watcher.select("INBOX", readonly=True)
    assert watcher.uid("SEARCH", "SEEN")[1] == [b""]
    assert watcher.uid("SEARCH", "ALL")[1][0].split()[-1] == b"25"
    watcher.logout()


def test_a_chinese_folder_and_starttls(server: Dovecot, user: str, access: MailAccess) -> None:
    put(server, user, FIXTURES["06 raw GBK"].content, folder=FOLDER.replace("/", "."))
    secure = f"imap://{user}@localhost:{server.plain}/%E9%A1%B9%E7%9B%AE/%E8%BF%94%E5%9B%9E%20R&D"
    (found,) = collect([secure], access=access)
    assert isinstance(found, ReturnedWorkbook)
    assert found.name == NAME
    assert str(found.origin).startswith(f"imap://{user}@localhost:{server.plain}/{FOLDER};UID=1 › ")


def test_large_attachments_are_whole_and_too_large_ones_are_not_fetched(
    server: Dovecot, user: str, access: MailAccess
) -> None:
    put(server, user, named(b'filename="a.xlsx"', 1, LARGE), FIXTURES["03 RFC 2231, UTF-8"].content)
    (large, small) = collect([address(user, server.secure)], access=access)
    assert isinstance(large, ReturnedWorkbook)
    assert large.content == LARGE
    assert isinstance(small, ReturnedWorkbook)
    found = list(collect([address(user, server.secure)], access=access, limits=replace(MessageLimits(), message=2**20)))
    assert outcome(found) == ["<refused>", NAME]


def test_what_was_remembered_is_not_taken_again(server: Dovecot, user: str, access: MailAccess) -> None:
    put(server, user, FIXTURES["01 GBK word in quotes"].content, FIXTURES["11 two workbooks"].content, mail())
    notebook = Notebook()
    where = [address(user, server.secure)]
    first = list(collect(where, access=access, memory=notebook))
    assert outcome(first) == [NAME, "copy1.xlsx", "copy2.xlsx"]
    notebook.keep(first[0])
    assert outcome(list(collect(where, access=access, memory=notebook))) == ["copy1.xlsx", "copy2.xlsx"]
    notebook.keep(*first)
    put(server, user, FIXTURES["13 no ending"].content)
    assert outcome(list(collect(where, access=access, memory=notebook))) == ["task.xlsx"]


def test_messages_numbered_anew_are_known_by_their_content(server: Dovecot, user: str, access: MailAccess) -> None:
    put(server, user, FIXTURES["01 GBK word in quotes"].content)
    notebook = Notebook()
    where = [address(user, server.secure)]
    notebook.keep(*collect(where, access=access, memory=notebook))
    server.do("mailbox", "update", "--uid-validity", "4711", "-u", user, "INBOX")
    put(server, user, FIXTURES["17 the same again"].content)
    found = list(collect(where, access=access, memory=notebook))
    assert outcome(found) == [NAME]
    assert "17" in str(found[0].envelope and found[0].envelope.date)
    assert ";4711;" in "".join(notebook)


def test_a_dropped_connection_is_made_once_more(server: Dovecot, user: str, access: MailAccess) -> None:
    put(server, user, *(named(b'filename="%d.xlsx"' % at, at, LARGE + bytes(at)) for at in range(3)))
    with relayed(server.secure) as relay:
        for amount in (2**20, 5 * 2**20, 9 * 2**20):
            relay.drop_after(amount)
            before = relay.count
            found = list(collect([address(user, relay.port)], access=access))
            assert outcome(found) == ["0.xlsx", "1.xlsx", "2.xlsx"]
            assert relay.count == before + 2


def test_a_message_that_drops_the_connection_twice_costs_only_itself(
    server: Dovecot, user: str, access: MailAccess
) -> None:
    put(server, user, named(b'filename="a.xlsx"', 1, LARGE), FIXTURES["03 RFC 2231, UTF-8"].content)
    with relayed(server.secure) as relay:
        relay.drop_after(2**20, 2**20)
        found = list(collect([address(user, relay.port)], access=access))
    assert outcome(found) == ["<refused>", NAME]
    assert fault(found[:1]) == "dropped"
    assert found[0].keys


def test_a_server_that_is_gone_ends_its_source_only(
    server: Dovecot, user: str, access: MailAccess, tmp_path: Path
) -> None:
    put(server, user, FIXTURES["03 RFC 2231, UTF-8"].content, *(named(b'filename="a.xlsx"', 1, LARGE),) * 3)
    (tmp_path / "copy.xlsx").write_bytes(BOOK)
    with relayed(server.secure) as relay:
        relay.drop_after(2**20)
        coming = collect([address(user, relay.port), tmp_path], access=access)
        found = [next(coming)]
        relay.close()
        found += coming
    assert outcome(found) == [NAME, "<refused>", "copy.xlsx"]
    assert fault(found[1:2]) == "unreachable"


def test_a_kicked_user_comes_back(server: Dovecot, user: str, access: MailAccess) -> None:
    put(server, user, FIXTURES["03 RFC 2231, UTF-8"].content, FIXTURES["13 no ending"].content)
    found = []
    for each in collect([address(user, server.secure)], access=access):
        found.append(each)
        if len(found) == 1:
            server.do("kick", user)
    assert outcome(found) == [NAME, "task.xlsx"]


def test_what_is_in_the_way_is_said_and_other_sources_go_on(server: Dovecot, user: str, access: MailAccess) -> None:
    good = address(user, server.secure)
    put(server, user, FIXTURES["03 RFC 2231, UTF-8"].content)

    def tried(where: str, access: MailAccess = access) -> str:
        *first, last = collect([where, good], access=replace(access, trust=access.trust))
        return fault(first) if first else fault([last])

    assert fault(list(collect([good], access=replace(access, password="wrong")))) == "login"
    assert fault(list(collect([good], access=replace(access, password="错")))) == "login"
    assert fault(list(collect([good], access=replace(access, trust=None)))) == "certificate"
    assert tried(f"imaps://{user}@localhost:1/") == "unreachable"
    assert tried(address(user, server.secure, "none")) == "folder"
    assert tried(address(user, server.secure, "a%0D%0Ab")) == "address"
    assert tried(f"imaps://{user}:secret@localhost:{server.secure}/") == "address"
    assert tried(f"imaps://{user}@localhost:port/") == "address"


@pytest.mark.parametrize(
    "wrong", ["imaps://li:secret@host/INBOX", "imaps://li:a@b/secret@host:port/x", "pop3://li:se:secret@host"]
)
def test_what_is_refused_is_kept_without_its_password(wrong: str) -> None:
    (refused,) = collect([wrong], access=MailAccess())
    assert isinstance(refused, RefusedItem)
    assert "secret" not in f"{refused.origin} {refused.error.say('zh')}"
    assert "li@host" in str(refused.origin)


def test_a_password_in_the_address_is_not_repeated() -> None:
    with pytest.raises(MailError) as caught:
        Server.of("imaps://li:secret@example.test/INBOX", MailAccess())
    assert "secret" not in caught.value.say("zh") + caught.value.say("en")
    assert "imaps://li@example.test/INBOX" in caught.value.say("zh")
    assert "secret" not in repr(MailAccess("secret"))


def test_too_full_a_folder_is_refused(server: Dovecot, user: str, access: MailAccess) -> None:
    put(server, user, mail(), mail())
    found = list(collect([address(user, server.secure)], access=access, limits=replace(MessageLimits(), messages=1)))
    assert fault(found) == "folder"


def test_the_password_comes_from_a_file_or_a_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "password"
    file.write_text("geheim\n", encoding="utf-8-sig")
    assert password_from(file, "COLLABXL_IMAP_PASSWORD") == "geheim"
    monkeypatch.setenv("COLLABXL_IMAP_PASSWORD", "aus der Umgebung")
    assert password_from(None, "COLLABXL_IMAP_PASSWORD") == "aus der Umgebung"
    monkeypatch.delenv("COLLABXL_IMAP_PASSWORD")
    for where in (None, file.with_name("none")):
        with pytest.raises(UsageError):
            password_from(where, "COLLABXL_IMAP_PASSWORD")


def test_a_server_without_encryption_gets_no_password() -> None:
    with dovecot(tls=False) as bare:
        found = list(collect([f"imap://li@localhost:{bare.plain}/"], access=MailAccess(PASSWORD)))
    assert fault(found) == "no-tls"
