"""The language of a workbook: that of its header words, else of its cells, else the one asked for, else its titles'."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from collabxl.ooxml.reader.cells import Raw
from collabxl.reading.headers import title_languages
from collabxl.reading.sheet import SheetReading
from collabxl.reading.source import SheetCells
from collabxl.text import LANGS, Lang, is_in_language

SAMPLE = 50
"""So many rows of a sheet tell the language of its cells."""


def declared_language(word: str | None) -> Lang | None:
    """Return the language that a workbook names itself, None if it names none that we speak."""
    return next((lang for lang in LANGS if lang == word), None)


def language_of_titles(titles: Iterable[str], asked: Lang | None = None) -> Lang:
    """Return the language that the sheet titles let expect; the one asked for, or else Chinese, if they do not tell."""
    return _majority(Counter(lang for title in titles for lang in title_languages(title))) or asked or "zh"


class LanguageVote:
    """What the sheets of one workbook say about its language, each heard while it is read."""

    def __init__(self) -> None:
        self._words: Counter[Lang] = Counter()
        self._rows: list[list[Raw]] = []

    def add(self, page: SheetReading, cells: SheetCells) -> None:
        """Take a sheet's header words, or its fields, and a sample of its cells."""
        places = [*(page.header.cells if page.header else ()), *page.places.values()]
        self._words.update(_languages({place.text for place in places}))
        self._rows.extend(cells.rows[:SAMPLE])

    def language(self, titles: Iterable[str], asked: Lang | None) -> Lang:
        """Return the language of most header words; of most cells, the one asked for, or the titles' where they tie."""
        cells = (cell for row in self._rows for cell in row if type(cell) is str)
        return _majority(self._words) or _majority(Counter(_languages(cells))) or asked or language_of_titles(titles)


def _languages(words: Iterable[str]) -> Iterable[Lang]:
    """Return the languages of those words that are of one only."""
    of = ([lang for lang in LANGS if is_in_language(lang, word)] for word in words)
    return (langs[0] for langs in of if len(langs) == 1)


def _majority(votes: Counter[Lang]) -> Lang | None:
    if votes["zh"] == votes["en"]:
        return None
    return "zh" if votes["zh"] > votes["en"] else "en"
