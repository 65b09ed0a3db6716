"""Our own formulas computed in Python: what a program would show is written beside them, never guessed by a twin.

A formula is read once as it stands in the first prepared row; there ``$F6`` means the same row. It becomes one Python
function, for it is computed in every row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple, Protocol

import numpy as np
from openpyxl.formula.tokenizer import Token, Tokenizer, TokenizerError

from collabxl.errors import SchemaError
from collabxl.formulas.evaluator import (
    FUNCTIONS,
    OPERATORS,
    EvaluationError,
    Value,
    Values,
    as_truth,
    is_number,
    range_array,
)
from collabxl.ooxml import a1
from collabxl.text import t


class CellLookup(Protocol):
    """Where a formula finds what it refers to: its own sheet by column numbers, all else by names."""

    def value(self, row: int, column: int | str) -> Value:
        """Return what a cell shows, of a column of the formula's own sheet or of a named one."""

    def area(self, column: int | str, rows: tuple[int, int]) -> Values:
        """Return what the cells of one column show, those below the last filled row left out."""

    def name(self, word: str) -> Value | Values:
        """Return what a defined name stands for that is no column: a value, or those of a short list."""


Formula = Callable[[CellLookup, int], Any]
"""A formula ready to be computed in one row."""


class _ColumnArea(NamedTuple):
    """A reference to one column, or part of it."""

    column: int | str
    first: int = 1
    last: int = a1.LAST_ROW


Operand = str | _ColumnArea
"""A piece of a formula as Python, or an area that may be asked for more than its values."""

_OPERANDS = {
    "area": re.compile(r"\$[A-Z]{1,3}(?:\$?\d+)?(?::\$[A-Z]{1,3}(?:\$?\d+)?)?"),
    "column": re.compile(r"[a-z_]+(?:\.[a-z_]+)+"),
    "name": re.compile(r"[a-z_]+"),
}
"""What we refer to: cells of the formula's own sheet, named columns, and other names."""
_ACROSS = re.compile(r"\$([A-Z]+)(\d+):\$([A-Z]+)\2")
_REFERENCE = re.compile(r"\$([A-Z]+)(\$?)(\d*)(?::\$[A-Z]+\$?(\d*))?")
_SIGNS = {sign: f"sign{number}" for number, sign in enumerate(OPERATORS)}
_STRENGTH = {"=": 1, "<>": 1, "<": 1, ">": 1, "<=": 1, ">=": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4}


@cache
def compile_formula(formula: str) -> Formula:
    """Return a formula ready to be computed; SchemaError if it uses what we do not."""
    parser = _FormulaParser(formula.removeprefix("="))
    code = _code(parser.whole(0))
    if parser.token:
        raise parser.refusal()
    made: Formula = eval(f"lambda cells, row: {code}", _WORDS)  # the parser lets nothing through but our own words
    return made


class _FormulaParser:
    """Reads a formula from left to right, an operator of greater strength first."""

    def __init__(self, formula: str) -> None:
        self._formula = formula
        self._tokens = self._split()
        self.kind, self.token = "", ""
        self._next()

    def _split(self) -> Iterator[tuple[str, str]]:
        try:
            tokens = Tokenizer(f"={self._formula}").items
        except (TokenizerError, IndexError) as error:  # the latter for a bracket that closes nothing
            raise self.refusal() from error
        for token in tokens:
            match token.type, token.subtype:
                case Token.WSPACE, _:
                    continue
                case Token.OPERAND, Token.RANGE:
                    yield self._kind_of(token.value), token.value
                case Token.OPERAND, subtype:
                    yield subtype, token.value
                case Token.FUNC, Token.OPEN:
                    yield "call", token.value
                case _:
                    yield "mark", token.value

    def _kind_of(self, operand: str) -> str:
        for kind, pattern in _OPERANDS.items():
            if pattern.fullmatch(operand):
                return kind
        raise self.refusal()

    def refusal(self) -> SchemaError:
        """Return the error for a formula that cannot be read."""
        return SchemaError(t("读不懂公式 {formula}", "Cannot read the formula {formula}"), formula=self._formula)

    def _next(self) -> tuple[str, str]:
        was = self.kind, self.token
        self.kind, self.token = next(self._tokens, ("", ""))
        return was

    def whole(self, least: int) -> Operand:
        """Return the operand and all operators after it that bind more strongly than ``least``."""
        left = self._operand()
        while self.kind == "mark" and _STRENGTH.get(self.token, 0) > least:
            _, sign = self._next()
            left = f"{_SIGNS[sign]}({_code(left)}, {_code(self.whole(_STRENGTH[sign]))})"
        return left

    def _operand(self) -> Operand:
        kind, token = self._next()
        match kind:
            case Token.TEXT:
                return repr(token[1:-1].replace('""', '"'))
            case Token.NUMBER:
                return repr(int(token) if token.isdigit() else float(token))
            case Token.LOGICAL:
                return repr(token == "TRUE")
            case "name":
                return f"cells.name({token!r})"
            case "column":
                return _ColumnArea(token)
            case "area":
                return _reference(token)
            case "call":
                return self._call(token[:-1])
            case "mark" if token == "-":
                return f"{_SIGNS['-']}(0, {_code(self.whole(max(_STRENGTH.values())))})"
            case "mark" if token == "(":
                (inner,) = self._arguments()
                return inner
        raise self.refusal()

    def _call(self, name: str) -> str:
        arguments = self._arguments()
        if name in _OWN:
            return _OWN[name](*arguments)
        if name not in FUNCTIONS:
            raise self.refusal()
        return f"{name}({', '.join(map(_code, arguments))})"

    def _arguments(self) -> list[Operand]:
        found: list[Operand] = []
        while self.token != ")":
            found.append(self.whole(0))
            if self.token not in (",", ")"):
                raise self.refusal()
            if self.token == ",":
                self._next()
        self._next()
        return found


def _reference(token: str) -> Operand:
    across = _ACROSS.fullmatch(token)
    if across is not None:
        return f"across(cells, row, {a1.column_number(across[1])}, {a1.column_number(across[3])})"
    match = _REFERENCE.fullmatch(token)
    assert match is not None
    letters, fixed, first, last = match.groups()
    column = a1.column_number(letters)
    if ":" in token:
        return _ColumnArea(column, int(first or 1), int(last or a1.LAST_ROW))
    return f"cells.value({int(first) if fixed else 'row'}, {column})"


def _code(of: Operand) -> str:
    """Return an operand as Python: an area by its values."""
    return of if isinstance(of, str) else f"cells.area({of.column!r}, {(of.first, of.last)})"


def _if(condition: Operand, then: Operand, otherwise: Operand) -> str:
    return f"({_code(then)} if truth({_code(condition)}) else {_code(otherwise)})"


def _index(area: Operand, at: Operand) -> str:
    assert isinstance(area, _ColumnArea)
    row = at if at == _ROW and area.first == 1 else f"{area.first - 1} + place({_code(at)})"
    return f"cells.value({row}, {area.column!r})"


def _row(area: Operand = "") -> str:
    return f"rows({area.first}, {_code(area)})" if isinstance(area, _ColumnArea) else _ROW


def _if_error(wanted: Callable[[], Any], instead: Callable[[], Any]) -> Any:
    try:
        return wanted()
    except EvaluationError:
        return instead()


def _is_numeric(argument: Callable[[], Any]) -> Any:
    try:
        return is_number(argument())
    except EvaluationError:
        return False


def _place(at: Any) -> int:
    number = int(at)
    if number < 1:
        raise EvaluationError
    return number


def _match(wanted: Value, area: Values) -> int:
    same = OPERATORS["="](area, wanted)
    if not same.any():
        raise EvaluationError
    return int(same.argmax()) + 1


def _across(cells: CellLookup, row: int, first: int, last: int) -> Values:
    """Return what the cells of a row show from one column to another."""
    return range_array(cells.value(row, column) for column in range(first, last + 1))


def _rows(first: int, cells: Values) -> Values:
    return first + np.arange(len(cells))


_ROW = "row"
_OWN: dict[str, Callable[..., str]] = {
    "IF": _if,
    "IFERROR": lambda wanted, instead: f"tried(lambda: {_code(wanted)}, lambda: {_code(instead)})",
    "ISNUMBER": lambda argument: f"numeric(lambda: {_code(argument)})",
    "INDEX": _index,
    "MATCH": lambda wanted, area, exactly: f"match({_code(wanted)}, {_code(area)})",
    "ROW": _row,
}
"""Functions that compute not all of their arguments, or want to know where they stand, as Python."""
_WORDS: dict[str, Any] = {
    **FUNCTIONS,
    **{_SIGNS[sign]: operator for sign, operator in OPERATORS.items()},
    "truth": as_truth,
    "tried": _if_error,
    "numeric": _is_numeric,
    "place": _place,
    "match": _match,
    "rows": _rows,
    "across": _across,
}
"""What formulas consist of in Python."""
