"""What the few functions and operators of our formulas return.

As in Excel and LibreOffice: text compares without case, a blank is 0 or "", an error spreads until IFERROR. A range is
an array, of numbers or of objects; an error among numbers is NaN there.
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

from collabxl.schema.serials import day_of, serial

Value = float | str | bool | None
"""A number, a text, a truth value, or None for a blank cell."""
Values = NDArray[Any]
"""What the cells of a range show."""
_BLANKS = re.compile(" +")


class Fault(Exception):  # noqa: N818 - the formula's, not ours
    """An error value, such as #VALUE!; it spreads until IFERROR or ISNUMBER takes it."""


def moment(day: dt.date) -> float:
    """Return a day, or a moment of it, as a cell counts it."""
    time = day.time() if isinstance(day, dt.datetime) else dt.time()
    seconds = (time.hour * 60 + time.minute) * 60 + time.second
    return serial(day) + (seconds / 86400 if seconds else 0)


def number(value: Any) -> float:
    """Return a value as arithmetic takes it; Fault for text, which our formulas never count with."""
    if value is None:
        return 0
    if isinstance(value, (int, float)):
        return value
    raise Fault


def text(value: Any) -> str:
    """Return a value as ``&`` writes it."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, (int, float)):
        return f"{value:.15g}".replace("e", "E")
    raise Fault


def truth(value: Any) -> bool:
    """Return a value as a condition."""
    return value if isinstance(value, bool) else number(value) != 0


class Texts(np.ndarray):
    """The cells of a range that are not all numbers."""

    @cached_property
    def plain(self) -> Values:
        """The same with texts in lower case, so that they can be compared for being the same."""
        return np.fromiter((each.lower() if type(each) is str else each for each in self), dtype=object)


def values(cells: Iterable[Value]) -> Values:
    """Return the cells of a range as an array: of numbers if they all are, else of objects."""
    listed = list(cells)
    if all(type(each) in (int, float) for each in listed):
        return np.array(listed, dtype=np.float64)
    return np.fromiter(listed, dtype=object).view(Texts)


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
            raise Fault


def _plain(of: Any) -> Any:
    """Return texts in lower case, so that they can be compared for being the same."""
    if isinstance(of, Texts):
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


def _ordered(compare: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def compared(left: Any, right: Any) -> Any:
        if isinstance(left, np.ndarray) or isinstance(right, np.ndarray):
            return compare(_counted(left), _counted(right))
        return compare(_rank(left, right), _rank(right, left))

    return compared


def _counted(of: Any) -> Any:
    if not isinstance(of, np.ndarray):
        return number(of)
    if of.dtype == object:
        raise TypeError("our formulas count with numbers only")
    return of.astype(np.float64)


def _counting(count: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def counted(left: Any, right: Any) -> Any:
        try:
            return count(_counted(left), _counted(right))
        except ZeroDivisionError as error:
            raise Fault from error

    return counted


OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "=": _same,
    "<>": lambda left, right: np.logical_not(_same(left, right)) if _is_range(left, right) else not _same(left, right),
    "<": _ordered(operator.lt),
    ">": _ordered(operator.gt),
    "<=": _ordered(operator.le),
    ">=": _ordered(operator.ge),
    "&": lambda left, right: text(left) + text(right),
    "+": _counting(operator.add),
    "-": _counting(operator.sub),
    "*": _counting(operator.mul),
    "/": _counting(operator.truediv),
}


def _is_range(*arguments: Any) -> bool:
    return any(isinstance(each, np.ndarray) for each in arguments)


def is_number(value: Any) -> Any:
    """Return whether a value is a number, or which of a range are."""
    return ~np.isnan(value) if isinstance(value, np.ndarray) else type(value) in (int, float)


def _find(part: Any, whole: Any) -> Any:
    if isinstance(part, np.ndarray) or isinstance(whole, np.ndarray):
        parts = part if isinstance(part, np.ndarray) else [part] * len(whole)
        wholes = whole if isinstance(whole, np.ndarray) else [whole] * len(part)
        found = np.array([text.find(word) for word, text in zip(parts, wholes, strict=True)], dtype=np.float64)
        return np.where(found < 0, np.nan, found + 1)
    at = text(whole).find(text(part))
    if at < 0:
        raise Fault
    return at + 1


def _substitute(value: Any, old: Any, new: Any) -> Any:
    whole = text(value)
    if isinstance(old, np.ndarray):
        return values(whole.replace(each, new) if each and each in whole else whole for each in old)
    return whole.replace(text(old), text(new)) if text(old) else whole


def _length(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return np.fromiter(map(len, value), dtype=np.float64, count=len(value))
    return len(text(value))


def _sum_of_products(*columns: Any) -> float:
    """Return the sum; in ours there is one column, made of numbers."""
    (column,) = columns
    return _known(float(np.sum(_counted(column))))


def _highest(*columns: Any) -> float:
    return _known(float(max(np.max(_counted(column)) for column in columns)))


def _known(result: float) -> float:
    if math.isnan(result):
        raise Fault
    return result


def _date(year: Any, month: Any, day: Any) -> float:
    months = int(number(year)) * 12 + int(number(month)) - 1
    if not 1900 * 12 <= months < 9999 * 12:
        raise Fault
    return serial(dt.date(months // 12, months % 12 + 1, 1)) + int(number(day)) - 1


def _value(of: Any) -> float:
    digits = text(of).strip()
    if not digits.isascii() or not digits.isdigit():
        raise Fault
    return float(digits)


def _count_up_to(cells: Values, criterion: str) -> float:
    limit = float(criterion.removeprefix("<="))
    return sum(1 for value in cells.tolist() if type(value) in (int, float) and value <= limit)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "AND": lambda *conditions: all(map(truth, conditions)),
    "OR": lambda *conditions: any(map(truth, conditions)),
    "NOT": lambda condition: not truth(condition),
    "N": lambda value: number(value) if isinstance(value, int | float) else 0,
    "INT": lambda value: math.floor(number(value)),
    "MOD": lambda value, by: number(value) - number(by) * math.floor(number(value) / number(by)),
    "ROUND": lambda value, digits: round(number(value), int(digits)),
    "MAX": _highest,
    "MIN": lambda *counted: min(map(number, counted)),
    "ISLOGICAL": lambda value: isinstance(value, bool),
    "COUNT": lambda *cells: sum(type(cell) in (int, float) for cell in cells),
    "COUNTIF": _count_up_to,
    "SUMPRODUCT": _sum_of_products,
    "TRIM": lambda value: _BLANKS.sub(" ", text(value)).strip(" "),
    "LOWER": lambda value: text(value).lower(),
    "LEN": _length,
    "MID": lambda value, first, count: text(value)[int(first) - 1 : int(first) - 1 + int(count)],
    "REPT": lambda value, times: text(value) * int(times),
    "CHAR": lambda code: chr(int(code)),
    "FIND": _find,
    "SUBSTITUTE": _substitute,
    "VALUE": _value,
    "DATE": _date,
    "DAY": lambda value: day_of(value).day,
}
