"""What words mean where a file or rules are asked for: ``-``, names of other files, nothing, Chinese commas."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from collabxl.cli.main import cli
from collabxl.errors import UsageError
from tests.cli.test_cli import SEED, TODAY

TARGETS = ("--output", "--report", "out")


def asked(*words: str) -> Result:
    return CliRunner().invoke(cli, list(words), env={"COLLABXL_LANG": "en"})


def commands(group: click.Group, *words: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        found = group.get_command(context, name)
        assert found is not None
        if isinstance(found, click.Group):
            yield from commands(found, *words, name)
        else:
            yield (*words, name), found


def targets() -> Iterator[Any]:
    for words, command in commands(cli):
        for param in command.params:
            if {*param.opts} & {*TARGETS}:
                yield pytest.param(words, param, id=" ".join((*words, param.opts[0])))


@pytest.mark.parametrize(("words", "param"), list(targets()))
def test_a_dash_is_no_name_of_a_file(
    words: tuple[str, ...], param: click.Parameter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the screen for a check, and refused wherever nothing can go there; no file of that name comes to be."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(SEED, "a.xlsx")
    where = [param.opts[0], "-"] if isinstance(param, click.Option) else ["-"]
    told = asked(*words, *(["a.xlsx"] if isinstance(param, click.Option) and words[0] != "addin" else []), *where)
    if words == ("check",):
        assert "a.xlsx" in told.output and told.exit_code == 1
    else:
        assert told.exit_code == 2 and "is no name of a file" in told.output
    assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]


def test_a_report_takes_no_workbook_s_place_whatever_it_is_called(tmp_path: Path) -> None:
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    for name, content in (("plan.json", Path(SEED).read_bytes()), ("plan.html", old), ("plan", old)):
        path = tmp_path / name
        path.write_bytes(content)
        told = asked("check", SEED, *TODAY, "--output", str(path))
        assert isinstance(told.exception, UsageError), name
        assert "no report" in str(told.exception)
        assert path.read_bytes() == content
    report = tmp_path / "report.json"
    for _ in range(2):
        assert asked("check", SEED, *TODAY, "--output", str(report)).exit_code == 1


@pytest.mark.parametrize("option", ["--select", "--ignore"])
@pytest.mark.parametrize("word", ["", " ", ",", "，、"])
def test_rules_that_are_none_are_refused_for_they_would_mean_all(option: str, word: str) -> None:
    told = asked("check", SEED, *TODAY, option, word)
    assert (told.exit_code, "Names no rule" in told.output) == (2, True)


def test_rules_are_told_apart_by_chinese_commas_too() -> None:
    wanted = asked("check", SEED, *TODAY, "--format", "jsonl", "--select", "DL401,DP301").output
    assert '"DL401"' in wanted and '"DP301"' in wanted
    for word in ("DL401，DP301", "dl401、dp301", "DL401；DP301", "DL401 DP301", " DL401 ,, DP301 "):
        assert asked("check", SEED, *TODAY, "--format", "jsonl", "--select", word).output == wanted, word
