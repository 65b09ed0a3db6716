"""Letters with copies and about delays: who gets them, what they say; calendars, chats; through real servers."""

from __future__ import annotations

import datetime as dt
import email
import json
import shutil
import threading
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from collabxl.batch import check_chunks
from collabxl.compose import build_workbook
from collabxl.errors import UsageError
from collabxl.history import beside
from collabxl.share.chat import Chats
from collabxl.share.dates import calendar
from collabxl.share.exchange import merge_copies
from collabxl.share.letters import Sender, about_delays, with_copies, written
from collabxl.share.mail.outbox import send
from collabxl.share.mail.parcel import Person
from collabxl.share.mail.server import Access, Server
from collabxl.share.reminders import Notice, notices
from collabxl.share.split import split
from tests.cli.test_cli import run
from tests.parts.mail import PASSWORD, Dovecot, smtp
from tests.samples import payment
from tests.share.masters import TODAY, department, filled, rows_of_project, values
from tests.share.test_imap import access, address, client, put, server, user

__all__ = ["access", "server", "user"]
BOSS = Person("王经理", "boss@example.test")
LATE = dt.date(2024, 10, 8)


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a master of three departments of which the first two have addresses."""
    rows = rows_of_project(3)
    for number, contact in enumerate(rows["contacts"], 1):
        contact |= {"person": f"联系人{number}", "email": f"c{number}@example.test" if number < 3 else "没有"}
    path = tmp_path_factory.mktemp("letters") / "主表.xlsx"
    build_workbook(path, project={**payment.PROJECT, "departments": "、".join(map(department, (1, 2, 3)))}, rows=rows)
    return path


@pytest.fixture
def mine(book: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(book, tmp_path))


def read(content: bytes) -> EmailMessage:
    made = email.message_from_bytes(content, policy=policy.default)
    assert isinstance(made, EmailMessage)
    return made


def text(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def reminded(path: Path, today: dt.date = LATE) -> list[Notice]:
    return [notice for chunk in check_chunks([path], today=today) for notice in notices(chunk)]


def test_every_copy_goes_to_its_contact_with_what_is_late(mine: Path, tmp_path: Path) -> None:
    made = split(mine, tmp_path / "out", today=LATE)
    letters = with_copies(made, Sender(BOSS, LATE), LATE + dt.timedelta(days=7))
    files = written((letter, copy.path.with_suffix(".eml")) for letter, copy in zip(letters, made.copies, strict=True))
    first, second, third = (read(file.read_bytes()) for file in files)
    assert first["to"].addresses[0].addr_spec == "c1@example.test"
    assert second["to"].addresses[0].display_name == "联系人2"
    assert third["to"] is None
    (attached,) = second.iter_attachments()
    assert attached.get_filename() == f"主表_{department(2)}.xlsx"
    assert attached.get_payload(decode=True) == made.copies[1].path.read_bytes()
    assert "2024-10-15" in second["subject"]
    assert "T004" in text(second)
    assert "T001" not in text(second)
    assert "T007" not in text(second)


def test_a_department_is_reminded_of_its_own_by_person(mine: Path) -> None:
    first, *_ = listed = reminded(mine)
    assert [notice.department for notice in listed] == [department(number) for number in (1, 2, 3)]
    letter = about_delays(first, Sender(BOSS, LATE))
    assert "S01r1-tasks-owner\n· T001 S01r1-tasks-name（截止 2024-09-30）" in letter.text
    assert "延期" in letter.text
    assert "S02" not in letter.text
    assert letter == about_delays(reminded(mine)[0], Sender(BOSS, LATE))
    assert letter.to == (Person("联系人1", "c1@example.test"),)


def test_before_anything_is_due_nobody_is_reminded(mine: Path) -> None:
    assert reminded(mine, dt.date(2024, 7, 8)) == []


def test_the_calendar_is_one_that_others_read(mine: Path) -> None:
    notice = reminded(mine)[1]
    made = Calendar.from_ical(calendar(notice, LATE))
    events = made.walk("VEVENT")
    assert len(events) == len(notice.reminders)
    assert "T004" in events[0]["summary"]
    assert events[0].decoded("dtstart") == LATE
    assert len({event["uid"] for event in events}) == len(events)
    assert calendar(notice, LATE) == calendar(notice, LATE)


class Listener:
    """A local HTTP server that takes what chat bots are sent."""

    def __init__(self, answer: bytes = b'{"errcode": 0, "code": 0, "StatusCode": 0}', status: int = 200) -> None:
        taken = self.taken = list[dict[str, Any]]()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(status)
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.server.shutdown()


BOTS = {
    "dingtalk": ("dingtalk://abcdefabcdefabcdef", "oapi.dingtalk.com"),
    "wecom": ("wecombot://abcdefabcdef-abcdef", "qyapi.weixin.qq.com"),
    "feishu": ("feishu://abcdefabcdef", "open.feishu.cn"),
}


@pytest.mark.parametrize("bot", BOTS)
def test_chat_bots_say_it_in_the_form_of_their_service(
    bot: str, mine: Path, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    import requests

    address, host = BOTS[bot]
    post = requests.Session.request
    asked: list[str] = []

    def local(self: Any, method: str, url: str, **more: Any) -> Any:
        asked.append(url)
        return post(self, method, f"http://{listener.address}/", **more)

    monkeypatch.setattr(requests.Session, "request", local)
    assert Chats([address]).post(reminded(mine)[1]) == []
    assert asked[0].startswith(f"https://{host}/")
    said = json.dumps(listener.taken, ensure_ascii=False)
    assert "T004" in said
    assert department(2) in said


def test_a_chat_that_refuses_is_told_without_its_secret(mine: Path) -> None:
    busy = Listener(status=500)
    (error,) = Chats([f"json://user:geheim@{busy.address}"]).post(reminded(mine)[0])
    assert "geheim" not in error.say("en")
    with pytest.raises(UsageError, match="address 1") as wrong:
        Chats(["nonsense://geheim"])
    assert "geheim" not in str(wrong.value)
    busy.server.shutdown()


def test_copies_go_out_by_smtp_and_come_back_from_the_mail(mine: Path, tmp_path: Path) -> None:
    made = split(mine, tmp_path / "out", today=TODAY)
    letters = with_copies(made, Sender(BOSS, TODAY), TODAY)
    with smtp(tmp_path, "smtps") as (post, port, certificate):
        server = Server.of(f"smtps://boss@localhost:{port}", Access(PASSWORD, certificate.trusted(), seconds=20))
        states = [delivery.state for delivery in send(letters, server)]
        assert states == ["sent", "sent", "unsent"]
        content = post.taken[1].content
        assert isinstance(content, bytes)
        (attached,) = read(content).iter_attachments()
    copy = tmp_path / "came.xlsx"
    copy.write_bytes(attached.get_payload(decode=True))
    back = filled(copy, tmp_path / "back.xlsx", {("tasks", "T004", "status"): "已完成"})
    reply = EmailMessage()
    reply["From"], reply["Message-ID"], reply["Subject"] = "联系人2 <c2@example.test>", "<1@example.test>", "Re"
    reply.set_content("见附件")
    reply.add_attachment(back.read_bytes(), maintype="application", subtype="octet-stream", filename="回复.xlsx")
    (tmp_path / "reply.eml").write_bytes(reply.as_bytes())
    (result,) = merge_copies(mine, [tmp_path / "reply.eml"], today=TODAY).results
    assert (result.state, result.sender, result.mail) == ("merged", "联系人2 <c2@example.test>", "<1@example.test>")
    assert values(mine)["tasks"]["T004"]["status"] == "done"


def test_the_commands_from_outside(mine: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    today = ("--today", "2024-08-01")
    done = run("--lang", "zh", "split", str(mine), "--output", str(out), "--mail", *today)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(list(out.glob("*.eml"))) == len(list(out.glob("*.xlsx"))) == 3
    back = filled(out / f"主表_{department(2)}.xlsx", tmp_path / "b.xlsx", {("tasks", "T004", "status"): "已完成"})
    dry = run("--lang", "zh", "merge", str(mine), str(back), "--dry-run", *today)
    assert dry.returncode == 0
    assert "任务分工表" in dry.stdout
    assert "没有写任何文件" in dry.stdout
    assert run("merge", str(mine), str(back), *today).returncode == 0
    again = run("--lang", "zh", "merge", str(mine), str(back), str(mine), *today)
    assert again.returncode == 3
    assert "没有新内容" in again.stdout
    log = run("--lang", "zh", "log", str(mine), "T004")
    assert "进行中" in log.stdout
    entries = json.loads(run("log", str(mine), "--format", "json").stdout)["entries"]
    number = next(entry["number"] for entry in entries if entry["kind"] == "taken")
    assert "已撤销" in run("--lang", "zh", "log", str(mine), "--undo", str(number)).stdout
    assert run("log", str(mine), "--undo", "1").returncode == 2
    assert run("merge", str(tmp_path / "none.xlsx"), str(back)).returncode == 3
    assert run("split", str(mine), "--output", str(out)).returncode == 2
    assert run("split", str(mine), "--output", str(out), "--force", "--send").returncode == 2
    remind = run("remind", str(mine), "--output", str(tmp_path / "r"), "--ics", "--today", "2024-10-08")
    assert remind.returncode == 0
    assert len(list((tmp_path / "r").glob("*.ics"))) == 3
    beside(mine).write_bytes(b"no database")
    broken = run("log", str(mine))
    assert broken.returncode == 3
    assert "Traceback" not in broken.stderr


def test_a_mailbox_is_merged_once_and_left_as_it_was(
    mine: Path, tmp_path: Path, server: Dovecot, user: str, access: Access
) -> None:
    copies = split(mine, tmp_path / "out", today=TODAY).copies
    back = filled(copies[1].path, tmp_path / "back.xlsx", {("tasks", "T004", "status"): "已完成"})
    strange = (tmp_path / "strange.xlsx", b"PK\x03\x04 no workbook")
    strange[0].write_bytes(strange[1])
    for file in (back, strange[0]):
        reply = EmailMessage()
        reply["From"], reply["Subject"] = "c2@example.test", "Re: 请填写"
        reply.set_content("见附件")
        reply.add_attachment(file.read_bytes(), maintype="application", subtype="octet-stream", filename=file.name)
        put(server, user, reply.as_bytes())
    box = address(user, server.secure)
    dry = merge_copies(mine, [box], today=TODAY, access=access, dry_run=True)
    assert sorted(result.state for result in dry.results) == ["merged", "refused"]
    merged = merge_copies(mine, [box], today=TODAY, access=access)
    assert sorted(result.state for result in merged.results) == ["merged", "refused"]
    assert values(mine)["tasks"]["T004"]["status"] == "done"
    assert merge_copies(mine, [box], today=TODAY, access=access).results == ()
    mailbox = client(server, user)
    mailbox.select("INBOX", readonly=True)
    assert mailbox.search(None, "UNSEEN")[1] == [b"1 2"]


def test_a_wrong_password_costs_no_other_copy(mine: Path, tmp_path: Path, server: Dovecot, user: str) -> None:
    copies = split(mine, tmp_path / "out", today=TODAY).copies
    back = filled(copies[1].path, tmp_path / "back.xlsx", {("tasks", "T004", "status"): "已完成"})
    wrong = Access("wrong", server.certificate.trusted(), seconds=20)
    merged = merge_copies(mine, [address(user, server.secure), back], today=TODAY, access=wrong)
    assert [result.state for result in merged.results] == ["refused", "merged"]
