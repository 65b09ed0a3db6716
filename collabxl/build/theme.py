"""The styles of templates/theme.toml as XlsxWriter formats, each made once a workbook."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

from collabxl.resources import resource

_COLOURS = ("font_color", "bg_color", "bottom_color", "left_color", "top_color", "right_color")


@cache
def _theme() -> dict[str, Any]:
    return tomllib.loads(resource("templates", "theme.toml").read_text(encoding="utf-8"))


def colour(name: str) -> str:
    """Return a colour of the palette as #RRGGBB."""
    found: str = _theme()["palette"].get(name, name)
    return found


class Styles:
    """The formats of one workbook by style name; further properties make a variant."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[Any, ...], Any] = {}

    def __call__(self, name: str, **more: Any) -> Any:
        """Return the format of a style; KeyError if the theme has none of that name."""
        key = (name, *sorted(more.items()))
        if key not in self._made:
            font = _theme()["font"]
            properties = {"font_name": font["name"], "font_size": font["size"], **_theme()["styles"][name], **more}
            self._made[key] = self._book.add_format(_coloured(properties))
        return self._made[key]

    def mark(self, name: str, **more: Any) -> Any:
        """Return a style as a conditional format wants it: only what it changes."""
        key = ("mark", name, *sorted(more.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(_coloured({**_theme()["styles"][name], **more}))
        return self._made[key]


def _coloured(properties: dict[str, Any]) -> dict[str, Any]:
    return {name: colour(value) if name in _COLOURS else value for name, value in properties.items()}
