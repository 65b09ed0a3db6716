"""What the functions of our formulas return, and the plain ones that people use beside them."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterator
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal, localcontext
from functools import partial
from typing import Any

import numpy as np

from collabxl.recalculation.values import (
    OPERATORS,
    FormulaError,
    MixedRange,
    UnsupportedFormula,
    Values,
    as_number,
    as_text,
    as_truth,
    finite,
    map_elements,
    range_array,
    refuse_long_text,
    to_list,
)
from collabxl.schema.serials import from_serial, to_serial

_BLANKS = re.compile(" +")
_CRITERION = re.compile(r"(<=|>=|<>|<|>|=)?(.*)", re.DOTALL)
_WILD = re.compile(r"[*?~]")
_LAST_YEAR = 9999
_MOST_PLACES, _PRECISE = 300, 700
"""Places that a number is rounded to at most, and the digits that this may take: those of the largest numbers."""


def _elementwise(compute: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of single values as one that takes ranges, too."""

    def lifted(*arguments: Any) -> Any:
        if any(isinstance(each_, np.ndarray) for each_ in arguments):
            return map_elements(compute, *arguments)
        return compute(*arguments)

    return lifted


def is_number(value: Any) -> Any:
    """Return whether a value is a number, or which of a range are."""
    if not isinstance(value, np.ndarray):
        return type(value) in (int, float)
    if value.dtype == np.float64:
        return ~np.isnan(value)
    return np.fromiter((type(cell) in (int, float) for cell in value.tolist()), dtype=bool, count=len(value))


def _find(part: Any, whole: Any) -> Any:
    if isinstance(part, np.ndarray) or isinstance(whole, np.ndarray):
        parts = to_list(part) if isinstance(part, np.ndarray) else [part] * len(whole)
        wholes = to_list(whole) if isinstance(whole, np.ndarray) else [whole] * len(parts)
        at = np.array(
            [as_text(full).find(as_text(word)) for word, full in zip(parts, wholes, strict=True)], dtype=np.float64
        )
        return np.where(at < 0, np.nan, at + 1)
    found = as_text(whole).find(as_text(part))
    if found < 0:
        raise FormulaError
    return found + 1


def _substitute(whole: Any, old: Any, new: Any) -> Any:
    if isinstance(old, np.ndarray):
        told, by = as_text(whole), as_text(new)
        return range_array(_replace(told, word, by) for word in map(as_text, to_list(old)))
    if isinstance(whole, np.ndarray) or isinstance(new, np.ndarray):
        return map_elements(_substitute, whole, old, new)
    return _replace(as_text(whole), as_text(old), as_text(new))


def _replace(whole: str, old: str, new: str) -> str:
    times = whole.count(old) if old else 0
    refuse_long_text(len(whole) + times * (len(new) - len(old)))
    return whole.replace(old, new) if times else whole


def _character(code: Any) -> str:
    if not 1 <= as_number(code) < 256:
        raise FormulaError
    return chr(int(as_number(code)))


def _repeat(value: Any, times: Any) -> str:
    count = math.floor(as_number(times))
    refuse_long_text(len(as_text(value)) * count)
    return as_text(value) * count


def _length(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return (
            map_elements(_length, value)
            if value.dtype != object
            else np.fromiter(map(_text_length, value), dtype=np.float64)
        )
    return _text_length(value)


def _text_length(value: Any) -> int:
    if isinstance(value, FormulaError):
        raise UnsupportedFormula("the length of an error")
    return len(as_text(value).encode("utf-16-le", "surrogatepass")) // 2


def _cells(arguments: tuple[Any, ...]) -> Iterator[Any]:
    """Yield single values, and the cells of ranges with their blanks; an error ends it."""
    for argument in arguments:
        for value in to_list(argument) if isinstance(argument, np.ndarray) else (argument,):
            if isinstance(value, FormulaError):
                raise value
            yield value


def _numbers_in(arguments: tuple[Any, ...]) -> list[float]:
    """Return the numbers among arguments: in ranges nothing else counts, alone what can be taken for one does."""
    found: list[float] = []
    for argument in arguments:
        if isinstance(argument, np.ndarray):
            found += [value for value in _cells((argument,)) if type(value) in (int, float)]
        else:
            found.append(as_number(argument))
    return found


def _sum_of_products(*columns: Any) -> float:
    product: Any = 1.0
    for column in columns:
        if not isinstance(column, np.ndarray):
            product = OPERATORS["*"](product, column)
            continue
        if column.dtype == bool:
            raise UnsupportedFormula("programs count truth values differently")
        numbers = column
        if isinstance(column, MixedRange):
            numbers = range_array(
                value if type(value) in (int, float, FormulaError) else 0.0 for value in column.tolist()
            )
        product = OPERATORS["*"](product, numbers)
    return _total(product)


def _total(numbers: Any) -> float:
    if not isinstance(numbers, np.ndarray):
        return finite(float(as_number(numbers)))
    if isinstance(numbers, MixedRange):
        return float(sum(_numbers_in((numbers,))))
    return finite(float(np.sum(numbers)))


def _extreme(choose: Callable[[list[float]], float]) -> Callable[..., float]:
    def extreme(*arguments: Any) -> float:
        if len(arguments) and all(isinstance(given, np.ndarray) and given.dtype == np.float64 for given in arguments):
            return finite(float(choose([choose(given) if len(given) else 0.0 for given in arguments])))
        return choose(_numbers_in(arguments) or [0.0])

    return extreme


def _nth(cells: Any, place: Any, *, largest: bool) -> float:
    found, at = sorted(_numbers_in((cells,)), reverse=largest), int(as_number(place))
    if not 1 <= at <= len(found):
        raise FormulaError("#NUM!")
    return found[at - 1]


def _count_if(cells: Any, criterion: Any) -> float:
    if not isinstance(cells, np.ndarray):
        cells = range_array([cells])
    if isinstance(criterion, np.ndarray):
        raise UnsupportedFormula("several criteria at once")
    sign, wanted = _criterion(criterion)
    if isinstance(wanted, str):
        if sign not in ("=", "<>") or wanted == "":
            raise UnsupportedFormula("texts in order")
        same = sum(type(cell) is str and cell.lower() == wanted.lower() for cell in to_list(cells))
        return float(same if sign == "=" else len(cells) - same)
    numbers = [cell for cell in to_list(cells) if type(cell) in (int, float)]
    if sign == "<>":
        return float(len(cells) - sum(cell == wanted for cell in numbers))
    return float(sum(OPERATORS[sign](cell, wanted) for cell in numbers))


def _criterion(told: Any) -> tuple[str, Any]:
    if told is None or isinstance(told, bool):
        raise UnsupportedFormula("a criterion that programs read differently")
    if not isinstance(told, str):
        return "=", told
    match = _CRITERION.fullmatch(told)
    assert match is not None
    sign, wanted = match[1] or "=", match[2]
    try:
        return sign, float(wanted)
    except ValueError:
        if _WILD.search(wanted):
            raise UnsupportedFormula("a pattern") from None
        return sign, wanted


def _lookup(wanted: Any, among: Any, results: Any) -> Any:
    """Return the result at the last number not above the wanted one, errors passed over, as the idiom wants it."""
    if not isinstance(among, np.ndarray) or not isinstance(results, np.ndarray) or len(among) != len(results):
        raise UnsupportedFormula("a look-up of another form")
    fitting = [at for at, cell in enumerate(to_list(among)) if type(cell) in (int, float) and cell <= as_number(wanted)]
    if not fitting:
        raise FormulaError("#N/A")
    found = to_list(results)[fitting[-1]]
    if isinstance(found, FormulaError):
        raise found
    return found


def find_match(wanted: Any, among: Any, how: Any = 1) -> int:
    """Return the place of a value in a range, exactly as it is; FormulaError if it is not there."""
    if as_number(how) != 0 or not isinstance(among, np.ndarray) or isinstance(wanted, np.ndarray) or wanted is None:
        raise UnsupportedFormula("a match of another form")
    if isinstance(wanted, str) and _WILD.search(wanted):
        raise UnsupportedFormula("a pattern")
    for at, cell in enumerate(to_list(among), 1):
        if not isinstance(cell, FormulaError) and cell is not None and OPERATORS["="](cell, wanted):
            return at
    raise FormulaError("#N/A")


def _date(year: Any, month: Any, day: Any) -> float:
    told = math.floor(as_number(year))
    months = told * 12 + math.floor(as_number(month)) - 1
    if not 1900 * 12 <= months < _LAST_YEAR * 12 or told < 1900:
        raise FormulaError
    return float(to_serial(dt.date(months // 12, months % 12 + 1, 1)) + math.floor(as_number(day)) - 1)


def serial_day(value: Any) -> dt.date:
    """Return the day that a number stands for; FormulaError for none."""
    counted = math.floor(as_number(value))
    if not 61 <= counted <= to_serial(dt.date(_LAST_YEAR, 12, 31)):
        raise UnsupportedFormula("a day that programs count differently") if counted >= 0 else FormulaError("#NUM!")
    return from_serial(counted)


def _weekday(value: Any, kind: Any = 1) -> int:
    if kind not in (1, 2):
        raise UnsupportedFormula("a week of another form")
    at = serial_day(value).weekday()
    return at + 1 if kind == 2 else (at + 1) % 7 + 1


def _workday(start: Any, days: Any, holidays: Any = ()) -> float:
    off = (
        {math.floor(as_number(value)) for value in _cells((holidays,)) if value is not None} if len(holidays) else set()
    )
    at, left = math.floor(as_number(start)), math.trunc(as_number(days))
    serial_day(at)
    step = 1 if left > 0 else -1
    if abs(left) > 10_000:
        raise UnsupportedFormula("so many days")
    while left:
        at += step
        if (at - 2) % 7 < 5 and at not in off:
            left -= step
    return float(at)


def _value(of: Any) -> float:
    digits = as_text(of).strip(" ")
    if not digits.isascii() or not digits.isdigit():
        if any(map(str.isdigit, digits)):
            raise UnsupportedFormula("a number in other words")
        raise FormulaError
    return float(digits)


def _format(value: Any, pattern: Any) -> str:
    match as_text(pattern).lower():
        case "yyyy-mm-dd":
            return serial_day(value).isoformat()
        case "0":
            return str(int(_round_function(ROUND_HALF_UP)(value, 0)))
    raise UnsupportedFormula("a number format")


def _round_function(how: str) -> Callable[[Any, Any], float]:
    def rounded(value: Any, digits: Any) -> float:
        told, places = Decimal(f"{float(as_number(value)):.15g}"), int(as_number(digits))
        if abs(places) > _MOST_PLACES:
            raise UnsupportedFormula("so many places")
        with localcontext(prec=_PRECISE):
            return float(told.quantize(Decimal(1).scaleb(-places), how))

    return rounded


def _mod(value: Any, by: Any) -> float:
    if not as_number(by):
        raise FormulaError("#DIV/0!")
    return as_number(value) - as_number(by) * math.floor(as_number(value) / as_number(by))


def _middle(value: Any, first: Any, count: Any) -> str:
    at, length = math.floor(as_number(first)), math.floor(as_number(count))
    if at < 1 or length < 0:
        raise FormulaError
    return as_text(value)[at - 1 : at - 1 + length]


def _left_text(value: Any, count: Any = 1) -> str:
    return _middle(value, 1, count)


def _right(value: Any, count: Any = 1) -> str:
    length = math.floor(as_number(count))
    if length < 0:
        raise FormulaError
    return as_text(value)[-length:] if length else ""


def _not_available() -> Any:
    raise FormulaError("#N/A")


def _holds(kind: type) -> Callable[[Any], Any]:
    return _elementwise(lambda value: isinstance(value, kind))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "AND": lambda *conditions: all(map(as_truth, _cells(conditions))),
    "OR": lambda *conditions: any(map(as_truth, _cells(conditions))),
    "NOT": _elementwise(lambda condition: not as_truth(condition)),
    "N": _elementwise(lambda value: as_number(value) if isinstance(value, int | float) else 0),
    "ABS": _elementwise(lambda value: abs(as_number(value))),
    "INT": _elementwise(lambda value: math.floor(as_number(value))),
    "MOD": _elementwise(_mod),
    "ROUND": _elementwise(_round_function(ROUND_HALF_UP)),
    "ROUNDUP": _elementwise(_round_function(ROUND_UP)),
    "ROUNDDOWN": _elementwise(_round_function(ROUND_DOWN)),
    "MAX": _extreme(max),
    "MIN": _extreme(min),
    "SUM": lambda *terms: finite(math.fsum(_numbers_in(terms))),
    "SMALL": partial(_nth, largest=False),
    "LARGE": partial(_nth, largest=True),
    "ISLOGICAL": _holds(bool),
    "ISTEXT": _holds(str),
    "COUNT": lambda *cells: sum(int(np.sum(is_number(cell))) for cell in cells),
    "COUNTA": lambda *cells: sum(
        sum(each_ is not None for each_ in to_list(cell)) if isinstance(cell, np.ndarray) else cell is not None
        for cell in cells
    ),
    "COUNTIF": _count_if,
    "SUMPRODUCT": _sum_of_products,
    "LOOKUP": _lookup,
    "MATCH": find_match,
    "TRIM": _elementwise(lambda value: _BLANKS.sub(" ", as_text(value)).strip(" ")),
    "LOWER": _elementwise(lambda value: as_text(value).lower()),
    "UPPER": _elementwise(lambda value: as_text(value).upper()),
    "LEN": _length,
    "LEFT": _elementwise(_left_text),
    "RIGHT": _elementwise(_right),
    "MID": _elementwise(_middle),
    "REPT": _elementwise(_repeat),
    "CHAR": _elementwise(_character),
    "FIND": _find,
    "SUBSTITUTE": _substitute,
    "VALUE": _elementwise(_value),
    "TEXT": _elementwise(_format),
    "DATE": _elementwise(_date),
    "DAY": _elementwise(lambda value: serial_day(value).day),
    "MONTH": _elementwise(lambda value: serial_day(value).month),
    "YEAR": _elementwise(lambda value: serial_day(value).year),
    "WEEKDAY": _elementwise(_weekday),
    "WORKDAY": _workday,
    "HYPERLINK": lambda link, label=None: link if label is None else label,
    "NA": _not_available,
    "TRUE": lambda: True,
    "FALSE": lambda: False,
}


def row_numbers(first: int, cells: Values) -> Values:
    """Return the numbers of the rows of a range."""
    return first + np.arange(len(cells), dtype=np.float64)
