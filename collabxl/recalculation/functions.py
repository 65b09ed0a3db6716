"""The functions that are known: those of our formulas, and the plain ones that people use beside them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from collabxl.recalculation import day_functions as days
from collabxl.recalculation import number_functions as numbers
from collabxl.recalculation import range_functions as ranges
from collabxl.recalculation import text_functions as texts
from collabxl.recalculation.faults import FormulaError, UnsupportedFormula
from collabxl.recalculation.values import as_truth, map_elements

VALUE, CELLS, TOLERANT, ARRAY = "vcta"
"""How an argument is taken: as one value; as cells where it refers to some; the same, with its errors; as an array."""


class Function(NamedTuple):
    """What computes a function, and how it takes its arguments, the last of them repeatedly."""

    compute: Callable[..., Any]
    takes: str = VALUE


def _elementwise(compute: Callable[..., Any]) -> Function:
    """Return a function of single values as one that takes ranges, too, where a formula computes with arrays."""

    def lifted(*arguments: Any) -> Any:
        if any(isinstance(each, np.ndarray) for each in arguments):
            return map_elements(compute, *arguments)
        return compute(*arguments)

    return Function(lifted)


def _link_label(link: Any, *label: Any) -> Any:
    shown = label[0] if label else link
    if shown is None or isinstance(shown, bool) or len(label) > 1 or not isinstance(link, str) or not link:
        raise UnsupportedFormula("a link that shows nothing")
    return shown


def _not_available() -> Any:
    raise FormulaError("#N/A")


FUNCTIONS: dict[str, Function] = {
    "AND": Function(lambda *conditions: all(ranges.truths_in(conditions)), CELLS),
    "OR": Function(lambda *conditions: any(ranges.truths_in(conditions)), CELLS),
    "NOT": _elementwise(lambda condition: not as_truth(condition)),
    "N": Function(numbers.plain_number),
    "ABS": _elementwise(numbers.absolute),
    "INT": _elementwise(numbers.floor_number),
    "MOD": _elementwise(numbers.remainder),
    "ROUND": _elementwise(numbers.round_number),
    "ROUNDUP": _elementwise(numbers.round_up),
    "ROUNDDOWN": _elementwise(numbers.round_down),
    "MAX": Function(ranges.extreme(max), CELLS),
    "MIN": Function(ranges.extreme(min), CELLS),
    "SUM": Function(ranges.total, CELLS),
    "SMALL": Function(partial(ranges.nth, largest=False), CELLS + VALUE),
    "LARGE": Function(partial(ranges.nth, largest=True), CELLS + VALUE),
    "COUNT": Function(ranges.count_numbers, TOLERANT),
    "COUNTA": Function(ranges.count_filled, TOLERANT),
    "SUMPRODUCT": Function(ranges.total_of_products, ARRAY),
    "LOOKUP": Function(ranges.look_up, VALUE + ARRAY),
    "MATCH": Function(ranges.find_match, VALUE + CELLS + VALUE),
    "TRIM": _elementwise(texts.trim_text),
    "LOWER": _elementwise(texts.lower_text),
    "UPPER": _elementwise(texts.upper_text),
    "LEN": Function(texts.text_length),
    "LEFT": _elementwise(texts.left_text),
    "RIGHT": _elementwise(texts.right_text),
    "MID": _elementwise(texts.middle_text),
    "REPT": _elementwise(texts.repeat_text),
    "CHAR": _elementwise(texts.character),
    "FIND": Function(texts.find_text),
    "SUBSTITUTE": Function(texts.substitute_text),
    "VALUE": _elementwise(texts.number_of_text),
    "TEXT": _elementwise(texts.format_text),
    "DATE": _elementwise(days.day_serial),
    "DAY": _elementwise(lambda value: days.day_of(value).day),
    "MONTH": _elementwise(lambda value: days.day_of(value).month),
    "YEAR": _elementwise(lambda value: days.day_of(value).year),
    "WEEKDAY": _elementwise(days.weekday),
    "WORKDAY": Function(days.workday, VALUE + VALUE + CELLS),
    "HYPERLINK": Function(_link_label),
    "NA": Function(_not_available),
    "TRUE": Function(lambda: True),
    "FALSE": Function(lambda: False),
}
