"""Whether what a return says fits its column: what the column refuses is asked about, what no cell can hold is left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from collabxl.exchange.three_way import MergePlan, Spot, Value
from collabxl.exchange.untaken_values import UntakenValue
from collabxl.reading import values
from collabxl.schema.columns import Column
from collabxl.schema.kinds import Choice, Day, Number, Percent, YesNo
from collabxl.schema.sheets import STANDARD
from collabxl.text import Lang

MOST_LETTERS = 8_000
"""Letters of a text that is taken: formulas of the master put several texts together, and a cell holds 32,767."""


def fit_plan(plan: MergePlan, lang: Lang) -> tuple[MergePlan, tuple[UntakenValue, ...]]:
    """Return a plan that takes only what fits its columns, and what is not taken of the rest."""
    changes = [*plan.takes, *plan.conflicts]
    long = {change.spot: change for change in changes if change.spot.key and _is_long(change.theirs)}
    unfit = [change for change in plan.takes if change.spot not in long and not fits(change.theirs, change.spot, lang)]
    left = {*long, *(change.spot for change in unfit)}
    told = (
        *(UntakenValue(spot, "too-long", excerpt(str(change.theirs))) for spot, change in long.items()),
        *(UntakenValue(change.spot, "unfit", change.theirs) for change in unfit),
    )
    taken = tuple(change for change in plan.takes if change.spot not in left)
    asked = (*(change for change in plan.conflicts if change.spot not in long), *long.values(), *unfit)
    return replace(plan, takes=taken, conflicts=asked), told


def fits(value: Value, spot: Spot, lang: Lang) -> bool:
    """Return whether a column takes a value, as it stands or as what it certainly means."""
    if value is None or spot.key is None:
        return True
    if _is_long(value):
        return False
    column = STANDARD.sheet(spot.sheet).meta.column(spot.key)
    match column.value_kind:
        case Choice(words):
            return value in words.keys or _is_understood(value, column, lang)
        case Day():
            return isinstance(value, dt.date) or _is_understood(value, column, lang)
        case Number(low, high, whole):
            return all(low <= number <= high and not (whole and number % 1) for number in _numbers(value, column, lang))
        case Percent():
            return all(0 <= number <= 1 for number in _numbers(value, column, lang))
        case YesNo():
            return _is_understood(value, column, lang)
        case _:
            return True


def _is_understood(value: Value, column: Column, lang: Lang) -> bool:
    _, faults = values.value_reader(column.value_kind, lang, date1904=False).column(
        [value if value is not None else ""]
    )
    return all(fault.is_certain for *_, fault in faults)


def _numbers(value: Value, column: Column, lang: Lang) -> Iterator[float]:
    """Return the number that a cell says, one that fits nowhere if it says none."""
    (number,), faults = values.value_reader(column.value_kind, lang, date1904=False).column([value or 0.0])
    yield float("inf") if number is None or any(not fault.is_certain for *_, fault in faults) else number


def _is_long(value: Value) -> bool:
    return isinstance(value, str) and len(value) > MOST_LETTERS


def excerpt(text: str) -> str:
    """Return a text, only its beginning if it is too long for a cell."""
    return f"{text[:40]}…" if len(text) > MOST_LETTERS else text
