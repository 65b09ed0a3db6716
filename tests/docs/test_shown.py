"""Every command that README and the pages show runs as it stands there, or is understood where it needs a server."""

from __future__ import annotations

import io
import shutil
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from collabxl.cli.main import main
from tests.docs.shown import PAGES, ROOT, Command, commands
from tools.samples.__main__ import SAMPLES

SHOWN = {str(page.relative_to(ROOT)): list(commands(page)) for page in PAGES}
PREPARED = {
    "主表.xlsx": "clean.xlsx",
    "master.xlsx": "english.xlsx",
    "文件夹/a.xlsx": "seed.xlsx",
    "folder/a.xlsx": "seed.xlsx",
    "往来邮件/a.txt": "seed.findings.txt",
    "letters/a.txt": "seed.findings.txt",
}
"""What pages take for granted, by the samples that stand for it."""
BUILT = {"项目.xlsx": "clean.xlsx", "project.xlsx": "english.xlsx"}
"""What pages build themselves, unless they build nothing."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("COLLABXL_TODAY", "2024-08-01")
    monkeypatch.setenv("COLLABXL_LANG", "zh")
    (tmp_path / "samples").symlink_to(SAMPLES)
    return tmp_path


def prepare(home: Path, shown: list[Command]) -> None:
    builds = any("new" in command.words for command in shown)
    for name, sample in {**PREPARED, **({} if builds else BUILT)}.items():
        (home / name).parent.mkdir(exist_ok=True)
        shutil.copy(SAMPLES / sample, home / name)


def run(command: Command, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str, str]:
    monkeypatch.setattr(sys, "argv", ["collabxl", *command.words])
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="\n") for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as left:
        main()
    told = []
    for stream in (out, err):
        stream.seek(0)
        told.append(stream.read())
    return int(left.value.code or 0), *told


def shapes(page: str) -> list[list[str]]:
    """Return a page's commands without what a translation changes: names and options, where nothing is printed."""
    lines = [command.words for command in SHOWN.get(page, ()) if command.prints is None]
    bare = (words[2:] if words[0] == "--lang" else words for words in lines)
    return [[words[0], *(word for word in words if word.startswith("-"))] for words in bare]


def is_translated(page: str) -> bool:
    """Return whether a page shows what its Chinese twin shows, command by command, which runs there."""
    twin = page.replace("docs/en/", "docs/zh/").replace("README.en", "README")
    return twin != page and shapes(page) == shapes(twin)


def test_pages_show_commands() -> None:
    assert sum(map(len, SHOWN.values())) > 40
    assert [command.words[1] for command in SHOWN["README.md"] if command.prints] == ["samples/seed.xlsx"]
    assert is_translated("docs/en/index.md")
    assert is_translated("README.en.md")


@pytest.mark.parametrize("page", [page for page, shown in SHOWN.items() if shown])
def test_what_a_page_shows_works(page: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What only needs to be understood is asked for its help: names and options that are unknown fail there, too."""
    prepare(home, SHOWN[page])
    for command in SHOWN[page]:
        asked = command.prints or (command.runs and not is_translated(page))
        code, out, err = run(command if asked else Command([*command.words, "--help"]), monkeypatch)
        assert code in ((0, 1) if asked else (0,)), f"{command.words}: {err}"
        assert not command.prints or command.prints == out.rstrip() + "\n", command.words
