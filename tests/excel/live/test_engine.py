"""xlwings without its PRO part, and the engine for LibreOffice by itself."""

from __future__ import annotations

import subprocess
import sys

import pytest

from collabxl.excel.live.libreoffice.formulas import from_calc, to_calc
from collabxl.excel.live.libreoffice.values import is_converted

_LOOK = """
import os, sys
os.environ["XLWINGS_LICENSE_KEY"] = "a key that would switch it on"
from collabxl.excel.live.xlwings_import import xlwings
package = xlwings()
print(sorted(name for name in sys.modules if name.startswith("xlwings.pro.")))
print(sorted(set(package.engines.engines_by_name) & {"remote", "calamine", "officejs"}), package.__pro__)
"""


def test_nothing_of_xlwings_pro_is_loaded() -> None:
    done = subprocess.run([sys.executable, "-c", _LOOK], capture_output=True, text=True, encoding="utf-8", check=True)
    assert done.stdout.splitlines() == ["[]", "[] False"]


@pytest.mark.parametrize(
    ("excel", "calc"),
    [
        ("=SUM(A1:A5,B2)", "=SUM(A1:A5;B2)"),
        ("=任务分工表!$A$1+1", "=$'任务分工表'.$A$1+1"),
        ("='a b'!A1&\"x,y!z\"", "=$'a b'.A1&\"x,y!z\""),
        (
            '=IF(N(INDEX(workings.progress.of,ROW()))=0,"a;b","")',
            '=IF(N(INDEX(workings.progress.of;ROW()))=0;"a;b";"")',
        ),
    ],
)
def test_formulas_are_spelled_both_ways(excel: str, calc: str) -> None:
    assert to_calc(excel) == calc
    assert from_calc(calc) == excel


def test_a_formula_into_another_file_names_it() -> None:
    assert from_calc("='file:///tmp/b.xlsx'#$Sheet1.A1") == "='[file:///tmp/b.xlsx]Sheet1'!A1"


@pytest.mark.parametrize("text", ["T001", "王经理", "DP301 依赖…", "3 天", "a=b", "Q3", "1.2.3版"])
def test_plain_texts_are_not_taken_for_anything_else(text: str) -> None:
    assert not is_converted(text)
