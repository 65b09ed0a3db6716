"""A formula as one Python function: read once as it stands in a cell, computed in every cell that shares it.

What cannot be read or is not known is UnsupportedFormula, never guessed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from collabxl.ooxml import a1
from collabxl.ooxml.a1 import LAST_COLUMN, LAST_ROW, UNQUOTED
from collabxl.recalculation.faults import UnsupportedFormula
from collabxl.recalculation.forms import FORMS, ROW, CodePiece, cell_piece, place_piece, position_code, range_piece
from collabxl.recalculation.functions import ARRAY, CELLS, FUNCTIONS, TOLERANT, VALUE
from collabxl.recalculation.operators import OPERATORS
from collabxl.recalculation.references import (
    Reference,
    ReferenceLookup,
    as_reference,
    bounded_reference,
    column_of,
    count_fitting,
    dereference,
    if_error,
    index_reference,
    is_error,
    is_numeric,
    is_of,
    join_references,
    keep_error,
    one_cell,
    raise_error,
    refuse_range,
    row_of,
    single_value,
    spread_cells,
)
from collabxl.recalculation.values import as_truth

Formula = Callable[[ReferenceLookup, str, int, int], Any]
"""A formula ready to be computed in a cell of a sheet."""


_CELL = r"\$?[A-Za-z]{1,3}\$?[1-9][0-9]{0,6}"
_END = r"(?![\w.(!?\\])"
_TOKEN = re.compile(
    rf"""\s*(?:(?P<text>"(?:[^"]|"")*")
    |(?P<sheet>'(?:[^']|'')+'!|{UNQUOTED}!)
    |(?P<error>\#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!))
    |(?P<area>{_CELL}(?::{_CELL})?{_END}|\$?[A-Za-z]{{1,3}}:\$?[A-Za-z]{{1,3}}{_END})
    |(?P<number>[0-9]+(?:\.[0-9]*)?(?:[Ee][+-]?[0-9]+)?)
    |(?P<call>[A-Za-z][A-Za-z0-9.]*\()
    |(?P<truth>(?:TRUE|FALSE)(?![\w.]))
    |(?P<name>[^\W\d][\w.]*)
    |(?P<mark><=|>=|<>|[-+*/^&=<>(),:%]))""",
    re.VERBOSE,
)
_PLACE = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)(\d*)")
_SIGNS = {sign: f"sign{number}" for number, sign in enumerate(OPERATORS)}
_STRENGTH = {"=": 1, "<>": 1, "<": 1, ">": 1, "<=": 1, ">=": 1, "&": 2, "+": 3, "-": 3, "*": 4, "/": 4, "^": 5}
_SIGN_STRENGTH = 6
_MOVING = re.compile(
    r"""\"[^\"]*\"|'[^']*'
    |(?<![\w.\\])(\$?)([A-Za-z]{1,3})(\$?)([0-9]{1,7})(?![\w.(!])
    |(?<![\w.\\])\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}(?![\w.(!])""",
    re.VERBOSE,
)
"""What says another thing in each cell: places and, as they are hardly ever asked for, whole columns word by word."""
_compiled: dict[str, Formula] = {}
_MOST = 20_000


def compile_formula(formula: str, row: int, column: int) -> Formula:
    """Return a formula that stands in a cell, ready to be computed there and elsewhere; raises UnsupportedFormula.

    One that other cells have, too, each in its own words, is read but once.
    """

    def moved(match: re.Match[str]) -> str:
        fixed_column, letters, fixed_row, digits = match.groups()
        if not letters:
            return match[0] if match[0][0] in "\"'" else f"{match[0]}\0{column}"
        if fixed_column and fixed_row:
            return match[0]
        across = letters if fixed_column else f"{a1.column_number(letters) - column:+d}"
        down = digits if fixed_row else f"{int(digits) - row:+d}"
        return f"\0{across}:{down}"

    same = _MOVING.sub(moved, formula)
    if same not in _compiled:
        if len(_compiled) >= _MOST:
            _compiled.clear()
        _compiled[same] = _compile(formula, row, column, as_name=False)
    return _compiled[same]


@lru_cache(20_000)
def compile_name(formula: str) -> Formula:
    """Return what a defined name refers to, ready to be found: a Reference or a value; raises UnsupportedFormula."""
    return _compile(formula, 0, 0, as_name=True)


def _compile(formula: str, row: int, column: int, *, as_name: bool) -> Formula:
    parser = _FormulaCompiler(formula.removeprefix("="), row, column)
    try:
        piece = parser.whole(0)
        if parser.token:
            raise parser.refusal()
        code = piece.reference or piece.value if as_name else piece.value
        made: Formula = eval(f"lambda cells, own, row, column: {code}", _WORDS)  # nothing but our own words
    except (RecursionError, MemoryError, SyntaxError):  # nested too deeply for Python
        raise parser.refusal() from None
    return made


class _FormulaCompiler:
    """Reads a formula from left to right, an operator of greater strength first."""

    def __init__(self, formula: str, row: int, column: int) -> None:
        self._formula, self._row, self._column = formula, row, column
        self._arrays = False
        """Whether what is read is computed as an array, for a function takes it so."""
        self._tokens = self._split()
        self.kind, self.token = "", ""
        self._next()

    def _split(self) -> Iterator[tuple[str, str]]:
        at, end = 0, len(self._formula.rstrip())
        while at < end:
            match = _TOKEN.match(self._formula, at)
            if match is None:
                raise self.refusal()
            at = match.end()
            yield match.lastgroup or "", match[match.lastgroup or 0]

    def refusal(self) -> UnsupportedFormula:
        """Return why the formula cannot be computed."""
        return UnsupportedFormula(self._formula)

    def _next(self) -> tuple[str, str]:
        was = self.kind, self.token
        self.kind, self.token = next(self._tokens, ("", ""))
        return was

    def whole(self, least: int) -> CodePiece:
        """Return the operand and all operators after it that bind more strongly than ``least``."""
        left = self._range_operand()
        while self.kind == "mark" and _STRENGTH.get(self.token, 0) > least:
            _, sign = self._next()
            right = self.whole(_STRENGTH[sign])
            left = CodePiece(f"{_SIGNS[sign]}({left.value}, {right.value})")
        return left

    def _range_operand(self) -> CodePiece:
        """Return an operand, a range from one reference to another, or a share in per cent."""
        sheet = self.token if self.kind == "sheet" else None
        left = self._operand()
        while self.token == ":" and self.kind == "mark":
            self._next()
            if self.kind == "sheet" and self.token != sheet:  # cells of all sheets from one to another
                raise self.refusal()
            right = self._operand()
            if left.reference is None or right.reference is None:
                raise self.refusal()
            left = place_piece(f"joined({left.reference}, {right.reference})", arrays=self._arrays)
        while self.token == "%" and self.kind == "mark":
            self._next()
            left = CodePiece(f"{_SIGNS['/']}({left.value}, 100)")
        return left

    def _operand(self) -> CodePiece:
        kind, token = self._next()
        match kind:
            case "text":
                return CodePiece(repr(token[1:-1].replace('""', '"')))
            case "number":
                return self._number(token)
            case "truth":
                return CodePiece(repr(token.upper() == "TRUE"))
            case "error":
                return self._error(token)
            case "sheet":
                return self._on(token)
            case "area":
                return self._area(token, "own")
            case "name":
                return place_piece(f"cells.name({token.lower()!r}, own)", arrays=self._arrays, known=False)
            case "call":
                return self._call(token[:-1].upper())
            case "mark" if token in "+-":
                inner = self.whole(_SIGN_STRENGTH)
                return CodePiece(inner.value if token == "+" else f"{_SIGNS['-']}(0, {inner.value})")
            case "mark" if token == "(":
                arguments = self._arguments(VALUE)
                if len(arguments) == 1:
                    return arguments[0]
        raise self.refusal()

    def _number(self, token: str) -> CodePiece:
        if not math.isfinite(float(token)):
            raise self.refusal()
        return CodePiece(repr(int(token) if token.isdigit() else float(token)))

    def _error(self, token: str) -> CodePiece:
        if token == "#REF!" and self.kind == "area":  # a whole column of a sheet that was deleted
            self._next()
        return CodePiece(f"failed({token!r})", f"failed({token!r})")

    def _on(self, token: str) -> CodePiece:
        title = token[:-1].strip("'").replace("''", "'") if token.startswith("'") else token[:-1]
        kind, area = self._next()
        if set("[]:") & set(title) or kind not in ("area", "error"):
            raise self.refusal()
        return self._error(area) if kind == "error" else self._area(area, repr(title.casefold()))

    def _area(self, token: str, sheet: str) -> CodePiece:
        first, _, last = token.partition(":")
        top, left = self._place(first, 1)
        if not last and not first[-1].isdigit():
            raise self.refusal()
        if not last:
            place = position_code(f"Reference({sheet}, {top}, {left}, {top}, {left})", top)
            if top.startswith(ROW):
                return cell_piece(f"cells.near({sheet}, row, {top.removeprefix(ROW)}, {left})", place)
            return cell_piece(f"cells.value({sheet}, {top}, {left})", place)
        bottom, right = self._place(last, LAST_ROW)
        place = f"bounded({sheet}, {top}, {left}, {bottom}, {right})"
        return range_piece(position_code(place, top, bottom), arrays=self._arrays)

    def _place(self, token: str, otherwise: int) -> tuple[str, str]:
        """Return row and column of one end as Python; what is not fixed moves along with the cell."""
        match = _PLACE.fullmatch(token)
        assert match is not None
        fixed_column, letters, fixed_row, digits = match.groups()
        column = a1.column_number(letters)
        if column > LAST_COLUMN or (digits and int(digits) > LAST_ROW):
            raise self.refusal()
        moves = self._row > 0
        if not moves and ((digits and not fixed_row) or not fixed_column):
            raise self.refusal()
        row_code = str(otherwise) if not digits else digits if fixed_row else f"{ROW}{int(digits) - self._row:+d}"
        return row_code, str(column) if fixed_column else f"column{column - self._column:+d}"

    def _call(self, name: str) -> CodePiece:
        if name in FORMS:
            return FORMS[name](self._arguments(VALUE), self._arrays)
        if name not in FUNCTIONS:
            raise self.refusal()
        takes = FUNCTIONS[name].takes
        codes = [_argument_code(each, takes[min(at, len(takes) - 1)]) for at, each in enumerate(self._arguments(takes))]
        return CodePiece(f"{name}({', '.join(codes)})")

    def _arguments(self, takes: str) -> list[CodePiece]:
        """Return arguments up to the bracket, each read as the function takes it."""
        found: list[CodePiece] = []
        if self.token == ")" and self.kind == "mark":
            self._next()
            return found
        outside = self._arrays
        while True:
            self._arrays = outside or takes[min(len(found), len(takes) - 1)] == ARRAY
            found.append(self.whole(0))
            self._arrays = outside
            kind, token = self._next()
            if kind != "mark" or token not in (",", ")"):
                raise self.refusal()
            if token == ")":
                return found


def _argument_code(piece: CodePiece, taken: str) -> str:
    if taken == TOLERANT:
        return f"keep_error(lambda: {piece.as_cells})"
    return piece.as_cells if taken == CELLS else piece.value


_WORDS: dict[str, Any] = {
    **{name: function.compute for name, function in FUNCTIONS.items()},
    **{_SIGNS[sign]: operator for sign, operator in OPERATORS.items()},
    "Reference": Reference,
    "bounded": bounded_reference,
    "truth": as_truth,
    "shown": dereference,
    "single": single_value,
    "spread": spread_cells,
    "one_cell": one_cell,
    "keep_error": keep_error,
    "refuse_range": refuse_range,
    "count_fitting": count_fitting,
    "reference": as_reference,
    "joined": join_references,
    "indexed": index_reference,
    "row_of": row_of,
    "column_of": column_of,
    "failed": raise_error,
    "tried": if_error,
    "numeric": is_numeric,
    "textual": is_of(str),
    "logical": is_of(bool),
    "faulty": is_error,
}
"""What formulas consist of in Python."""
