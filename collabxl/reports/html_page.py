"""Pages that need nothing else: no network, no script, one style sheet in the colours of the theme."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Protocol

from lxml.builder import E as MAKER
from lxml.etree import _Element, tostring

from collabxl.storage.data_files import resource_path
from collabxl.text import Lang
from collabxl.workbook.theme import colour


class _Tags(Protocol):
    def __getattr__(self, name: str) -> Callable[..., _Element]: ...


E: _Tags = MAKER
TAGS: dict[Lang, str] = {"zh": "zh-CN", "en": "en"}
"""The languages as HTML names them."""
_NOTHING_FROM_OUTSIDE = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def page_start(lang: Lang) -> str:
    """Return how a page in a language begins."""
    return f'<!DOCTYPE html>\n<html lang="{TAGS[lang]}">'


def head(title: str, *sheet: str) -> _Element:
    """Return the head of a page that is dressed by a style sheet of templates/; its var(--name) are the theme's."""
    css = resource_path("templates", *sheet).read_text(encoding="utf-8")
    names = sorted(set(re.findall(r"var\(--(\w+)\)", css)))
    palette = " ".join(f"--{name}: {colour(name)};" for name in names)
    return E.head(
        E.meta({"charset": "utf-8"}),
        E.meta({"http-equiv": "Content-Security-Policy", "content": _NOTHING_FROM_OUTSIDE}),
        E.meta({"name": "viewport", "content": "width=device-width, initial-scale=1"}),
        E.title(title),
        E.style(f":root {{ {palette} }}\n{css}"),
    )


def markup(element: _Element) -> str:
    """Return an element as HTML; whatever text it holds stays text."""
    return tostring(element, encoding="unicode", method="html")
