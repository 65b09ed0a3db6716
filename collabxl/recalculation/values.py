"""What cells hold and what operators make of it, alone or in ranges.

As in Excel and LibreOffice: text compares without case, a blank is 0 or "", an error spreads until IFERROR. A range is
an array, of numbers or of objects; an error among numbers is NaN there, among objects it is a FormulaError.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from collabxl.schema.kinds import LONGEST_CELL

Value = float | str | bool | None
"""A number, a text, a truth value, or None for a blank cell."""
Values = NDArray[Any]
"""What the cells of a range show."""


class FormulaError(Exception):
    """An error value, such as #VALUE!; it spreads until IFERROR or ISNUMBER takes it."""

    def __init__(self, code: str = "#VALUE!") -> None:
        super().__init__(code)
        self.code = code


class UnsupportedFormula(Exception):  # noqa: N818 - no error of anybody
    """What a formula asks for is not computed here, for programs differ in it or it is beyond us."""


UNCOMPUTED = (UnsupportedFormula, RecursionError, TypeError, OverflowError)
"""What a formula raises that is not known, nested too deeply or called with arguments it does not take."""


class MixedRange(np.ndarray):
    """The cells of a range that are not all numbers."""

    @cached_property
    def faulty(self) -> bool:
        """Whether there is an error among them."""
        return any(isinstance(each, FormulaError) for each in self.tolist())

    @cached_property
    def as_texts(self) -> Values:
        """The same as a text compares with them: in lower case, a blank as the empty text, all else as no text."""
        listed = (each.lower() if type(each) is str else "" if each is None else False for each in self.tolist())
        return np.fromiter(listed, dtype=object)

    @cached_property
    def numbers(self) -> Values | None:
        """The same as numbers with blanks as 0, None if there is anything else."""
        listed = self.tolist()
        if all(each is None or type(each) in (int, float) for each in listed):
            return np.fromiter((each or 0.0 for each in listed), dtype=np.float64)
        return None


def range_array(cells: Iterable[Any]) -> Values:
    """Return the cells of a range as an array: of numbers or truth values if they all are, else of objects."""
    listed = list(cells)
    kinds = set(map(type, listed))
    if kinds <= {int, float}:
        return np.array(listed, dtype=np.float64)
    if kinds == {bool}:
        return np.array(listed, dtype=bool)
    return np.fromiter(listed, dtype=object, count=len(listed)).view(MixedRange)


def to_list(array: Values) -> list[Any]:
    """Return the elements of a range as cells hold them; what is NaN is an error."""
    plain: list[Any] = array.tolist()
    return [FormulaError() if type(each) is float and each != each else each for each in plain]


def map_elements(compute: Callable[..., Any], *arguments: Any) -> Values:
    """Return what a function of single values makes of ranges, element by element."""
    length = {len(given) for given in arguments if isinstance(given, np.ndarray)}
    if len(length) != 1:
        raise UnsupportedFormula("ranges of several sizes")
    (count,) = length
    columns = [to_list(given) if isinstance(given, np.ndarray) else [given] * count for given in arguments]
    return range_array(_call_or_error(compute, given) for given in zip(*columns, strict=True))


def _call_or_error(compute: Callable[..., Any], given: tuple[Any, ...]) -> Any:
    for value in given:
        if isinstance(value, FormulaError):
            return value
    try:
        return compute(*given)
    except FormulaError as fault:
        return fault


def as_number(value: Any) -> float:
    """Return a value as arithmetic takes it; FormulaError for text that is no number."""
    if value is None:
        return 0
    if isinstance(value, (int, float)):
        return value
    if isinstance(value, str) and any(map(str.isdigit, value)):
        raise UnsupportedFormula("a number as text")
    if isinstance(value, np.ndarray):
        raise UnsupportedFormula("a range where one value is wanted")
    raise FormulaError


def as_text(value: Any) -> str:
    """Return a value as ``&`` writes it."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return f"{value:.15g}".replace("e", "E")
    raise UnsupportedFormula("a range where one text is wanted")


def as_truth(value: Any) -> bool:
    """Return a value as a condition."""
    if isinstance(value, np.bool_):
        return bool(value)
    return value if isinstance(value, bool) else as_number(value) != 0


def sort_key(value: Any, other: Any) -> tuple[int, Any]:
    """Return a value as Python compares it the way a spreadsheet does: numbers before texts before truth values."""
    match value:
        case None:
            return (1, "") if isinstance(other, str) else (2, False) if isinstance(other, bool) else (0, 0)
        case bool():
            return 2, value
        case int() | float():
            return 0, value
        case str():
            return 1, value.lower()
        case _:
            raise UnsupportedFormula("a range where one value is wanted")


def _equal(left: Any, right: Any) -> bool:
    return sort_key(left, right) == sort_key(right, left)


def _same(left: Any, right: Any) -> Any:
    if type(left) is str and type(right) is str:
        return left.lower() == right.lower()
    if not isinstance(left, np.ndarray) and not isinstance(right, np.ndarray):
        return _equal(left, right)
    many, one = (left, right) if isinstance(left, np.ndarray) else (right, left)
    if isinstance(one, str) and isinstance(many, MixedRange) and not many.faulty:
        return many.as_texts == one.lower()
    numbers = _numbers(many), _numbers(one)
    if numbers[0] is not None and numbers[1] is not None:
        return _with_errors(numbers[0] == numbers[1], *numbers)
    if isinstance(one, str) and not isinstance(many, MixedRange):
        return _with_errors(np.zeros(len(many), dtype=bool), many)
    return map_elements(_equal, left, right)


def _differ(left: Any, right: Any) -> Any:
    same = _same(left, right)
    if not isinstance(same, np.ndarray):
        return not same
    return ~same if same.dtype == bool else map_elements(operator.not_, same)


def _with_errors(found: Values, *sources: Any) -> Any:
    """Return what a comparison found, with the errors that stood in what was compared."""
    unknown = [np.isnan(source) for source in sources if isinstance(source, np.ndarray) and source.dtype == np.float64]
    wrong = np.logical_or.reduce(unknown) if unknown else np.zeros(len(found), dtype=bool)
    if not wrong.any():
        return found
    return range_array(
        FormulaError() if bad else good for good, bad in zip(found.tolist(), wrong.tolist(), strict=True)
    )


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
        return compare(sort_key(left, right), sort_key(right, left))

    def compared(left: Any, right: Any) -> Any:
        if not isinstance(left, np.ndarray) and not isinstance(right, np.ndarray):
            return one(left, right)
        numbers = _numbers(left), _numbers(right)
        if numbers[0] is not None and numbers[1] is not None:
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
        if numbers[0] is None or numbers[1] is None:
            return map_elements(one, left, right)
        with np.errstate(all="ignore"):
            found = count(*(np.asarray(given, dtype=np.float64) for given in numbers))
        return np.where(np.isinf(found), np.nan, found)

    return counted


def _concatenate(left: Any, right: Any) -> Any:
    if isinstance(left, np.ndarray) or isinstance(right, np.ndarray):
        return map_elements(_concatenate, left, right)
    first, second = as_text(left), as_text(right)
    refuse_long_text(len(first) + len(second))
    return first + second


def refuse_long_text(letters: int) -> None:
    """Raise UnsupportedFormula for a text that no cell holds: of such, programs show different things."""
    if letters > LONGEST_CELL:
        raise UnsupportedFormula("a longer text than a cell holds")


def _power(left: Any, right: Any) -> Any:
    """Return a power as programs compute it, in double precision: whole numbers of Python would grow without end."""
    found = left**right if isinstance(left, np.ndarray) else float(left) ** float(right)
    if isinstance(found, complex):
        raise FormulaError("#NUM!")
    return found


OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "=": _same,
    "<>": _differ,
    "<": _comparison(operator.lt),
    ">": _comparison(operator.gt),
    "<=": _comparison(operator.le),
    ">=": _comparison(operator.ge),
    "&": _concatenate,
    "+": _arithmetic(operator.add),
    "-": _arithmetic(operator.sub),
    "*": _arithmetic(operator.mul),
    "/": _arithmetic(operator.truediv),
    "^": _arithmetic(_power),
}


def finite(result: float) -> float:
    """Return a number that was computed; FormulaError if it is none."""
    if math.isnan(result):
        raise FormulaError
    if math.isinf(result):
        raise FormulaError("#NUM!")
    return result
