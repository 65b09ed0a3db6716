"""Words in the reader's language: a text is declared in both languages and filled in at the very end."""

from __future__ import annotations

import datetime as dt
import re
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
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
        words, fields = _parse_template(self.to(lang))
        if not fields:
            return words
        return words % tuple([_format_field(args[field], spec, lang) for field, spec in fields])

    def filled(self, **args: Any) -> Text:
        """Return the text with every field filled in, in both languages: itself the value of another text's field."""
        return Text(self.fill("zh", args), self.fill("en", args))

    def fields(self) -> set[str]:
        """Return the names of all fields that either language uses."""
        return {field for words in self.both for field, _ in _parse_template(words)[1]}


def t(zh: str, en: str) -> Text:
    """Return a text; the short name keeps declarations readable."""
    return Text(zh, en)


_HAN, _LATIN = re.compile("[\u3400-\u9fff]"), re.compile("[A-Za-z]{2}")


def is_in_language(lang: Lang, word: str) -> bool:
    """Return whether a word is one of a language, or of none, as P0 and √ are."""
    if _HAN.search(word):
        return lang == "zh"
    return lang == "en" or not _LATIN.search(word)


MOST_LISTED = 10
"""Of more names, rows or words than that, the first ones and their number tell as much."""
LONGEST_WORDS = 200
"""Of a text that somebody typed, a message shows no more letters."""


@dataclass(frozen=True, slots=True)
class TruncatedList:
    """The first of many values, and how many there are in all."""

    values: tuple[Any, ...]
    total: int


def truncate_list(values: Iterable[Any]) -> list[Any] | TruncatedList:
    """Return values as a list that is told in full, or the first MOST_LISTED of many."""
    every = list(values)
    return every if len(every) <= MOST_LISTED else TruncatedList(tuple(every[:MOST_LISTED]), len(every))


def shorten(value: Any) -> Any:
    """Return a value as a message tells it: a long text ends in …, be it one of several."""
    match value:
        case str() if len(value) > LONGEST_WORDS:
            return f"{value[:LONGEST_WORDS]}…"
        case Text():
            return Text(shorten(value.zh), shorten(value.en))
        case list():
            return [shorten(each) for each in value]
        case TruncatedList(values, total):
            return TruncatedList(tuple(map(shorten, values)), total)
        case _:
            return value


def span(length: dt.timedelta) -> str:
    """Return a span of time as spreadsheets show it, in hours however many: 25:30:00."""
    minutes, seconds = divmod(round(abs(length).total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{'-' if length < dt.timedelta() else ''}{hours}:{minutes:02}:{seconds:02}"


def format_value(value: Any, lang: Lang) -> str:
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
        case float():
            return format_number(value)
        case dt.timedelta():
            return span(value)
        case TruncatedList(values, total):
            return format_value(values, lang) + (f"…（共 {total}）" if lang == "zh" else f" … ({total} in all)")
        case Sequence():
            return ("、" if lang == "zh" else ", ").join(format_value(each, lang) for each in value)
        case _:
            return str(value)


DIGITS = 15
"""What a spreadsheet keeps of a number; what a sum of floats brings along comes after them."""


def format_number(value: float) -> str:
    """Return a number in DIGITS significant digits, as a person writes it: no ``.0``, an exponent only if it is vast.

    The one way in which numbers become text, wherever they are told, written or compared as names.
    """
    short = f"{value:.{DIGITS}g}"
    if "e" not in short:
        return "0" if short == "-0" else short
    exact = Decimal(short)
    return f"{exact:f}" if -DIGITS <= exact.adjusted() < DIGITS else short.upper()


def format_percent(share: float) -> str:
    """Return a share in per cent with all its digits: 0.125 → 12.5%."""
    return f"{format_number(100 * share)}%"


def _format_field(value: Any, spec: str, lang: Lang) -> str:
    """Return the value of a field; ``%`` is a share with all its digits, ``day|days`` the word for that many."""
    if spec == "%":
        return format_percent(value)
    one, is_plural, many = spec.partition("|")
    if is_plural:
        return one if value == 1 else many
    return format(value, spec) if spec else format_value(value, lang)


@cache
def _parse_template(words: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return a text with %s for its fields, and the fields in their order with their formats; without any, as it is."""
    pieces = list(string.Formatter().parse(words))
    fields = tuple((field, spec or "") for _, field, spec, _ in pieces if field is not None)
    if not fields:
        return "".join(literal for literal, *_ in pieces), ()
    parts = (literal.replace("%", "%%") + ("" if field is None else "%s") for literal, field, *_ in pieces)
    return "".join(parts), fields
