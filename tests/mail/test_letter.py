"""Drafts: the same bytes for the same letter, and every reader finds in them what was meant."""

from __future__ import annotations

import datetime as dt
import email
from dataclasses import replace
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from collabxl import MailError, SettingsError
from collabxl.mail import message
from collabxl.mail.attachment_names import safe_name
from collabxl.mail.letter import Attachment, Letter, render_draft, render_letter
from collabxl.mail.message_model import Person
from collabxl.mail.wording import load_wording
from collabxl.text.printable import is_invisible
from tests.mail.messages import BOOK, NAME

DAY = dt.datetime(2024, 7, 5, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))
LETTER = Letter(
    sender=Person("王经理", "wang@example.test"),
    to=(Person("李四", "li@example.test"), Person('O\'Neil, "Jo"', "jo@example.test")),
    subject="【支付流程优化】市场部：请填写后于 2024-07-12 前发回，谢谢各位同事的支持与配合",
    text="李四，您好：\n\n第一行 <b>&\n第二行\n",
    date=DAY,
    attachments=(Attachment(NAME, BOOK), Attachment("plain name.xlsx", BOOK)),
    cc=(Person("", "cc@example.test"),),
)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


def parsed(content: bytes) -> EmailMessage:
    """Return a message as the standard library reads it, a reader that is not ours."""
    made = email.message_from_bytes(content, policy=policy.default)
    assert isinstance(made, EmailMessage)
    return made


def test_a_draft_says_what_was_meant() -> None:
    made = parsed(render_draft(LETTER))
    assert made["x-unsent"] == "1"
    assert made["subject"] == LETTER.subject
    assert [(each.display_name, each.addr_spec) for each in made["to"].addresses] == [tuple(each) for each in LETTER.to]
    assert made["from"].addresses[0].display_name == "王经理"
    assert made["date"].datetime == DAY
    assert not made.defects
    plain, page = made.get_body(("plain",)), made.get_body(("html",))
    assert plain is not None
    assert page is not None
    assert plain.get_content().replace("\r\n", "\n") == LETTER.text
    assert "<p>第一行 &lt;b&gt;&amp;<br>第二行</p>" in page.get_content()
    files = list(made.iter_attachments())
    assert [each.get_filename() for each in files] == [NAME, "plain name.xlsx"]
    assert [each.get_content() for each in files] == [BOOK, BOOK]


def test_a_name_is_said_both_ways() -> None:
    (attached, _) = parsed(render_draft(LETTER)).iter_attachments()
    assert "filename*=UTF-8''%E5%B8%82" in attached.as_string(policy=policy.compat32)
    assert attached["content-type"].params["name"] == NAME


def test_lines_are_short_and_plain() -> None:
    content = render_draft(LETTER)
    assert content.isascii()
    assert b"\n" not in content.replace(b"\r\n", b"")
    head = content.partition(b"\r\n\r\n")[0]
    assert max(map(len, head.split(b"\r\n"))) <= 78
    assert max(map(len, content.split(b"\r\n"))) < 998


def test_the_same_letter_is_the_same_file_and_another_is_not() -> None:
    again = replace(
        LETTER, attachments=tuple(Attachment(each.name, bytes(each.content)) for each in LETTER.attachments)
    )
    assert render_draft(again) == render_draft(LETTER)
    assert render_draft(LETTER) == b"X-Unsent: 1\r\n" + render_letter(LETTER)
    marks = {
        changed.message_id
        for changed in (
            LETTER,
            replace(LETTER, text="x"),
            replace(LETTER, attachments=()),
            replace(LETTER, to=LETTER.recipients, cc=()),
            replace(LETTER, date=DAY + dt.timedelta(seconds=1)),
        )
    }
    assert len(marks) == 5


@given(texts, texts, texts, texts)
@example("王  经理", "", "", "")
def test_our_own_reader_finds_what_was_written(name: str, subject: str, file: str, text: str) -> None:
    letter = replace(
        LETTER,
        sender=Person(name, "a@b.test"),
        subject=subject,
        text=text,
        attachments=(Attachment(file, BOOK), Attachment("b.xlsx", b"other")),
    )
    opened = message.parse(render_draft(letter))
    known = Person(" ".join(_seen(name).split()), "a@b.test")
    wanted = message.Envelope.safe(known, DAY, _seen(subject), letter.message_id)
    assert opened.envelope == wanted
    assert [(each.name, each.content) for each in opened.enclosures] == [(safe_name(file), BOOK), ("b.xlsx", b"other")]


def _seen(text: str) -> str:
    return "".join(" " if is_invisible(letter) else letter for letter in text).strip()


@given(texts)
def test_the_standard_library_finds_the_name_too(file: str) -> None:
    (attached,) = parsed(render_draft(replace(LETTER, attachments=(Attachment(file, BOOK),)))).iter_attachments()
    assert attached.get_filename() == safe_name(file)


def test_nobody_smuggles_headers_in() -> None:
    evil = "x\r\nBcc: all@example.test\r\n\r\nhello"
    letter = replace(LETTER, subject=evil, sender=Person(evil, "a@b.test"), attachments=(Attachment(evil, BOOK),))
    made = parsed(render_draft(letter))
    assert "bcc" not in made
    assert made["subject"] == evil.replace("\r", " ").replace("\n", " ")


@pytest.mark.parametrize(
    "address", ["x", "x@", "a b@c.test", "a@b.test\r\nBcc: x@y.test", "a@b.test,c@d.test", "张三@b.test"]
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(MailError) as caught:
        render_draft(replace(LETTER, to=(Person("张三", address),)))
    assert caught.value.fault == "address"
    assert "张三" in caught.value.say("zh")


def test_a_draft_may_lack_an_address_and_a_chinese_domain_is_spelled() -> None:
    made = parsed(render_draft(replace(LETTER, to=(Person("无邮箱", ""), Person("王", "w@例子.测试")), cc=())))
    assert [each.addr_spec for each in made["to"].addresses] == ["w@xn--fsqu00a.xn--0zwm56d"]
    assert parsed(render_draft(replace(LETTER, to=(Person("无邮箱", ""),))))["to"] is None


FIELDS = {
    "project": "支付流程优化",
    "department": "市场部",
    "person": "李四",
    "reply_by": dt.date(2024, 7, 12),
    "today": dt.date(2024, 7, 5),
    "tasks": "T001 需求调研（2024-07-01 到期）",
    "todo": "· T001 需求调研（2024-07-01 到期）",
    "count": 1,
    "sender": "王经理",
}


@pytest.mark.parametrize("kind", ["split", "remind"])
def test_our_wordings_name_the_same_fields_in_both_languages(kind: str) -> None:
    made = load_wording(kind)
    for text in made[:2]:
        assert type(text)(text.zh, "").fields() == type(text)("", text.en).fields()
    subject, text = made.fill("zh", FIELDS)
    assert subject.startswith("【支付流程优化】市场部：")
    assert "{" not in subject + text
    assert made.fill("en", FIELDS)[0].startswith("[支付流程优化] 市场部: ")


def test_a_wording_of_the_user_may_have_one_language_and_dates_of_its_form(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text('[zh]\nsubject = "{project}"\ntext = "{reply_by:%m月%d日}前"\n', encoding="utf-8")
    assert load_wording(path).fill("en", FIELDS) == ("支付流程优化", "07月12日前\n")


def test_a_wrong_format_is_said(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text('[zh]\nsubject = "{project:%d.%d}"\ntext = "x"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"\{today:%m/%d\}"):
        load_wording(path).fill("zh", FIELDS)


@pytest.mark.parametrize(
    "content", ["", "[zh]\nsubject = 'a'", "[zh]\nsubject = '{'\ntext = ''", "zh = 1", "x", "[zh]\nsubject=1\ntext='x'"]
)
def test_a_wording_that_is_none_is_refused(content: str, tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"own\.toml"):
        load_wording(path)
    with pytest.raises(SettingsError):
        load_wording(tmp_path / "none.toml")


def test_an_unknown_field_is_named_with_those_there_are(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text('[zh]\nsubject = "{deadline}"\ntext = ""\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"deadline.*reply_by"):
        load_wording(path).fill("zh", FIELDS)
