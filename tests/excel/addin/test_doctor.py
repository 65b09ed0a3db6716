"""The doctor, for users of every system who are made for it; the registry is a mapping."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from collabxl import __version__
from collabxl.excel.addin.build import PART
from collabxl.excel.addin.install import install
from collabxl.excel.addin.locations import Places, places, program
from collabxl.excel.addin.stamp import Stamp
from collabxl.excel.doctor.installation import installation_signs
from collabxl.excel.doctor.jobs import OLD, job_signs
from collabxl.excel.doctor.parts import part_signs
from collabxl.excel.doctor.policies import CHILD_PROCESSES, policy_signs
from collabxl.excel.doctor.registry import ASR, COMMON, DISABLED, SECURITY, TRUSTED, Registry
from collabxl.excel.doctor.selftest import selftest
from collabxl.excel.doctor.sign import Sign
from collabxl.ooxml.package import Package
from tests.parts import require

MACHINE, USER, CHOSEN = SECURITY


@pytest.fixture
def user(tmp_path: Path) -> Places:
    return places("win32", tmp_path, tmp_path / "state", {})


@pytest.fixture
def exe(tmp_path: Path) -> str:
    path = tmp_path / "collabxlw.exe"
    path.touch()
    return str(path)


def states(signs: list[Sign]) -> str:
    """Return the states as a word, and see that what is not well has a cure and everything speaks both languages."""
    for sign in signs:
        assert sign.say("zh") != sign.say("en")
        assert sign.state != "fail" or (sign.cure("zh") and sign.cure("en"))
    return " ".join(sign.state for sign in signs)


def test_a_good_installation_is_well(user: Places, exe: str) -> None:
    install(user, Stamp(exe, str(user.jobs), __version__))
    assert states(list(installation_signs(user))) == "ok ok ok"


def test_what_is_not_well_with_an_installation_is_told(user: Places, exe: str) -> None:
    assert states(list(installation_signs(user))) == "fail"
    (path,) = install(user, Stamp("gone.exe", str(user.jobs), "0.0.1"))
    assert states(list(installation_signs(user))) == "ok warn fail"
    install(user, Stamp(exe, str(user.jobs), __version__))
    package = Package(path.read_bytes())
    package.put(PART, package.read(PART).replace(b"FileNew", b"FileOpen"))
    path.write_bytes(package.save())
    assert states(list(installation_signs(user))) == "ok warn ok"
    path.with_name(f"{path.name}:Zone.Identifier").write_text("[ZoneTransfer]\nZoneId=3", encoding="ascii")
    assert states(list(installation_signs(user))) == "ok warn ok fail"


@pytest.mark.parametrize(
    ("registry", "state"),
    [
        ({}, "ok"),
        ({CHOSEN: {"vbawarnings": 2}}, "ok"),
        ({CHOSEN: {"vbawarnings": 4}}, "warn"),
        ({CHOSEN: {"vbawarnings": 4}, TRUSTED[1]: {"alllocationsdisabled": 1}}, "fail"),
        ({CHOSEN: {"vbawarnings": 4}, USER: {"vbawarnings": 1}}, "ok"),
        ({MACHINE: {"requireaddinsig": 1}}, "fail"),
        ({COMMON[1]: {"requirealwaysonmacrosig": 1}}, "fail"),
        ({CHOSEN: {"disablealladdins": 1}}, "fail"),
        ({DISABLED: {"4f2a": b"\x01\x00\x00\x00" + r"C:\x\XLSTART\Collabxl.xlam".encode("utf-16-le")}}, "fail"),
        ({DISABLED: {"4f2a": "solver.xlam".encode("utf-16-le")}}, "ok"),
        ({ASR[0]: {CHILD_PROCESSES: "1"}}, "warn"),
        ({ASR[1]: {CHILD_PROCESSES: 6}}, "warn"),
        ({ASR[0]: {CHILD_PROCESSES: "2"}}, "ok"),
        ({MACHINE: {"requireaddinsig": 1}, ASR[0]: {CHILD_PROCESSES: "1"}}, "fail warn"),
    ],
)
def test_what_a_policy_means(registry: Registry, state: str) -> None:
    assert states(list(policy_signs(registry))) == state


def test_jobs_that_nobody_took_or_finished_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "jobs"
    assert states(list(job_signs(folder))) == "ok"
    folder.mkdir()
    for name in ("1.job", "2.run", "3.run", "3.done", "4.job"):
        (folder / name).touch()
        if name[0] != "4":
            os.utime(folder / name, (0, OLD))
    (folder / "watch.beat").touch()
    signs = list(job_signs(folder))
    assert states(signs) == "ok ok warn warn"
    assert [sign.say("en")[0] for sign in signs[2:]] == ["1", "1"]


def test_what_a_system_needs_is_looked_up() -> None:
    assert states(list(part_signs("amiga"))) in {"ok", "warn"}
    assert "fail" in states(list(part_signs("win32")) + list(part_signs("darwin")))  # no machine is both


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in programs are shell scripts")
@pytest.mark.parametrize("does", ["true", "missing"])
def test_a_program_that_does_not_answer_fails_the_selftest_and_leaves_nothing(tmp_path: Path, does: str) -> None:
    program = tmp_path / "collabxlw"
    if does == "true":
        program.write_text("#!/bin/sh\nexit 0\n", encoding="ascii")
        program.chmod(0o755)
    sign = selftest(str(program), tmp_path / "jobs", "en")
    assert states([sign]) == "fail"
    assert list((tmp_path / "jobs").iterdir()) == []


def test_the_real_program_takes_and_answers_the_selftest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    exe = program()
    require(exe, "collabxlw")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    sign = selftest(str(exe), tmp_path / "jobs", "en")
    assert sign.say("en").startswith("Self-test: taken in ")
    assert states([sign]) in {"ok", "warn"}  # warn: a busy machine took longer than the add-in would wait
    assert list((tmp_path / "jobs").iterdir()) == []


@pytest.mark.slow
def test_the_command_line_tells_in_json(tmp_path: Path) -> None:
    environ = {**os.environ, "HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "collabxl", "doctor", "--format", "json"]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, encoding="utf-8", timeout=60)
    told = [sign["state"] for sign in json.loads(done.stdout)["signs"]]
    assert told
    assert done.returncode == ("fail" in told)
    assert list(tmp_path.iterdir()) == []
