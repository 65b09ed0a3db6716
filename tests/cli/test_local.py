"""A collabxl.toml that lies in the folder: told of, kept to its folder, and no place to send a password to."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.samples.__main__ import SAMPLES

TODAY = ("--today", "2024-08-01")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    here = tmp_path / "here"
    here.mkdir()
    for place in (here / "seed.xlsx", tmp_path / "elsewhere.xlsx"):
        shutil.copy(SAMPLES / "seed.xlsx", place)
    (here / "collabxl.toml").write_text(
        'ignore = ["DP", "PP", "DL"]\nfail_on = "never"\n[severity]\nCV101 = "info"\n[limits]\nstale_days = 99\n'
        '[mail]\nhost = "mail.example.invalid"\nuser = "a@example.invalid"\n',
        encoding="utf-8",
    )
    return here


def run(folder: Path, *words: str, lang: str = "en") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from collabxl.cli import main; main()", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "COLLABXL_LANG": lang, "COLLABXL_MAIL_PASSWORD": "secret"},
        timeout=120,
    )


@pytest.mark.slow
def test_found_settings_apply_in_their_folder_and_say_so_once(folder: Path) -> None:
    done = run(folder, "check", "seed.xlsx", str(folder), *TODAY, "--format", "json", "--fail-on", "error")
    assert done.returncode == 0
    (line,) = done.stderr.splitlines()
    assert str(folder / "collabxl.toml") in line
    assert line.endswith(" apply: ignore = DP, PP, DL, severity.CV101 = info, limits.stale_days = 99")


@pytest.mark.slow
@pytest.mark.parametrize("named", [["../elsewhere.xlsx"], ["seed.xlsx", "../elsewhere.xlsx"], ["link.xlsx"]])
def test_they_silence_nothing_outside_their_folder(folder: Path, named: list[str]) -> None:
    (folder / "link.xlsx").symlink_to(folder.parent / "elsewhere.xlsx")
    done = run(folder, "check", *named, *TODAY)
    assert done.returncode == 1
    assert "DP301" in done.stdout
    assert "do not apply" in done.stderr


@pytest.mark.slow
def test_a_file_that_is_named_applies_everywhere_without_a_word(folder: Path) -> None:
    done = run(folder, "check", "../elsewhere.xlsx", *TODAY, "--config", "collabxl.toml")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.slow
def test_a_broken_file_blocks_nothing_elsewhere(folder: Path) -> None:
    (folder / "collabxl.toml").write_text("ignore = [", encoding="utf-8")
    assert run(folder, "check", "../elsewhere.xlsx", *TODAY).returncode == 1
    assert run(folder, "check", "seed.xlsx", *TODAY).returncode == 2


@pytest.mark.slow
def test_no_password_goes_to_a_server_that_was_found(folder: Path) -> None:
    done = run(folder, "remind", "seed.xlsx", *TODAY, "--send")
    assert done.returncode == 2
    assert "no password is sent" in done.stderr
    assert "secret" not in done.stderr + done.stdout


@pytest.mark.slow
def test_a_password_in_the_file_is_refused(folder: Path) -> None:
    (folder / "collabxl.toml").write_text('[mail]\npassword = "x"\n', encoding="utf-8")
    done = run(folder, "check", "seed.xlsx", *TODAY)
    assert done.returncode == 2
    assert "unknown key mail.password" in done.stderr
