"""The command line from outside: real processes, exit codes, streams, languages."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from collabxl.reports.json_model import WorkbookOut
from tools.samples.__main__ import SAMPLES

SEED = str(SAMPLES / "seed.xlsx")
TODAY = ("--today", "2024-08-01")


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    ours = ("COLLABXL_LANG", "COLLABXL_TODAY", "LANG", "LC_ALL", "LC_MESSAGES")
    clean = {name: value for name, value in os.environ.items() if name not in ours}
    return subprocess.run(
        [sys.executable, "-c", "from collabxl.cli import main; main()", *words],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**clean, "COLUMNS": "80", **environment},
        timeout=120,
    )


@pytest.mark.slow
def test_json_is_the_contract_s(tmp_path: Path) -> None:
    done = run("check", SEED, str(tmp_path / "no.xlsx"), *TODAY, "--format", "json")
    assert done.returncode == 3
    said = json.loads(done.stdout)
    assert list(said) == ["contract", "version", "today", "workbooks", "counts"]
    assert (said["contract"], said["today"]) == (1, "2024-08-01")
    assert said["counts"] == {"workbooks": 2, "unreadable": 1, "error": 4, "warning": 1, "info": 2}
    for workbook in said["workbooks"]:
        WorkbookOut.model_validate(workbook)
    seed, missing = said["workbooks"]
    assert missing["error"]["kind"] == "not-found"
    assert missing["findings"] == []
    assert seed["project"] == "2024年Q3APP支付流程优化项目"
    assert seed["tasks"] == {
        "total": 3,
        "by_status": {"not_started": 1, "in_progress": 1, "done": 1},
        "overdue": 1,
        "progress": 0.33,
    }
    unknown = next(finding for finding in seed["findings"] if finding["code"] == "DP301")
    assert unknown == {
        "code": "DP301",
        "name": "unknown-dependency",
        "severity": "error",
        "sheet": "任务分工表",
        "cell": "G4",
        "row": 4,
        "column": "依赖任务",
        "key": "after",
        "id": None,
        "value": "支付功能上线时间确认",
        "message": unknown["message"],
        "fix": unknown["fix"],
        "fixable": False,
        "waived": False,
        "args": {"suggestions": ["支付接口方案设计"], "token": "支付功能上线时间确认"},
    }


@pytest.mark.slow
def test_jsonl_is_one_workbook_a_line() -> None:
    done = run("check", SEED, str(SAMPLES / "clean.xlsx"), *TODAY, "--format", "jsonl")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["path"] for line in lines] == [SEED, str(SAMPLES / "clean.xlsx")]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((str(SAMPLES / "clean.xlsx"), *TODAY), 0),
        ((SEED, *TODAY), 1),
        ((SEED, *TODAY, "--fail-on", "never"), 0),
        ((SEED, *TODAY, "--select", "ST"), 0),
        ((SEED, *TODAY, "--select", "ST", "--fail-on", "warning"), 1),
        ((SEED, *TODAY, "--ignore", "DL,DP,PP"), 0),
        ((SEED, *TODAY, "--select", "dp301"), 1),
        ((SEED, "--today", "yesterday"), 2),
        ((SEED, "--select", "XX"), 2),
        ((SEED, "--pack", "none"), 2),
        ((SEED, "--no-such-option"), 2),
        ((), 2),
        (("no-such-file.xlsx",), 3),
        ((SEED, "no-such-file.xlsx", *TODAY), 3),
    ],
)
def test_exit_codes(words: tuple[str, ...], code: int) -> None:
    done = run("check", *words)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr


def test_today_may_come_from_the_environment() -> None:
    assert "逾期 2 个工作日" in run("check", SEED, COLLABXL_TODAY="2024-08-01").stdout


@pytest.mark.parametrize(
    ("environment", "word"),
    [
        ({}, "错误"),
        ({"LC_ALL": "C.UTF-8"}, "错误"),
        ({"LC_ALL": "zh_CN.UTF-8"}, "错误"),
        ({"LC_ALL": "en_US.UTF-8"}, "error"),
        ({"LC_ALL": "zh_CN.UTF-8", "COLLABXL_LANG": "en"}, "error"),
    ],
)
def test_the_language_is_that_of_the_environment(environment: dict[str, str], word: str) -> None:
    assert word in run("check", SEED, *TODAY, **environment).stdout


def test_the_option_wins_over_the_environment() -> None:
    assert "错误" in run("--lang", "zh", "check", SEED, *TODAY, COLLABXL_LANG="en").stdout


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_text_fits_eighty_columns(lang: str) -> None:
    from rich.cells import cell_len

    done = run("--lang", lang, "check", *(str(path) for path in sorted(SAMPLES.glob("*.xlsx"))), *TODAY)
    assert done.stdout.count("\n") > 100
    for line in done.stdout.splitlines():
        assert cell_len(line) <= 82, line


def bad_files(folder: Path) -> dict[str, Path]:
    """One file of every kind that cannot be read."""
    made = {name: folder / f"{name}.xlsx" for name in ("text", "old", "locked-by-password", "cut", "empty")}
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    made["text"].write_text("a,b\n1,2\n", encoding="utf-8")
    made["old"].write_bytes(ole + "Workbook".encode("utf-16-le"))
    made["locked-by-password"].write_bytes(ole + "EncryptedPackage".encode("utf-16-le"))
    content = Path(SEED).read_bytes()
    made["cut"].write_bytes(content[: len(content) // 2])
    made["empty"].write_bytes(b"")
    return made


def test_a_bad_file_is_one_clear_line_and_the_others_are_checked(tmp_path: Path) -> None:
    made = bad_files(tmp_path)
    for name, kind in (
        ("text", "not-a-workbook"),
        ("old", "unsupported"),
        ("locked-by-password", "encrypted"),
        ("cut", "corrupt"),
        ("empty", "not-a-workbook"),
    ):
        done = run("check", str(made[name]), SEED, *TODAY)
        assert done.returncode == 3
        assert len(done.stderr.splitlines()) == 1
        assert f"[{kind}]" in done.stderr
        assert made[name].name in done.stderr
        assert "DL401" in done.stdout


def test_a_folder_is_searched_and_what_is_no_input_left_out(tmp_path: Path) -> None:
    inside = tmp_path / "a" / "b"
    inside.mkdir(parents=True)
    shutil.copy(SEED, inside / "one.xlsx")
    shutil.copy(SEED, tmp_path / "two.xlsm")
    (tmp_path / "~$two.xlsm").write_bytes(b"owner")
    (tmp_path / "notes.txt").write_text("no", encoding="utf-8")
    done = run("check", str(tmp_path), *TODAY, "--format", "jsonl")
    assert sorted(Path(json.loads(line)["path"]).name for line in done.stdout.splitlines()) == ["one.xlsx", "two.xlsm"]


def test_an_empty_folder_and_a_pattern_without_matches_are_not_found(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "*.xlsx"):
        done = run("check", str(path))
        assert done.returncode == 3
        assert "[not-found]" in done.stderr


def test_a_pattern_is_expanded_where_the_shell_does_not(tmp_path: Path) -> None:
    for name in ("a", "b"):
        shutil.copy(SEED, tmp_path / f"{name}.xlsx")
    done = run("check", str(tmp_path / "*.xlsx"), *TODAY, "--format", "jsonl")
    assert len(done.stdout.splitlines()) == 2


def test_check_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "seed.xlsx"
    shutil.copy(SEED, path)
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    run("check", str(path), *TODAY)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert list(tmp_path.iterdir()) == [path]


def test_output_goes_to_a_file(tmp_path: Path) -> None:
    out = tmp_path / "findings.json"
    done = run("check", SEED, *TODAY, "--format", "json", "--output", str(out))
    assert done.stdout == ""
    assert json.loads(out.read_text(encoding="utf-8"))["counts"]["error"] == 4


def test_settings_are_read_and_unknown_words_refused(tmp_path: Path) -> None:
    config = tmp_path / "collabxl.toml"
    config.write_text('ignore = ["DP", "PP", "DL"]\n', encoding="utf-8")
    assert run("check", SEED, *TODAY, "--config", str(config)).returncode == 0
    config.write_text('ignored = ["DP"]\n', encoding="utf-8")
    done = run("--lang", "en", "check", SEED, "--config", str(config))
    assert done.returncode == 2
    assert "did you mean ignore?" in done.stderr
    config.write_text("pack = [", encoding="utf-8")
    assert run("check", SEED, "--config", str(config)).returncode == 2


def test_new_check_sync(tmp_path: Path) -> None:
    path = tmp_path / "项目.xlsx"
    words = ("--name", "测试", "--start", "2024-07-01", "--lead", "张三（138）", "--departments", "研发部,市场部")
    assert run("new", str(path), *words).returncode == 0
    assert run("new", str(path)).returncode == 2
    checked = json.loads(run("check", str(path), *TODAY, "--format", "json").stdout)["workbooks"][0]
    assert {finding["key"] for finding in checked["findings"]} == {"goal", "kpis"}
    assert checked["workbook_id"]
    assert checked["revision"] == "1"
    assert run("sync", str(path), *TODAY).returncode == 1
    before = path.read_bytes()
    again = run("sync", str(path), *TODAY)
    assert "已是最新" in again.stdout
    assert path.read_bytes() == before


def test_help_is_quick_and_light() -> None:
    done = run("--help")
    assert done.returncode == 0
    for name in ("new", "check", "sync"):
        assert name in done.stdout
    code = (
        "import sys\nfrom collabxl.cli.main import cli\n"
        "try:\n    cli.main(['--help'], standalone_mode=False)\nexcept SystemExit:\n    pass\n"
        "print(sorted({'pandas', 'lxml', 'numpy', 'pydantic', 'xlsxwriter'} & set(sys.modules)))"
    )
    light = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", timeout=60)
    assert light.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("name", ["new", "check", "sync"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_command_has_help_in_both_languages(name: str, lang: str) -> None:
    done = run("--lang", lang, name, "--help")
    assert done.returncode == 0
    assert ("用法：" if lang == "zh" else "Usage: ") in done.stdout


def test_control_characters_never_reach_the_terminal(tmp_path: Path) -> None:
    from collabxl import build_workbook

    path = tmp_path / "book.xlsx"
    build_workbook(
        path, project={"name": "项目\u202e反转"}, rows={"tasks": [{"name": "坏\u200b名", "status": "\u202e怪"}]}
    )
    done = run("check", str(path))
    assert not {"\u202e", "\u200b", "\x1b"} & set(done.stdout)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full is Linux's")
@pytest.mark.parametrize("words", [("check", SEED, *TODAY, "--format", "json"), ("explain",), ("--version",)])
def test_a_full_disk_behind_the_output_is_an_error_like_any_file_s(words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([sys.executable, "-m", "collabxl", "--lang", "en", *words], stdout=full, stderr=-1)
    assert done.returncode == 3
    assert done.stderr.decode().startswith("collabxl: [permission] The output could not be written whole")
    assert b"Traceback" not in done.stderr
