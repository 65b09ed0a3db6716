"""Whatever the reader accepts, no rule, report or writer raises; what is written can be read again."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree

import pytest

from collabxl.batch import check_workbooks
from collabxl.documents import documents_of
from collabxl.fix import fix_workbooks
from collabxl.portfolio import portfolio_of
from collabxl.report.documents.kinds import KINDS
from collabxl.report.documents.writers import writer
from collabxl.report.formats import FORMATS, Run, blocks
from collabxl.report.outcome import Outcome
from collabxl.report.plain import plain
from collabxl.report.portfolio.page import page
from collabxl.report.portfolio.workbook import workbook
from collabxl.settings import Settings
from collabxl.share.remind.cases import Unread, warned
from collabxl.sync import sync_workbooks
from tests.laws.hostile import hostile
from tests.laws.test_batch import TODAY

pytestmark = pytest.mark.slow

COUNT = 2_000 if os.environ.get("COLLABXL_TORTURE") == "long" else 24
AT_ONCE = 12
ALL_RULES = Settings(pack="strict")
batches = pytest.mark.parametrize("first", range(0, COUNT, AT_ONCE))


@pytest.fixture
def paths(first: int, tmp_path: Path) -> list[Path]:
    return [hostile(tmp_path / f"{seed}.xlsx", seed) for seed in range(first, first + AT_ONCE)]


def faults(outcomes: Sequence[Outcome]) -> list[str]:
    return [
        f"{each.path}: {each.error}" for each in outcomes if each.error is not None and each.error.kind != "unsupported"
    ]


def checked(paths: list[Path]) -> list[Outcome]:
    return list(check_workbooks(paths, today=TODAY, settings=ALL_RULES, jobs=1))


@batches
def test_every_rule_and_every_format(paths: list[Path]) -> None:
    outcomes = checked(paths)
    assert not faults(outcomes)
    for form in FORMATS:
        told = b"".join(blocks(form, iter(outcomes), Run("zh", TODAY, "0")))
        if form == "junit":
            ElementTree.fromstring(told)
        elif form in ("json", "sarif"):
            json.loads(told)
        elif form == "jsonl":
            assert len([json.loads(line) for line in told.splitlines()]) == len(outcomes)
    for outcome in outcomes:
        assert "\n".join(plain(outcome, "en")).encode()


@batches
def test_every_writer(paths: list[Path]) -> None:
    fixed = [each.outcome for each in fix_workbooks(paths, today=TODAY, settings=ALL_RULES, jobs=1)]
    assert not faults(fixed)
    for _ in range(2):
        synced = list(sync_workbooks(paths, today=TODAY, settings=ALL_RULES, jobs=1))
        assert not faults([each.outcome for each in synced])
    assert {each.state for each in synced} <= {"unchanged", "not-written"}, "a second sync changes nothing"
    assert not faults(checked(paths))


@batches
def test_every_report(paths: list[Path], tmp_path: Path) -> None:
    assert not list(_untold(paths))
    portfolio = portfolio_of(paths, today=TODAY, settings=ALL_RULES, jobs=1)
    assert not [each.error for each in portfolio.aside]
    assert page(portfolio, tmp_path / "p.html", "zh")
    assert workbook(portfolio, tmp_path / "p.xlsx", "zh")
    assert not [each for each in warned(paths, today=TODAY, settings=ALL_RULES) if isinstance(each, Unread)]


def _untold(paths: list[Path]) -> Iterator[str]:
    for kind in KINDS:
        for told in documents_of(paths, kind, today=TODAY, settings=ALL_RULES):
            if told.document is None:
                yield f"{kind} {told.path}: {told.error}"
                continue
            for form in ("docx", "html"):
                assert writer(form, None)(told.document)
