"""Which worksheet is which, and which header word means which column: exact, alias or near miss, in both languages.

It knows the declaration's words; it never looks at the cells below the header.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from collabxl.ooxml.reader.cells import Raw
from collabxl.reading.source import SheetCells, Title
from collabxl.schema.columns import Sheet, SheetMeta
from collabxl.schema.sheets import STANDARD
from collabxl.text import LANGS, Lang

How = Literal["exact", "translated", "alias", "near"]
LAST_HEADER_ROW = 30
"""A header may start below title rows, but not below this many filled rows."""
ENOUGH_WORDS = 3
"""So many titles word for word make a header row; the costly search for near misses is then left out."""
ENOUGH_ALIKE, FIRST_OF_SEVERAL = 1.6, 0.75
"""A header says at least so many titles, near misses counted in part; of several the first that says nearly as many
as the best is the table's, and what follows further down is another's."""
ALIKE = 80
"""How alike, per cent, a word must be to count as a near miss of a title."""

_ORNAMENT = re.compile(r"[\s*★☆:：#]+|^\d+[.、)]")
_BRACKETS = re.compile(r"[(（\[【][^(（\[【)）\]】]*[)）\]】]")
_COPY = re.compile(r"\(\d+\)$|[-_ ]*(?:副本|备份|拷贝|copy|最新版?|终版|final|new|v?\d+(?:\.\d+)*)$")


class HeaderCell(NamedTuple):
    """One header cell: where it is, what it says, and the column it means, if any."""

    row: int
    column: int
    text: str
    key: str | None
    how: How | None
    nearest: str | None = None


class Header(NamedTuple):
    """The header row of one sheet: every header cell in it."""

    row: int
    cells: tuple[HeaderCell, ...]
    side_cells: tuple[HeaderCell, ...] = ()
    """Those of other tables in the same row (beside.py)."""

    def best_cells(self) -> dict[str, HeaderCell]:
        """Return the place each column is read from: the best match, the leftmost of equals."""
        order: dict[How | None, int] = {"exact": 0, "translated": 1, "alias": 2, "near": 3}
        best: dict[str, HeaderCell] = {}
        for place in sorted(self.cells, key=lambda place: (order.get(place.how, 9), place.column)):
            if place.key is not None:
                best.setdefault(place.key, place)
        return best


class SheetMatch(NamedTuple):
    """A worksheet taken for a declared sheet."""

    title: Title
    how: How


class SheetMatches(NamedTuple):
    """The worksheets found, by sheet key, and those of which several look alike and none is right."""

    matches: dict[str, SheetMatch]
    rivals: dict[str, list[str]]
    unread: tuple[str, ...] = ()
    """Hidden worksheets that are called like one that can be seen, which is read instead."""


def normalize_header(words: str) -> str:
    """Return header words as they are compared: half width, lower case, no blanks, stars or colons."""
    return _ORNAMENT.sub("", unicodedata.normalize("NFKC", words).casefold())


def title_languages(title: str) -> set[Lang]:
    """Return the languages in which a worksheet's name is that of a sheet of ours, or at least resembles it."""
    exactly = _title_languages().get(normalize_header(title), set())
    return exactly or {lang for sheet in STANDARD.data_sheets for lang in LANGS if _resembles(title, sheet, (lang,))}


def ambiguous_titles(titles: Iterable[Title]) -> dict[Title, list[type[Sheet]]]:
    """Return the worksheets whose names resemble those of several sheets; what they hold decides between these."""
    unsure = (title for title in titles if normalize_header(title.name) not in _title_languages())
    likely = {title: [sheet for sheet in STANDARD.data_sheets if _resembles(title.name, sheet)] for title in unsure}
    return {title: several for title, several in likely.items() if len(several) > 1}


def likeliest_sheet(title: Title, cells: SheetCells, several: Sequence[type[Sheet]]) -> type[Sheet]:
    """Return the sheet most of whose words a worksheet says; if none more than others, that of the likest name."""
    from rapidfuzz import fuzz

    words = {normalize_header(cell) for row in cells.rows[:LAST_HEADER_ROW] for cell in row if isinstance(cell, str)}

    def likeness(sheet: type[Sheet]) -> tuple[int, float]:
        known = _words(sheet.meta, "zh").keys() | _form_words(sheet.meta).keys()
        alike = (fuzz.ratio(normalize_header(title.name), normalize_header(name)) for name in sheet.meta.title.both)
        return len(words & known), max(alike)

    return max(several, key=likeness)


@lru_cache(maxsize=2_000)
def match_sheets(titles: tuple[Title, ...], lang: Lang, decided: tuple[tuple[Title, str], ...] = ()) -> SheetMatches:
    """Return which worksheet stands for which sheet that is read; an exact name wins over a near miss.

    What can be seen wins over what is hidden, whatever that is called: nobody would know whose cells count. A worksheet
    that resembles several is none but that for which its contents ``decided``.
    """
    only = dict(decided)
    found, rivals = _match_titles([title for title in titles if title.visible], lang, only)
    more, others = _match_titles([title for title in titles if not title.visible], lang, only)
    told = found.keys() | rivals.keys()
    unread = [match.title.name for key, match in more.items() if key in told]
    unread += [name for key, names in others.items() if key in told for name in names]
    return SheetMatches(
        found | {key: match for key, match in more.items() if key not in told},
        rivals | {key: names for key, names in others.items() if key not in told},
        tuple(unread),
    )


def _match_titles(
    free: list[Title], lang: Lang, only: Mapping[Title, str]
) -> tuple[dict[str, SheetMatch], dict[str, list[str]]]:
    """Return the same of worksheets that can all be seen or are all hidden."""
    book = STANDARD
    found: dict[str, SheetMatch] = {}
    rivals: dict[str, list[str]] = {}
    for how in ("exact", "translated"):
        for sheet in book.data_sheets:
            word = normalize_header(sheet.meta.title.to(lang if how == "exact" else _other_language(lang)))
            title = next((title for title in free if normalize_header(title.name) == word), None)
            if title and sheet.meta.key not in found:
                found[sheet.meta.key] = SheetMatch(title, "exact" if how == "exact" else "translated")
                free.remove(title)
    free = [title for title in free if normalize_header(title.name) not in _title_languages()]
    for sheet in book.data_sheets:
        near = [
            title
            for title in free
            if only.get(title, sheet.meta.key) == sheet.meta.key and _resembles(title.name, sheet)
        ]
        if sheet.meta.key in found or not near:
            continue
        if len(near) == 1:
            found[sheet.meta.key] = SheetMatch(near[0], "near")
        else:
            rivals[sheet.meta.key] = [title.name for title in near]
    return found, rivals


def find_header(cells: SheetCells, sheet: type[Sheet], lang: Lang) -> Header | None:
    """Return the row that says most of a sheet's column titles, or None if no row says two of them."""
    rows = cells.rows[:LAST_HEADER_ROW]
    known = _words(sheet.meta, lang)
    plainly = _exact_header_row(rows, known)
    if plainly is not None:
        return Header(
            cells.top + plainly, _header_cells(tuple(rows[plainly]), cells.top + plainly, cells.left, sheet.meta, lang)
        )
    scored: list[tuple[float, Header]] = []
    for at, row in enumerate(rows):
        if sum(isinstance(cell, str) and cell != "" for cell in row) < 2:
            continue
        places = _header_cells(tuple(row), cells.top + at, cells.left, sheet.meta, lang)
        scored.append(
            (sum(0.6 if place.how == "near" else 1 for place in _distinct(places)), Header(cells.top + at, places))
        )
    best = max((score for score, _ in scored), default=0.0)
    return next((header for score, header in scored if score >= max(FIRST_OF_SEVERAL * best, ENOUGH_ALIKE)), None)


def _exact_header_row(rows: Sequence[Sequence[Raw]], known: dict[str, tuple[str, How]]) -> int | None:
    """Return the first row most of whose words are titles word for word, None if one above it could be the header."""
    for at, row in enumerate(rows):
        words = [cell for cell in row if isinstance(cell, str) and cell]
        hits = sum(word in known for word in words)
        if hits >= ENOUGH_WORDS and 2 * hits >= len(words):
            return at
        if hits >= ENOUGH_WORDS:
            return None
    return None


def find_form_header(cells: SheetCells, sheet: type[Sheet]) -> Header | None:
    """Return the header row of a form: which column holds the fields' names, which the values."""
    known = _form_words(sheet.meta)
    for offset, row in enumerate(cells.rows[:LAST_HEADER_ROW]):
        places = []
        for column, cell in enumerate(row, cells.left):
            if isinstance(cell, str) and normalize_header(cell) in known:
                places.append(HeaderCell(cells.top + offset, column, cell.strip(), *known[normalize_header(cell)]))
        keys = {place.key for place in places}
        if "field" in keys and len(keys) > 1:
            return Header(cells.top + offset, tuple(places))
    return None


@cache
def _form_words(sheet: SheetMeta) -> dict[str, tuple[str, How]]:
    known: dict[str, tuple[str, How]] = {}
    for name, head in zip(
        sheet.form_headers._fields if sheet.form_headers else (), sheet.form_headers or (), strict=True
    ):
        for words in head.title.both:
            known[normalize_header(words)] = (name, "exact")
        for words in head.aliases:
            known.setdefault(normalize_header(words), (name, "alias"))
    return known


def match_field(words: str, sheet: type[Sheet], lang: Lang) -> tuple[str | None, How | None]:
    """Return the field of a form that a word names, and how."""
    key, how, _ = _match_word(words, sheet.meta, lang)
    return key, how


@lru_cache(maxsize=2_000)
def _header_cells(row: tuple[Raw, ...], number: int, left: int, sheet: SheetMeta, lang: Lang) -> tuple[HeaderCell, ...]:
    places = []
    for column, cell in enumerate(row, left):
        if not isinstance(cell, str) or not cell.strip():
            continue
        key, how, near = _match_word(cell, sheet, lang)
        places.append(HeaderCell(number, column, cell.strip(), key, how, near))
    taken = {place.key for place in places if place.how != "near"}
    return tuple(
        place._replace(key=None, how=None, nearest=place.key) if place.how == "near" and place.key in taken else place
        for place in places
    )


def _distinct(places: tuple[HeaderCell, ...]) -> list[HeaderCell]:
    return list({place.key: place for place in places if place.key is not None}.values())


@lru_cache(maxsize=20_000)
def _match_word(words: str, sheet: SheetMeta, lang: Lang) -> tuple[str | None, How | None, str | None]:
    known = _words(sheet, lang)
    if words in known:
        return *known[words], None
    word = normalize_header(words)
    for candidate in (word, _BRACKETS.sub("", word)):
        if candidate and candidate in known:
            return *known[candidate], None
    if len(words) > 40 or not word:
        return None, None, None
    near, alike = _nearest_word(word, known)
    if near is None:
        return None, None, None
    key = known[near][0]
    return (key, "near", None) if alike >= ALIKE else (None, None, key)


@cache
def _words(sheet: SheetMeta, lang: Lang) -> dict[str, tuple[str, How]]:
    known: dict[str, tuple[str, How]] = {}
    for column in sheet.columns:
        for alias in column.aliases:
            known[normalize_header(alias)] = (column.key, "alias")
    for column in sheet.columns:
        known[normalize_header(column.title.to(_other_language(lang)))] = (column.key, "translated")
    for column in sheet.columns:
        known[normalize_header(column.title.to(lang))] = (column.key, "exact")
        known[column.title.to(lang)] = (column.key, "exact")
    return known


def _nearest_word(word: str, known: dict[str, tuple[str, How]]) -> tuple[str | None, float]:
    from rapidfuzz import fuzz, process

    found = process.extractOne(word, list(known), scorer=fuzz.ratio, score_cutoff=60)
    return (found[0], found[1]) if found else (None, 0)


def _resembles(name: str, sheet: type[Sheet], langs: Sequence[Lang] = LANGS) -> bool:
    from rapidfuzz import fuzz

    words = {normalize_header(name), _COPY.sub("", normalize_header(name)), _BRACKETS.sub("", normalize_header(name))}
    for lang in langs:
        whole = normalize_header(sheet.meta.title.to(lang))
        stem = whole.removesuffix("表")
        if any(stem and (stem in word or fuzz.ratio(word, whole) >= ALIKE) for word in words if len(whole) > 2):
            return True
    return False


@cache
def _title_languages() -> dict[str, set[Lang]]:
    known: dict[str, set[Lang]] = {}
    for sheet in STANDARD.sheets:
        for lang in LANGS:
            known.setdefault(normalize_header(sheet.meta.title.to(lang)), set()).add(lang)
    return known


def _other_language(lang: Lang) -> Lang:
    return "en" if lang == "zh" else "zh"
