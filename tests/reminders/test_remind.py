"""Delay warnings: every case reaches who answers for it, and the same day and workbook make the same bytes."""

from __future__ import annotations

import datetime as dt
import email
import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email import policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import icalendar
import pytest

from collabxl import Settings, UsageError, build_workbook, split
from collabxl.exchange.addressees import Addressee
from collabxl.mail.wording import load_wording
from collabxl.reminders.calendar import render_calendar
from collabxl.reminders.cases import ProjectDelays, UnreadFile, find_cases
from collabxl.reminders.chat import Robot, message, pieces
from collabxl.reminders.drafts import notices
from collabxl.reminders.groups import groups
from collabxl.reminders.words import case_line
from collabxl.schema.settings import MailSettings
from collabxl.text.printable import is_invisible
from tests.cli.test_cli import run
from tests.parts.mail import PASSWORD, smtp
from tools.samples.__main__ import SAMPLES

TODAY = dt.date(2024, 8, 1)
DAY = ("--today", TODAY.isoformat())
SEED = str(SAMPLES / "seed.xlsx")
PROJECT = {
    "name": "支付流程优化",
    "initiator": "市场部",
    "lead": "王经理（13800000000）",
    "departments": "市场部、IT部",
    "period": "2024-07-01~2024-09-30",
}
ROWS: dict[str, list[dict[str, Any]]] = {
    "contacts": [
        {"department": "市场部", "person": "李四", "email": "li@example.test"},
        {"department": "IT部", "person": "赵六"},
    ],
    "tasks": [
        {"name": "调研", "owner": "李四", "department": "市场部", "due": dt.date(2024, 7, 30), "status": "in_progress"},
        {"name": "接口", "owner": "张三、赵六", "department": "IT部", "due": dt.date(2024, 8, 5),
         "status": "not_started"},
        {"name": "上线", "owner": "张三", "department": "IT部", "due": dt.date(2024, 9, 20), "status": "delayed"},
        {"name": "培训", "owner": "李四", "department": "市场部", "due": dt.date(2024, 7, 1), "status": "done"},
        {"name": "报告", "department": "IT部", "due": dt.date(2024, 9, 20), "status": "not_started"},
    ],
    "progress": [
        {"task": "T001", "status": "in_progress", "progress": 0.5, "updated": TODAY, "remedy": "加人"},
        {"task": "T003", "status": "delayed", "updated": TODAY},
        {"task": "T004", "status": "done", "finished": dt.date(2024, 7, 10), "progress": 1, "updated": TODAY},
    ],
    "minutes": [
        {"date": dt.date(2024, 7, 20), "topic": "周会", "action": "申请资源", "owner": "李四", "department": "市场部",
         "due": dt.date(2024, 7, 29), "status": "open"},
    ],
}  # fmt: skip


def built(path: Path, **more: Any) -> Path:
    build_workbook(path, project=PROJECT, rows=ROWS, today=TODAY, **more)
    return path


def read(*paths: Path, settings: Settings | None = None) -> list[ProjectDelays]:
    found = list(find_cases(paths, today=TODAY, settings=settings or Settings()))
    assert all(isinstance(each, ProjectDelays) for each in found)
    return [each for each in found if isinstance(each, ProjectDelays)]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> ProjectDelays:
    return read(built(tmp_path_factory.mktemp("remind") / "主表.xlsx"))[0]


def test_every_case_is_told_to_who_answers_for_it(book: ProjectDelays) -> None:
    told = [(each.department, each.person, [case_line(case, "zh") for case in each.cases]) for each in groups(book)]
    soon = "T002 接口（2024-08-05 到期，还剩 2 个工作日）"
    finished = "T004 培训（2024-07-01 到期，完成晚于截止，缺延期原因）"
    action = "M001 申请资源（2024-07-29 到期，已逾期 3 个工作日）"
    late = "T001 调研（2024-07-30 到期，已逾期 2 个工作日，缺延期原因、预计完成）"
    delayed = "T003 上线（2024-09-20 到期，标为延期，缺延期原因、补救措施、预计完成）"
    assert told == [
        ("市场部", "李四", [finished, action, late]),
        ("IT部", "张三", [soon, delayed]),
        ("IT部", "赵六", [soon]),
    ]


def test_what_is_ignored_warns_of_nothing_whatever_the_pack(book: ProjectDelays) -> None:
    path = Path(book.path)
    assert read(path, settings=Settings(pack="basic"))[0].cases == book.cases
    few = read(path, settings=Settings(ignore=("DY", "MT", "DL402")))[0]
    assert [case.id for case in few.cases] == ["T001"]


def test_a_department_gets_one_draft_and_the_same_bytes_again(book: ProjectDelays) -> None:
    made = notices([book], "department", load_wording("remind"), TODAY)
    assert made == notices(read(Path(book.path)), "department", load_wording("remind"), TODAY)
    assert [str(each.path) for each in made] == ["主表_市场部_延期预警.eml", "主表_IT部_延期预警.eml"]
    market, it = (each.letter for each in made)
    assert [person.address for person in market.to] == ["li@example.test"]
    assert it.to == ()
    assert market.subject == "【支付流程优化】市场部：3 项任务需要处理（截至 2024-08-01）"
    assert "李四\n· T004 培训" in market.text
    assert "T002" not in market.text
    assert it.subject.startswith("【支付流程优化】IT部：2 项")
    assert it.text.rstrip().endswith("王经理")


def test_a_person_gets_one_draft_at_their_own_address(book: ProjectDelays) -> None:
    again = replace(book, path="b/主表.xlsx")
    made = notices([book, again], "person", load_wording("remind"), TODAY)
    assert [str(each.path) for each in made[2:5]] == [
        "主表_IT部_赵六_延期预警.eml", "主表_市场部_李四_延期预警 (2).eml", "主表_IT部_张三_延期预警 (2).eml",
    ]  # fmt: skip
    assert made[0].letter.text.startswith("李四，您好：")
    assert made[1].letter.text.startswith("张三，您好：")


def test_many_are_greeted_as_colleagues() -> None:
    assert Addressee(("李四", "王五")).greeting("zh") == "李四、王五"
    assert Addressee(("a", "b", "c", "d")).greeting("en") == Addressee().greeting("en") == "colleagues"


def test_an_english_workbook_is_told_of_in_english(tmp_path: Path) -> None:
    found = read(
        built(tmp_path / "m.xlsx", lang="en"), settings=Settings(mail=MailSettings(sender="boss@example.test"))
    )
    letter = notices(found, "department", load_wording("remind"), TODAY)[0].letter
    assert "· T001 调研 (due 2024-07-30, 2 working days late, lacks delay reason, expected finish)" in letter.text
    assert letter.sender == ("王经理", "boss@example.test")


def test_the_calendar_has_one_event_a_task_that_keeps_its_uid(book: ProjectDelays) -> None:
    content = render_calendar([book], TODAY, "zh")
    assert content == render_calendar(read(Path(book.path)), TODAY, "zh")
    later = render_calendar([book], TODAY + dt.timedelta(days=5), "zh")
    days = {}
    for each in (content, later):
        events = icalendar.Calendar.from_ical(each).walk("VEVENT")
        assert len({event["uid"] for event in events}) == len(book.cases) == 5
        days[each] = {str(event["uid"]): event.decoded("dtstart") for event in events}
    assert days[content].keys() == days[later].keys()
    events = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert [event.decoded("dtstart") for event in events] == [TODAY] * 3 + [dt.date(2024, 8, 5), dt.date(2024, 9, 20)]
    assert events[3]["summary"] == "【延期预警】T002 接口"
    assert "张三、赵六" in events[3]["description"]


def test_tasks_that_nothing_tells_apart_have_uids_of_their_own(book: ProjectDelays) -> None:
    case = book.cases[0]._replace(id="", name="")
    twice = replace(book, cases=(case, case))
    events = icalendar.Calendar.from_ical(render_calendar([twice], TODAY, "zh")).walk("VEVENT")
    assert len({event["uid"] for event in events}) == 2


def test_no_cell_breaks_a_line_or_turns_the_text_of_a_chat(book: ProjectDelays) -> None:
    case = book.cases[0]._replace(name="调\u202e研\n【市场部】\x9b31m\u2028假的", people=("李\u2066四\r\n王五",))
    told = message([replace(book, cases=(case,), project="支付\x85流程")], TODAY, "zh")
    assert {letter for letter in told if is_invisible(letter)} == {"\n"}
    assert told.splitlines() == told.split("\n") and len(told.splitlines()) == 6
    assert "调研 ⏎ 【市场部】31m ⏎ 假的" in told


class Robots(BaseHTTPRequestHandler):
    """A service for chat robots that keeps what it gets."""

    taken: list[Any]
    answer = 200

    def do_POST(self) -> None:
        self.taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.answer)
        self.end_headers()
        self.wfile.write(b'{"errcode": 0, "code": 0}')

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def robots(answer: int = 200) -> Iterator[tuple[list[Any], int]]:
    handler = type("Handler", (Robots,), {"taken": [], "answer": answer})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield handler.taken, server.server_port
    finally:
        server.shutdown()
        server.server_close()


SERVICES = [
    ("https://oapi.dingtalk.com/robot/send?access_token=a1b2", "dingtalk", "DingTalk", ("text", "content")),
    ("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=a1b2-c3", "wecombot", "WeComBot", ("text", "content")),
    ("https://open.feishu.cn/open-apis/bot/v2/hook/a1b2-c3", "feishu", "Feishu", ("content", "text")),
]


@pytest.mark.parametrize(("address", "module", "name", "where"), SERVICES)
def test_a_robot_takes_the_text(
    address: str, module: str, name: str, where: tuple[str, str], book: ProjectDelays, monkeypatch: pytest.MonkeyPatch
) -> None:
    from apprise.plugins.base import NotifyBase

    Robot(address)
    plugin = getattr(sys.modules[f"apprise.plugins.{module}"], f"Notify{name}")
    monkeypatch.setattr(NotifyBase, "request_rate_per_sec", 0)
    with robots() as (taken, port):
        monkeypatch.setattr(plugin, "notify_url", f"http://127.0.0.1:{port}/")
        text = message([book], TODAY, "zh")
        posted = Robot(address).post(text)
    assert posted.accepted, posted
    (got,) = taken
    assert got[where[0]][where[1]] == text
    assert "【IT部】\n张三\n· T002 接口" in text


def test_a_long_text_is_cut_between_lines() -> None:
    text = "\n".join(["第一部", *(f"· T{n:03} 任务" for n in range(40)), "长" * 100])
    cut = list(pieces(text, 200))
    assert max(len(piece.encode()) for piece in cut) <= 200
    assert "".join(cut).replace("\n", "") == text.replace("\n", "")
    assert all(piece.startswith(("第", "·", "长")) for piece in cut)
    assert list(pieces("", 10)) == []


def test_a_robot_nobody_knows_is_refused_without_its_secret() -> None:
    with pytest.raises(UsageError) as caught:
        Robot("nonsense://geheim")
    assert "geheim" not in caught.value.say("zh") + caught.value.say("en")


def test_without_apprise_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    with pytest.raises(UsageError, match=r"collabxl\[chat\]"):
        Robot("json://localhost")


def test_the_command_prints_a_table_and_goes_on_past_what_it_cannot_read(tmp_path: Path) -> None:
    done = run("--lang", "zh", "remind", str(tmp_path / "no.xlsx"), SEED, *DAY)
    assert done.returncode == 3
    assert "not-found" in done.stderr
    assert "支付接口方案设计" in done.stdout
    assert "已逾期 2 个工作日" in done.stdout
    clean = run("--lang", "zh", "remind", str(SAMPLES / "clean.xlsx"), *DAY)
    assert clean.returncode == 0


def test_the_command_writes_files(tmp_path: Path) -> None:
    words = ("remind", str(built(tmp_path / "主表.xlsx")), "--output", str(tmp_path / "out"), *DAY)
    done = run("--lang", "zh", *words, "--as", "eml", "--as", "ics", "--as", "chat")
    assert done.returncode == 0, done.stderr
    names = {"主表_市场部_延期预警.eml", "主表_IT部_延期预警.eml", "延期预警.ics", "延期预警.txt"}
    content = {each.name: each.read_bytes() for each in (tmp_path / "out").iterdir()}
    assert content.keys() == names
    assert "IT部没有邮箱" in done.stderr
    draft = email.message_from_bytes(content["主表_市场部_延期预警.eml"], policy=policy.default)
    assert (draft["x-unsent"], draft["to"]) == ("1", "李四 <li@example.test>")
    run("--lang", "zh", *words, "--as", "eml", "--as", "ics", "--as", "chat")
    assert {each.name: each.read_bytes() for each in (tmp_path / "out").iterdir()} == content
    assert run("remind", SEED, "--as", "ics", *DAY).returncode == 2


def test_the_command_sends_and_a_workbook_with_a_ledger_remembers(tmp_path: Path) -> None:
    path = str(built(tmp_path / "主表.xlsx"))
    split(Path(path), tmp_path / "copies", today=TODAY)
    with smtp(tmp_path, "smtp") as (office, port, certificate):
        said = f'[mail]\nhost = "localhost"\nport = {port}\nstarttls = true\nuser = "boss@example.test"\n'
        (tmp_path / "c.toml").write_text(said, encoding="utf-8")
        words = ("--lang", "zh", "remind", path, "--send", "--config", str(tmp_path / "c.toml"), *DAY)
        secrets = {"COLLABXL_MAIL_PASSWORD": PASSWORD, "SSL_CERT_FILE": str(certificate.path)}
        first, again = (run(*words, **secrets) for _ in range(2))
        left = run(*words, "--output", str(tmp_path / "left"), **secrets)
    assert [done.returncode for done in (first, again, left)] == [3, 3, 3]  # nobody in IT部 has an address
    assert "市场部：已发给 李四 <li@example.test>" in first.stdout
    assert "市场部：之前已发给 李四 <li@example.test>，没有重发" in again.stdout
    assert "IT部没有邮箱" in first.stderr
    assert len(office.taken) == 1
    assert [each.name for each in (tmp_path / "left").iterdir()] == ["主表_IT部_延期预警.eml"]
    assert "主表_市场部_延期预警.eml" in run("--lang", "zh", "log", path).stdout


@pytest.mark.parametrize(("answer", "code"), [(200, 0), (500, 3)])
def test_the_command_posts_and_tells_what_the_robot_did_not_take(tmp_path: Path, answer: int, code: int) -> None:
    with robots(answer) as (taken, port):
        secret = tmp_path / "robots.txt"
        secret.write_text(f"json://127.0.0.1:{port}/geheim\n", encoding="utf-8")
        done = run("--lang", "zh", "remind", SEED, "--chat", f"@{secret}", *DAY)
    assert done.returncode == code, done.stderr
    assert "支付接口方案设计" in taken[0]["message"]
    assert "geheim" not in done.stdout + done.stderr
    assert ("没有收下" in done.stderr) == bool(code)
    assert run("remind", SEED, "--chat", f"@{tmp_path / 'no.txt'}", *DAY).returncode == 2


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (found,) = find_cases([tmp_path / "no.xlsx"], today=TODAY, settings=Settings())
    assert isinstance(found, UnreadFile)
    assert found.error.kind == "not-found"
