"""What operators make of what cells hold, alone or in ranges.

Text compares without case. Where the last digits of a number decide, or the order of letters in a language, programs
differ: that is UnsupportedFormula.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from collabxl.recalculation.alternatives import choose
from collabxl.recalculation.faults import FormulaError, UnsupportedFormula
from collabxl.recalculation.values import (
    MixedRange,
    Values,
    as_number,
    as_text,
    finite,
    fold,
    is_same_text,
    map_elements,
    range_array,
    refuse_long_text,
)

_SAME_DIGITS, _NEAR = 4.5e-16, 2e-14
"""Of a number, by how much another may differ that all programs take for the same, and some do."""


def _order_numbers(left: float, right: float) -> int:
    """Return how two numbers compare: as programs do, who look at no more than 15 digits."""
    if left == right:
        return 0
    apart, size = abs(left - right), max(abs(left), abs(right))
    if apart > _NEAR * size:
        return 1 if left > right else -1
    if apart <= _SAME_DIGITS * size and not float(left).is_integer() and f"{left:.15g}" == f"{right:.15g}":
        return 0
    raise UnsupportedFormula("numbers that are the same to some programs")


def _kind(value: Any, other: Any) -> type:
    """Return as what a value compares with another one: a blank as the other is."""
    if value is None:
        value = other
    if value is None or type(value) in (int, float):
        return float
    if type(value) not in (str, bool):
        raise UnsupportedFormula("a range where one value is wanted")
    return type(value)


def _order(left: Any, right: Any) -> int:
    """Return 0 if two values are the same, below 0 if the left one is less: numbers are less than texts."""
    kinds = _kind(left, right), _kind(right, left)
    if kinds == (float, float):
        return _order_numbers(left or 0, right or 0)
    if kinds == (str, str):
        return _order_texts(left or "", right or "")
    if kinds == (bool, bool):
        return bool(left) - bool(right)
    if bool in kinds:
        raise UnsupportedFormula("truth values are numbers to some programs")
    return -1 if kinds[0] is float else 1


def _order_texts(left: str, right: str) -> int:
    if not left or not right:
        return bool(left) - bool(right)
    if is_same_text(left, right):
        return 0
    first, last = sorted((left.lower(), right.lower()))
    is_first_less = choose(("texts in the order of a language", first, last), True, False)
    return -1 if is_first_less == (left.lower() == first) else 1


def _equal(left: Any, right: Any) -> bool:
    kinds = _kind(left, right), _kind(right, left)
    if kinds == (str, str):
        return is_same_text(left or "", right or "")
    return False if str in kinds else _order(left, right) == 0


def _same(left: Any, right: Any) -> Any:
    if type(left) is str and type(right) is str:
        return left == right or is_same_text(left, right)
    if not isinstance(left, np.ndarray) and not isinstance(right, np.ndarray):
        return _equal(left, right)
    many, one = (left, right) if isinstance(left, np.ndarray) else (right, left)
    if isinstance(one, str) and isinstance(many, MixedRange) and not many.has_errors:
        return _same_texts(many, one)
    numbers = _numbers(many), _numbers(one)
    if numbers[0] is not None and numbers[1] is not None and _are_apart(*numbers):
        return _with_errors(numbers[0] == numbers[1], *numbers)
    if isinstance(one, str) and many.dtype == np.float64:
        return _with_errors(np.zeros(many.shape, dtype=bool), many)
    return map_elements(_equal, left, right)


def _same_texts(many: MixedRange, one: str) -> Any:
    same = many.comparable_texts == one.lower()
    if (many.folded is not many.comparable_texts or fold(one) != one.lower()) and (
        same != (many.folded == fold(one))
    ).any():
        raise UnsupportedFormula("texts that are the same to some programs")
    return same


def _differ(left: Any, right: Any) -> Any:
    same = _same(left, right)
    if not isinstance(same, np.ndarray):
        return not same
    return ~same if same.dtype == bool else map_elements(operator.not_, same)


def _are_apart(left: Any, right: Any) -> bool:
    """Return whether numbers are either the same or so far apart that all programs see it; their sizes must fit."""
    if isinstance(left, np.ndarray) and isinstance(right, np.ndarray) and left.shape != right.shape:
        raise UnsupportedFormula("ranges of several sizes")
    apart = np.abs(np.subtract(left, right))
    return not ((apart <= _NEAR * np.abs(left)) & (apart != 0)).any()


def _with_errors(found: Values, *sources: Any) -> Any:
    """Return what a comparison found, with the errors that stood in what was compared."""
    unknown = [np.isnan(source) for source in sources if isinstance(source, np.ndarray) and source.dtype == np.float64]
    wrong = np.logical_or.reduce(unknown) if unknown else np.zeros(found.shape, dtype=bool)
    if not wrong.any():
        return found
    pairs = zip(found.ravel().tolist(), wrong.ravel().tolist(), strict=True)
    return range_array((FormulaError() if bad else good for good, bad in pairs), found.shape)


def _numbers(given: Any) -> Any:
    """Return numbers as arithmetic counts with many at once, None for what has to be looked at one by one."""
    if isinstance(given, MixedRange):
        return given.numbers
    if isinstance(given, np.ndarray):
        return given if given.dtype == np.float64 else None
    return given if type(given) in (int, float) else None


def _numbers_or_truths(given: Any) -> Any:
    """Return numbers and truth values as arithmetic counts with many at once, None for what is neither."""
    if isinstance(given, np.ndarray) and given.dtype == bool:
        return given.astype(np.float64)
    return float(given) if isinstance(given, bool) else 0.0 if given is None else _numbers(given)


def _comparison(compare: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def one(left: Any, right: Any) -> Any:
        return compare(_order(left, right), 0)

    def compared(left: Any, right: Any) -> Any:
        if not isinstance(left, np.ndarray) and not isinstance(right, np.ndarray):
            return one(left, right)
        numbers = _numbers(left), _numbers(right)
        if numbers[0] is not None and numbers[1] is not None and _are_apart(*numbers):
            return _with_errors(compare(*numbers), *numbers)
        return map_elements(one, left, right)

    return compared


def _arithmetic(count: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def one(left: Any, right: Any) -> Any:
        try:
            found = count(as_number(left), as_number(right))
            return finite(found) if isinstance(found, float) else found
        except ZeroDivisionError:
            raise FormulaError("#DIV/0!") from None
        except OverflowError:
            raise FormulaError("#NUM!") from None

    def counted(left: Any, right: Any) -> Any:
        if not isinstance(left, np.ndarray) and not isinstance(right, np.ndarray):
            return one(left, right)
        numbers = _numbers_or_truths(left), _numbers_or_truths(right)
        if numbers[0] is None or numbers[1] is None or count is _power:
            return map_elements(one, left, right)
        first, second = (np.asarray(given, dtype=np.float64) for given in numbers)
        if first.shape and second.shape and first.shape != second.shape:
            raise UnsupportedFormula("ranges of several sizes")
        with np.errstate(all="ignore"):
            found = count(first, second)
        return np.where(np.isinf(found), np.nan, found)

    return counted


def _sum_or_difference(count: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Return what adds or subtracts; of what is left of numbers that all but cancel out, programs make 0, or not."""

    def counted(left: Any, right: Any) -> Any:
        found = count(left, right)
        rest = abs(found) <= _NEAR * abs(left)
        if np.any(rest & (found != 0)) if isinstance(found, np.ndarray) else rest and found:
            raise UnsupportedFormula("a rest that some programs take for 0")
        return found

    return counted


def _concatenate(left: Any, right: Any) -> Any:
    if isinstance(left, np.ndarray) or isinstance(right, np.ndarray):
        return map_elements(_concatenate, left, right)
    first, second = as_text(left), as_text(right)
    refuse_long_text(len(first) + len(second))
    return first + second


def _power(left: Any, right: Any) -> Any:
    """Return a power as programs compute it, in double precision: whole numbers of Python would grow without end."""
    if (left == 0 and right == 0) or (left < 0 and not float(right).is_integer()):
        raise UnsupportedFormula("a power that programs differ in")
    found = float(left) ** float(right)
    if not found and left:
        raise UnsupportedFormula("a number that is too small for some programs")
    return found


OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "=": _same,
    "<>": _differ,
    "<": _comparison(operator.lt),
    ">": _comparison(operator.gt),
    "<=": _comparison(operator.le),
    ">=": _comparison(operator.ge),
    "&": _concatenate,
    "+": _arithmetic(_sum_or_difference(operator.add)),
    "-": _arithmetic(_sum_or_difference(operator.sub)),
    "*": _arithmetic(operator.mul),
    "/": _arithmetic(operator.truediv),
    "^": _arithmetic(_power),
}
