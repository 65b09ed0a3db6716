"""The names of the code: a class name has one meaning; functions and classes are nouns, verbs or claims."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

import collabxl

ROOT = Path(collabxl.__file__).parent
XLWINGS = "excel/live/libreoffice"
"""An engine of xlwings, whose classes have the names that its interface gives them."""
BANNED = frozenset(
    re.findall(
        r"\w+",
        "told seen shown said meant asked kept held made found spoken wished heeded heard known given taken put left "
        "judged divided strayed handed drafted fitted waived weighed met untold sent gone brought done thought written "
        "read",
    )
)
"""Participles that say nothing of the thing they would name; before a noun they may stand (``missing_sheet``)."""
VAGUE = frozenset(["manager", "helper", "util", "utils", "handler", "processor", "data", "info", "misc", "stuff"])
VERBS = frozenset({"read"})
"""Words among the banned ones that are verbs as well."""
FRAMES = "rules/"
"""Rules are called after the bad pattern (kpi_missing), frames after their rows; both are asked for by name."""
_WORDS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")


def definitions() -> Iterator[tuple[str, ast.FunctionDef | ast.ClassDef]]:
    for path in sorted(ROOT.rglob("*.py")):
        place = path.relative_to(ROOT).as_posix()
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                yield place, node


def words(name: str) -> list[str]:
    return [word.lower() for word in _WORDS.findall(name)]


def is_named_badly(name: str) -> bool:
    *before, last = words(name)
    if before[:1] in (["is"], ["has"], ["was"]):
        return False
    return (last in BANNED - VERBS) or last in VAGUE


def test_a_class_name_has_one_meaning() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for place, node in definitions():
        if isinstance(node, ast.ClassDef) and not place.startswith(XLWINGS):
            places[node.name].append(place)
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def test_names_say_what_a_thing_is_or_does() -> None:
    bad = [
        f"{place}: {node.name}"
        for place, node in definitions()
        if is_named_badly(node.name) and not (place.startswith(FRAMES) and node.decorator_list)
    ]
    assert bad == []


@pytest.mark.parametrize("name", ["told", "_seen", "Heard", "rows_left", "RowHelper", "page_data", "_what_was_said"])
def test_the_law_sees(name: str) -> None:
    assert is_named_badly(name)


@pytest.mark.parametrize(
    "name", ["read", "read_sheet", "missing_sheet", "is_known", "_was_held", "FindingOut", "Reading"]
)
def test_the_law_lets_pass(name: str) -> None:
    assert not is_named_badly(name)
