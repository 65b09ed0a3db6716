"""What the few functions and operators of our formulas return.

Beside recalculation/, which computes what stands in a file: there a formula may be anybody's, and what programs
differ in is not known. Here every formula is ours, has to have a value, and is computed for thousands of rows of a
workbook that is only being built; a law compares both with LibreOffice. As in Excel and LibreOffice: text compares
without case, a blank is 0 or "", an error spreads until IFERROR. A range is an array, of numbers or of objects; an
error among numbers is NaN there.
"""

from __future__ import annotations

import datetime as dt
import math
import operator
import re
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from collabxl.schema.serials import from_serial, to_serial

Value = float | str | bool | None
"""A number, a text, a truth value, or None for a blank cell."""
Values = NDArray[Any]
"""What the cells of a range show."""
_BLANKS = re.compile(" +")


class EvaluationError(Exception):
    """An error value, such as #VALUE!; it spreads until IFERROR or ISNUMBER takes it."""


def moment_serial(day: dt.date) -> float:
    """Return a day, or a moment of it, as a cell counts it."""
    time = day.time() if isinstance(day, dt.datetime) else dt.time()
    seconds = (time.hour * 60 + time.minute) * 60 + time.second
    return to_serial(day) + (seconds / 86400 if seconds else 0)


def as_number(value: Any) -> float:
    """Return a value as arithmetic takes it; EvaluationError for text, which our formulas never count with."""
    if value is None:
        return 0
    if isinstance(value, (int, float)):
        return value
    raise EvaluationError


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
    raise EvaluationError


def as_truth(value: Any) -> bool:
    """Return a value as a condition."""
    return value if isinstance(value, bool) else as_number(value) != 0


class TextRange(np.ndarray):
    """The cells of a range that are not all numbers."""

    @cached_property
    def plain(self) -> Values:
        """The same with texts in lower case, so that they can be compared for being the same."""
        return np.fromiter((each.lower() if type(each) is str else each for each in self), dtype=object)


def range_array(cells: Iterable[Value]) -> Values:
    """Return the cells of a range as an array: of numbers if they all are, else of objects."""
    listed = list(cells)
    if all(type(each) in (int, float) for each in listed):
        return np.array(listed, dtype=np.float64)
    return np.fromiter(listed, dtype=object).view(TextRange)


def _rank(value: Any, other: Any) -> tuple[int, Any]:
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
            raise EvaluationError


def _plain(of: Any) -> Any:
    """Return texts in lower case, so that they can be compared for being the same."""
    if isinstance(of, TextRange):
        return of.plain
    return of.lower() if type(of) is str else of


def _same(left: Any, right: Any) -> Any:
    if type(left) is str and type(right) is str:
        return left.lower() == right.lower()
    if not isinstance(left, np.ndarray) and not isinstance(right, np.ndarray):
        return _rank(left, right) == _rank(right, left)
    many, one = (left, right) if isinstance(left, np.ndarray) else (right, left)
    if many.dtype != object and isinstance(one, str):
        return np.zeros(len(many), dtype=bool)
    return (_plain(many) == _plain(one)).astype(bool)


def _comparison(compare: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def compared(left: Any, right: Any) -> Any:
        if isinstance(left, TextRange) and not isinstance(right, np.ndarray):
            return np.array([compare(_rank(each, right), _rank(right, each)) for each in left.tolist()], dtype=bool)
        if isinstance(left, np.ndarray) or isinstance(right, np.ndarray):
            return compare(_as_numbers(left), _as_numbers(right))
        return compare(_rank(left, right), _rank(right, left))

    return compared


def _as_numbers(of: Any) -> Any:
    if not isinstance(of, np.ndarray):
        return as_number(of)
    if of.dtype == object:
        raise TypeError("our formulas count with numbers only")
    return of.astype(np.float64)


def _arithmetic(count: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def counted(left: Any, right: Any) -> Any:
        try:
            return count(_as_numbers(left), _as_numbers(right))
        except ZeroDivisionError as error:
            raise EvaluationError from error

    return counted


OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "=": _same,
    "<>": lambda left, right: np.logical_not(_same(left, right)) if _is_range(left, right) else not _same(left, right),
    "<": _comparison(operator.lt),
    ">": _comparison(operator.gt),
    "<=": _comparison(operator.le),
    ">=": _comparison(operator.ge),
    "&": lambda left, right: as_text(left) + as_text(right),
    "+": _arithmetic(operator.add),
    "-": _arithmetic(operator.sub),
    "*": _arithmetic(operator.mul),
    "/": _arithmetic(operator.truediv),
}


def _is_range(*arguments: Any) -> bool:
    return any(isinstance(each, np.ndarray) for each in arguments)


def is_number(value: Any) -> Any:
    """Return whether a value is a number, or which of a range are."""
    if isinstance(value, TextRange):
        return np.array([type(each) in (int, float) for each in value.tolist()], dtype=bool)
    return ~np.isnan(value) if isinstance(value, np.ndarray) else type(value) in (int, float)


def _find(part: Any, whole: Any) -> Any:
    if isinstance(part, np.ndarray) or isinstance(whole, np.ndarray):
        parts = part if isinstance(part, np.ndarray) else [part] * len(whole)
        wholes = whole if isinstance(whole, np.ndarray) else [whole] * len(part)
        found = np.array([text.find(word) for word, text in zip(parts, wholes, strict=True)], dtype=np.float64)
        return np.where(found < 0, np.nan, found + 1)
    at = as_text(whole).find(as_text(part))
    if at < 0:
        raise EvaluationError
    return at + 1


def _substitute(value: Any, old: Any, new: Any) -> Any:
    whole = as_text(value)
    if isinstance(old, np.ndarray):
        return range_array(whole.replace(each, new) if each and each in whole else whole for each in old)
    return whole.replace(as_text(old), as_text(new)) if as_text(old) else whole


def _length(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return np.fromiter(map(len, value), dtype=np.float64, count=len(value))
    return len(as_text(value))


def _sum_of_products(*columns: Any) -> float:
    """Return the sum; in ours there is one column, made of numbers."""
    (column,) = columns
    return _finite(float(np.sum(_as_numbers(column))))


def _highest(*columns: Any) -> float:
    return _finite(float(max(np.max(_as_numbers(column)) for column in columns)))


def _finite(result: float) -> float:
    if math.isnan(result):
        raise EvaluationError
    return result


def _date(year: Any, month: Any, day: Any) -> float:
    months = int(as_number(year)) * 12 + int(as_number(month)) - 1
    if not 1900 * 12 <= months < 9999 * 12:
        raise EvaluationError
    return to_serial(dt.date(months // 12, months % 12 + 1, 1)) + int(as_number(day)) - 1


def _value(of: Any) -> float:
    digits = as_text(of).strip()
    if not digits.isascii() or not digits.isdigit():
        raise EvaluationError
    return float(digits)


def _fitting(cells: Values, criterion: Any) -> Values:
    """Return which cells of a range fit a criterion: a value, or a number behind <= or >."""
    sign = next((sign for sign in ("<=", ">") if isinstance(criterion, str) and criterion.startswith(sign)), None)
    if sign is None:
        wanted = np.asarray(_same(cells, criterion))
        return wanted if criterion is not None else np.zeros(len(cells), dtype=bool)
    try:
        limit = float(criterion.removeprefix(sign))
    except ValueError:  # what is compared with is blank, or a text
        return np.zeros(len(cells), dtype=bool)
    fitting: Values = is_number(cells) & OPERATORS[sign](cells, limit)
    return fitting


def _count_if(*pairs: Any) -> float:
    """Return how many rows fit all criteria: COUNTIF and COUNTIFS, whose ranges and criteria take turns."""
    return float(np.logical_and.reduce([_fitting(*pair) for pair in zip(pairs[::2], pairs[1::2], strict=True)]).sum())


def _count_filled(*cells: Any) -> float:
    listed = (each for cell in cells for each in (cell.tolist() if isinstance(cell, np.ndarray) else [cell]))
    return float(sum(each is not None for each in listed))


def _product(*factors: Any) -> float:
    numbers = [each for each in factors if type(each) in (int, float)]
    return math.prod(numbers) if numbers else 0


def _first_letters(value: Any, count: Any) -> Any:
    if isinstance(value, np.ndarray):
        return range_array(as_text(each)[: int(count)] for each in value.tolist())
    return as_text(value)[: int(count)]


def workday(day: dt.date, days: int) -> dt.date:
    """Return what WORKDAY shows: the day so many weekdays after a day, or before it."""
    found = np.busday_offset(day, days, roll="backward" if days > 0 else "forward").item()
    assert isinstance(found, dt.date)
    return found


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "AND": lambda *conditions: all(map(as_truth, conditions)),
    "OR": lambda *conditions: any(map(as_truth, conditions)),
    "NOT": lambda condition: not as_truth(condition),
    "N": lambda value: as_number(value) if isinstance(value, int | float) else 0,
    "INT": lambda value: math.floor(as_number(value)),
    "MOD": lambda value, by: as_number(value) - as_number(by) * math.floor(as_number(value) / as_number(by)),
    "ROUND": lambda value, digits: round(as_number(value), int(digits)),
    "MAX": _highest,
    "MIN": lambda *counted: min(map(as_number, counted)),
    "ISLOGICAL": lambda value: isinstance(value, bool),
    "COUNT": lambda *cells: sum(type(cell) in (int, float) for cell in cells),
    "COUNTIF": _count_if,
    "COUNTIFS": _count_if,
    "COUNTA": _count_filled,
    "PRODUCT": _product,
    "LEFT": _first_letters,
    "WORKDAY": lambda day, days: to_serial(workday(from_serial(int(as_number(day))), int(as_number(days)))),
    "SUMPRODUCT": _sum_of_products,
    "TRIM": lambda value: _BLANKS.sub(" ", as_text(value)).strip(" "),
    "LOWER": lambda value: as_text(value).lower(),
    "LEN": _length,
    "MID": lambda value, first, count: as_text(value)[int(first) - 1 : int(first) - 1 + int(count)],
    "REPT": lambda value, times: as_text(value) * int(times),
    "CHAR": lambda code: chr(int(code)),
    "FIND": _find,
    "SUBSTITUTE": _substitute,
    "VALUE": _value,
    "DATE": _date,
    "DAY": lambda value: from_serial(value).day,
}
