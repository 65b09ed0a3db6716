"""The styles of templates/theme.toml as XlsxWriter formats, each made once a workbook."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

from collabxl.storage.data_files import resource_path

_COLOURS = (
    "font_color",
    "bg_color",
    "fg_color",
    "bottom_color",
    "left_color",
    "top_color",
    "right_color",
    "border_color",
)


@cache
def _theme() -> dict[str, Any]:
    return tomllib.loads(resource_path("templates", "theme.toml").read_text(encoding="utf-8"))


def colour(name: str) -> str:
    """Return a colour of the palette as #RRGGBB."""
    found: str = _theme()["palette"].get(name, name)
    return found


def palette() -> dict[str, str]:
    """Return every colour of the palette by its name."""
    return dict(_theme()["palette"])


def sign(name: str) -> str:
    """Return the sign that stands before the words of a state, empty if it has none."""
    found: str = _theme()["signs"].get(name, "")
    return found


def is_style(name: str) -> bool:
    """Return whether the theme has a style of that name."""
    return name in _theme()["styles"]


def look(name: str, shown: str = "@") -> dict[str, Any]:
    """Return what a state changes of a cell: its style, and its sign before what the cell shows."""
    properties: dict[str, Any] = dict(_theme()["styles"][name])
    before = sign(name)
    return {**properties, "num_format": f'"{before} "{shown}'} if before else properties


class ThemeFormats:
    """The formats of one workbook by style name; further properties make a variant."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[Any, ...], Any] = {}

    def __call__(self, name: str, **more: Any) -> Any:
        """Return the format of a style, or of several names in one, the later winning; KeyError for an unknown name."""
        key = (name, *sorted(more.items()))
        if key not in self._made:
            font = _theme()["font"]
            made = {"font_name": font["name"], "font_size": font["size"], **properties(name), **more}
            self._made[key] = self._book.add_format(_with_colours(made))
        return self._made[key]

    def mark(self, **properties: Any) -> Any:
        """Return a conditional format's look: only what it changes."""
        key = ("", *sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(_with_colours(properties))
        return self._made[key]


def properties(names: str) -> dict[str, Any]:
    """Return the properties of a style, or of several names in one, the later winning; KeyError for an unknown name."""
    styles: dict[str, dict[str, Any]] = _theme()["styles"]
    return {key: value for name in names.split() for key, value in styles[name].items()}


def _with_colours(properties: dict[str, Any]) -> dict[str, Any]:
    return {name: colour(value) if name in _COLOURS else value for name, value in properties.items()}
