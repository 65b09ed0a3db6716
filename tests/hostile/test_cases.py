"""Every hostile file through the real command line: the outcome it deserves, nothing else disturbed."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.cases import CASES, PASSWORD, Case, encrypted, healthy, written
from tests.hostile.package import SHEET, book, rows_of, sheet
from tests.hostile.running import run

MOST_MEMORY = 512 * 2**20
HEALTHY = ("00-healthy", "50-healthy", "99-healthy")


def check(folder: Path, *options: str, code: int) -> dict[str, Any]:
    """Return what ``collabxl check`` says about a folder; its exit code and a silent stderr are part of it."""
    command = [sys.executable, "-m", "collabxl", "--lang", "en", "check", str(folder), "--today", "2024-08-01"]
    done = run(*command, "--format", "json", *options)
    assert "Traceback" not in done.out + done.err
    assert done.code == code, done.err
    print(f"peak memory of any process: {done.peak // 2**20} MB")
    assert done.peak <= MOST_MEMORY
    return {Path(book["path"]).stem: book for book in json.loads(done.out)["workbooks"]}


def digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    for each, content in written():
        (folder / f"{each.name}.xlsx").write_bytes(content)
    for name in HEALTHY:
        (folder / f"{name}.xlsx").write_bytes(healthy())
    for name in ("~$lock", "._resource", ".~lock.book"):
        (folder / f"{name}.xlsx").write_bytes(b"not input")
    return folder


@pytest.fixture(scope="module")
def outcomes(hostile: Path) -> dict[str, Any]:
    before = digests(hostile)
    found = check(hostile, "--jobs", "2", code=3)
    assert digests(hostile) == before
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name[:30])
def test_each_file_gets_the_outcome_it_deserves(case: Case, outcomes: dict[str, Any]) -> None:
    found = outcomes[case.name]
    kind = found["error"] and found["error"]["kind"]
    assert kind == case.kind, found["error"]
    if case.kind:
        assert case.says in found["error"]["message"]
        return
    assert {finding["code"] for finding in found["findings"]} >= {"BK001", *case.finds}
    assert found["tasks"]["total"] > 0 or case.name.startswith("31-two")


def test_a_file_that_only_looks_odd_is_read_like_a_healthy_one(outcomes: dict[str, Any]) -> None:
    plain = outcomes["00-healthy"]["findings"]
    odd = [
        name for name in outcomes if name.startswith(("13-nested-sheet", "15-", "18-", "19-", "22-", "23-empty", "54-"))
    ]
    odd += ["13-nested-workbook", "17-stray-xfd1048576", "17-stray-z1048576", "25-encoding-utf-16"]
    odd += ["25-encoding-utf-16-strings", "32-very-hidden-sheet", "33-hidden-rows"]
    assert len(odd) > 15
    for name in odd:
        assert outcomes[name]["findings"] == plain, name


def test_what_stands_beside_poison_is_checked_as_if_it_were_alone(
    hostile: Path, outcomes: dict[str, Any], tmp_path: Path
) -> None:
    for name in HEALTHY:
        (tmp_path / f"{name}.xlsx").write_bytes(healthy())
    alone = check(tmp_path, code=1)
    for name in HEALTHY:
        assert outcomes[name] | {"path": ""} == alone[name] | {"path": ""}
    assert set(outcomes) == {*HEALTHY, *(case.name for case in CASES)}


def test_one_poison_among_many_changes_nothing_for_the_others(tmp_path: Path) -> None:
    names = [f"{number:03}" for number in range(80)]
    for number, name in enumerate(names):
        rows = [
            ("任务名称", "负责人", "所属部门", "截止日期", "优先级", "状态"),
            (f"任务{number}", "张三", "市场部", 45510),
        ]
        (tmp_path / f"{name}.xlsx").write_bytes(book({SHEET: sheet(rows_of(rows))}))
    without = check(tmp_path, "--jobs", "2", code=1)
    poison = next(case for case in CASES if case.name == "02-bomb-strings")
    (tmp_path / "040-poison.xlsx").write_bytes(poison.make())
    found = check(tmp_path, "--jobs", "2", code=3)
    assert found.pop("040-poison")["error"]["kind"] == "too-large"
    assert list(found.items()) == list(without.items())


def test_a_password_file_opens_what_it_fits(tmp_path: Path) -> None:
    books, words = tmp_path / "books", tmp_path / "words.txt"
    books.mkdir()
    (books / "locked.xlsx").write_bytes(encrypted())
    (books / "plain.xlsx").write_bytes(healthy())
    before = digests(books)
    words.write_bytes(f"\ufeff\r\nwrong\r\n\r\n{PASSWORD}\r\n".encode())
    found = check(books, "--password-file", str(words), code=1)
    assert found["locked"] | {"path": ""} == found["plain"] | {"path": ""}
    words.write_text("wrong\nworse\n", encoding="utf-8")
    error = check(books, "--password-file", str(words), code=3)["locked"]["error"]
    assert error["kind"] == "encrypted"
    assert "none of the 2 given" in error["message"]
    assert "worse" not in error["message"]
    assert digests(books) == before


def test_nothing_is_written_back_decrypted(tmp_path: Path) -> None:
    path, words = tmp_path / "locked.xlsx", tmp_path / "words.txt"
    path.write_bytes(encrypted())
    words.write_text(PASSWORD, encoding="utf-8")
    before = digests(tmp_path)
    command = [sys.executable, "-m", "collabxl", "--lang", "en", "sync", str(path), "--password-file", str(words)]
    done = run(*command)
    assert done.code == 3
    assert "[encrypted]" in done.err
    assert "nothing is ever written back decrypted" in done.err
    assert PASSWORD not in done.out + done.err
    assert digests(tmp_path) == before


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"], ids=["missing", "not-text"])
def test_an_unreadable_password_file_is_wrong_usage(content: bytes | None, tmp_path: Path) -> None:
    path, words = tmp_path / "book.xlsx", tmp_path / "words.txt"
    path.write_bytes(healthy())
    if content is not None:
        words.write_bytes(content)
    done = run(sys.executable, "-m", "collabxl", "check", str(path), "--password-file", str(words))
    assert done.code == 2
    assert "Traceback" not in done.err
