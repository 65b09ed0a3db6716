"""Public verbs refuse an argument of a wrong kind by its name, with what is allowed, before they do anything."""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import collabxl
from collabxl import UsageError
from collabxl.api.arguments import ALLOWED
from collabxl.text import LANGS

TODAY = dt.date(2024, 8, 1)
TAKES: dict[str, Callable[..., object]] = {
    name: getattr(collabxl, name) for name in collabxl.__all__ if inspect.isfunction(getattr(collabxl, name))
}
WRONG: dict[str, list[object]] = {
    "today": ["2024-08-01", 20240801, dt.datetime(2024, 8, 1), 45505.0, dt.date.max, dt.date.min],
    "start": ["2024-08-01", dt.date.max],
    "settings": ["strict", 1],
    "limits": [{"due_soon_days": 3}],
    "jobs": [0, -1, "2", True, 1.5],
    "number": [0, "1"],
    "lang": ["de", "ZH", 1],
    "passwords": [b"secret", [b"secret"], 1],
    "path": ["", None, 3, b"a.xlsx", ["a.xlsx"]],
    "output": ["", 3],
    "paths": [None, 3, "", [""], [None], b"a.xlsx", {"a.xlsx": 1}],
    "sources": [None, 3, "", [""]],
    "added": [None, 3, [None]],
    "among": [None, 3],
}


def arguments() -> Iterator[Any]:
    for verb, call in TAKES.items():
        for name, parameter in inspect.signature(call).parameters.items():
            for wrong in (each for each in WRONG.get(name, ()) if each is not parameter.default):
                yield pytest.param(call, name, wrong, id=f"{verb}-{name}-{wrong!r}")


@pytest.mark.parametrize(("verb", "name", "wrong"), list(arguments()))
def test_an_argument_of_a_wrong_kind_is_a_usage_error_that_names_it(
    verb: Callable[..., object], name: str, wrong: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    right = {"path": "a.xlsx", "paths": "a.xlsx", "sources": "b.xlsx", "output": "out", "today": TODAY, "number": 1}
    right |= {"kind": "letter", "project": {}}
    given = {
        name: right.get(name, ())
        for name, each in inspect.signature(verb).parameters.items()
        if each.default is each.empty and each.kind is not each.VAR_POSITIONAL
    }
    with pytest.raises(UsageError) as refused:
        verb(**{**given, name: wrong})
    for lang in LANGS:
        assert name in refused.value.say(lang)
        assert "Traceback" not in refused.value.say(lang)
    assert list(tmp_path.iterdir()) == []


def test_every_argument_that_is_looked_at_is_tried() -> None:
    assert WRONG.keys() == ALLOWED.keys()
    every = {name for verb in TAKES.values() for name in inspect.signature(verb).parameters}
    assert ALLOWED.keys() <= every
