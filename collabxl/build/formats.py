"""How a cell shows what it says: number formats, and conditional formats by kind, each state with words beside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from collabxl.build import layout
from collabxl.build.lists import AS_OF
from collabxl.build.paint import BAR
from collabxl.build.theme import Styles
from collabxl.schema.column import Column
from collabxl.schema.kinds import Choice, Day, Id, Kind, Number, Percent, YesNo
from collabxl.schema.words import ENDED, PRIORITY, RISK_LEVEL, STATUS
from collabxl.settings import Limits
from collabxl.text import Lang


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


def conditions(column: Column, styles: Styles, lang: Lang) -> Iterator[dict[str, Any]]:
    """Return the conditional formats of a column's cells, in the order they win."""
    cell = layout.here(column, layout.FIRST)
    kind = column.value_kind
    if isinstance(kind, Choice) and kind.words is STATUS:
        for word in STATUS.words:
            yield _when(f'{cell}="{word.title.to(lang)}"', styles.mark(f"status_{word.key}"))
    if isinstance(kind, Choice) and kind.words in (PRIORITY, RISK_LEVEL):
        yield _when(f'{cell}="{kind.words.title_of("high").to(lang)}"', styles.mark("mark_high"))
    if isinstance(kind, Percent):
        yield BAR
    if column.deadline:
        yield from _deadline(cell, _still(column.sheet.meta.column("status"), lang), styles)
    if column.key == "check":
        yield _when(f'{cell}<>""', styles.mark("mark_wrong"))
    if column.required and column.sheet.meta.id is not None:
        some = layout.empty_row(column.sheet, layout.FIRST).replace("=0", ">0")
        yield _when(f'AND({some},TRIM({cell}&"")="")', styles.mark("mark_soon"))


def _deadline(cell: str, still: str, styles: Styles) -> Iterator[dict[str, Any]]:
    yield _when(f"AND(ISNUMBER({cell}),{cell}<{AS_OF},{still})", styles.mark("mark_late", num_format='"▲ "yyyy-mm-dd'))
    soon = f"{cell}<=WORKDAY({AS_OF},{Limits().due_soon_days})"
    yield _when(f"AND(ISNUMBER({cell}),{soon},{still})", styles.mark("mark_soon", num_format='"△ "yyyy-mm-dd'))


def _still(status: Column, lang: Lang) -> str:
    cell, kind = layout.here(status, layout.FIRST), status.kind
    assert isinstance(kind, Choice)
    ended = [word for word in kind.words.words if word.key in ENDED]
    return ",".join(f'{cell}<>"{word.title.to(lang)}"' for word in ended)


def _when(formula: str, look: Any) -> dict[str, Any]:
    return {"type": "formula", "criteria": f"={formula}", "format": look, "stop_if_true": True}
