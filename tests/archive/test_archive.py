"""Archiving: what belongs to a project and what does not, always the same bytes; work goes on in what is unpacked."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import sys
import tracemalloc
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote

import docx
import pytest
from lxml import html

from collabxl import ArchiveResult, FileError, MailAccess, UsageError, archive_project, verify_archive
from collabxl.archive.manifest import FOLDER, NAME
from collabxl.exchange.database import VERSION
from collabxl.exchange.ledger import Ledger
from collabxl.reports.documents.kinds import KINDS
from collabxl.rules.engine.ledger_reader import ledger_path
from tests.archive.projects import SECRET, Folder, played
from tests.cli.test_cli import run
from tests.exchange.masters import TODAY
from tools.samples.__main__ import SAMPLES


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return played(tmp_path_factory.mktemp("项目"))


@pytest.fixture(scope="module")
def made(folder: Folder) -> ArchiveResult:
    return archive_project(folder.master, added=[folder.letters])


@pytest.fixture
def unpacked(made: ArchiveResult, tmp_path: Path) -> Path:
    zipfile.ZipFile(made.path).extractall(tmp_path)
    return tmp_path


def kinds(made: ArchiveResult) -> dict[str, str]:
    return {file.path.removeprefix(FOLDER): file.kind for file in made.manifest.files}


@pytest.mark.slow
def test_all_that_belongs_to_it_is_inside_and_nothing_of_its_neighbour(folder: Folder, made: ArchiveResult) -> None:
    found = kinds(made)
    (refused,) = folder.quarantine.glob("*.xlsx.quarantine")
    assert found == {
        "主表.xlsx": "workbook",
        "主表.ledger.sqlite": "ledger",
        "副本/主表_第01部.xlsx": "copy",
        "副本/主表_第01部.eml": "mail",
        "副本/主表_第02部.xlsx": "copy",
        "交回/随便叫什么.xlsx": "copy",
        "交回/随便叫什么.eml": "mail",
        "主表.xlsx.bak": "version",
        "主表（旧）.xlsx": "version",
        "主表_确认函.docx": "document",
        "主表-发现.xlsx": "document",
        f"主表.quarantine/{refused.name}": "quarantine",
        f"主表.quarantine/{refused.name}.txt": "quarantine",
        "elsewhere/往来/回复.eml": "mail",
        "index.html": "page",
        "index.en.html": "page",
    }
    assert sorted(path.name for path in made.left) == ["主表_二期.docx", "主表_二期.xlsx", "主表_链接.docx"]
    copy = next(file for file in made.manifest.files if file.path.endswith("随便叫什么.xlsx"))
    assert (copy.department, copy.revision) == ("第02部", "1")


def test_the_manifest_tells_which_project_in_which_versions(folder: Folder, made: ArchiveResult) -> None:
    with zipfile.ZipFile(made.path) as archive:
        told = json.loads(archive.read(NAME))
        assert archive.namelist()[0] == f"{FOLDER}主表.xlsx"
        assert archive.read(f"{FOLDER}主表.xlsx") == folder.master.read_bytes()
    assert (told["contract"], told["project"], told["workbook"]) == (1, "协同项目", f"{FOLDER}主表.xlsx")
    assert (told["revision"], told["language"]) == ("2", "zh")
    assert told["versions"] == {"collabxl": "0.1.0", "workbook": "1", "ledger": str(VERSION)}


def test_it_is_whole(made: ArchiveResult) -> None:
    verdict = verify_archive(made.path)
    assert verdict.differences == ()
    assert verdict.digest == made.digest
    assert verdict.manifest == made.manifest


@pytest.mark.slow
def test_the_same_files_give_the_same_bytes_while_somebody_writes_into_the_ledger(
    folder: Folder, made: ArchiveResult, tmp_path: Path
) -> None:
    elsewhere = Path(shutil.copytree(folder.master.parent, tmp_path / "b", symlinks=True))
    with closing(sqlite3.connect(ledger_path(elsewhere / "主表.xlsx"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("INSERT INTO mails VALUES ('not yet')")
        again = archive_project(elsewhere / "主表.xlsx", added=[folder.letters], force=True)
        assert again.digest == made.digest
        other.execute("COMMIT")
    changed = archive_project(elsewhere / "主表.xlsx", added=[folder.letters], force=True)
    assert changed.digest != made.digest


@pytest.mark.slow
def test_documents_that_nobody_has_written_are_made(folder: Folder, tmp_path: Path) -> None:
    book = Path(shutil.copytree(folder.master.parent, tmp_path / "b", symlinks=True), "主表.xlsx")
    letter = book.with_name("主表_协同目标确认函.pdf")
    letter.write_bytes(b"signed by all")
    made = archive_project(book, output=tmp_path / "a.zip", today=TODAY)
    titles = {kind.title.zh for name, kind in KINDS.items() if name != "letter"}
    new = {name for name, kind in kinds(made).items() if kind == "document"} - {
        "主表_确认函.docx",
        "主表-发现.xlsx",
    }
    assert new == {letter.name, *(f"主表_{title}.docx" for title in titles)}
    assert not list(book.parent.glob("主表_*报告.docx"))
    with zipfile.ZipFile(made.path) as archive:
        assert archive.read(f"{FOLDER}{letter.name}") == b"signed by all"
        status = docx.Document(io.BytesIO(archive.read(f"{FOLDER}主表_{KINDS['status'].title.zh}.docx")))
    assert status.core_properties.title == KINDS["status"].title.zh


@pytest.mark.slow
def test_without_the_extra_they_are_left_out_and_that_is_told(
    folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "docxtpl", None)
    made = archive_project(folder.master, output=tmp_path / "a.zip", today=TODAY)
    assert "collabxl[docs]" in str(made.unmade)
    assert verify_archive(made.path).differences == ()


def test_work_goes_on_in_what_is_unpacked(folder: Folder, unpacked: Path) -> None:
    there = unpacked / FOLDER / "主表.xlsx"
    with Ledger(folder.master) as before, Ledger(there) as after:
        assert after.entries() == before.entries()
        assert after.key == before.key


@pytest.mark.parametrize("name", ["index.html", "index.en.html"])
def test_the_index_opens_what_is_unpacked_and_asks_for_nothing_else(
    made: ArchiveResult, unpacked: Path, name: str
) -> None:
    page = html.parse(unpacked / name).getroot()
    links = [unquote(link) for _, _, link, _ in page.iterlinks()]
    listed = {file.path for file in made.manifest.files if file.kind not in ("quarantine", "page")}
    other = {"index.html": "index.en.html", "index.en.html": "index.html"}[name]
    assert sorted(links) == sorted([*listed, other])
    assert all((unpacked / link).is_file() for link in links)
    text = page.text_content()
    assert "协同项目" in text
    assert page.get("lang") == {"index.html": "zh-CN", "index.en.html": "en"}[name]


def test_no_password_of_an_address_is_in_it(folder: Folder, unpacked: Path) -> None:
    """A mailbox whose address bears one was asked for, and refused; the ledger tells that it was."""
    with Ledger(folder.master) as ledger:
        assert "imaps://li@mail.example/INBOX" in [entry.file for entry in ledger.entries()]
    assert not [file for file in unpacked.rglob("*") if file.is_file() and SECRET.encode() in file.read_bytes()]


def test_a_folder_that_is_merged_leaves_it_out(folder: Folder, made: ArchiveResult, tmp_path: Path) -> None:
    shutil.copy(made.path, tmp_path)
    assert folder.merge(tmp_path, access=MailAccess()).results == ()


@pytest.mark.slow
def test_large_files_pass_through_block_by_block(folder: Folder, tmp_path: Path) -> None:
    large = tmp_path / "录像.mp4"
    with large.open("wb") as file:
        file.truncate(48 * 2**20)
    archive_project(folder.master, output=tmp_path / "warm.zip")
    tracemalloc.start()
    made = archive_project(folder.master, output=tmp_path / "a.zip", added=[large])
    assert verify_archive(made.path).differences == ()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert made.path.stat().st_size > large.stat().st_size
    assert peak < 16 * 2**20


def test_a_workbook_typed_by_hand_has_no_more_than_its_own_files(tmp_path: Path) -> None:
    for name in ("messy.xlsx", "seed.xlsx"):
        shutil.copy(SAMPLES / name, tmp_path)
    shutil.copy(SAMPLES / "rollout-typed.xlsx", tmp_path / "messy 2.xlsx")
    (tmp_path / "messy.findings.txt").write_text("x", encoding="utf-8")
    made = archive_project(tmp_path / "messy.xlsx")
    assert list(kinds(made)) == ["messy.xlsx", "messy.findings.txt", "index.html", "index.en.html"]
    assert [path.name for path in made.left] == ["messy 2.xlsx"]
    assert made.manifest.workbook_id is None


def refusals(folder: Folder) -> Iterator[tuple[Path, str]]:
    yield folder.master.parent / "副本" / "主表_第01部.xlsx", "unsupported"
    yield folder.master.parent / "主表-发现.xlsx", "not-a-project"
    yield folder.master.parent / "主表_确认函.docx", "not-a-workbook"
    yield folder.master.parent / "没有.xlsx", "not-found"


@pytest.mark.slow
def test_what_is_no_master_is_refused_and_nothing_is_written(folder: Folder, tmp_path: Path) -> None:
    for path, kind in refusals(folder):
        with pytest.raises(FileError) as refused:
            archive_project(path, output=tmp_path / "a.zip")
        assert refused.value.kind == kind, path
    assert list(tmp_path.iterdir()) == []


def test_a_master_that_somebody_saves_meanwhile_is_not_archived(tmp_path: Path) -> None:
    book = Path(shutil.copy(SAMPLES / "seed.xlsx", tmp_path))

    def meanwhile() -> Iterator[Path]:
        shutil.copy(SAMPLES / "messy.xlsx", book)
        yield from ()

    with pytest.raises(FileError, match="Run again") as refused:
        archive_project(book, added=meanwhile())
    assert refused.value.kind == "locked"
    assert list(tmp_path.iterdir()) == [book]


def test_what_was_added_is_all_there_whatever_it_is_called(tmp_path: Path) -> None:
    book = Path(shutil.copy(SAMPLES / "seed.xlsx", tmp_path / "é.xlsx"))
    for name in ("1/mails", "2/mails"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "a.ledger.sqlite").write_text(name, encoding="utf-8")
    book.with_name(unicodedata.normalize("NFD", "é_x.docx")).write_bytes(b"x")
    made = archive_project(book, added=[tmp_path / "1" / "mails", tmp_path / "2" / "mails", tmp_path / "1"])
    assert list(kinds(made))[:-2] == [
        "é.xlsx",
        "elsewhere/1/mails/a.ledger.sqlite",
        "elsewhere/mails (2)/a.ledger.sqlite",
        "elsewhere/mails/a.ledger.sqlite",
        "é_x.docx",
    ]
    assert verify_archive(made.path).differences == ()


def test_one_that_is_there_stays_unless_forced(folder: Folder, made: ArchiveResult) -> None:
    before = made.path.read_bytes()
    with pytest.raises(UsageError, match="force=True"):
        archive_project(folder.master)
    assert made.path.read_bytes() == before
    with pytest.raises(UsageError, match=r"Call it 主表\.xlsx\.zip"):
        archive_project(folder.master, output=folder.master, force=True)


def test_a_ledger_that_is_none_and_a_name_no_zip_keeps_are_told(tmp_path: Path) -> None:
    book = Path(shutil.copy(SAMPLES / "seed.xlsx", tmp_path / "a.xlsx"))
    with closing(sqlite3.connect(ledger_path(book))) as other:
        other.execute("CREATE TABLE other (x)")
    for content in (ledger_path(book).read_bytes(), b"no SQLite" * 100):
        ledger_path(book).write_bytes(content)
        with pytest.raises(FileError) as refused:
            archive_project(book)
        assert refused.value.kind == "corrupt"
    ledger_path(book).unlink()
    (tmp_path / "a\\b.docx").write_bytes(b"x")
    with pytest.raises(FileError, match="Rename it"):
        archive_project(book)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xlsx", "a\\b.docx"]


@pytest.mark.slow
def test_the_command_tells_what_it_did_and_verifies(folder: Folder, tmp_path: Path) -> None:
    output = str(tmp_path / "a.zip")
    done = run("archive", str(folder.master), "--output", output, "--no-documents", COLLABXL_LANG="zh")
    assert done.returncode == 0, done.stderr
    assert "部门副本：3 个" in done.stdout
    judged = run("archive", output, "--verify", COLLABXL_LANG="en")
    assert (judged.returncode, judged.stderr) == (0, "")
    assert judged.stdout.splitlines()[-1].split()[1] in done.stdout
