"""Functions of whole ranges.

A reference to cells is an array, even to one cell: of it only numbers count. What stands alone is no cell, and counts
as what it can be taken for. Truth values in cells are numbers to some programs, to others not: UnsupportedFormula.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from collabxl.recalculation.faults import FormulaError, UnsupportedFormula
from collabxl.recalculation.operators import OPERATORS
from collabxl.recalculation.values import (
    MixedRange,
    Values,
    as_number,
    as_truth,
    finite,
    is_same_text,
    may_be_number,
    range_array,
    to_list,
)

_CRITERION = re.compile(r"(<=|>=|<>|<|>|=)?(.*)", re.DOTALL)
_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")
_WILD = re.compile(r"[*?~]")
_LONGEST_WANTED = 255
_NEAR = 2e-14


def is_number(value: Any) -> Any:
    """Return whether a value is a number, or which of a range are."""
    if not isinstance(value, np.ndarray):
        if isinstance(value, bool):
            raise UnsupportedFormula("truth values are numbers to some programs")
        return type(value) in (int, float)
    if value.dtype == np.float64:
        return ~np.isnan(value)
    kinds = [type(cell) for cell in value.ravel().tolist()]
    if bool in kinds:
        raise UnsupportedFormula("truth values are numbers to some programs")
    return np.array([kind is float or kind is int for kind in kinds], dtype=bool).reshape(value.shape)


def cells_in(arguments: tuple[Any, ...]) -> list[Any]:
    """Return single values, and the cells of ranges with their blanks; raises the first error among them."""
    found: list[Any] = []
    for argument in arguments:
        found += to_list(argument) if isinstance(argument, np.ndarray) else [argument]
    for value in found:
        if isinstance(value, FormulaError):
            raise value
    return found


def numbers_in(arguments: tuple[Any, ...], *, only: bool = False) -> list[float]:
    """Return the numbers among arguments: in ranges nothing else counts, alone what can be taken for one does.

    ``only`` says that there may be nothing else in ranges but blanks.
    """
    found: list[float] = []
    for argument in arguments:
        if isinstance(argument, np.ndarray) and argument.dtype == np.float64:
            found += cells_in((argument,))
        elif isinstance(argument, np.ndarray):
            cells = [value for value in cells_in((argument,)) if value is not None]
            if any(isinstance(value, (bool, str) if only else bool) for value in cells):
                raise UnsupportedFormula("cells that are numbers to some programs")
            found += [value for value in cells if not isinstance(value, str)]
        elif only and isinstance(argument, str):
            raise UnsupportedFormula("a text that is blank to some programs")
        else:
            found.append(as_number(argument))
    return found


def _plain_total(numbers: Any) -> float:
    total = finite(math.fsum(numbers))
    if total and abs(total) <= _NEAR * max(map(abs, numbers)):
        raise UnsupportedFormula("a rest that some programs take for 0")
    return total


def total(*terms: Any) -> float:
    """Return the sum of all numbers: SUM."""
    return _plain_total(numbers_in(terms))


def total_of_products(*columns: Any) -> float:
    """Return the sum of what ranges make when multiplied cell by cell: SUMPRODUCT; what is no number counts as 0."""
    sizes = {column.shape if isinstance(column, np.ndarray) else () for column in columns}
    if len(sizes) != 1:
        raise UnsupportedFormula("ranges of several sizes")
    product: Any = 1.0
    for column in columns:
        if not isinstance(column, np.ndarray) and type(column) not in (int, float):
            raise UnsupportedFormula("a product of what is no number")
        product = OPERATORS["*"](product, _factors(column) if isinstance(column, np.ndarray) else column)
    return _plain_total(cells_in((product,)))


def _factors(column: Values) -> Values:
    if column.dtype == bool:
        raise UnsupportedFormula("programs count truth values differently")
    if not isinstance(column, MixedRange):
        return column
    cells = column.ravel().tolist()
    if any(isinstance(value, bool) for value in cells):
        raise UnsupportedFormula("programs count truth values differently")
    return range_array((value if type(value) in (int, float, FormulaError) else 0.0 for value in cells), column.shape)


def extreme(choose: Callable[[Any], float]) -> Callable[..., float]:
    """Return MAX or MIN."""

    def chosen(*arguments: Any) -> float:
        if all(isinstance(given, np.ndarray) and given.dtype == np.float64 for given in arguments):
            arrays = [choose(given.ravel().tolist()) for given in arguments if given.size and not np.isnan(given).any()]
            if len(arrays) == len(arguments) and arrays:
                return choose(arrays)
        return choose(numbers_in(arguments) or [0.0])

    return chosen


def nth(cells: Any, place: Any, *, largest: bool) -> float:
    """Return the number that is so many places from the largest, or the smallest: LARGE, SMALL."""
    at = as_number(place)
    if at != int(at) or not isinstance(cells, np.ndarray):
        raise UnsupportedFormula("a place of another form")
    found = sorted(numbers_in((cells,)), reverse=largest)
    if not 1 <= at <= len(found):
        raise FormulaError("#NUM!")
    return found[int(at) - 1]


def count_numbers(*arguments: Any) -> int:
    """Return how many numbers there are, errors passed over: COUNT."""
    count = 0
    for argument in arguments:
        if isinstance(argument, np.ndarray):
            count += int(np.sum(is_number(argument)))
        elif isinstance(argument, str | bool):
            raise UnsupportedFormula("what is a number to some programs")
        else:
            count += type(argument) in (int, float)
    return count


def count_filled(*arguments: Any) -> int:
    """Return how many values there are, errors among them: COUNTA."""
    return sum(
        sum(cell is not None for cell in to_list(argument)) if isinstance(argument, np.ndarray) else 1
        for argument in arguments
    )


def truths_in(conditions: tuple[Any, ...]) -> list[bool]:
    """Return the conditions among arguments: in ranges texts and blanks are none; FormulaError if there is none."""
    found: list[bool] = []
    for condition in conditions:
        if isinstance(condition, np.ndarray):
            cells = cells_in((condition,))
            found += [as_truth(cell) for cell in cells if cell is not None and not isinstance(cell, str)]
        else:
            found.append(as_truth(condition))
    if not found:
        raise FormulaError
    return found


def count_if(cells: Values, size: int, criterion: Any) -> float:
    """Return how many cells fit a criterion: COUNTIF; cells of the range beyond ``cells`` are blank."""
    if criterion is None or isinstance(criterion, bool | np.ndarray):
        raise UnsupportedFormula("a criterion that programs read differently")
    sign, wanted = _criterion(criterion) if isinstance(criterion, str) else ("=", criterion)
    listed = to_list(cells)
    if isinstance(wanted, str):
        same = _count_texts(listed, size, wanted)
        if sign not in ("=", "<>"):
            raise UnsupportedFormula("texts in order")
    else:
        if any(isinstance(cell, bool) or (isinstance(cell, str) and may_be_number(cell)) for cell in listed):
            raise UnsupportedFormula("cells that are numbers to some programs")
        compare = OPERATORS["=" if sign == "<>" else sign]
        same = sum(bool(compare(cell, wanted)) for cell in listed if type(cell) in (int, float))
    return float(size - same if sign == "<>" else same)


def _count_texts(listed: list[Any], size: int, wanted: str) -> int:
    texts = [cell for cell in listed if isinstance(cell, str)]
    if wanted:
        return sum(is_same_text(cell, wanted) for cell in texts)
    if "" in texts:
        raise UnsupportedFormula("empty texts are blank to some programs")
    return size - sum(cell is not None for cell in listed)


def _criterion(told: str) -> tuple[str, Any]:
    match = _CRITERION.fullmatch(told)
    assert match is not None
    sign, wanted = match[1] or "=", match[2]
    if _PLAIN_NUMBER.fullmatch(wanted):
        return sign, float(wanted)
    if may_be_number(wanted) or wanted.startswith("#") or _is_pattern(wanted):
        raise UnsupportedFormula("a criterion that programs read differently")
    return sign, wanted


def _is_pattern(wanted: str) -> bool:
    return _WILD.search(wanted) is not None or len(wanted) > _LONGEST_WANTED


def look_up(wanted: Any, among: Any, results: Any) -> Any:
    """Return the result at the last number not above the wanted one, errors passed over: LOOKUP.

    The numbers have to rise: only then do all programs find that one.
    """
    if not isinstance(among, np.ndarray) or not isinstance(results, np.ndarray) or type(wanted) not in (int, float):
        raise UnsupportedFormula("a look-up of another form")
    if among.shape != results.shape or 1 not in among.shape:
        raise UnsupportedFormula("a look-up of another form")
    numbers = [(cell, at) for at, cell in enumerate(to_list(among)) if type(cell) in (int, float)]
    if any(first[0] > second[0] for first, second in pairwise(numbers)):
        raise UnsupportedFormula("a look-up among what is not in order")
    fitting = [at for cell, at in numbers if cell <= wanted]
    if not fitting:
        raise FormulaError("#N/A")
    found = to_list(results)[fitting[-1]]
    if isinstance(found, FormulaError):
        raise found
    return found


def find_match(wanted: Any, among: Any, how: Any = 1) -> int:
    """Return the place of a value in a range, exactly as it is; FormulaError if it is not there: MATCH."""
    if as_number(how) != 0 or not isinstance(among, np.ndarray) or 1 not in among.shape:
        raise UnsupportedFormula("a match of another form")
    if type(wanted) not in (int, float, str) or wanted == "":
        raise UnsupportedFormula("a match of another form")
    if isinstance(wanted, str) and (_is_pattern(wanted) or may_be_number(wanted)):
        raise UnsupportedFormula("a text that stands for others, too")
    for at, cell in enumerate(to_list(among), 1):
        if not isinstance(cell, FormulaError) and cell is not None and OPERATORS["="](cell, wanted):
            return at
    raise FormulaError("#N/A")
