"""What cells hold, alone or in ranges, and what arithmetic, texts and conditions take it for.

A blank is 0 or "", an error spreads until IFERROR. A range is an array as high and wide as it is, of numbers or of
objects; an error among numbers is NaN there, among objects it is a FormulaError. What programs take for different
things, such as numbers written as text, is UnsupportedFormula.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from collabxl.recalculation.alternatives import choose
from collabxl.recalculation.faults import FormulaError, UnsupportedFormula
from collabxl.schema.kinds import LONGEST_CELL

Value = float | str | bool | None
"""A number, a text, a truth value, or None for a blank cell."""
Values = NDArray[Any]
"""What the cells of a range show, by row and column."""

_LEAST_PLAIN, _MOST_PLAIN = 1e-4, 1e15
"""Between these all programs write a number as text with its digits alone."""
_SURE_DIGITS = 15
_MOST_WHOLE = 2**31 - 1
_COMMON = re.compile(r"[ -~\u3001-\u3020\u4e00-\u9fff\n]*")
"""Letters that are the same to all programs but for their case."""
_TRUTH_WORDS = ("true", "false")
_HIRAGANA = {katakana: katakana - 0x60 for katakana in range(0x30A1, 0x30F7)}
_NUMBER_WORDS = re.compile(
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*|[ap]m?|e|usd|eur|cny|rmb|上午|下午|星期.|周.|[年月日号时分秒元]"
)


class MixedRange(np.ndarray):
    """The cells of a range that are not all numbers."""

    @cached_property
    def has_errors(self) -> bool:
        """Whether there is an error among them."""
        return any(isinstance(each, FormulaError) for each in self.ravel().tolist())

    @cached_property
    def comparable_texts(self) -> Values:
        """The same as a text compares with them: in lower case, a blank as the empty text, all else as no text."""
        return self._texts(str.lower)

    @cached_property
    def folded(self) -> Values:
        """The same as the program compares with them that takes most for the same."""
        if all(_COMMON.fullmatch(each) for each in self.ravel().tolist() if type(each) is str):
            return self.comparable_texts
        return self._texts(fold)

    def _texts(self, told: Callable[[str], str]) -> Values:
        cells = self.ravel().tolist()
        listed = (told(each) if type(each) is str else "" if each is None else False for each in cells)
        return np.fromiter(listed, dtype=object, count=len(cells)).reshape(self.shape)

    @cached_property
    def numbers(self) -> Values | None:
        """The same as numbers with blanks as 0, None if there is anything else."""
        listed = self.ravel().tolist()
        if all(each is None or type(each) in (int, float) for each in listed):
            return np.fromiter((each or 0.0 for each in listed), dtype=np.float64).reshape(self.shape)
        return None


def range_array(cells: Iterable[Any], shape: tuple[int, ...] | None = None) -> Values:
    """Return the cells of a range as an array: of numbers or truth values if they all are, else of objects.

    They are told row by row; without a ``shape`` they are one column.
    """
    listed = list(cells)
    high = shape or (len(listed), 1)
    kinds = set(map(type, listed))
    if kinds <= {int, float}:
        return np.array(listed, dtype=np.float64).reshape(high)
    if kinds == {bool}:
        return np.array(listed, dtype=bool).reshape(high)
    return np.fromiter(listed, dtype=object, count=len(listed)).reshape(high).view(MixedRange)


def to_list(array: Values) -> list[Any]:
    """Return the elements of a range, row by row, as cells hold them; what is NaN is an error."""
    plain: list[Any] = array.ravel().tolist()
    return [FormulaError() if type(each) is float and each != each else each for each in plain]


def map_elements(compute: Callable[..., Any], *arguments: Any) -> Values:
    """Return what a function of single values makes of ranges, element by element."""
    shapes = {given.shape for given in arguments if isinstance(given, np.ndarray)}
    if len(shapes) != 1:
        raise UnsupportedFormula("ranges of several sizes")
    (shape,) = shapes
    count = math.prod(shape)
    columns = [to_list(given) if isinstance(given, np.ndarray) else [given] * count for given in arguments]
    return range_array((_call_or_error(compute, given) for given in zip(*columns, strict=True)), shape)


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
        return int(value) if isinstance(value, bool) else value
    if isinstance(value, str) and (any(map(str.isdigit, value)) or value.lower() in _TRUTH_WORDS):
        raise UnsupportedFormula("a number as text")
    if isinstance(value, np.ndarray):
        raise UnsupportedFormula("a range where one value is wanted")
    raise FormulaError


def as_whole(value: Any) -> int:
    """Return a value as functions count with it, without the part after the point."""
    number = as_number(value)
    if number != int(number) and (number < 0 or math.ceil(number) - number < 1e-9):
        raise UnsupportedFormula("a part that programs cut differently")
    if abs(number) > _MOST_WHOLE:
        raise UnsupportedFormula("a number that is too large for some programs")
    return int(number)


def as_text(value: Any) -> str:
    """Return a value as ``&`` writes it."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(choose("truth values as texts", str(value).upper(), str(int(value))))
    if isinstance(value, (int, float)):
        return _digits(value)
    raise UnsupportedFormula("a range where one text is wanted")


def _digits(number: float) -> str:
    if not number:
        return "0"
    told = f"{number:.15g}"
    if not _LEAST_PLAIN <= abs(number) < _MOST_PLAIN:
        raise UnsupportedFormula("a number that programs write differently")
    near = (math.nextafter(number, -math.inf), math.nextafter(number, math.inf))
    if len(told) > _SURE_DIGITS and any(f"{each:.15g}" != told for each in near):
        raise UnsupportedFormula("a number whose last digits decide")
    return told


def as_truth(value: Any) -> bool:
    """Return a value as a condition."""
    if isinstance(value, np.bool_):
        return bool(value)
    return value if isinstance(value, bool) else as_number(value) != 0


def fold(text: str) -> str:
    """Return a text as the program compares it that takes most for the same: without case, width and marks unseen."""
    if _COMMON.fullmatch(text):
        return text.lower()
    seen = "".join(each for each in unicodedata.normalize("NFKC", text) if unicodedata.category(each) != "Cf")
    return seen.casefold().translate(_HIRAGANA)


def is_same_text(left: str, right: str) -> bool:
    """Return whether two texts are the same but for case; UnsupportedFormula where programs may differ in that."""
    same = left.lower() == right.lower()
    if not same and fold(left) == fold(right):
        raise UnsupportedFormula("texts that are the same to some programs")
    return same


def may_be_number(text: str) -> bool:
    """Return whether some program might take a text for a number, a share, a day, a time or a truth value."""
    if not any(map(str.isdigit, text)):
        return text.lower() in _TRUTH_WORDS
    return not any(map(str.isalpha, _NUMBER_WORDS.sub("", unicodedata.normalize("NFKC", text).lower())))


def refuse_long_text(letters: int) -> None:
    """Raise UnsupportedFormula for a text that no cell holds: of such, programs show different things."""
    if letters > LONGEST_CELL:
        raise UnsupportedFormula("a longer text than a cell holds")


def finite(result: float) -> float:
    """Return a number that was computed; FormulaError if it is none."""
    if math.isnan(result):
        raise FormulaError
    if math.isinf(result):
        raise FormulaError("#NUM!")
    return result + 0.0  # no zero below zero
