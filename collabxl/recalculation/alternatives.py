"""What programs make different things of: computed in every way, and known where all ways lead to the same."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Any

from collabxl.recalculation.faults import FormulaError, UnsupportedFormula

_MOST = 16
"""Ways that are gone at most."""


class _Way(threading.local):
    """Which of two things is chosen for each question that came up, on the way that is gone; None outside of one."""

    chosen: dict[Hashable, bool] | None = None


_way = _Way()


def choose(question: Hashable, first: Any, second: Any) -> Any:
    """Return one of the two things that programs make of something; the same question has the same answer."""
    if _way.chosen is None:
        raise UnsupportedFormula(question)
    return second if _way.chosen.setdefault(question, False) else first


def agree(compute: Callable[[], Any]) -> Any:
    """Return what is computed, errors as values, if it is the same in every way; else raise UnsupportedFormula."""
    outside = _way.chosen
    _way.chosen = {}
    try:
        found = _outcome(compute)
        for _ in range(_MOST):
            if not _turn(_way.chosen):
                return found
            if not _is_same(_outcome(compute), found):
                break
        raise UnsupportedFormula("what programs make different things of")
    finally:
        _way.chosen = outside


def _outcome(compute: Callable[[], Any]) -> Any:
    try:
        return compute()
    except FormulaError as fault:
        return fault


def _turn(chosen: dict[Hashable, bool]) -> bool:
    """Turn to the next way: at the last question that has another answer left; return whether there is any."""
    while chosen:
        question, is_second = chosen.popitem()
        if not is_second:
            chosen[question] = True
            return True
    return False


def _is_same(one: Any, other: Any) -> bool:
    if isinstance(one, FormulaError) or isinstance(other, FormulaError):
        return isinstance(one, FormulaError) and isinstance(other, FormulaError)
    return type(one) is type(other) and bool(one == other)
