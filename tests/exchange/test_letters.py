"""Letters of a split: whom they are for, what they ask, what is attached, and what the ledger knows of them."""

from __future__ import annotations

import datetime as dt
import email
import re
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from collabxl import MailError, Settings, UsageError, build_workbook, split
from collabxl.exchange.ledger import Ledger
from collabxl.exchange.letters import copy_letters
from collabxl.exchange.posting import (
    LetterDraft,
    apply_environment,
    post_letters,
    server_of,
    unsent_posts,
    write_drafts,
)
from collabxl.mail.server import MailAccess
from collabxl.mail.wording import load_wording
from collabxl.schema.settings import MailSettings
from tests.cli.test_cli import run
from tests.exchange.masters import END, START, TODAY, department, rows_of_project
from tests.parts.mail import PASSWORD, smtp

EMAILS = ("li@example.test；wang@example.test", "王五 <550@example.test>", None, "not-an-address", "zhao@example.test")
SETTINGS = Settings(mail=MailSettings(user="boss@example.test", name="王经理"))
LATE = dt.date(2024, 7, 30)


def book(path: Path) -> Path:
    """Return a master of five departments, some without a right address; the first task of each is late."""
    rows = rows_of_project(len(EMAILS))
    for number, (contact, address) in enumerate(zip(rows["contacts"], EMAILS, strict=True), 1):
        contact.update(email=address, person=f"对接人{number}")
    for task in rows["tasks"][::3]:
        task["due"] = LATE
    project = {
        "name": "支付流程优化",
        "initiator": department(1),
        "lead": "李经理（13800000000）",
        "departments": "、".join(map(department, range(1, len(EMAILS) + 1))),
        "goal": "3个月内完成",
        "kpis": "上线",
        "period": f"{START}~{END}",
    }
    build_workbook(path, project=project, rows=rows, today=TODAY)
    return path


def posts(folder: Path, settings: Settings = SETTINGS) -> list[LetterDraft]:
    made = split(book(folder / "主表.xlsx"), folder / "out", today=TODAY)
    return copy_letters(made, load_wording("split"), today=TODAY, settings=settings)


def parsed(path: Path) -> EmailMessage:
    made = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(made, EmailMessage)
    return made


@pytest.mark.slow
def test_a_draft_lies_beside_every_copy(tmp_path: Path) -> None:
    made = posts(tmp_path)
    write_drafts(made)
    assert [post.path.name for post in made] == [f"主表_{department(n)}.eml" for n in range(1, 6)]
    for post in made:
        draft = parsed(post.path)
        assert draft["x-unsent"] == "1"
        assert draft["from"].addresses[0].display_name == "王经理"
        (file,) = draft.iter_attachments()
        copy = post.path.with_suffix(".xlsx")
        assert file.get_filename() == copy.name
        assert file.get_content() == copy.read_bytes()
    to = [parsed(post.path)["to"] for post in made]
    assert [each and [one.addr_spec for one in each.addresses] for each in to] == [
        ["li@example.test", "wang@example.test"], ["550@example.test"], None, None, ["zhao@example.test"],
    ]  # fmt: skip
    assert [len(post.addressee.wrong) for post in made] == [0, 0, 0, 1, 0]


@pytest.mark.slow
def test_a_letter_asks_for_what_is_due_and_tells_no_other_department_s_findings(tmp_path: Path) -> None:
    for number, post in enumerate(posts(tmp_path), 1):
        text = post.letter.text
        assert post.letter.subject == f"【支付流程优化】{department(number)}：请填写后于 2024-08-08 前发回"
        assert text.startswith(f"对接人{number}，您好：")
        assert f"T{3 * number - 2:03} S{number:02}r1-tasks-name（2024-07-30 到期，已逾期）" in text
        assert "进度跟踪表 " in text
        assert set(re.findall(r"S(\d\d)r\d", text)) == {f"{number:02}"}
        assert text.rstrip().endswith("王经理")


@pytest.mark.slow
def test_without_settings_the_project_s_lead_signs_and_the_draft_has_no_sender(tmp_path: Path) -> None:
    made = posts(tmp_path, Settings())
    write_drafts(made[:1])
    assert parsed(made[0].path)["from"] is None
    assert made[0].letter.text.rstrip().endswith("李经理")


@pytest.mark.slow
def test_the_ledger_knows_who_got_what(tmp_path: Path) -> None:
    made = posts(tmp_path)
    with smtp(tmp_path, "smtps") as (office, port, certificate):
        mail = MailSettings(host="localhost", port=port, user="boss@example.test")
        server = server_of(mail, MailAccess(PASSWORD, certificate.trusted()))
        posted = post_letters(made, server, "zh")
    assert [[one.state for one in each.deliveries] for each in posted] == [["sent"] * 2, ["unsent"], [], [], ["sent"]]
    assert [each.has_failed for each in posted] == [False, True, True, True, False]
    assert [post.department for post in unsent_posts(posted)] == [department(n) for n in (2, 3, 4)]
    assert len(office.taken) == 2
    with Ledger(tmp_path / "主表.xlsx") as ledger:
        entries = [each for each in ledger.entries() if each.kind in ("mailed", "unmailed")]
    assert [(each.kind, each.department, each.note.partition(" ")[0]) for each in entries] == [
        ("mailed", department(1), "li@example.test"),
        ("mailed", department(1), "wang@example.test"),
        ("mailed", department(5), "zhao@example.test"),
        ("unmailed", department(2), "550@example.test"),
    ]
    assert entries[0].mail == made[0].letter.message_id
    assert entries[0].copy == made[0].copy
    assert "550" in entries[-1].note.partition(" ")[2]


def test_the_environment_wins_and_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="COLLABXL_SMTP_HOST, COLLABXL_SMTP_SENDER"):
        server_of(MailSettings(), MailAccess())
    monkeypatch.setenv("COLLABXL_SMTP_HOST", "mail.example.test")
    monkeypatch.setenv("COLLABXL_SMTP_PORT", "587")
    mail = apply_environment(MailSettings(host="other", user="boss@example.test"), sends=True)
    server = server_of(mail, MailAccess())
    assert (server.account, mail.address) == ("smtp://boss@example.test@mail.example.test:587", "boss@example.test")
    monkeypatch.setenv("COLLABXL_SMTP_PORT", "many")
    with pytest.raises(UsageError, match="COLLABXL_SMTP_PORT"):
        apply_environment(MailSettings(), sends=True)
    assert apply_environment(MailSettings(), sends=False) == MailSettings()
    with pytest.raises(MailError, match="sender"):
        apply_environment(MailSettings(sender="nobody"), sends=False)


@pytest.mark.slow
def test_a_second_split_reads_what_was_typed_into_the_first(tmp_path: Path) -> None:
    path = tmp_path / "主表.xlsx"
    rows = rows_of_project(2)
    rows["progress"][0]["progress"] = "一半"
    build_workbook(path, project={"name": "P", "departments": "第01部、第02部"}, rows=rows, today=TODAY)
    for folder in ("1", "2"):
        made = split(path, tmp_path / folder, today=TODAY)
        text = copy_letters(made, load_wording("split"), today=TODAY, settings=SETTINGS)[0].letter.text
        assert "一半" in text


@pytest.mark.slow
def test_a_server_that_cannot_be_named_is_told(tmp_path: Path) -> None:
    made = posts(tmp_path)
    server = server_of(MailSettings(host="a..b", sender="boss@example.test"), MailAccess())
    posted = post_letters(made[:1], server, "en")
    assert {each.error and each.error.fault for each in posted[0].deliveries} == {"unreachable"}


@pytest.mark.slow
def test_the_command_sends_warns_and_leaves_drafts_of_the_rest(tmp_path: Path) -> None:
    path, out = str(book(tmp_path / "主表.xlsx")), str(tmp_path / "out")
    day = ("--today", TODAY.isoformat())
    refused = run("--lang", "zh", "split", path, "--output", out, "--send", *day)
    assert (refused.returncode, Path(out).exists()) == (2, False)
    assert "COLLABXL_SMTP_HOST" in refused.stderr
    with smtp(tmp_path, "smtp") as (office, port, certificate):
        said = f'[mail]\nhost = "localhost"\nport = {port}\nstarttls = true\nuser = "boss@example.test"\n'
        (tmp_path / "c.toml").write_text(said, encoding="utf-8")
        words = ("split", path, "--output", out, "--send", "--config", str(tmp_path / "c.toml"), *day)
        secrets = {"COLLABXL_MAIL_PASSWORD": PASSWORD, "SSL_CERT_FILE": str(certificate.path)}
        done = run("--lang", "zh", *words, **secrets)
    assert done.returncode == 3, done.stderr
    assert "第01部：已发给 对接人1 <li@example.test>" in done.stdout
    assert "第02部：没有发给 对接人2 <550@example.test>。" in done.stderr
    assert "第03部没有邮箱" in done.stderr
    assert "not-an-address" in done.stderr
    assert len(office.taken) == 2
    assert sorted(each.name for each in Path(out).glob("*.eml")) == [f"主表_第0{n}部.eml" for n in (2, 3, 4)]
    log = run("--lang", "zh", "log", path).stdout
    assert "寄出" in log
    assert "没有寄出" in log


@pytest.mark.slow
def test_the_command_writes_drafts(tmp_path: Path) -> None:
    path, out = str(book(tmp_path / "m.xlsx")), str(tmp_path / "out")
    done = run("--lang", "zh", "split", path, "--output", out, "--mail", "--today", TODAY.isoformat())
    assert done.returncode == 0, done.stderr
    assert "写好 5 封邮件草稿" in done.stdout
    assert len(done.stderr.splitlines()) == 3
    assert len(list((tmp_path / "out").glob("*.eml"))) == 5
