"""CV109 names what is untidy, letters that nobody sees too; an outline in free text is none of it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from collabxl import Settings, check_workbooks, fix_workbooks
from tools.samples.__main__ import SAMPLES

TODAY = dt.date(2024, 8, 1)
CASES = [
    ("支付\u200b需求", "支付‹U+200B›需求", ["invisible U+200B"], "支付需求"),
    ("\ufeff支付\u202e需求", "‹U+FEFF›支付‹U+202E›需求", ["invisible U+202E U+FEFF"], "支付需求"),
    ("支付\xa0", "支付‹U+00A0›", ["trailing blanks"], "支付"),
    (" ＡＰＰ", " ＡＰＰ", ["leading blanks", "full-width letters"], "APP"),
    ("支付\r\n需求", "支付\r\n需求", ["carriage returns"], "支付\n需求"),
]
LIST = "　　1. 一\n　　2. 二"
"""Remarks as people write them: their leading blanks are a list's."""


def sample(path: Path, *, name: str = "支付", remark: str | None = None) -> Path:
    book = openpyxl.load_workbook(SAMPLES / "seed.xlsx")
    book["任务分工表"]["A2"] = name
    book["项目基本信息表"]["B9"] = remark
    book.save(path)
    return path


@pytest.mark.parametrize(("typed", "shown", "odd", "better"), CASES)
def test_it_says_what_is_odd_and_shows_what_nobody_sees(
    typed: str, shown: str, odd: list[str], better: str, tmp_path: Path
) -> None:
    path = sample(tmp_path / "a.xlsx", name=typed)
    (outcome,) = check_workbooks(path, today=TODAY, settings=Settings(select=("CV109",)))
    (found,) = outcome.findings
    assert found.message("en") == f"“{shown}” has {', '.join(odd)}"
    assert shown in found.message("zh")
    assert found.replacement == better


@pytest.mark.parametrize(
    ("typed", "kept"), [(LIST, LIST), (f"{LIST} ", LIST), ("  只缩进", "  只缩进"), (f"{LIST}\u200b", LIST)]
)
def test_leading_blanks_of_free_text_are_kept_and_never_called_wrong(typed: str, kept: str, tmp_path: Path) -> None:
    path = sample(tmp_path / "a.xlsx", remark=typed)
    (outcome,) = check_workbooks(path, today=TODAY, settings=Settings(select=("CV109",)))
    assert len(outcome.findings) == (typed != kept)
    assert not [each for each in outcome.findings if "leading" in each.message("en")]
    (fixed,) = fix_workbooks(path, today=TODAY)
    assert fixed.written == (typed != kept)
    assert openpyxl.load_workbook(path)["项目基本信息表"]["B9"].value == kept
