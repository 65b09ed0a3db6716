"""The add-in installed, looked at and removed, in the homes of users who are made for it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from collabxl import FileError, UsageError
from collabxl.excel.addin.install import bundled_addin, find_addin, install, parts_of, uninstall
from collabxl.excel.addin.locations import ADDIN, Places, places
from collabxl.excel.addin.stamp import Stamp, read_stamp
from collabxl.excel.folders import state_folder
from collabxl.storage.data_files import resource_path

STAMP = Stamp("/opt/collabxlw", "/jobs", "0.1.0", "en")
STARTUP = {
    "win32": "AppData/Roaming/Microsoft/Excel/XLSTART",
    "darwin": "Library/Group Containers/UBF8T346G9.Office/User Content.localized/Startup.localized/Excel",
}


def of(system: str, home: Path, **environ: str) -> Places:
    return places(system, home, home / "state", environ)


def files_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("system", STARTUP)
def test_what_is_installed_is_told_and_goes_without_a_trace(tmp_path: Path, system: str) -> None:
    user = of(system, tmp_path)
    (tmp_path / STARTUP[system]).mkdir(parents=True)
    (tmp_path / STARTUP[system] / "Personal.xlsb").write_bytes(b"the user's own")
    before = files_in(tmp_path)
    written = install(user, STAMP)
    assert written[0] == tmp_path / STARTUP[system] / ADDIN
    assert sorted([*before, *(path.relative_to(tmp_path).as_posix() for path in written)]) == files_in(tmp_path)
    there = find_addin(written[0])
    assert there is not None
    assert there.stamp == STAMP
    assert there.genuine
    (user.jobs / "1.job").write_text("{}", encoding="ascii")
    assert set(uninstall(user)) == {*written, user.jobs / "1.job"}
    assert files_in(tmp_path) == before
    assert uninstall(user) == []


def test_macos_gets_the_script_and_jobs_where_excel_may_write(tmp_path: Path) -> None:
    user = of("darwin", tmp_path)
    install(user, STAMP)
    assert user.script is not None
    assert user.script.parent == tmp_path / "Library/Application Scripts/com.microsoft.Excel"
    assert user.script.read_bytes() == resource_path("macros", "collabxl.applescript").read_bytes()
    assert state_folder("darwin").is_relative_to(Path.home() / "Library/Group Containers/UBF8T346G9.Office")


def test_windows_moves_profiles_and_so_do_we(tmp_path: Path) -> None:
    user = of("win32", tmp_path, APPDATA=str(tmp_path / "漫游"))
    assert user.addin == tmp_path / "漫游" / "Microsoft" / "Excel" / "XLSTART" / ADDIN


def test_installing_again_takes_the_new_stamp_and_an_add_in_of_somebody_else_is_no_genuine_one(tmp_path: Path) -> None:
    user = of("win32", tmp_path)
    (path,) = install(user, STAMP)
    install(user, STAMP._replace(version="0.2.0"))
    assert read_stamp(path.read_bytes()).version == "0.2.0"
    path.write_bytes(resource_path("samples", "seed.xlsx").read_bytes())
    stranger = find_addin(path)
    assert stranger == (path, None, False)


def test_an_open_excel_is_told_and_the_old_add_in_stays(tmp_path: Path) -> None:
    user = of("win32", tmp_path)
    (path,) = install(user, STAMP)
    old = path.read_bytes()
    path.with_name(f"~${ADDIN}").write_bytes(b"\x05User1" + b" " * 159)
    with pytest.raises(FileError) as told:
        install(user, STAMP._replace(version="0.2.0"))
    assert told.value.kind == "locked"
    assert path.read_bytes() == old


def test_linux_is_told_what_to_do_and_writes_it_anywhere(tmp_path: Path) -> None:
    user = of("linux", tmp_path)
    with pytest.raises(UsageError, match="--to"):
        install(user, STAMP)
    assert install(user, STAMP, tmp_path) == [tmp_path / ADDIN]
    assert files_in(tmp_path) == [ADDIN]


@pytest.mark.slow
def test_the_command_line(tmp_path: Path) -> None:
    environ = {**os.environ, "HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state"), "COLLABXL_LANG": "en"}

    def run(*words: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "collabxl", "addin", *words]
        done = subprocess.run(
            command, cwd=tmp_path, env=environ, capture_output=True, text=True, encoding="utf-8", timeout=60
        )
        return done.returncode, done.stdout + done.stderr

    assert run("build", "--output", "built.xlam")[0] == 0
    assert parts_of((tmp_path / "built.xlam").read_bytes()) == parts_of(bundled_addin())
    code, told = run("install", "--to", "it.xlam", "--exe", r"%ProgramFiles%\collabxlw.exe")
    assert (code, "it.xlam" in told) == (0, True)
    stamp = read_stamp((tmp_path / "it.xlam").read_bytes())
    assert stamp == Stamp(r"%ProgramFiles%\collabxlw.exe", str(tmp_path / "state/collabxl/jobs"), stamp.version, "en")
    assert stamp.exe in run("status", "--to", "it.xlam")[1]
    if sys.platform == "linux":
        code, told = run("install", "--exe", "x")
        assert (code, "--to FILE" in told, "Traceback" in told) == (2, True, False)
        assert run("uninstall")[0] == run("status")[0] == 0
