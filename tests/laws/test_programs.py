"""What a formula of people shows is what LibreOffice shows, or it is left as it was: nothing is ever guessed.

Formulas as people write them, the plain and the odd, over a grid in which all sorts of things stand. The long form
takes COLLABXL_PROGRAMS, a range of seeds such as 0:40, and 3,000 formulas of each.
"""

from __future__ import annotations

import math
import os
import re
import shutil
import subprocess
from pathlib import Path
from random import Random
from typing import Any

import pytest

from collabxl.ooxml.package import Package
from collabxl.ooxml.sheet import worksheet_part
from collabxl.ooxml.strings import SharedStrings
from collabxl.ooxml.workbook_part import WorkbookPart
from collabxl.recalculation.engine import RecalculationEngine, RecalculationScope
from collabxl.recalculation.faults import FormulaError, UnsupportedFormula
from collabxl.recalculation.forms import FORMS
from collabxl.recalculation.functions import FUNCTIONS
from collabxl.recalculation.sheets import CalculationSheet
from tests.laws.programs import DATA, FormulaWriter, spot_of, write_book
from tests.parts import convert_all

COUNT = 3_000
FIRST, _, LAST = os.environ.get("COLLABXL_PROGRAMS", "0:1").partition(":")
SEEDS = range(int(FIRST), int(LAST))
_OTHERWISE = re.compile(r"SUMPRODUCT|LOOKUP|\bN\(|CHAR\(10\)")
"""What gnumeric is known to compute otherwise than Excel: functions of ranges in SUMPRODUCT, N of a text, TRIM."""


def formulas_of(seed: int) -> list[str]:
    return [FormulaWriter(Random(f"{seed}/{number}"), odd=number % 2 == 1).formula() for number in range(COUNT)]


def computed(path: Path, count: int) -> list[Any]:
    """Return what we compute for the formulas of a workbook, UnsupportedFormula for what we do not."""
    engine = RecalculationEngine(WorkbookPart(Package(path.read_bytes())), RecalculationScope(None, distrusts=True), {})
    found: list[Any] = []
    for number in range(count):
        try:
            found.append(engine.value_at(DATA, spot_of(number)))
        except UnsupportedFormula:
            found.append(UnsupportedFormula)
    return found


def stored(path: Path, count: int) -> list[Any]:
    """Return what the formulas of a workbook show as the file has it."""
    book = WorkbookPart(Package(path.read_bytes()))
    shown = CalculationSheet(worksheet_part(book, DATA), SharedStrings(book)).stored_results
    return [shown.get(spot_of(number)) for number in range(count)]


def is_same(ours: Any, theirs: Any) -> bool:
    """Return whether both show the same: errors by any name; to other programs a truth value may be a number."""
    if isinstance(ours, FormulaError) or isinstance(theirs, FormulaError):
        return isinstance(ours, FormulaError) and isinstance(theirs, FormulaError)
    if isinstance(ours, float) and isinstance(theirs, float):
        return math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=1e-12)
    if {type(ours), type(theirs)} == {bool, float}:
        return bool(ours == theirs)
    return type(ours) is type(theirs) and bool(ours == theirs)


def told(value: Any) -> str:
    return value.code if isinstance(value, FormulaError) else repr(value)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_computed_is_what_programs_show(seed: int, tmp_path: Path) -> None:
    formulas, path = formulas_of(seed), tmp_path / f"formulas{seed}.xlsx"
    write_book(path, formulas)
    ours = computed(path, COUNT)
    (converted,) = convert_all([path], "xlsx", tmp_path / "converted", recalculate=True)
    theirs = stored(converted, COUNT)
    known = [number for number in range(COUNT) if ours[number] is not UnsupportedFormula]
    wrong = {formulas[at]: (told(ours[at]), told(theirs[at])) for at in known if not is_same(ours[at], theirs[at])}
    plain = sum(number % 2 == 0 for number in known) / (COUNT / 2)
    print(f"computed: {plain:.0%} of plain formulas, {len(known) / COUNT:.0%} of all")
    assert wrong == {}
    assert plain > 0.9
    assert _share_as_gnumeric(path, formulas, ours) > 0.95


def _share_as_gnumeric(path: Path, formulas: list[str], ours: list[Any]) -> float:
    """Return for how many of the formulas that are computed gnumeric shows the same, 1 if it is not here."""
    if shutil.which("ssconvert") is None:
        print("gnumeric is not installed: only LibreOffice has been asked")
        return 1.0
    target = path.with_name("gnumeric.xlsx")
    done = subprocess.run(["ssconvert", "--recalc", path, target], capture_output=True, timeout=120, check=False)
    if not target.exists():  # it dies of some formulas
        print(f"gnumeric wrote nothing: {done.returncode}")
        return 1.0
    theirs = stored(target, COUNT)
    asked = [at for at in range(COUNT) if ours[at] is not UnsupportedFormula and not _OTHERWISE.search(formulas[at])]
    same = [at for at in asked if is_same(ours[at], theirs[at])]
    print(f"gnumeric shows the same for {len(same)} of {len(asked)}")
    return len(same) / len(asked)


def test_every_function_is_asked_for() -> None:
    words = " ".join(formulas_of(0))
    left_out = [name for name in (*FUNCTIONS, *FORMS) if not re.search(rf"\b{name}\b", words)]
    assert left_out == ["TODAY"]  # it is another day to LibreOffice
