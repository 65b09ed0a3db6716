"""Functions of single numbers. Where only the last digits decide, programs differ: that is UnsupportedFormula."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal, localcontext
from typing import Any

from collabxl.recalculation.faults import FormulaError, UnsupportedFormula
from collabxl.recalculation.values import as_number, as_whole

_MOST_PLACES, _PRECISE = 300, 700
"""Places that a number is rounded to at most, and the digits that this may take: those of the largest numbers."""
_MOST_TIMES, _NEAR = 2**27, 1e-9
"""How many times the divisor of MOD goes at most into a number, and how near to a whole number of times is unsure."""


def floor_number(value: Any) -> int:
    """Return the greatest whole number that is not above a value: INT."""
    number = as_number(value)
    whole = math.floor(number)
    if whole != number and whole + 1 - number <= 1e-13 * max(1.0, abs(number)):
        raise UnsupportedFormula("a number that some programs take for a whole one")
    return whole


def absolute(value: Any) -> float:
    """Return a number without its sign: ABS."""
    return abs(as_number(value))


def plain_number(value: Any) -> float:
    """Return a number as it is, and 0 for a text: N."""
    return 0 if isinstance(value, str) else as_number(value)


def remainder(value: Any, by: Any) -> float:
    """Return what is left of a number once another one is taken away as often as it goes, with its sign: MOD."""
    number, divisor = as_number(value), as_number(by)
    if not divisor:
        raise FormulaError("#DIV/0!")
    times = number / divisor
    if abs(times) >= _MOST_TIMES:
        raise UnsupportedFormula("a remainder of a number that is too large for some programs")
    are_whole = number == int(number) and divisor == int(divisor)
    if number and not are_whole and abs(times - round(times)) < _NEAR:
        raise UnsupportedFormula("a number that goes almost evenly into another")
    return number - divisor * math.floor(times)


def _rounding(how: str) -> Callable[[Any, Any], float]:
    def rounded(value: Any, digits: Any) -> float:
        number, places = float(as_number(value)), as_whole(digits)
        if abs(places) > _MOST_PLACES:
            raise UnsupportedFormula("so many places")
        with localcontext(prec=_PRECISE):
            found, exact = (
                told.quantize(Decimal(1).scaleb(-places), how) for told in (Decimal(f"{number:.15g}"), Decimal(number))
            )
            if how != ROUND_HALF_UP and found != exact:
                raise UnsupportedFormula("a number whose last digits decide")
            return float(found)

    return rounded


round_number = _rounding(ROUND_HALF_UP)
round_up = _rounding(ROUND_UP)
round_down = _rounding(ROUND_DOWN)
