"""Parts of formulas as Python, and the functions that compute not all of their arguments or ask where they stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from collabxl.recalculation.faults import UnsupportedFormula

ROW = "row"
"""The formula's own row in Python."""


class CodePiece(NamedTuple):
    """A part of a formula as Python: what it shows, and of a reference where it stands and what its cells are."""

    value: str
    reference: str | None = None
    cells: str | None = None
    """None for what is no reference."""

    @property
    def as_cells(self) -> str:
        """How a function takes it that looks at cells: as a range if it refers to any, else as the value."""
        return self.cells or self.value


Form = Callable[[list[CodePiece], bool], CodePiece]
"""A function's code out of that of its arguments, and whether they are computed as arrays."""


def position_code(code: str, *rows: str) -> str:
    """Return the code of a place, marked where it moves along with the formula's row."""
    return f"cells.placed({code})" if any(row.startswith(ROW) for row in rows) else code


def cell_piece(value: str, place: str) -> CodePiece:
    """Return a reference to one cell."""
    return CodePiece(value, place, f"one_cell(lambda: {value})")


def range_piece(place: str, *, arrays: bool) -> CodePiece:
    """Return a reference to several cells, of which only a function or an array can make anything."""
    return CodePiece(f"shown(cells, {place})" if arrays else "refuse_range()", place, f"spread(cells, {place})")


def place_piece(place: str, *, arrays: bool, known: bool = True) -> CodePiece:
    """Return a reference to one or several cells; a name that is not ``known`` to be one may be a value."""
    code = f"{'shown' if arrays else 'single'}(cells, {place})"
    return CodePiece(code, place if known else f"reference({place})", f"spread(cells, {place})")


def _require(wanted: bool) -> None:
    if not wanted:
        raise UnsupportedFormula("arguments of another form")


def _if(arguments: list[CodePiece], arrays: bool) -> CodePiece:
    _require(2 <= len(arguments) <= 3)
    condition, then, *rest = arguments
    otherwise = rest[0] if rest else CodePiece("False")
    cells = f"({then.as_cells} if truth({condition.value}) else {otherwise.as_cells})"
    refers = then.cells or otherwise.cells
    return CodePiece(
        f"({then.value} if truth({condition.value}) else {otherwise.value})", cells=cells if refers else None
    )


def _is_logical(arguments: list[CodePiece], arrays: bool) -> CodePiece:
    _require(all(each.reference for each in arguments))  # of all else LibreOffice says what came before it
    return _lazy_form("logical", 1)(arguments, arrays)


def _index(arguments: list[CodePiece], arrays: bool) -> CodePiece:
    _require(2 <= len(arguments) <= 3 and arguments[0].reference is not None)
    area = arguments[0].reference
    if [each.value for each in arguments[1:]] == [position_code(ROW, ROW)]:
        return cell_piece(f"cells.beside({area}, row)", f"indexed({area}, {position_code(ROW, ROW)})")
    places = ", ".join(each.value for each in arguments[1:])
    code = f"indexed({area}, {places})"
    return cell_piece(f"shown(cells, {code})", code)


def _count_if(arguments: list[CodePiece], arrays: bool) -> CodePiece:
    _require(len(arguments) == 2 and arguments[0].reference is not None)
    return CodePiece(f"count_fitting(cells, {arguments[0].reference}, lambda: {arguments[1].value})")


def _position_form(word: str) -> Form:
    def place(arguments: list[CodePiece], arrays: bool) -> CodePiece:
        if not arguments:
            return CodePiece(position_code(word, word))
        _require(len(arguments) == 1 and arguments[0].reference is not None)
        return CodePiece(f"{word}_of(cells, {arguments[0].reference}, arrays={arrays})")

    return place


def _lazy_form(word: str, count: int) -> Form:
    """Return a function that takes its arguments in error; whether IFERROR shows a cell, no program's pages say."""

    def lazily(arguments: list[CodePiece], arrays: bool) -> CodePiece:
        _require(len(arguments) == count)
        refers = count > 1 and any(each.cells for each in arguments)
        code = f"{word}({', '.join(f'lambda: {each.value}' for each in arguments)})"
        return CodePiece(code, cells="refuse_range()" if refers else None)

    return lazily


def _today(arguments: list[CodePiece], arrays: bool) -> CodePiece:
    _require(not arguments)
    return CodePiece("cells.today()")


FORMS: dict[str, Form] = {
    "IF": _if,
    "IFERROR": _lazy_form("tried", 2),
    "ISNUMBER": _lazy_form("numeric", 1),
    "ISTEXT": _lazy_form("textual", 1),
    "ISLOGICAL": _is_logical,
    "ISERROR": _lazy_form("faulty", 1),
    "INDEX": _index,
    "COUNTIF": _count_if,
    "ROW": _position_form(ROW),
    "COLUMN": _position_form("column"),
    "TODAY": _today,
}
"""Functions that compute not all of their arguments, or want to know where they stand."""
