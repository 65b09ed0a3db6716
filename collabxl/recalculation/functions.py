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
    Fault,
    Mixed,
    Unsupported,
    Values,
    each,
    known,
    listed,
    number,
    refuse_longer,
    text,
    truth,
    values,
)
from collabxl.schema.serials import day_of, serial

_BLANKS = re.compile(" +")
_CRITERION = re.compile(r"(<=|>=|<>|<|>|=)?(.*)", re.DOTALL)
_WILD = re.compile(r"[*?~]")
_LAST_YEAR = 9999
_MOST_PLACES, _PRECISE = 300, 700
"""Places that a number is rounded to at most, and the digits that this may take: those of the largest numbers."""


def _lifted(compute: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of single values as one that takes ranges, too."""

    def lifted(*arguments: Any) -> Any:
        if any(isinstance(each_, np.ndarray) for each_ in arguments):
            return each(compute, *arguments)
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
        parts = listed(part) if isinstance(part, np.ndarray) else [part] * len(whole)
        wholes = listed(whole) if isinstance(whole, np.ndarray) else [whole] * len(parts)
        at = np.array([text(full).find(text(word)) for word, full in zip(parts, wholes, strict=True)], dtype=np.float64)
        return np.where(at < 0, np.nan, at + 1)
    found = text(whole).find(text(part))
    if found < 0:
        raise Fault
    return found + 1


def _substitute(whole: Any, old: Any, new: Any) -> Any:
    if isinstance(old, np.ndarray):
        told, by = text(whole), text(new)
        return values(_replaced(told, word, by) for word in map(text, listed(old)))
    if isinstance(whole, np.ndarray) or isinstance(new, np.ndarray):
        return each(_substitute, whole, old, new)
    return _replaced(text(whole), text(old), text(new))


def _replaced(whole: str, old: str, new: str) -> str:
    times = whole.count(old) if old else 0
    refuse_longer(len(whole) + times * (len(new) - len(old)))
    return whole.replace(old, new) if times else whole


def _character(code: Any) -> str:
    if not 1 <= number(code) < 256:
        raise Fault
    return chr(int(number(code)))


def _repeated(value: Any, times: Any) -> str:
    count = math.floor(number(times))
    refuse_longer(len(text(value)) * count)
    return text(value) * count


def _length(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return each(_length, value) if value.dtype != object else np.fromiter(map(_long, value), dtype=np.float64)
    return _long(value)


def _long(value: Any) -> int:
    if isinstance(value, Fault):
        raise Unsupported("the length of an error")
    return len(text(value).encode("utf-16-le", "surrogatepass")) // 2


def _cells(arguments: tuple[Any, ...]) -> Iterator[Any]:
    """Yield single values, and the cells of ranges with their blanks; an error ends it."""
    for argument in arguments:
        for value in listed(argument) if isinstance(argument, np.ndarray) else (argument,):
            if isinstance(value, Fault):
                raise value
            yield value


def _counted(arguments: tuple[Any, ...]) -> list[float]:
    """Return the numbers among arguments: in ranges nothing else counts, alone what can be taken for one does."""
    found: list[float] = []
    for argument in arguments:
        if isinstance(argument, np.ndarray):
            found += [value for value in _cells((argument,)) if type(value) in (int, float)]
        else:
            found.append(number(argument))
    return found


def _sum_of_products(*columns: Any) -> float:
    product: Any = 1.0
    for column in columns:
        if not isinstance(column, np.ndarray):
            product = OPERATORS["*"](product, column)
            continue
        if column.dtype == bool:
            raise Unsupported("programs count truth values differently")
        numbers = column
        if isinstance(column, Mixed):
            numbers = values(value if type(value) in (int, float, Fault) else 0.0 for value in column.tolist())
        product = OPERATORS["*"](product, numbers)
    return _total(product)


def _total(numbers: Any) -> float:
    if not isinstance(numbers, np.ndarray):
        return known(float(number(numbers)))
    if isinstance(numbers, Mixed):
        return float(sum(_counted((numbers,))))
    return known(float(np.sum(numbers)))


def _extreme(choose: Callable[[list[float]], float]) -> Callable[..., float]:
    def extreme(*arguments: Any) -> float:
        if len(arguments) and all(isinstance(given, np.ndarray) and given.dtype == np.float64 for given in arguments):
            return known(float(choose([choose(given) if len(given) else 0.0 for given in arguments])))
        return choose(_counted(arguments) or [0.0])

    return extreme


def _nth(cells: Any, place: Any, *, largest: bool) -> float:
    found, at = sorted(_counted((cells,)), reverse=largest), int(number(place))
    if not 1 <= at <= len(found):
        raise Fault("#NUM!")
    return found[at - 1]


def _count_if(cells: Any, criterion: Any) -> float:
    if not isinstance(cells, np.ndarray):
        cells = values([cells])
    if isinstance(criterion, np.ndarray):
        raise Unsupported("several criteria at once")
    sign, wanted = _criterion(criterion)
    if isinstance(wanted, str):
        if sign not in ("=", "<>") or wanted == "":
            raise Unsupported("texts in order")
        same = sum(type(cell) is str and cell.lower() == wanted.lower() for cell in listed(cells))
        return float(same if sign == "=" else len(cells) - same)
    numbers = [cell for cell in listed(cells) if type(cell) in (int, float)]
    if sign == "<>":
        return float(len(cells) - sum(cell == wanted for cell in numbers))
    return float(sum(OPERATORS[sign](cell, wanted) for cell in numbers))


def _criterion(told: Any) -> tuple[str, Any]:
    if told is None or isinstance(told, bool):
        raise Unsupported("a criterion that programs read differently")
    if not isinstance(told, str):
        return "=", told
    match = _CRITERION.fullmatch(told)
    assert match is not None
    sign, wanted = match[1] or "=", match[2]
    try:
        return sign, float(wanted)
    except ValueError:
        if _WILD.search(wanted):
            raise Unsupported("a pattern") from None
        return sign, wanted


def _lookup(wanted: Any, among: Any, results: Any) -> Any:
    """Return the result at the last number not above the wanted one, errors passed over, as the idiom wants it."""
    if not isinstance(among, np.ndarray) or not isinstance(results, np.ndarray) or len(among) != len(results):
        raise Unsupported("a look-up of another form")
    fitting = [at for at, cell in enumerate(listed(among)) if type(cell) in (int, float) and cell <= number(wanted)]
    if not fitting:
        raise Fault("#N/A")
    found = listed(results)[fitting[-1]]
    if isinstance(found, Fault):
        raise found
    return found


def match(wanted: Any, among: Any, how: Any = 1) -> int:
    """Return the place of a value in a range, exactly as it is; Fault if it is not there."""
    if number(how) != 0 or not isinstance(among, np.ndarray) or isinstance(wanted, np.ndarray) or wanted is None:
        raise Unsupported("a match of another form")
    if isinstance(wanted, str) and _WILD.search(wanted):
        raise Unsupported("a pattern")
    for at, cell in enumerate(listed(among), 1):
        if not isinstance(cell, Fault) and cell is not None and OPERATORS["="](cell, wanted):
            return at
    raise Fault("#N/A")


def _date(year: Any, month: Any, day: Any) -> float:
    told = math.floor(number(year))
    months = told * 12 + math.floor(number(month)) - 1
    if not 1900 * 12 <= months < _LAST_YEAR * 12 or told < 1900:
        raise Fault
    return float(serial(dt.date(months // 12, months % 12 + 1, 1)) + math.floor(number(day)) - 1)


def day(value: Any) -> dt.date:
    """Return the day that a number stands for; Fault for none."""
    counted = math.floor(number(value))
    if not 61 <= counted <= serial(dt.date(_LAST_YEAR, 12, 31)):
        raise Unsupported("a day that programs count differently") if counted >= 0 else Fault("#NUM!")
    return day_of(counted)


def _weekday(value: Any, kind: Any = 1) -> int:
    if kind not in (1, 2):
        raise Unsupported("a week of another form")
    at = day(value).weekday()
    return at + 1 if kind == 2 else (at + 1) % 7 + 1


def _workday(start: Any, days: Any, holidays: Any = ()) -> float:
    off = {math.floor(number(value)) for value in _cells((holidays,)) if value is not None} if len(holidays) else set()
    at, left = math.floor(number(start)), math.trunc(number(days))
    day(at)
    step = 1 if left > 0 else -1
    if abs(left) > 10_000:
        raise Unsupported("so many days")
    while left:
        at += step
        if (at - 2) % 7 < 5 and at not in off:
            left -= step
    return float(at)


def _value(of: Any) -> float:
    digits = text(of).strip(" ")
    if not digits.isascii() or not digits.isdigit():
        if any(map(str.isdigit, digits)):
            raise Unsupported("a number in other words")
        raise Fault
    return float(digits)


def _formatted(value: Any, pattern: Any) -> str:
    match text(pattern).lower():
        case "yyyy-mm-dd":
            return day(value).isoformat()
        case "0":
            return str(int(_rounding(ROUND_HALF_UP)(value, 0)))
    raise Unsupported("a number format")


def _rounding(how: str) -> Callable[[Any, Any], float]:
    def rounded(value: Any, digits: Any) -> float:
        told, places = Decimal(f"{float(number(value)):.15g}"), int(number(digits))
        if abs(places) > _MOST_PLACES:
            raise Unsupported("so many places")
        with localcontext(prec=_PRECISE):
            return float(told.quantize(Decimal(1).scaleb(-places), how))

    return rounded


def _mod(value: Any, by: Any) -> float:
    if not number(by):
        raise Fault("#DIV/0!")
    return number(value) - number(by) * math.floor(number(value) / number(by))


def _middle(value: Any, first: Any, count: Any) -> str:
    at, length = math.floor(number(first)), math.floor(number(count))
    if at < 1 or length < 0:
        raise Fault
    return text(value)[at - 1 : at - 1 + length]


def _from_left(value: Any, count: Any = 1) -> str:
    return _middle(value, 1, count)


def _from_right(value: Any, count: Any = 1) -> str:
    length = math.floor(number(count))
    if length < 0:
        raise Fault
    return text(value)[-length:] if length else ""


def _not_available() -> Any:
    raise Fault("#N/A")


def _holds(kind: type) -> Callable[[Any], Any]:
    return _lifted(lambda value: isinstance(value, kind))


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "AND": lambda *conditions: all(map(truth, _cells(conditions))),
    "OR": lambda *conditions: any(map(truth, _cells(conditions))),
    "NOT": _lifted(lambda condition: not truth(condition)),
    "N": _lifted(lambda value: number(value) if isinstance(value, int | float) else 0),
    "ABS": _lifted(lambda value: abs(number(value))),
    "INT": _lifted(lambda value: math.floor(number(value))),
    "MOD": _lifted(_mod),
    "ROUND": _lifted(_rounding(ROUND_HALF_UP)),
    "ROUNDUP": _lifted(_rounding(ROUND_UP)),
    "ROUNDDOWN": _lifted(_rounding(ROUND_DOWN)),
    "MAX": _extreme(max),
    "MIN": _extreme(min),
    "SUM": lambda *terms: known(math.fsum(_counted(terms))),
    "SMALL": partial(_nth, largest=False),
    "LARGE": partial(_nth, largest=True),
    "ISLOGICAL": _holds(bool),
    "ISTEXT": _holds(str),
    "COUNT": lambda *cells: sum(int(np.sum(is_number(cell))) for cell in cells),
    "COUNTA": lambda *cells: sum(
        sum(each_ is not None for each_ in listed(cell)) if isinstance(cell, np.ndarray) else cell is not None
        for cell in cells
    ),
    "COUNTIF": _count_if,
    "SUMPRODUCT": _sum_of_products,
    "LOOKUP": _lookup,
    "MATCH": match,
    "TRIM": _lifted(lambda value: _BLANKS.sub(" ", text(value)).strip(" ")),
    "LOWER": _lifted(lambda value: text(value).lower()),
    "UPPER": _lifted(lambda value: text(value).upper()),
    "LEN": _length,
    "LEFT": _lifted(_from_left),
    "RIGHT": _lifted(_from_right),
    "MID": _lifted(_middle),
    "REPT": _lifted(_repeated),
    "CHAR": _lifted(_character),
    "FIND": _find,
    "SUBSTITUTE": _substitute,
    "VALUE": _lifted(_value),
    "TEXT": _lifted(_formatted),
    "DATE": _lifted(_date),
    "DAY": _lifted(lambda value: day(value).day),
    "MONTH": _lifted(lambda value: day(value).month),
    "YEAR": _lifted(lambda value: day(value).year),
    "WEEKDAY": _lifted(_weekday),
    "WORKDAY": _workday,
    "HYPERLINK": lambda link, label=None: link if label is None else label,
    "NA": _not_available,
    "TRUE": lambda: True,
    "FALSE": lambda: False,
}


def rows(first: int, cells: Values) -> Values:
    """Return the numbers of the rows of a range."""
    return first + np.arange(len(cells), dtype=np.float64)
