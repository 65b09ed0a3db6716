"""However many names are wrong, looking for what they may mean stays worth its time: comparisons are counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest
from rapidfuzz import fuzz, process

from collabxl.reading.workbook import read_source
from collabxl.rules.matching import near_names
from tests.laws.test_flood import DAY, book, checked
from tests.tables import MemorySource

FEW = 20_000
"""Comparisons that a workbook is worth while its bound is tested."""
LOOKERS = 5
"""Who looks for near names in a workbook, each with its own bound: finding, suggesting, departments, projects, run."""
A_CELL = 200
"""Comparisons with the words that the declaration knows, by cell; they do not grow with the workbook."""


def tasks_misspelt(size: int) -> Iterator[MemorySource]:
    yield book(tasks=[{"name": f"支付接口开发{at:05}号", "after": f"支付接口研发{at * 7:05}期"} for at in range(size)])


def in_traditional_characters(size: int) -> Iterator[MemorySource]:
    yield book(tasks=[{"name": f"支付介面{at:05}", "after": f"支付介面開發{at:05}"} for at in range(size)])


def progress_of_nobody(size: int) -> Iterator[MemorySource]:
    rows = [{"task": f"支付接口研发{at * 7:05}期", "updated": DAY} for at in range(size)]
    named = [{"id": f"T{at:05}", "name": f"支付接口开发{at:05}号"} for at in range(size)]
    yield book(tasks=named, progress=rows)


def departments_misspelt(size: int) -> Iterator[MemorySource]:
    yield book(
        tasks=[{"name": f"任务{at}", "department": f"华东第{at:05}部"} for at in range(size)],
        contacts=[{"department": f"华南第{at:05}部", "person": "某人"} for at in range(size)],
    )


def projects_misspelt(size: int) -> Iterator[MemorySource]:
    yield book(
        name="会员",
        tasks=[
            {"name": f"任务{at}", "after": f"支付项木{'甲' * (at % 60)}{chr(0x5000 + at)}::某"} for at in range(size)
        ],
    )
    for at in range(size // 10):
        yield book(name=f"支付项目{'甲' * at}", tasks=[{"id": "T0001", "name": "乙"}])


def tasks_of_another_project(size: int) -> Iterator[MemorySource]:
    yield book(name="会员", tasks=[{"name": f"任务{at}", "after": f"支付::接口开发{at:05}"} for at in range(size)])
    yield book(name="支付", tasks=[{"id": f"T{at:05}", "name": f"接口研发{at:05}"} for at in range(size)])


FAMILIES = [
    *(tasks_misspelt, in_traditional_characters, progress_of_nobody, departments_misspelt, projects_misspelt),
    tasks_of_another_project,
]


class Counted:
    """rapidfuzz's searches, with every word that is compared counted."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.comparisons = 0
        for name in ("extract", "extractOne"):
            monkeypatch.setattr(process, name, self._counting(getattr(process, name)))

    def _counting(self, search: Callable[..., Any]) -> Callable[..., Any]:
        def counted(word: str, known: Sequence[str] | Mapping[str, object], **options: object) -> object:
            self.comparisons += len(known)
            return search(word, known, **options)

        return counted


def comparisons(family: Callable[[int], Iterator[MemorySource]], size: int, counted: Counted) -> int:
    before = counted.comparisons
    checked([read_source(source, f"{at}.xlsx") for at, source in enumerate(family(size))])
    return counted.comparisons - before


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
def test_a_workbook_is_worth_so_many_comparisons_and_no_more(
    family: Callable[[int], Iterator[MemorySource]], monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = Counted(monkeypatch)
    monkeypatch.setattr(near_names, "COMPARISONS", FEW)
    assert comparisons(family, 600, counted) <= LOOKERS * FEW + A_CELL * 600


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
def test_without_the_bound_they_would_be_more(
    family: Callable[[int], Iterator[MemorySource]], monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = Counted(monkeypatch)
    monkeypatch.setattr(near_names, "COMPARISONS", 10**12)
    assert comparisons(family, 600, counted) > FEW


def test_all_of_an_ordinary_workbook_are_looked_for() -> None:
    size = 300
    (source,) = tasks_misspelt(size)
    (outcome,) = checked([read_source(source, "near.xlsx")])
    found = [each for each in outcome.findings if each.rule.code in ("DP301", "DP302", "DP311")]
    assert len(found) == size
    assert all(each.args.get("suggestions") or each.rule.code == "DP302" for each in found)


def test_what_is_too_much_is_still_told_as_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near_names, "COMPARISONS", 0)
    (source,) = tasks_misspelt(50)
    (outcome,) = checked([read_source(source, "near.xlsx")])
    found = [each for each in outcome.findings if each.rule.code == "DP301"]
    assert len(found) == 50
    assert not any(each.args["suggestions"] for each in found)


def test_near_words_are_those_of_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = Counted(monkeypatch)
    assert process.extractOne("甲乙", ["甲乙丙"], scorer=fuzz.ratio)[0] == "甲乙丙"
    assert counted.comparisons == 1
