"""Words in the reader's language: a text is declared in both languages and filled in at the very end."""

from __future__ import annotations

import datetime as dt
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, Lang] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """One text in Chinese and English; both name the same ``{fields}``."""

    zh: str
    en: str

    @property
    def both(self) -> tuple[str, str]:
        """The words in Chinese and in English."""
        return self.zh, self.en

    def to(self, lang: Lang) -> str:
        """Return the words in ``lang``, fields not filled in."""
        return self.zh if lang == "zh" else self.en

    def fill(self, lang: Lang, args: Mapping[str, Any]) -> str:
        """Return the words in ``lang`` with every ``{field}`` spoken as a person would write it."""
        words, fields = _template(self.to(lang))
        if not fields:
            return words
        return words % tuple(
            [format(args[field], spec) if spec else speak(args[field], lang) for field, spec in fields]
        )

    def fields(self) -> set[str]:
        """Return the names of all fields that either language uses."""
        return {field for words in self.both for field, _ in _template(words)[1]}


def t(zh: str, en: str) -> Text:
    """Return a text; the short name keeps declarations readable."""
    return Text(zh, en)


def speak(value: Any, lang: Lang) -> str:
    """Return a value as a person writes it: ISO dates, no ``.0``, lists with the language's own comma."""
    match value:
        case str():
            return value
        case None:
            return "—"
        case Text():
            return value.to(lang)
        case bool():
            return ("是" if value else "否") if lang == "zh" else ("yes" if value else "no")
        case dt.datetime() if value.time() == dt.time():
            return value.date().isoformat()
        case dt.datetime() | dt.date():
            return value.isoformat()
        case float() if value.is_integer():
            return str(int(value))
        case float():
            return f"{value:g}"
        case Sequence():
            return ("、" if lang == "zh" else ", ").join(speak(each, lang) for each in value)
        case _:
            return str(value)


@cache
def _template(words: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return a text with %s for its fields, and the fields in their order with their formats; without any, as it is."""
    pieces = list(string.Formatter().parse(words))
    fields = tuple((field, spec or "") for _, field, spec, _ in pieces if field is not None)
    if not fields:
        return "".join(literal for literal, *_ in pieces), ()
    parts = (literal.replace("%", "%%") + ("" if field is None else "%s") for literal, field, *_ in pieces)
    return "".join(parts), fields
