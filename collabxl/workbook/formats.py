"""How a cell shows what it says: number formats by kind, and its states as conditional and as built-in formats.

A state never shines through another: whatever one of a column's states changes, all the others set as well, and so
does the last condition, which always holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from collabxl.formulas.sheet_values import SheetValues
from collabxl.schema.columns import Column, Kind
from collabxl.schema.kinds import Choice, Day, Id, Number, Percent, YesNo
from collabxl.text import Lang
from collabxl.workbook.conditions import cell_states
from collabxl.workbook.paint import BAR
from collabxl.workbook.theme import ThemeFormats, look

_BUILT_IN = ("font_color", "bg_color", "num_format")
"""What a state may change of a cell's own format: conditional formats of XlsxWriter cannot take back the rest."""


def number_format(kind: Kind) -> dict[str, Any]:
    """Return the format properties that a kind's values need."""
    match kind:
        case Day():
            return {"num_format": "yyyy-mm-dd", "align": "center"}
        case Percent():
            return {"num_format": "0%", "align": "center"}
        case Number() | Choice() | YesNo() | Id():
            return {"align": "center"}
        case _:
            return {"indent": 1}


def conditions(column: Column, styles: ThemeFormats, lang: Lang) -> Iterator[dict[str, Any]]:
    """Return the conditional formats of a column's cells, in the order they win."""
    if isinstance(column.value_kind, Percent):
        yield BAR
    found = cell_states(column, lang)
    looks = [look(state.style, _display_format(column)) for state in found]
    plain = _plain(column)
    if not any("num_format" in each for each in looks):
        del plain["num_format"]
    for state, each in zip(found, looks, strict=True):
        yield condition(state.condition, styles.mark(**{**plain, **each}))
    if found:
        yield condition("TRUE", styles.mark(**plain))


def state_format(column: Column, cells: SheetValues, row: int, lang: Lang) -> dict[str, Any]:
    """Return what the state that holds for a row changes of the cell's own format."""
    for state in cell_states(column, lang):
        if cells.holds(state.condition, row):
            properties = look(state.style, _display_format(column))
            return {name: properties[name] for name in _BUILT_IN if name in properties}
    return {}


def _display_format(column: Column) -> str:
    return "yyyy-mm-dd" if isinstance(column.value_kind, Day) else "@"


def _plain(column: Column) -> dict[str, Any]:
    """Return how a cell looks that is in no state."""
    ink, fill = ("ink", "white") if column.is_typed else ("grey", "machine")
    return {"font_color": ink, "bg_color": fill, "num_format": _display_format(column)}


def condition(formula: str, style: Any) -> dict[str, Any]:
    """Return a conditional format for XlsxWriter; where it holds, none after it counts."""
    return {"type": "formula", "criteria": f"={formula}", "format": style, "stop_if_true": True}
