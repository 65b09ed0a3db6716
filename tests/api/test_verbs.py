"""The public verbs as a script calls them: one path or several, keys that do not exist, errors that name their file."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

import collabxl
from collabxl import FileError, FixResult, Limits, MailAccess, Settings, SettingsError, UsageError
from collabxl.rules import RULES
from tests.hostile.cases import PASSWORD, encrypted
from tests.parts.mail import PASSWORD as MAIL_PASSWORD
from tests.parts.mail import smtp
from tools.samples.__main__ import SAMPLES, TODAY


def read(paths: Any) -> list[Any]:
    return [*collabxl.read_workbooks(paths).readings.values()]


VERBS: dict[str, Callable[[Any], Iterable[Any]]] = {
    "read": read,
    "check": lambda paths: collabxl.check_workbooks(paths, today=TODAY),
    "sync": lambda paths: collabxl.sync_workbooks(paths, today=TODAY, dry_run=True),
    "fix": lambda paths: collabxl.fix_workbooks(paths, today=TODAY, dry_run=True),
    "portfolio": lambda paths: collabxl.read_portfolio(paths, today=TODAY).projects,
}


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
@pytest.mark.parametrize("given", [str, Path, lambda path: [path], lambda path: iter([str(path)])])
def test_a_path_may_be_a_text_a_path_or_several(
    verb: Callable[[Any], Iterable[Any]], given: Callable[[Path], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The letters of a text are no paths: of "." and "/" that would be all files there are."""
    copy = Path(shutil.copy(SAMPLES / "seed.xlsx", tmp_path / "seed.xlsx"))
    monkeypatch.chdir(tmp_path)
    shutil.copy(copy, tmp_path / "s")
    assert len(list(verb(given(copy)))) == 1


def test_what_takes_one_path_takes_a_text(tmp_path: Path) -> None:
    master, copies = str(tmp_path / "master.xlsx"), str(tmp_path / "copies")
    project = {"name": "甲", "departments": "市场部、IT部"}
    tasks = [{"name": "A", "department": "市场部", "due": dt.date(2024, 8, 9)}]
    collabxl.build_workbook(master, project=project, rows={"tasks": tasks}, today=TODAY)
    made = collabxl.split(master, copies, today=TODAY, only="市场部").copies
    assert [copy.share.department for copy in made] == ["市场部"]
    merged = collabxl.merge_copies(master, copies, today=TODAY)
    assert [result.error for result in merged.results] == [None]
    assert collabxl.sync_workbooks(master, today=TODAY, output=str(tmp_path / "out"), dry_run=True)
    archive = collabxl.archive_project(master, output=str(tmp_path / "a.zip"), added=made[0].path)
    assert collabxl.verify_archive(str(archive.path)).differences == ()


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (np.datetime64("2024-08-09"), dt.datetime(2024, 8, 9)),
        (pd.Timestamp("2024-08-09"), dt.datetime(2024, 8, 9)),
        (dt.datetime(2024, 8, 9, tzinfo=dt.UTC), dt.datetime(2024, 8, 9)),
        (pd.NaT, None),
        (pd.NA, None),
        (float("nan"), None),
    ],
)
def test_values_of_numpy_and_pandas_are_built(value: Any, wanted: Any, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    rows = {"tasks": [{"name": "A", "due": value, "buffer": np.int64(3), "after": ["T001", "T002"]}]}
    collabxl.build_workbook(path, project={"name": "甲", "departments": ["市场部", "IT部"]}, rows=rows, today=TODAY)
    book = openpyxl.load_workbook(path)
    titles = {cell.value: cell.column for cell in book["任务分工表"][5]}
    cells = {title: book["任务分工表"].cell(6, column).value for title, column in titles.items()}
    assert (cells["截止日期"], cells["缓冲天数"], cells["依赖任务"]) == (wanted, 3, "T001、T002")
    assert [book["部门对接人"].cell(row, 1).value for row in (6, 7)] == ["市场部", "IT部"]


@pytest.mark.parametrize("value", [float("inf"), 10**400, dt.time(3), dt.timedelta(1), object(), [1], {"a": 1}])
def test_a_value_that_no_cell_can_hold_is_refused_with_its_place(value: Any, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as told:
        collabxl.build_workbook(
            tmp_path / "a.xlsx", project={}, rows={"tasks": [{"name": "A"}, {"owner": value}]}, today=TODAY
        )
    assert "owner in row 2 of tasks" in str(told.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("wrong", [{"project": None}, {"rows": [1]}, {"rows": {"tasks": None}}])
def test_what_is_no_form_and_no_rows_is_refused(wrong: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        collabxl.build_workbook(tmp_path / "a.xlsx", **{"project": {}, "today": TODAY, **wrong})


@pytest.mark.parametrize(
    ("project", "rows", "wanted"),
    [
        ({"nmae": "甲"}, {}, "There is no nmae in project; did you mean name?"),
        ({"项目名": "甲"}, {}, "There is no 项目名 in project; did you mean name?"),
        ({}, {"task": []}, "There is no task in rows; did you mean tasks?"),
        ({}, {"project": [{}]}, "There is no project in rows"),
        ({}, {"tasks": [{"name": "A"}, {"ownr": "张三"}]}, "There is no ownr in tasks; did you mean owner?"),
        ({}, {"tasks": [{"截止日期": TODAY}]}, "There is no 截止日期 in tasks; did you mean due?"),
        ({}, {"tasks": {"name": "A"}}, "tasks takes a list of rows"),
        ({}, {"tasks": "A"}, "tasks takes a list of rows"),
        ({}, {"zzzzz": []}, "it has tasks, progress, minutes, risks"),
    ],
)
def test_a_key_that_nothing_has_is_refused_and_not_lost(project: Any, rows: Any, wanted: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as told:
        collabxl.build_workbook(tmp_path / "a.xlsx", project=project, rows=rows, today=TODAY)
    assert wanted in str(told.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [None, b"no workbook", b"PK\x03\x04broken"])
def test_an_error_of_a_file_names_it(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "odd.xlsx"
    if content is not None:
        path.write_bytes(content)
    for verb in (lambda: collabxl.read_workbooks([path]), lambda: collabxl.split(path, tmp_path / "o", today=TODAY)):
        with pytest.raises(FileError) as told:
            verb()
        assert told.value.path == str(path)
        assert str(path) in str(told.value)


SAID: dict[str, Callable[[Any, Any, Path], Any]] = {
    "check": lambda path, said, folder: collabxl.check_workbooks(path, settings=said),
    "sync": lambda path, said, folder: collabxl.sync_workbooks(path, settings=said),
    "fix": lambda path, said, folder: collabxl.fix_workbooks(path, settings=said),
    "split": lambda path, said, folder: collabxl.split(path, folder / "copies", settings=said),
    "merge": lambda path, said, folder: collabxl.merge_copies(path, folder, settings=said),
    "undo": lambda path, said, folder: collabxl.undo(path, 1, settings=said),
    "undo_merge": lambda path, said, folder: collabxl.undo_merge(path, 1, settings=said),
    "archive": lambda path, said, folder: collabxl.archive_project(path, settings=said),
    "documents": lambda path, said, folder: collabxl.write_documents(path, "status", settings=said),
    "portfolio": lambda path, said, folder: collabxl.read_portfolio(path, settings=said),
    "dashboard": lambda path, said, folder: collabxl.write_dashboard(path, folder / "a.html", settings=said),
    "delays": lambda path, said, folder: collabxl.find_delays(path, settings=said),
    "findings": lambda path, said, folder: collabxl.write_findings([], folder / "a.csv", settings=said),
}
REFUSED = {
    "limits.due_son_days": ({"limits": {"due_son_days": 3}}, "did you mean due_soon_days?"),
    "slect": ({"slect": ["DP"]}, "did you mean select?"),
    "pack": ({"pack": "strickt"}, "one of basic, standard, strict"),
}


@pytest.mark.parametrize("verb", SAID.values(), ids=SAID)
@pytest.mark.parametrize("key", REFUSED)
def test_settings_that_nobody_knows_are_refused_before_anything_is_done(
    verb: Callable[[Any, Any, Path], Any], key: str, tmp_path: Path
) -> None:
    """A dict is as good as a file, and refused as one; also by a verb whose results are asked for later."""
    master = Path(shutil.copy(SAMPLES / "seed.xlsx", tmp_path / "seed.xlsx"))
    said, near = REFUSED[key]
    with pytest.raises(SettingsError) as told:
        verb(master, said, tmp_path)
    assert key in str(told.value)
    assert near in str(told.value)
    assert told.value.say("zh") != str(told.value)
    assert list(tmp_path.iterdir()) == [master]


@pytest.mark.parametrize(
    ("made", "near"),
    [
        (lambda: Settings(slect=()), "select"),
        (lambda: Settings(limits={"slip": 3}), "slips"),  # type: ignore[arg-type]
        (lambda: Limits(slip=3), "slips"),
    ],
)
def test_a_key_of_settings_that_does_not_exist_is_refused_with_the_nearest(made: Callable[[], Any], near: str) -> None:
    with pytest.raises(ValueError, match=f"There is no such key; did you mean {near}?"):
        made()


@pytest.mark.parametrize(
    ("said", "wrong"),
    [({"settings": {"select": ["ZZ9"]}}, "No rule ZZ9"), ({"settings": {"severity": {"DP999": "info"}}}, "DP999")],
)
@pytest.mark.parametrize("verb", [collabxl.check_workbooks, collabxl.sync_workbooks, collabxl.fix_workbooks])
def test_a_word_that_names_no_rule_is_refused_when_the_verb_is_called(verb: Any, said: Any, wrong: str) -> None:
    with pytest.raises(UsageError, match=wrong):
        verb(SAMPLES / "seed.xlsx", today=TODAY, **said)


def test_a_file_that_keeps_no_outcomes_is_refused_when_the_check_is_called(tmp_path: Path) -> None:
    kept = tmp_path / "notes.txt"
    kept.write_text("mine" * 100)
    with pytest.raises(UsageError, match=r"notes\.txt"):
        collabxl.check_workbooks(SAMPLES / "seed.xlsx", today=TODAY, resume=kept)
    assert kept.read_text() == "mine" * 100


def test_settings_count_as_a_dict_and_as_settings() -> None:
    """The limits and rules that are chosen are those that are checked."""
    path = SAMPLES / "messy.xlsx"
    said = {"select": ["DL"], "severity": {"DL401": "info"}}
    (one,) = collabxl.check_workbooks(path, today=TODAY, settings=said)
    (same,) = collabxl.check_workbooks(path, today=TODAY, settings=Settings.model_validate(said))
    assert one.findings == same.findings
    assert {finding.rule.code[:2] for finding in one.findings} == {"DL"}
    assert {finding.severity for finding in one.findings if finding.rule.code == "DL401"} == {"info"}


def test_today_is_that_of_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """By default what COLLABXL_TODAY says, else the system's."""
    path = SAMPLES / "seed.xlsx"
    monkeypatch.setenv("COLLABXL_TODAY", TODAY.isoformat())
    said = [finding.rule.code for outcome in collabxl.check_workbooks(path) for finding in outcome.findings]
    (outcome,) = collabxl.check_workbooks(path, today=TODAY)
    assert [finding.rule.code for finding in outcome.findings] == said != []
    assert collabxl.read_portfolio(path).today == TODAY
    monkeypatch.setenv("COLLABXL_TODAY", "1. August")
    with pytest.raises(UsageError, match=r"“1\. August” is no date; write it like 2024-08-01"):
        collabxl.check_workbooks(path)
    monkeypatch.delenv("COLLABXL_TODAY")
    assert collabxl.read_portfolio(path).today == dt.date.today()


@pytest.mark.parametrize("verb", [collabxl.sync_workbooks, collabxl.fix_workbooks])
def test_what_has_a_password_is_checked_and_never_written(verb: Callable[..., Any], tmp_path: Path) -> None:
    """Nothing is written back decrypted, beside it neither; without the password it is an error as ever."""
    locked = tmp_path / "locked.xlsx"
    content = encrypted()
    locked.write_bytes(content)
    (before,) = verb(locked, today=TODAY)
    assert before.outcome.error.kind == "encrypted"
    (checked,) = collabxl.check_workbooks(locked, today=TODAY, passwords=PASSWORD)
    (after,) = verb(locked, today=TODAY, passwords=["wrong", PASSWORD])
    assert [finding.rule.code for finding in after.outcome.findings] == [each.rule.code for each in checked.findings]
    assert isinstance(after, FixResult) or after.state == "not-written"
    assert list(tmp_path.iterdir()) == [locked]
    assert locked.read_bytes() == content
    assert len(collabxl.read_workbooks(locked, passwords=PASSWORD).readings) == 1


def test_a_resumed_check_says_the_same(tmp_path: Path) -> None:
    path, state = SAMPLES / "messy.xlsx", tmp_path / "state"
    (first,) = collabxl.check_workbooks(path, today=TODAY, resume=str(state))
    (again,) = collabxl.check_workbooks(path, today=TODAY, resume=state, watch=_nothing_is_read)
    assert collabxl.outcome_json(again) == collabxl.outcome_json(first)


def _nothing_is_read(files: Any) -> Any:
    assert list(files) == []
    return iter(())


def test_a_new_workbook_is_that_of_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    start = dt.date(2024, 9, 2)
    collabxl.new_workbook("a.xlsx", name="甲", start=start, lead="王经理", departments=["市场部", "IT部"], today=TODAY)
    collabxl.new_workbook("b.xlsx", name="甲", start=start, lead="王经理", departments="市场部,IT部", today=TODAY)
    one, other = (collabxl.read_workbooks(name).rows(0) for name in ("a.xlsx", "b.xlsx"))
    assert one == other
    assert (one["project"]["initiator"], one["project"]["departments"]) == ("市场部", "IT部")
    assert one["project"]["period"] == ["2024-09-02", "2024-12-02"]
    slug = collabxl.list_templates()[0].slug
    assert collabxl.find_template(slug.upper()).slug == slug
    collabxl.new_workbook("c.xlsx", template=slug, lang="en", start=start)
    collabxl.new_workbook("d.xlsx", template=Path("c.xlsx"), start=start)
    planned = collabxl.read_workbooks("d.xlsx")
    assert planned.readings[0].lang == "en"
    assert len(planned.frames["tasks"]) == len(collabxl.find_template(slug).tasks)
    for name, says in (("a.xlsx", "is there already"), ("a.xls", "should end in .xlsx")):
        with pytest.raises(UsageError, match=says):
            collabxl.new_workbook(name)
    collabxl.new_workbook("a.xlsx", force=True)
    with pytest.raises(UsageError, match="did you mean"):
        collabxl.new_workbook("e.xlsx", template=f"{slug}s")


def test_documents_are_written_where_they_are_asked_for(tmp_path: Path) -> None:
    paths = [SAMPLES / "seed.xlsx", SAMPLES / "clean.xlsx", tmp_path / "no.xlsx"]
    folder = tmp_path / "out"
    made = list(collabxl.write_documents(paths, "status", output=folder, form="html", today=TODAY))
    assert [each.state for each in made] == ["written", "written", "not-written"]
    assert sorted(folder.iterdir()) == sorted(each.file for each in made if each.file)
    assert made[2].error is not None
    assert made[2].error.kind == "not-found"
    again = collabxl.write_documents(paths[:1], "status", output=folder, form="html", today=TODAY)
    assert [each.state for each in again] == ["unchanged"]
    (other,) = collabxl.write_documents(paths[0], "status", output=str(folder), form="html", today=dt.date(2024, 9, 9))
    assert (other.state, other.error and other.error.kind) == ("not-written", "permission")
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("statsu", {}),
        ("status", {"form": "odt"}),
        ("status", {"output": tmp_path / "a.html", "form": "pdf"}),
        ("status", {"output": tmp_path / "a.html"}),
        ("status", {"form": "html", "first": TODAY, "last": dt.date(2024, 7, 1)}),
    ]
    for kind, options in wrong:
        with pytest.raises(UsageError):
            collabxl.write_documents(paths, kind, today=TODAY, **options)


def test_a_portfolio_is_read_and_written(tmp_path: Path) -> None:
    paths = [SAMPLES / "seed.xlsx", tmp_path / "no.xlsx"]
    read = collabxl.read_portfolio(paths, today=TODAY)
    page = collabxl.write_dashboard(paths, tmp_path / "a.html", today=TODAY, lang="en")
    book = collabxl.write_portfolio(paths, str(tmp_path / "a.xlsx"), today=TODAY)
    assert read.projects == page.projects == book.projects
    assert [each.error and each.error.kind for each in read.skipped_files] == ["not-found"]
    assert "<html" in (tmp_path / "a.html").read_text(encoding="utf-8")
    collabxl.write_portfolio(paths, tmp_path / "a.xlsx", today=TODAY)  # a report may replace a report
    with pytest.raises(UsageError, match=r"ends in \.html"):
        collabxl.write_dashboard(paths, tmp_path / "a.pdf", today=TODAY)


def test_delays_are_found_and_told(tmp_path: Path) -> None:
    books, unread = [], []
    for each in collabxl.find_delays([SAMPLES / "messy.xlsx", tmp_path / "no.xlsx"], today=TODAY):
        (unread if isinstance(each, collabxl.UnreadFile) else books).append(each)
    assert [each.error.kind for each in unread] == ["not-found"]
    assert books[0].cases
    letters = collabxl.delay_letters(books, today=TODAY)
    drafts = [replace(letter, path=tmp_path / letter.path) for letter in letters]
    collabxl.write_letters(drafts)
    assert len(list(tmp_path.glob("*.eml"))) == len(letters) > 0
    assert collabxl.delay_calendar(books, today=TODAY).count(b"BEGIN:VEVENT") == len(books[0].cases)
    assert books[0].project in collabxl.delay_message(books, today=TODAY)


def test_letters_are_sent_once_and_what_failed_is_told(tmp_path: Path) -> None:
    master = tmp_path / "master.xlsx"
    contacts = [{"department": "市场部", "person": "李四", "email": "li@example.test"}, {"department": "IT部"}]
    project = {"name": "甲", "departments": "市场部、IT部"}
    collabxl.build_workbook(master, project=project, rows={"contacts": contacts}, today=TODAY)
    made = collabxl.split(master, tmp_path / "copies", today=TODAY)
    with pytest.raises(UsageError, match="host"):
        collabxl.send_letters([])
    with smtp(tmp_path, "smtps") as (post, port, certificate):
        mail = {"host": "localhost", "port": port, "user": "boss", "sender": "boss@example.test"}
        letters = collabxl.split_letters(made, today=TODAY, settings={"mail": mail})
        access = MailAccess(MAIL_PASSWORD, certificate.trusted(), seconds=20)
        for state in ("sent", "sent-before"):
            sent = collabxl.send_letters(iter(letters), settings={"mail": mail}, access=access)
            assert [[each.state for each in letter.deliveries] for letter in sent] == [[state], []]
        assert [(taken.mail_from, taken.rcpt_tos) for taken in post.taken] == [
            ("boss@example.test", ["li@example.test"])
        ]


def test_a_master_by_its_verbs(tmp_path: Path) -> None:
    """Built, split, returned, merged, looked at, undone: each by the public name alone."""
    master = tmp_path / "master.xlsx"
    rows = {"tasks": [{"name": "A", "department": "市场部", "due": dt.date(2024, 8, 9), "status": "in_progress"}]}
    collabxl.build_workbook(master, project={"name": "甲", "departments": "市场部"}, rows=rows, today=TODAY)
    made = collabxl.split(master, tmp_path / "copies", today=TODAY)
    letters = collabxl.split_letters(made, today=TODAY)
    assert [letter.department for letter in letters] == ["市场部"]
    merged = collabxl.merge_copies(master, made.copies[0].path, today=TODAY)
    assert [(each.department, each.error, each.plan.takes) for each in merged.results] == [("市场部", None, ())]
    assert [entry.kind for entry in collabxl.read_ledger(master)] == ["split", "return"]
    for verb in (collabxl.undo, collabxl.undo_merge):
        with pytest.raises(UsageError, match="changed no cell"):
            verb(str(master), 1, today=TODAY)
    archive = collabxl.archive_project(master, documents=False)
    assert archive.path == tmp_path / "master.archive.zip"
    assert {file.kind for file in archive.manifest.files}.isdisjoint({"document"})


def test_the_catalogue_is_that_of_explain_and_schema() -> None:
    assert [rule.code for rule in collabxl.find_rules("DP301", "unknown-dependency")] == ["DP301"]
    assert len(collabxl.find_rules()) == len(RULES)
    (page,) = collabxl.explain_rules("dp301", lang="en")
    assert page.name == "unknown-dependency"
    with pytest.raises(UsageError, match="did you mean"):
        collabxl.find_rules("unknown-dependencies-of")
    assert set(collabxl.json_schema("tasks", lang="en")["properties"]) == {"tasks"}
    assert "## Tasks (`tasks`)" in collabxl.data_dictionary("任务分工表", lang="en")
    with pytest.raises(UsageError, match="did you mean tasks"):
        collabxl.json_schema("taks")


def test_settings_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert collabxl.load_settings() == Settings()
    Path("collabxl.toml").write_text('pack = "strict"\n', encoding="utf-8")
    assert collabxl.load_settings() == collabxl.load_settings("collabxl.toml") == Settings(pack="strict")
    Path("other.toml").write_text('packs = "strict"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"other\.toml: unknown key packs; did you mean pack\?"):
        collabxl.load_settings(Path("other.toml"))
