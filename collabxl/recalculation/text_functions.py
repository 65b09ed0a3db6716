"""Functions of texts, of single ones and of those in ranges."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np

from collabxl.recalculation.alternatives import choose
from collabxl.recalculation.day_functions import day_of
from collabxl.recalculation.faults import FormulaError, UnsupportedFormula
from collabxl.recalculation.number_functions import round_number
from collabxl.recalculation.values import (
    Values,
    as_number,
    as_text,
    as_whole,
    map_elements,
    range_array,
    refuse_long_text,
    to_list,
)

_BLANKS = re.compile(" +")
_DIGITS = re.compile("[0-9]{1,15}")
_MOST_SHOWN = 1e15
_LAST_UNIT = "\uffff"
_NOWHERE = ("where an empty text is", 0, -1)
_SHOWN = re.compile(r"[\t\n\r -~]")
"""The characters of a number that are the same to all programs."""


def find_text(part: Any, whole: Any) -> Any:
    """Return where a text begins in another one; FormulaError if it does not: FIND."""
    if isinstance(whole, np.ndarray) or isinstance(part, np.ndarray):
        return _find_each(part, whole) if _are_texts(part, whole) else map_elements(find_text, part, whole)
    text, wanted = as_text(whole), as_text(part)
    found = text.find(wanted) if wanted else choose(*_NOWHERE)
    if found < 0:
        raise FormulaError
    return len(_single_units(text[:found])) + 1


def _are_texts(part: Any, whole: Any) -> bool:
    """Return whether a range is all texts, to be looked for in one in which every letter is one to all programs."""
    return (
        type(whole) is str and max(whole, default="") <= _LAST_UNIT and set(map(type, part.ravel().tolist())) == {str}
    )


def _find_each(part: Values, whole: str) -> Values:
    words: list[str] = part.ravel().tolist()
    nowhere = choose(*_NOWHERE) if "" in words else 0
    at = np.array([whole.find(word) if word else nowhere for word in words], dtype=np.float64).reshape(part.shape)
    return np.where(at < 0, np.nan, at + 1)


def substitute_text(whole: Any, old: Any, new: Any) -> Any:
    """Return a text with another one in the place of each part that says so: SUBSTITUTE."""
    if isinstance(old, np.ndarray) and type(whole) is str and type(new) is str:
        return range_array((_replace(whole, as_text(each), new) for each in to_list(old)), old.shape)
    if any(isinstance(given, np.ndarray) for given in (whole, old, new)):
        return map_elements(substitute_text, whole, old, new)
    return _replace(as_text(whole), as_text(old), as_text(new))


def _replace(text: str, part: str, instead: str) -> str:
    times = text.count(part) if part else 0
    refuse_long_text(len(text) + times * (len(instead) - len(part)))
    return text.replace(part, instead) if times else text


def character(code: Any) -> str:
    """Return the character of a number: CHAR."""
    number = int(as_number(code))
    if not 1 <= number < 256:
        raise FormulaError
    if not _SHOWN.fullmatch(chr(number)):
        raise UnsupportedFormula("a character that follows from the system")
    return chr(number)


def repeat_text(value: Any, times: Any) -> str:
    """Return a text so many times: REPT."""
    count, text = as_whole(times), as_text(value)
    if count < 0:
        raise FormulaError
    refuse_long_text(len(text) * count)
    return text * count


def text_length(value: Any) -> Any:
    """Return how many characters a text has: LEN."""
    if isinstance(value, np.ndarray):
        return map_elements(text_length, value)
    return len(_single_units(value))


def trim_text(value: Any) -> str:
    """Return a text without needless blanks: TRIM."""
    return _BLANKS.sub(" ", as_text(value)).strip(" ")


def _case(change: Callable[[str], str], back: Callable[[str], str]) -> Callable[[Any], str]:
    def changed(value: Any) -> str:
        text = as_text(value)
        found = change(text)
        if not text.isascii() and (len(found) != len(text) or back(found) != back(text) or "Σ" in text):
            raise UnsupportedFormula("letters that programs change differently")
        return found

    return changed


lower_text = _case(str.lower, str.upper)
upper_text = _case(str.upper, str.lower)


def _single_units(value: Any) -> str:
    """Return a text that all programs cut in the same places."""
    text = as_text(value)
    if not text.isascii() and max(text) > _LAST_UNIT:
        raise UnsupportedFormula("characters that programs count differently")
    return text


def middle_text(value: Any, first: Any, count: Any) -> str:
    """Return part of a text, counted from 1: MID."""
    at, length = as_whole(first), as_whole(count)
    if at < 1 or length < 0:
        raise FormulaError
    return _single_units(value)[at - 1 : at - 1 + length]


def left_text(value: Any, count: Any = 1) -> str:
    """Return how a text begins: LEFT."""
    return middle_text(value, 1, count)


def right_text(value: Any, count: Any = 1) -> str:
    """Return how a text ends: RIGHT."""
    length = as_whole(count)
    if length < 0:
        raise FormulaError
    return _single_units(value)[-length:] if length else ""


def number_of_text(of: Any) -> float:
    """Return the number that a text of digits says: VALUE."""
    if of is None or type(of) in (int, float):
        return as_number(of)
    if not isinstance(of, str):
        raise UnsupportedFormula("truth values are numbers to some programs")
    digits = of.strip(" ")
    return float(digits) if _DIGITS.fullmatch(digits) else as_number(of)


def format_text(value: Any, pattern: Any) -> str:
    """Return a number as a format shows it: TEXT."""
    if value is not None and type(value) not in (int, float):
        raise UnsupportedFormula("a format of what is no number")
    match as_text(pattern).lower():
        case "yyyy-mm-dd":
            return day_of(value).isoformat()
        case "0":
            rounded = round_number(value, 0)
            if (not rounded and as_number(value) < 0) or abs(rounded) >= _MOST_SHOWN:
                raise UnsupportedFormula("a zero below zero, or more digits than programs show")
            return str(Decimal(rounded))
    raise UnsupportedFormula("a number format")
