"""No text is so unfriendly that looking at it takes more than its length: steps are counted, not seconds."""

from __future__ import annotations

import inspect
import pkgutil
import re
import sys
import zlib
from collections.abc import Iterator
from importlib import import_module
from math import inf
from random import Random
from typing import Any

import pytest

import collabxl
from collabxl.rules.matching import wording
from tests.laws.steps import Steps, unfriendly

SHORT, LONG = 48, 96
TEXTS = 60
STEEPEST = 3.0
"""Twice the text may take so many times the steps: 2 where they grow with the text, 4 where with its square."""
ON_CELLS = (
    "collabxl.rules",
    "collabxl.reading.values",
    "collabxl.reading.dates",
    "collabxl.reading.headers",
    "collabxl.ooxml.dangerous_text",
)
"""Who looks at what people type. Parts of a file are looked at in the worker, whose time is limited."""
_SEARCHES = r"\b{}\.(?:search|sub|subn|findall|finditer|split)\b"


def patterns() -> Iterator[Any]:
    """Yield the patterns for cells, by module and name, and whether they are looked for anywhere in a text."""
    for found in pkgutil.walk_packages(collabxl.__path__, "collabxl."):
        if found.name.startswith(ON_CELLS):
            module = import_module(found.name)
            source = inspect.getsource(module)
            for name, value in vars(module).items():
                if isinstance(value, re.Pattern):
                    anywhere = re.search(_SEARCHES.format(name), source) is not None
                    yield pytest.param(value, anywhere, id=f"{module.__name__.removeprefix('collabxl.')}.{name}")


@pytest.fixture(autouse=True)
def _deep() -> Iterator[None]:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(50_000)
    yield
    sys.setrecursionlimit(limit)


def worst(pattern: re.Pattern[Any], *, anywhere: bool, texts: int = TEXTS) -> tuple[float, str]:
    """Return how the steps grow when a text gets twice as long, at the worst, and the beginning of that text."""
    steps = Steps(pattern)
    chance = Random(zlib.crc32(repr(pattern.pattern).encode()))
    found = (1.0, "")
    for made in unfriendly(pattern, chance, texts):
        short, long = (steps.count(made(size), anywhere=anywhere) for size in (SHORT, LONG))
        found = max(found, (long if long == inf else (long + SHORT) / (short + SHORT), repr(made(12))))
        if found[0] > STEEPEST:
            break
    return found


@pytest.mark.parametrize(("pattern", "anywhere"), list(patterns()))
def test_no_pattern_takes_more_steps_than_the_text_has_letters(pattern: re.Pattern[Any], anywhere: bool) -> None:
    growth, text = worst(pattern, anywhere=anywhere)
    assert growth < STEEPEST, text


@pytest.mark.parametrize(
    ("pattern", "anywhere"),
    [(r"[一二三]+(?:个月|天)", True), (r"\s*-?\s*x", False), (r"(?:a|a)*b", False), (r"\d+%", True), (r"<.*?>$", True)],
)
def test_what_is_steep_is_seen(pattern: str, anywhere: bool) -> None:
    assert worst(re.compile(pattern), anywhere=anywhere, texts=200)[0] > STEEPEST


def test_the_counter_finds_what_the_engine_finds() -> None:
    for text in ("三个月内完成", "一二三四", "", "half a year", "百分之五", "一" * 50 + "天"):
        assert Steps(wording._MEASURED).finds(text, anywhere=True) is (wording._MEASURED.search(text) is not None)
