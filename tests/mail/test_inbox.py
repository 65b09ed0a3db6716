"""Workbooks come out of every message, named rightly; what is wrong with one costs only itself."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from collabxl.mail.attachments import Unwrapper
from collabxl.mail.inbox import collect
from collabxl.mail.message_model import Enclosure, MessageLimits, Origin, RefusedItem, ReturnedWorkbook
from tests.exchange.outlook import attached, embedded, message_tree, ole, tnef
from tests.hostile.cases import encrypted
from tests.mail.messages import BOOK, NAME, OTHER, SHEET, fixtures, mail, named, part, zipped
from tests.parts import CORPUS, require

FIXTURES = fixtures()
OCTETS = b"application/octet-stream;"


def unwrapped(
    content: bytes, name: str = "m.eml", limits: MessageLimits | None = None
) -> list[ReturnedWorkbook | RefusedItem]:
    return list(Unwrapper(limits or MessageLimits()).unwrap(Enclosure(name, content), Origin(name)))


def outcome(found: list[ReturnedWorkbook | RefusedItem]) -> list[str]:
    """Return names, and kinds of refusals in angle brackets."""
    return [each.name if isinstance(each, ReturnedWorkbook) else f"<{each.error.kind}>" for each in found]


@pytest.mark.parametrize("what", FIXTURES)
def test_every_way_to_name_a_file_is_read(what: str) -> None:
    made = FIXTURES[what]
    found = unwrapped(made.content)
    assert outcome(found) == [*made.names, *([f"<{made.refused}>"] if made.refused else [])]
    for each in found:
        assert each.envelope is not None
        assert each.envelope.sender == ("张三", "zhangsan@example.test")
        assert each.envelope.subject == "返回：任务分工表"
        assert each.envelope.date is not None
        assert each.envelope.date.isoformat().startswith("2024-07-05T10:00:")
        assert each.envelope.message_id.startswith("<m")
        assert isinstance(each, RefusedItem) or each.content in (BOOK, OTHER)


def test_the_mails_of_the_corpus_are_read() -> None:
    folder = CORPUS / "mail"
    require(folder.is_dir(), "the corpus of mails")
    found = outcome(list(collect([folder])))
    assert len(found) == 23
    assert found.count("<corrupt>") == 1
    assert found.count(NAME) == 15


def test_what_hides_in_a_name_is_shown_in_its_place() -> None:
    (found,) = unwrapped(FIXTURES["15 turned letters"].content)
    assert str(found.origin) == "m.eml › 任务\\u202excod.xlsx"


def test_files_of_every_kind_in_a_folder_are_taken_and_a_bad_one_costs_only_itself(tmp_path: Path) -> None:
    for name, content in {
        "1.xlsx": BOOK,
        "2.zip": zipped({"部门/研发部.xlsx": BOOK, "部门/~$研发部.xlsx": b"x", "readme.txt": b"hello"}),
        "3.eml": FIXTURES["01 GBK word in quotes"].content,
        "4.msg": ole(message_tree("返回", "li@example.test", [attached(NAME, BOOK)])),
        "5.eml": b"\x00\xffno message at all",
        "6.msg": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 broken",
        "7.eml": mail(),
        "~$1.xlsx": b"owner",
        "note.txt": b"no input",
    }.items():
        (tmp_path / name).write_bytes(content)
    found = {Path(each.origin.source).name: each for each in collect([tmp_path])}
    assert {name: outcome([each])[0] for name, each in found.items()} == {
        "1.xlsx": "1.xlsx",
        "2.zip": "研发部.xlsx",
        "3.eml": NAME,
        "4.msg": NAME,
        "5.eml": "<corrupt>",
        "6.msg": "<corrupt>",
        "7.eml": "<not-found>",
    }
    assert found["1.xlsx"].envelope is None
    assert all(each.error.say("zh") != each.error.say("en") for each in found.values() if isinstance(each, RefusedItem))


def test_nothing_there_is_said_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(BOOK)
    (tmp_path / "empty").mkdir()
    found = list(collect([tmp_path / "none.eml", tmp_path / "empty", tmp_path / "a.xlsx", "ftp://x/y"]))
    assert outcome(found[:3]) == ["<not-found>", "<not-found>", "a.xlsx"]
    assert isinstance(found[3], RefusedItem)
    assert "imaps://" in found[3].error.say("zh")


def test_equal_workbooks_of_one_message_are_one() -> None:
    twice = part(SHEET, b'attachment; filename="again.xlsx"', BOOK)
    found = unwrapped(mail(part(SHEET, b'attachment; filename="first.xlsx"', BOOK), twice, twice))
    assert outcome(found) == ["first.xlsx"]


def test_names_in_zips_are_read_marked_or_in_gbk() -> None:
    for old in (False, True):
        (found,) = unwrapped(named(b'filename="a.zip"', 1, zipped({"部门/" + NAME: BOOK}, old=old), OCTETS))
        assert isinstance(found, ReturnedWorkbook)
        assert (found.name, found.origin.inside[-1]) == (NAME, "部门/" + NAME)


def test_messages_in_zips_in_messages_are_opened_down_to_a_limit() -> None:
    content = FIXTURES["12 forwarded"].content
    for level in range(3):
        content = named(b'filename="%d.zip"' % level, 1, zipped({f"{level}.eml": content}), OCTETS)
    assert outcome(unwrapped(content, limits=MessageLimits(depth=9))) == [NAME]
    (found,) = unwrapped(content)
    assert outcome([found]) == ["<too-large>"]
    assert len(found.origin.inside) == 5


@pytest.mark.parametrize(
    ("limits", "parts"),
    [(MessageLimits(unpacked=3 * len(BOOK)), 5), (MessageLimits(parts=4), 50)],
    ids=["bytes", "count"],
)
def test_what_costs_too_much_ends_with_one_refusal(limits: MessageLimits, parts: int) -> None:
    books = [part(OCTETS, b'attachment; filename="%d.xlsx"' % at, BOOK + bytes(at)) for at in range(parts)]
    found = outcome(unwrapped(mail(*books), limits=limits))
    assert found[-1] == "<too-large>"
    assert found.count("<too-large>") == 1
    assert len(found) in (3, 4)


@pytest.mark.slow
def test_a_bomb_in_a_zip_is_not_unpacked() -> None:
    bomb = zipped({"a.xlsx": bytes(200 * 2**20)})
    found = unwrapped(mail(part(OCTETS, b'attachment; filename="a.zip"', bomb), part(SHEET, b"attachment", BOOK)))
    assert outcome(found) == ["<too-large>", "attachment.xlsx"]


def test_a_large_message_is_refused_before_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(FIXTURES["01 GBK word in quotes"].content)
    (found,) = collect([tmp_path / "a.eml"], limits=replace(MessageLimits(), message=1_000))
    assert outcome([found]) == ["<too-large>"]


SEALED = b"\r\n".join([b"From: a@b.test", b"Content-Type: application/pkcs7-mime; name=smime.p7m", b"", b"x"])


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (SEALED, "encrypted"),
        (
            b'From: a@b.test\r\nContent-Type: multipart/encrypted; boundary="B"\r\n\r\n--B\r\n\r\nx\r\n--B--',
            "encrypted",
        ),
        (named(b'filename="a.rar"', 1, b"Rar!\x1a\x07\0", OCTETS), "unsupported"),
        (named(b'filename="a.7z"', 1, b"7z\xbc\xaf\x27\x1c", OCTETS), "unsupported"),
        (named(b'filename="a.zip"', 1, zipped({"a.xlsx": BOOK})[:-30], OCTETS), "corrupt"),
        (named(b'filename="winmail.dat"', 1, tnef([(NAME, BOOK)])[:-500], OCTETS), "corrupt"),
    ],
    ids=["S/MIME", "PGP", "RAR", "7z", "half a zip", "half a winmail.dat"],
)
def test_what_cannot_be_opened_is_refused_by_its_kind(content: bytes, kind: str) -> None:
    (found,) = unwrapped(content)
    assert outcome([found]) == [f"<{kind}>"]
    assert isinstance(found, RefusedItem)
    assert found.error.say("zh")


@pytest.mark.parametrize("name", ["x.docx", "logo.png", "report.pdf", "x.html"])
def test_other_files_are_nobodys_business(name: str) -> None:
    assert unwrapped(named(b'filename="%s"' % name.encode(), 1, b"PK\3\4 or something else", OCTETS)) == []


def test_a_workbook_with_a_password_and_old_formats_go_to_the_reader() -> None:
    locked = encrypted()
    assert outcome(unwrapped(named(b'filename="locked"', 1, locked, OCTETS))) == ["locked.xlsx"]
    assert outcome(unwrapped(named(b'filename="old.xls"', 1, b"\xd0\xcf\x11\xe0", OCTETS))) == ["old.xls"]


def test_a_forwarded_message_that_was_encoded_against_the_rules_is_read() -> None:
    inner = base64.encodebytes(FIXTURES["03 RFC 2231, UTF-8"].content)
    outer = mail(b"Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" + inner, boundary=b"CC")
    assert outcome(unwrapped(outer)) == [NAME]


def test_the_inner_sender_is_told() -> None:
    inner = message_tree("转发的", "inner@example.test", [attached(NAME, BOOK, 936)], header=24)
    when = (2024 - 1601) * 365 * 86_400 * 10**7
    outer = ole(message_tree("转发", "outer@example.test", [embedded(inner), attached("a.xlsx", OTHER)], when=when))
    first, second = unwrapped(outer, "m.msg")
    assert outcome([first, second]) == [NAME, "a.xlsx"]
    assert first.envelope is not None
    assert second.envelope is not None
    assert first.envelope.sender == ("张三", "inner@example.test")
    assert second.envelope.sender == ("张三", "outer@example.test")
    assert second.envelope.message_id == "<msg@example.test>"
    assert second.envelope.date is not None
    assert second.envelope.date.year == 2023


def test_streams_that_lie_upon_each_other_do_not_multiply() -> None:
    content = ole(message_tree("s", "a@b.test", [attached(f"{at}.xlsx", OTHER) for at in range(3)]))
    name = "__substg1.0_37010102".encode("utf-16-le")
    starts = [at for at in range(0, len(content), 128) if content.startswith(name, at)]
    assert len(starts) == 3
    first = content[starts[0] + 116 : starts[0] + 128]
    for at in starts[1:]:
        content = content[: at + 116] + first + content[at + 128 :]
    assert len(unwrapped(content, "m.msg")) == 1


@pytest.mark.parametrize("long_names", [True, False])
@pytest.mark.parametrize(("codepage", "name"), [(936, NAME), (65001, NAME), (1252, "Übersicht Straße.xlsx")])
def test_names_in_winmail_dat_are_read_by_its_code_page(codepage: int, name: str, long_names: bool) -> None:
    made = tnef([(name, BOOK), ("b.xlsx", OTHER)], codepage=codepage, long_names=long_names)
    assert outcome(unwrapped(made, "winmail.dat")) == [name, "b.xlsx"]


BROKEN = {
    "m.eml": FIXTURES["12 forwarded"].content,
    "m.msg": ole(message_tree("s", "a@b.test", [embedded(message_tree("t", "c@d.test", [attached(NAME, BOOK)]))])),
    "winmail.dat": tnef([(NAME, BOOK), ("b.xlsx", BOOK[:900])]),
    "a.zip": zipped({f"部门/{NAME}": BOOK, "m.eml": FIXTURES["19 a zip"].content}, old=True),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_bytes_are_refused_or_read_and_nothing_is_raised(name: str) -> None:
    chance = Random(name)
    whole = BROKEN[name]
    outcomes = set()
    for _ in range(150):
        content = bytearray(whole)
        for _ in range(chance.choice([1, 3, 20])):
            at = chance.randrange(len(content))
            match chance.randrange(4):
                case 0:
                    content[at] = chance.randrange(256)
                case 1:
                    content[at : at + 4] = chance.choice([b"\xff" * 4, bytes(4), b"\xfe\xff\xff\xff"])
                case 2:
                    del content[at : at + chance.randrange(1, 200)]
                case 3:
                    content[at:at] = content[chance.randrange(len(content)) :][:100]
        found = unwrapped(bytes(content), name)
        outcomes.update(type(each) for each in found)
        assert all(each.error.say("zh") for each in found if isinstance(each, RefusedItem))
    assert outcomes == {ReturnedWorkbook, RefusedItem}
