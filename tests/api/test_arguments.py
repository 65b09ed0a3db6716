"""Public verbs refuse an argument of a wrong kind by its name, with what is allowed, before they do anything."""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import collabxl
from collabxl import Outcome, SplitResult, UsageError
from collabxl.api.arguments import ALLOWED
from collabxl.pipeline.batch import Chunk
from collabxl.text import LANGS

TODAY = dt.date(2024, 8, 1)
MADE = SplitResult((), (), Chunk([], None, {}), ())  # type: ignore[arg-type]
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
    **{name: ["2024-08-01", dt.date.max] for name in ("first", "last")},
    "spoken": ["de"],
    **{name: [3, [3], {"市场部": 1}] for name in ("departments", "only", "accept")},
    **{name: [3, None] for name in ("words", "sheets")},
    **{name: [3, b"a"] for name in ("name", "lead", "kind", "form", "identity", "row")},
    **{name: ["no", 1] for name in ("force", "dry_run", "annotate", "backup", "documents")},
    "watch": [3, []],
    "outcome": [3, None, []],
    "outcomes": [3, None, "a.xlsx", [3]],
    **{name: [3, None, "a.xlsx", [3], {}] for name in ("books", "letters")},
    **{name: [3] for name in ("made", "access")},
    **{name: [3, ""] for name in ("template", "wording", "resume")},
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
    right |= {"kind": "letter", "project": {}, "outcome": Outcome("a.xlsx"), "made": MADE}
    parameters = inspect.signature(verb).parameters
    if parameters[name].kind is inspect.Parameter.VAR_POSITIONAL:
        call = partial(verb, wrong)
    else:
        call = partial(verb, **{**_required(parameters, right), name: wrong})
    with pytest.raises(UsageError) as refused:
        call()
    for lang in LANGS:
        assert name in refused.value.say(lang)
        assert "Traceback" not in refused.value.say(lang)
    assert list(tmp_path.iterdir()) == []


def _required(parameters: Mapping[str, inspect.Parameter], right: Mapping[str, object]) -> dict[str, object]:
    return {
        name: right.get(name, ())
        for name, each in parameters.items()
        if each.default is each.empty and each.kind is not each.VAR_POSITIONAL
    }


def test_every_argument_that_is_looked_at_is_tried() -> None:
    assert WRONG.keys() == ALLOWED.keys()
    every = {name for verb in TAKES.values() for name in inspect.signature(verb).parameters}
    assert ALLOWED.keys() <= every
