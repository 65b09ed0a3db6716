"""A raw cell becomes a value of its column's kind, or a misfit that says what is wrong; nothing is guessed.

Values are plain: text, float, bool, a word's key, days as integers since 1970-01-01 (see days.py), None for empty.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from collabxl.ooxml.dangerous_text import STARTS_A_FORMULA, is_dangerous
from collabxl.ooxml.reader.cells import Raw
from collabxl.reading import dates
from collabxl.schema.columns import Kind, Ref, Refs
from collabxl.schema.kinds import (
    LONGEST_CELL,
    PERCENT_FROM,
    Choice,
    Day,
    Id,
    Line,
    Note,
    Number,
    People,
    Percent,
    Period,
    Words,
    YesNo,
)
from collabxl.schema.serials import EPOCH
from collabxl.text import DIGITS, Lang, format_number, is_in_language, span

_JOINED = (
    "\u0590-\u109f\u1780-\u1cff\ua800-\uabff\ufb1d-\ufdff\ufe70-\ufefc\U00010a00-\U00011fff"
    "\u2190-\u2bff\u3030\u303d\u3297\u3299\ufe0f\U0001f000-\U0001faff"
)
"""Letters of the scripts, and pictures, that U+200C and U+200D part and join: there they are part of what is said."""
_INVISIBLE = re.compile(
    rf"[\u200b\u200e\u200f\u202a-\u202e\u2060\ufeff\u00ad]|(?<![{_JOINED}])[\u200c\u200d]|[\u200c\u200d](?![{_JOINED}])"
)
_UNTIDY = re.compile(rf"^\s|\s$|{_INVISIBLE.pattern}|[０-９Ａ-Ｚａ-ｚ]|\r")
_ODD = re.compile(r"[\s=+\-@＝＋－＠\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad０-９Ａ-Ｚａ-ｚ]")
"""A text without any of these is neither untidy nor dangerous; what has one is looked at more closely."""
WIDE = {wide: wide - 0xFEE0 for first, last in ("０９", "ＡＺ", "ａｚ") for wide in range(ord(first), ord(last) + 1)}
"""Full-width letters and digits, and what each of them should be."""
_NUMBER = re.compile(r"[-+]?(?:\d+(?:,\d{3})*(?:\.\d*)?|\.\d+)\s*(%?)")
YES = frozenset({"是", "y", "yes", "√", "✓", "✔", "true", "1", "里程碑"})
NO = frozenset({"否", "n", "no", "×", "false", "0", "-", "无"})
LONGEST_MEMORY, LONGEST_WORD, LONG_AT_ONCE = 50_000, 256, 8
"""So many cells are remembered, none with more letters; of those and of what does not fit only the last few."""


class CellFault(NamedTuple):
    """What is wrong with a cell: the rule's name, the value meant if it is known, and whether that is certain."""

    name: str
    replacement: Any = None
    is_certain: bool = False


class ValueReader(dict[Raw, Any]):
    """Turns the cells of one kind into values, remembering those that fit, so that a repeated cell costs a look-up.

    ``numeric`` kinds see 0 and 1 so often that they are worth remembering, too; True and False, which are the same
    keys to a dictionary, are then looked for in every column.
    """

    def __init__(self, convert: Callable[[Raw], tuple[Any, tuple[CellFault, ...]]], *, numeric: bool = False) -> None:
        super().__init__({"": None})
        self._convert = lru_cache(maxsize=LONG_AT_ONCE, typed=True)(convert)
        self._numeric = numeric
        self._has_faults = False

    def __missing__(self, raw: Raw) -> Any:
        value, faults = self._look(raw)
        if faults:
            self._has_faults = True
        elif type(raw) is str and len(raw) > LONGEST_WORD:
            return value
        elif self._numeric or raw not in _LIKE_TRUTH:
            self[raw] = value
        return value

    def column(self, cells: Sequence[Raw]) -> tuple[list[Any], list[tuple[int, Raw, CellFault]]]:
        """Return the values of ``cells`` and, by position, what was wrong with them."""
        if len(self) > LONGEST_MEMORY:
            self.clear()
            self[""] = None
        self._remember(cells)
        if self._numeric and bool in set(map(type, cells)):
            pairs = [self._look(raw) if raw != "" else (None, ()) for raw in cells]
            wrong = [(place, cells[place], fault) for place, (_, faults) in enumerate(pairs) for fault in faults]
            return [value for value, _ in pairs], wrong
        self._has_faults = False
        values = list(map(self.__getitem__, cells))
        if not self._has_faults:
            return values, []
        return values, [(place, raw, fault) for place, raw in enumerate(cells) for fault in self._faults(raw)]

    def _remember(self, cells: Sequence[Raw]) -> None:
        """Remember what can be known of ``cells`` without looking at each."""

    def max_letters(self, count: int) -> int:
        """Return how many letters the ``count`` values looked at last have at the most."""
        return count * LONGEST_WORD

    def _faults(self, raw: Raw) -> tuple[CellFault, ...]:
        return () if raw in self else self._look(raw)[1]

    def _look(self, raw: Raw) -> tuple[Any, tuple[CellFault, ...]]:
        if type(raw) is str and len(raw) > LONGEST_CELL:
            return None, (CellFault("overfull-cell", len(raw)),)
        return self._convert(raw)


_LIKE_TRUTH = frozenset({0.0, 1.0})


class TextReader(ValueReader):
    """Turns cells of text into values; new ones that are plainly fit are remembered before each is looked at."""

    def __init__(self) -> None:
        super().__init__(_text)
        self.long = 0
        """The letters of all longer texts that were looked at."""

    def _look(self, raw: Raw) -> tuple[Any, tuple[CellFault, ...]]:
        if type(raw) is str and len(raw) > LONGEST_WORD:
            self.long += len(raw)
        return super()._look(raw)

    def max_letters(self, count: int) -> int:
        """Return as above, with the longer texts met since it was asked last."""
        long, self.long = self.long, 0
        return super().max_letters(count) + long

    def _remember(self, cells: Sequence[Raw]) -> None:
        if not cells or cells[-1] in self:  # as a rule a column has the same words as ever, or new ones to its end
            return
        new = set(cells).difference(self)
        self.update(
            {cell: cell for cell in new if type(cell) is str and len(cell) <= LONGEST_WORD and not _ODD.search(cell)}
        )


def value_reader(kind: Kind, lang: Lang, *, date1904: bool) -> ValueReader:
    """Return the reader of one kind in a book of one language."""
    match kind:
        case Day():
            return ValueReader(lambda raw: _day(raw, date1904))
        case Period():
            return ValueReader(_period)
        case Percent():
            return ValueReader(_percent, numeric=True)
        case Number():
            return ValueReader(_number, numeric=True)
        case Choice(words):
            return ValueReader(_ChoiceReader(words, lang))
        case YesNo():
            return ValueReader(_yes_no)
        case Id() | Line() | Note() | Ref() | Refs() | People():
            return TextReader()
        case _:
            raise TypeError(f"{kind} is read as the kind it is made of")


def tidy(text: str) -> str:
    """Return a text without outer blanks, invisible characters and full-width letters or digits."""
    return _INVISIBLE.sub("", text).replace("\r\n", "\n").replace("\r", "\n").translate(WIDE).strip()


def is_outline(cells: Sequence[Raw]) -> bool:
    """Return whether leading blanks of texts say what belongs to what: in two cells, or wider than a slip."""
    blanks = [cell[: len(cell) - len(cell.lstrip())] for cell in cells if isinstance(cell, str) and cell[:1].isspace()]
    return len(blanks) > 1 or any(blank not in (" ", "\n", "\r", "\xa0") for blank in blanks)


def _text(raw: Raw) -> tuple[str | None, tuple[CellFault, ...]]:
    if not isinstance(raw, str):
        return _as_text(raw), ()
    faults: list[CellFault] = []
    text = raw
    if _UNTIDY.search(raw):
        text = tidy(raw)
        if text:
            faults.append(CellFault("untidy-text", text, is_certain=True))
    if raw[:1] in STARTS_A_FORMULA and is_dangerous(text):
        faults.append(CellFault("dangerous-text"))
    return text or None, tuple(faults)


def _round(number: float) -> float:
    """Return a number as spreadsheets compare it: what lies behind DIGITS is noise."""
    return number if number.is_integer() else float(f"{number:.{DIGITS}g}")


def _as_text(raw: Raw) -> str:
    match raw:
        case bool():
            return "TRUE" if raw else "FALSE"
        case float():
            return format_number(raw)
        case dt.datetime() | dt.date():
            return raw.isoformat(sep=" ") if isinstance(raw, dt.datetime) else raw.isoformat()
        case dt.timedelta():
            return span(raw)
        case _:
            return str(raw)


def _day(raw: Raw, date1904: bool) -> tuple[int | None, tuple[CellFault, ...]]:
    match raw:
        case dt.datetime():
            return dates.nearest(raw) - EPOCH, ()
        case dt.date():
            return raw.toordinal() - EPOCH, ()
        case bool() | dt.time() | dt.timedelta():
            return None, (CellFault("not-a-date"),)
        case int() | float():
            read = dates.from_number(_round(float(raw)), date1904=date1904)
        case str():
            if not tidy(raw):
                return None, ()
            read = dates.from_text(tidy(raw))
    if read.day is not None:
        return read.day, (CellFault("date-as-text", read.day, is_certain=True),)
    return None, (CellFault("date-as-text" if read.is_ambiguous else "not-a-date"),)


def _period(raw: Raw) -> tuple[tuple[int, int] | None, tuple[CellFault, ...]]:
    if isinstance(raw, str) and not tidy(raw):
        return None, ()
    both = dates.parse_period(tidy(raw)) if isinstance(raw, str) else None
    return both, () if both else (CellFault("period-unreadable"),)


def _percent(raw: Raw) -> tuple[float | None, tuple[CellFault, ...]]:
    number, is_percent = _numeric(raw)
    if number is None:
        return None, () if isinstance(raw, str) and not tidy(raw) else (CellFault("not-a-number"),)
    typed = isinstance(raw, str)
    if is_percent or PERCENT_FROM <= number <= 100:
        share = round(number / 100, 9)
        return share, (CellFault("percent-scale", share, is_certain=is_percent),) if 0 <= share <= 1 else ()
    if typed and 0 <= number <= 1:
        return number, (CellFault("percent-scale", number, is_certain=True),)
    return number, ()


def _number(raw: Raw) -> tuple[float | None, tuple[CellFault, ...]]:
    number, is_percent = _numeric(raw)
    if number is None or is_percent:
        return None, () if isinstance(raw, str) and not tidy(raw) else (CellFault("not-a-number"),)
    return number, ()


def _numeric(raw: Raw) -> tuple[float | None, bool]:
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        return None, False
    if isinstance(raw, str):
        match = _NUMBER.fullmatch(tidy(raw).replace("％", "%").replace("，", ","))
        return (_round(float(match[0].rstrip("% ").replace(",", ""))), bool(match[1])) if match else (None, False)
    return (_round(float(raw)), False) if raw == raw else (None, False)


def _yes_no(raw: Raw) -> tuple[bool | None, tuple[CellFault, ...]]:
    if isinstance(raw, bool):
        return raw, ()
    word = tidy(_as_text(raw)).casefold()
    if not word:
        return None, ()
    if word in YES or word in NO:
        return word in YES, ()
    return None, (CellFault("not-in-list"),)


class _ChoiceReader:
    """Looks a cell up in one word list: the book's own word, a synonym, a near miss, or nothing.

    Only synonyms in the book's own language are certain enough to be written into the cell.
    """

    def __init__(self, words: Words, lang: Lang) -> None:
        self.lang = lang
        self.own = {word.title.to(lang).casefold(): word.key for word in words.words}
        self.known = {
            other.casefold(): word.key for word in words.words for other in (*word.title.both, *word.synonyms)
        } | self.own

    def __call__(self, raw: Raw) -> tuple[str | None, tuple[CellFault, ...]]:
        text = tidy(_as_text(raw))
        if not text:
            return None, ()
        untidy = (
            (CellFault("untidy-text", text, is_certain=True),) if isinstance(raw, str) and _UNTIDY.search(raw) else ()
        )
        word = text.casefold()
        if word in self.own:
            return self.own[word], untidy
        if word in self.known:
            return self.known[word], (
                CellFault("not-in-list", self.known[word], is_certain=is_in_language(self.lang, word)),
            )
        near = nearest_word(word, self.known)
        return None, (CellFault("not-in-list", self.known[near] if near else None),)


def nearest_word(word: str, known: Sequence[str] | dict[str, Any], least: float = 60) -> str | None:
    """Return the known word most like ``word``, or None if none is ``least`` per cent alike."""
    from rapidfuzz import fuzz, process

    found = process.extractOne(word, list(known), scorer=fuzz.ratio, score_cutoff=least)
    return found[0] if found else None
