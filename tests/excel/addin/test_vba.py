"""The add-in's own VBA, run by pyOpenVBA's interpreter: pure parts by themselves, then jobs in a world that is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyopenvba.apps.excel import ExcelApplication

from collabxl import Lang
from collabxl.excel.addin.stamp import Stamp, write_stamp
from collabxl.excel.live.messages import all_sentences, sentence
from collabxl.text import LANGS
from tests.excel.addin.macros import HERE, variant

EXE, JOBS, ID = r"C:\协 同\collabxlw.exe", r"D:\jobs", "45505-1"
BUTTONS = {"new": "新建", "check": "检查", "sync": "刷新汇总", "split": "拆分", "merge": "回收合并", "report": "报告"}
FAKE_CONTROL = "Public Tag As String"
ASK_RIBBON = """Option Explicit
Public Function Asked(ByVal tag As String, ByVal callback As String) As Variant
    Dim control As FakeControl, answer As Variant
    Set control = New FakeControl
    control.Tag = tag
    Select Case callback
        Case "label": CxLabel control, answer
        Case "tip": CxTip control, answer
        Case "click": CxClick control
        Case "report": CxReport control
    End Select
    Asked = answer
End Function
"""


@pytest.fixture(scope="module")
def addins(tmp_path_factory: pytest.TempPathFactory) -> dict[Lang, Path]:
    """The add-in with the host of the tests, in both languages."""
    folder = tmp_path_factory.mktemp("vba")
    host = (HERE / "CxHost.bas").read_text(encoding="ascii")
    made = variant(folder / "macros", {"CxHost": host})
    paths = {lang: folder / f"{lang}.xlam" for lang in LANGS}
    for lang, path in paths.items():
        path.write_bytes(write_stamp(made, Stamp(EXE, JOBS, "0.1.0", lang)))
    return paths


class World:
    """The add-in in an interpreter, and the world it is told."""

    def __init__(self, path: Path, **things: object) -> None:
        self.app = ExcelApplication.open(path)
        self.app.add_module(FAKE_CONTROL, name="FakeControl", kind="class")
        self.app.add_module(ASK_RIBBON, name="AskRibbon")
        for key, value in {"book": "项目.xlsx", "folder": r"C:\x", **things}.items():
            self.keep(key, value)

    def keep(self, key: str, value: object) -> None:
        self.app.run("Keep", key, value)

    def told(self, key: str) -> object:
        return self.app.run("Told", key)

    def asked(self, tag: str, callback: str) -> object:
        return self.app.run("Asked", tag, callback)

    def file(self, kind: str, text: str) -> None:
        self.app.run("PutFile", rf"{JOBS}\{ID}.{kind}", text)

    def polled(self, times: int = 1) -> None:
        for _ in range(times):
            self.app.run("CxPoll")

    @property
    def files(self) -> str:
        return str(self.app.run("FileNames"))

    @property
    def said(self) -> list[str]:
        return [text for _, text, *_ in self.app.dialogs]


@pytest.fixture(scope="module")
def app(addins: dict[Lang, Path]) -> ExcelApplication:
    return ExcelApplication.open(addins["zh"])


@pytest.fixture
def world(addins: dict[Lang, Path]) -> World:
    return World(addins["zh"])


def taken_apart(line: str) -> Iterator[str]:
    """Take a command line apart as CommandLineToArgvW documents it."""
    argument, quoted, slashes, begun = "", False, 0, False
    for mark in f"{line} ":
        if mark == "\\":
            slashes += 1
            continue
        argument += "\\" * (slashes if mark != '"' else slashes // 2)
        if mark == '"' and slashes % 2:
            argument += '"'
        elif mark == '"':
            quoted, begun = not quoted, True
        elif mark == " " and not quoted:
            if argument or begun:
                yield argument
            argument, begun = "", False
        else:
            argument += mark
        slashes = 0


UTF16 = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=("Cs",)), max_size=20)
"""pyOpenVBA takes a character beyond the first plane for one, VBA for two: those have a test of their own."""


@settings(max_examples=60)
@given(st.lists(st.text('a \\"你', max_size=8), min_size=1, max_size=3))
def test_windows_takes_quoted_arguments_apart_again(app: ExcelApplication, arguments: list[str]) -> None:
    line = " ".join(str(app.run("CxQuote", argument)) for argument in arguments)
    assert list(taken_apart(line)) == arguments


@settings(max_examples=60)
@given(UTF16)
def test_json_takes_escaped_text_and_vba_takes_it_back(app: ExcelApplication, text: str) -> None:
    escaped = str(app.run("CxJsonEscape", text))
    assert escaped.isascii()
    assert json.loads(f'"{escaped}"') == text
    assert app.run("CxJsonUnescape", json.dumps(text)[1:-1]) == text


def test_json_takes_both_halves_of_a_character_beyond_the_first_plane(app: ExcelApplication) -> None:
    assert json.loads(f'"{app.run("CxJsonEscape", chr(0xD83D) + chr(0xDE00))}"') == "😀"


@pytest.mark.parametrize(
    ("text", "filled"),
    [("{0} 和 {1}", "甲 和 {0}"), ("{7}{x}{", "{7}{x}{"), ("", ""), ("{0}{0}", "甲甲")],
)
def test_fields_are_filled_once_and_unknown_ones_stay(app: ExcelApplication, text: str, filled: str) -> None:
    app.run("PutFile", "answer", "arg0=甲\narg1={0}")
    assert app.evaluate(f'CxFill("{text}", CxArguments(CxRead("answer")))') == filled


@pytest.mark.parametrize(
    ("verb", "book", "obstacle"),  # a book: is there one, in Protected View, its folder, read-only
    [
        ("new", (False, False, "", False), ""),
        ("check", (False, False, "", False), "err.nobook"),
        ("check", (False, True, "", False), "err.protectedview"),
        ("check", (True, True, "C:", False), ""),
        ("sync", (True, False, "", False), "err.unsaved"),
        ("sync", (True, False, "C:", True), "err.readonly"),
        ("undo", (True, False, "C:", True), "err.readonly"),
        ("merge", (True, False, "C:", True), "err.readonly"),
        ("check", (True, False, "C:", True), ""),
        ("split", (True, False, "C:", True), ""),
    ],
)
def test_what_is_in_the_way(app: ExcelApplication, verb: str, book: tuple[object, ...], obstacle: str) -> None:
    assert app.run("CxObstacle", verb, *book) == obstacle


@pytest.mark.parametrize("lang", LANGS)
def test_the_ribbon_speaks_both_languages(addins: dict[Lang, Path], lang: Lang) -> None:
    world, said = World(addins[lang]), all_sentences()
    for name, chinese in BUTTONS.items():
        label, tip = (world.asked(f"button.{name}", callback) for callback in ("label", "tip"))
        assert label == said[f"button.{name}"].to(lang)
        assert tip == said[f"tip.{name}"].to(lang)
        assert lang == "en" or label == chinese


@pytest.mark.parametrize(("language", "label"), [(2052, "新建"), (1028, "新建"), (1033, "New"), (0, "新建")])
def test_left_to_itself_it_speaks_as_excel_does(addins: dict[Lang, Path], language: int, label: str) -> None:
    path = addins["zh"].with_name(f"{language}.xlam")
    path.write_bytes(write_stamp(addins["zh"].read_bytes(), Stamp(EXE, JOBS, "0.1.0")))
    assert World(path, language=language).asked("button.new", "label") == label


def test_a_job_from_the_click_to_the_message(world: World) -> None:
    world.asked("button.sync", "click")
    assert json.loads(str(world.told("job"))) == {
        "protocol": 1,
        "id": ID,
        "verb": "sync",
        "book": "项目.xlsx",
        "fullname": r"C:\x\项目.xlsx",
        "hwnd": 4711,
        "pid": 0,
        "addin": "0.1.0",
        "lang": "zh",
        "args": {},
    }
    assert list(taken_apart(str(world.told("launched")))) == [EXE, "ribbon-run", "--job", ID, "--jobs", JOBS]
    assert world.told("status") == "正在刷新汇总…"
    world.file("ack", "0.1.0")
    world.polled(20)
    assert world.said == []
    world.file("done", "code=1\r\nkey=msg.sync\r\narg0=3\r\narg1=2\r\narg2=0\r\n")
    world.polled()
    assert world.said == [sentence("msg.sync").fill("zh", {"0": 3, "1": 2, "2": 0})]
    assert world.told("status") == world.said[0]
    assert world.files == ""
    world.app.run("CxCalm")
    assert world.told("status") is False


def test_what_a_job_made_is_opened(world: World) -> None:
    world.asked("button.dashboard", "report")
    assert json.loads(str(world.told("job")))["args"] == {"kind": "dashboard"}
    world.file("done", r"code=0" + "\n" + r"key=msg.report" + "\n" + r"arg0=\u770b" + "\n" + r"open=C:\\\u770b.html")
    world.polled()
    assert world.told("opened") == r"C:\看.html"
    assert world.said == ["已生成 看"]


@pytest.mark.parametrize(
    ("verb", "answers", "args"),
    [
        ("new", {"ask.name": '新"项目', "ask.start": "2024-08-01"}, {"name": '新"项目', "start": "2024-08-01"}),
        ("split", {"ask.split": r"D:\副本"}, {"folder": r"D:\副本"}),
        ("merge", {"ask.merge": r"D:\交回"}, {"folder": r"D:\交回"}),
        ("new", {"ask.name": "只有名字"}, None),
        ("split", {}, None),
    ],
)
def test_what_a_job_needs_is_asked_for_and_cancelling_is_no_fault(
    world: World, verb: str, answers: dict[str, str], args: dict[str, str] | None
) -> None:
    for key, answer in answers.items():
        world.keep(sentence(key).zh, answer)
    world.asked(f"button.{verb}", "click")
    job = world.told("job")
    assert (json.loads(str(job))["args"] if job else None) == args
    assert world.said == []


@pytest.mark.parametrize(
    ("things", "key", "values"),
    [
        ({"blocked": "err.launch"}, "err.launch", {}),
        ({"blocked": "err.noexe"}, "err.noexe", {"0": EXE}),
        ({"full": True}, "err.jobs", {"0": JOBS}),
        ({"nobook": True}, "err.nobook", {}),
    ],
)
def test_what_cannot_be_started_is_told_and_leaves_nothing(
    addins: dict[Lang, Path], things: dict[str, object], key: str, values: dict[str, str]
) -> None:
    world = World(addins["en"], **things)
    world.asked("button.check", "click")
    assert world.said == [sentence(key).fill("en", values)]
    assert world.files == ""


def test_nobody_is_started_while_somebody_watches(world: World) -> None:
    world.keep("watched", True)
    world.asked("button.check", "click")
    assert world.told("launched") is None
    assert world.told("later") == "CxPoll"


def test_no_answer_is_told_after_six_looks_and_the_next_job_may_come(world: World) -> None:
    world.asked("button.check", "click")
    world.polled(5)
    assert world.said == []
    world.asked("button.check", "click")
    world.polled()
    assert world.said == [sentence("err.running").zh, sentence("err.python").zh]
    assert world.files == ""
    world.asked("button.check", "click")
    assert len(world.said) == 2


def test_a_job_whose_clock_has_stopped_keeps_nobody_waiting(world: World) -> None:
    world.asked("button.check", "click")
    world.keep("clock", 29)
    world.asked("button.check", "click")
    assert world.said == [sentence("err.running").zh]
    world.keep("clock", 30)
    world.asked("button.sync", "click")
    assert world.said == [sentence("err.running").zh]
    assert json.loads(str(world.told("job")))["verb"] == "sync"


def test_an_answer_it_does_not_know_is_told_with_its_code(world: World) -> None:
    world.asked("button.check", "click")
    world.file("done", "code=42\nkey=msg.from.the.future\narg0=log.txt")
    world.polled()
    assert world.said == [sentence("err.other").fill("zh", {"0": 42, "1": "log.txt"})]
