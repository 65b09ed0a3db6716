"""What holds for every edit of every workbook: mutants of ours, and the corpus of foreign ones."""

from __future__ import annotations

import datetime as dt
import random
from itertools import pairwise
from pathlib import Path

import pytest

from collabxl import PackageError
from collabxl.ooxml import lint
from collabxl.ooxml.areas import Spot
from collabxl.ooxml.cells import Value
from collabxl.ooxml.edit import set_cells
from collabxl.ooxml.package import Package
from collabxl.ooxml.sheet import WorksheetPart, worksheet_part
from collabxl.ooxml.workbook_part import WorkbookPart
from collabxl.ooxml.zip import RawZip
from tests.ooxml.sheets import plain, said
from tests.ooxml.test_laws import foreign, mutant, needs_corpus, new_errors
from tests.ooxml.workbooks import VARIANTS

KINDS: dict[str, Value] = {
    "shared": 5,
    "follower": "自己的",
    "formula": 12.5,
    "text": 777,
    "number": "文本 & <x>",
    "blank": dt.date(2024, 2, 3),
    "new cell": " =1+1 ",
    "new row": dt.datetime(2024, 2, 3, 12, 30),
    "gap": True,
}
COMPUTED = ("shared", "follower", "formula")


def kind_of(node) -> str:
    """Return which of ``KINDS`` a cell is."""
    formula, value = node.first("f"), node.first("v")
    if formula is not None:
        return ("shared" if formula.text.strip() else "follower") if formula.attrs.get("t") == "shared" else "formula"
    if value is None:
        return "blank"
    return {"s": "text", "n": "number"}.get(node.attrs.get("t", "n"), "text")


def targets(sheet: WorksheetPart) -> dict[str, Spot]:
    """Return one cell of each kind that a sheet has, and places where there is none yet."""
    found: dict[str, Spot] = {}
    numbers = list(sheet.numbers)
    for number in numbers[:40]:
        for column, node in sheet.row(number).cells.items():
            found.setdefault(kind_of(node), (number, column))
    if numbers:
        found["new cell"] = numbers[0], min(max(sheet.row(numbers[0]).cells, default=0) + 2, 16_384)
        gaps = [one + 1 for one, other in pairwise(numbers) if other > one + 1]
        found |= {"gap": (gaps[0], 3)} if gaps else {}
    found["new row"] = (numbers[-1] if numbers and numbers[-1] < 1_048_000 else 0) + 2, 2
    return found


def edited_everywhere(source: bytes, refused: list[str]) -> tuple[bytes, dict[str, dict[Spot, Value]]]:
    """Return a workbook with a cell of each kind changed in its first sheets, after the lint and a second run."""
    package = Package(source)
    book = WorkbookPart(package)
    done: dict[str, dict[Spot, Value]] = {}
    for tab in book.sheets[:3]:
        try:
            places = targets(worksheet_part(book, tab.title))
        except PackageError as refusal:
            refused.append(refusal.code)
            continue
        for kind, spot in places.items():
            try:
                set_cells(book, tab.title, {spot: KINDS[kind]})
                assert kind not in COMPUTED, "a formula was overwritten"
                done.setdefault(tab.title, {})[spot] = KINDS[kind]
            except PackageError as refusal:
                assert refusal.say("zh") != refusal.say("en")
                refused.append(refusal.code)
    result = package.save()
    if not done:
        assert result == source
        return result, done
    lint.check(package, result, [], done)
    again = Package(result)
    second = WorkbookPart(again)
    for title, values in done.items():
        set_cells(second, title, values)
    assert again.save() == result, "a second run changed something"
    changed = package.changes().changed
    before, after = RawZip(source), RawZip(result)
    assert all(
        after.raw(name) == before.raw(name) for name in after.entries if name in before.entries and name not in changed
    )
    return result, done


@pytest.mark.slow
@needs_corpus
def test_foreign_workbooks_are_edited_or_refused_by_code():
    refused: list[str] = []
    broken, edited = {}, 0
    for path in foreign()[::6]:
        try:
            result, done = edited_everywhere(path.read_bytes(), refused)
            edited += bool(done)
            for title, values in done.items():
                now, old = said(result, title), said(path.read_bytes(), title)
                if not any(isinstance(value, str) and value.startswith("=") for value in old.values()):
                    assert {s: v for s, v in old.items() if s not in values} == {
                        s: v for s, v in now.items() if s not in values
                    }
        except PackageError as refusal:
            refused.append(refusal.code)
        except AssertionError as error:
            broken[path.name] = str(error)
    assert broken == {}
    assert edited > len(foreign()[::6]) * 0.9


@needs_corpus
@pytest.mark.parametrize("path", foreign()[20::60], ids=lambda path: path.name)
def test_the_validator_finds_nothing_new_in_foreign_workbooks(path: Path, tmp_path):
    try:
        result, _ = edited_everywhere(path.read_bytes(), [])
    except PackageError as refusal:
        pytest.skip(f"refused: {refusal.code}")
    after = tmp_path / path.name
    after.write_bytes(result)
    assert not new_errors(path, after)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_whatever_comes_in_only_a_refusal_comes_out(seed):
    dice = random.Random(seed)
    sources = [VARIANTS[name](plain()) for name in ("as XlsxWriter writes", "single quotes", "line breaks", "comments")]
    outcomes = {"edited": 0, "refused": 0}
    for _ in range(60):
        source = mutant(dice.choice(sources), dice, hot=r"sheet1|sharedStrings|styles")
        try:
            _, done = edited_everywhere(source, [])
            outcomes["edited" if done else "refused"] += 1
        except PackageError as refusal:
            assert refusal.code
            outcomes["refused"] += 1
    assert all(outcomes.values()), outcomes
