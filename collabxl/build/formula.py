"""Our own formulas computed in Python: what a program would show is written beside them, never guessed by a twin.

A formula is read once as it stands in the first prepared row; there ``$F6`` means the same row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

import numpy as np

from collabxl import address
from collabxl.build.functions import FUNCTIONS, OPERATORS, Fault, Value, Values, is_number, truth
from collabxl.errors import SchemaError
from collabxl.text import t


class Cells(Protocol):
    """Where a formula finds what it refers to: its own sheet by column numbers, all else by names."""

    def value(self, row: int, column: int | str) -> Value:
        """Return what a cell shows, of a column of the formula's own sheet or of a named one."""

    def area(self, column: int | str, rows: tuple[int, int]) -> Values:
        """Return what the cells of one column show, those below the last filled row left out."""

    def name(self, word: str) -> Value | Values:
        """Return what a defined name stands for that is no column: a value, or those of a short list."""


Formula = Callable[[Cells, int], Any]
"""A formula ready to be computed in one row."""


@dataclass(frozen=True)
class _Area:
    """A reference to one column, or part of it."""

    column: int | str
    first: int = 1
    last: int = address.LAST_ROW

    def __call__(self, cells: Cells, row: int, /) -> Values:
        del row
        return cells.area(self.column, (self.first, self.last))


_TOKEN = re.compile(
    r"""\s*(?:(?P<text>"(?:[^"]|"")*")
    |(?P<area>\$[A-Z]{1,3}(?:\$?\d+)?(?::\$[A-Z]{1,3}(?:\$\d+)?)?(?![\w(]))
    |(?P<number>\d+(?:\.\d+)?)
    |(?P<call>[A-Z]+\()
    |(?P<truth>TRUE|FALSE)
    |(?P<column>[a-z_]+(?:\.[a-z_]+)+)
    |(?P<name>[a-z_]+)
    |(?P<mark><=|>=|<>|[-+*/&=<>(),]))""",
    re.VERBOSE,
)
_REFERENCE = re.compile(r"\$([A-Z]+)(\$?)(\d*)(?::\$[A-Z]+\$?(\d*))?")
_STRENGTH = {"=": 1, "<>": 1, "<": 1, ">": 1, "<=": 1, ">=": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4}


@cache
def read(formula: str) -> Formula:
    """Return a formula ready to be computed; SchemaError if it uses what we do not."""
    parser = _Parser(formula.removeprefix("="))
    made = parser.whole(0)
    if parser.token:
        raise parser.refusal()
    return made


class _Parser:
    """Reads a formula from left to right, an operator of greater strength first."""

    def __init__(self, formula: str) -> None:
        self._formula = formula
        self._tokens = self._split()
        self.kind, self.token = "", ""
        self._next()

    def _split(self) -> Iterator[tuple[str, str]]:
        at = 0
        while at < len(self._formula):
            match = _TOKEN.match(self._formula, at)
            if match is None:
                raise self.refusal()
            at = match.end()
            yield match.lastgroup or "", match[match.lastgroup or 0]

    def refusal(self) -> SchemaError:
        """Return the error for a formula that cannot be read."""
        return SchemaError(t("读不懂公式 {formula}", "Cannot read the formula {formula}"), formula=self._formula)

    def _next(self) -> tuple[str, str]:
        was = self.kind, self.token
        self.kind, self.token = next(self._tokens, ("", ""))
        return was

    def whole(self, least: int) -> Formula:
        """Return the operand and all operators after it that bind more strongly than ``least``."""
        left = self._operand()
        while self.kind == "mark" and _STRENGTH.get(self.token, 0) > least:
            _, sign = self._next()
            left = _joined(OPERATORS[sign], left, self.whole(_STRENGTH[sign]))
        return left

    def _operand(self) -> Formula:
        kind, token = self._next()
        match kind:
            case "text":
                return _constant(token[1:-1].replace('""', '"'))
            case "number":
                return _constant(float(token) if "." in token else int(token))
            case "truth":
                return _constant(token == "TRUE")
            case "name":
                return lambda cells, row: cells.name(token)
            case "column":
                return _Area(token)
            case "area":
                return _reference(token)
            case "call":
                return _call(token[:-1], self._arguments())
            case "mark" if token == "-":
                return _joined(OPERATORS["-"], _constant(0), self.whole(max(_STRENGTH.values())))
            case "mark" if token == "(":
                (inner,) = self._arguments()
                return inner
        raise self.refusal()

    def _arguments(self) -> list[Formula]:
        found: list[Formula] = []
        while self.token != ")":
            found.append(self.whole(0))
            if self.token not in (",", ")"):
                raise self.refusal()
            if self.token == ",":
                self._next()
        self._next()
        return found


def _constant(value: Value) -> Formula:
    return lambda cells, row: value


def _joined(join: Callable[[Any, Any], Any], left: Formula, right: Formula) -> Formula:
    return lambda cells, row: join(left(cells, row), right(cells, row))


def _reference(token: str) -> Formula:
    match = _REFERENCE.fullmatch(token)
    assert match is not None
    letters, fixed, first, last = match.groups()
    column = address.number(letters)
    if ":" in token:
        return _Area(column, int(first or 1), int(last or address.LAST_ROW))
    if fixed:
        return lambda cells, row: cells.value(int(first), column)
    return lambda cells, row: cells.value(row, column)


def _call(name: str, arguments: list[Formula]) -> Formula:
    if name in _LAZY:
        return _LAZY[name](*arguments)
    function = FUNCTIONS[name]
    return lambda cells, row: function(*[argument(cells, row) for argument in arguments])


def _if(condition: Formula, then: Formula, otherwise: Formula) -> Formula:
    def chosen(cells: Cells, row: int) -> Any:
        return (then if truth(condition(cells, row)) else otherwise)(cells, row)

    return chosen


def _if_error(wanted: Formula, instead: Formula) -> Formula:
    def tried(cells: Cells, row: int) -> Any:
        try:
            return wanted(cells, row)
        except Fault:
            return instead(cells, row)

    return tried


def _is_number(argument: Formula) -> Formula:
    def tried(cells: Cells, row: int) -> Any:
        try:
            value = argument(cells, row)
        except Fault:
            return False
        return is_number(value)

    return tried


def _index(area: Formula, at: Formula) -> Formula:
    assert isinstance(area, _Area)

    def taken(cells: Cells, row: int) -> Value:
        number = int(at(cells, row))
        if number < 1:
            raise Fault
        return cells.value(area.first + number - 1, area.column)

    return taken


def _match(wanted: Formula, area: Formula, exactly: Formula) -> Formula:
    del exactly

    def found(cells: Cells, row: int) -> int:
        same = OPERATORS["="](area(cells, row), wanted(cells, row))
        if not same.any():
            raise Fault
        return int(same.argmax()) + 1

    return found


def _row(area: Formula | None = None) -> Formula:
    if area is None:
        return lambda cells, row: row
    assert isinstance(area, _Area)
    return lambda cells, row: area.first + np.arange(len(area(cells, row)))


_LAZY: dict[str, Callable[..., Formula]] = {
    "IF": _if,
    "IFERROR": _if_error,
    "ISNUMBER": _is_number,
    "INDEX": _index,
    "MATCH": _match,
    "ROW": _row,
}
