"""Words that are like other words: what a name that nobody bears may mean, and how much looking for that is worth.

Words are compared as names are (``plain``). Who compares asks Effort first, so that no workbook costs more than its
size deserves, however many of its names are wrong.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping
from functools import cache, lru_cache
from heapq import nsmallest
from typing import Any

from collabxl.text import MOST_LISTED

SHORTEST_PART, SHORTEST_WORD = 3, 5
"""A part of a name shorter than this many characters names nothing for certain; Latin words need more."""
LONGEST_WORD = 40
"""Longer words are not searched for names inside them."""
ALIKE, SIMILAR = 85, 40
"""How alike, per cent, a word must be to be taken for a name; to be suggested instead of it."""
BEGINS_ALIKE = 10
"""What each of the first four letters in common adds to a suggestion: people get the end wrong, not the start."""
COMPARISONS = 6_000_000
"""Comparisons of words that a workbook is worth for finding what is meant, and a third of them, which cost more, for
suggesting: a few seconds. 1,000 tasks may have 3,000 and 2,000 different wrong names; what is more is told without."""

Index = Mapping[str, tuple[int, ...]]
"""Positions by word."""
Indexes = Callable[[int, str], Index]
"""Returns the words in a column of a workbook."""
_HAN = re.compile("[\u3400-\u9fff]+")
_OF_BOTH = re.compile("[乾吒夥後徵拚捱摺於榘菸薹袷醣麴麽]")
"""The characters of GB 2312 that are traditional all the same."""


class Effort:
    """How many comparisons are left to whoever looks for near words, such as a workbook; each counts for its cost."""

    def __init__(self, cost: int = 1) -> None:
        self._cost = cost
        self._spent: Counter[Hashable] = Counter()

    def allows(self, who: Hashable, comparisons: int) -> bool:
        """Return whether so many more comparisons are worth it, and count them if they are."""
        self._spent[who] += comparisons * self._cost
        if self._spent[who] > COMPARISONS:
            self._spent[who] -= comparisons * self._cost
            return False
        return True


def is_simplified(text: str) -> bool:
    """Return whether a text certainly has no traditional characters: GB 2312, with few exceptions, has none."""
    if text.isascii():
        return True
    try:
        "".join(_HAN.findall(text)).encode("gb2312")
    except UnicodeEncodeError:
        return False
    return not _OF_BOTH.search(text)


@lru_cache(maxsize=10_000)
def to_simplified(text: str) -> str:
    """Return a text in simplified characters; the library is loaded only for a text that has others."""
    return text if is_simplified(text) else str(_converter().convert(text))


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("t2s")


class _Words:
    """The words of one index, in the forms in which they are searched; each form is made when first needed."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self.listed = list(index)
        self.joined = "\n".join(index)
        """Searching it tells at once whether any word holds a part."""
        self.is_simplified = is_simplified(self.joined)
        self._simple: dict[str, list[int]] | None = None

    def in_other_characters(self, word: str) -> list[int]:
        """Return where the word stands once it and all others are in simplified characters."""
        if self.is_simplified and is_simplified(word):
            return []
        if self._simple is None:
            self._simple = {}
            for known, positions in zip(to_simplified(self.joined).split("\n"), self.index.values(), strict=False):
                self._simple.setdefault(known, []).extend(positions)
        return self._simple.get(to_simplified(word), [])


class NearNames:
    """What is like a name among the tasks of many workbooks, looked for once a word and workbook."""

    def __init__(self, indexes: Indexes) -> None:
        self._indexes = indexes
        self._words: dict[tuple[int, str], _Words] = {}
        self._finding, self._suggesting = Effort(), Effort(cost=3)

    def meant(self, wb: int, word: str) -> set[int]:
        """Return the positions of the tasks that a word may mean by their name or deliverable."""
        both = [self._of(wb, column) for column in ("name", "deliverable")]
        found = {at for words in both for at in words.in_other_characters(word)}
        if found:
            return found
        word = to_simplified(word)
        parts = list(_parts_of(word))
        for words in both:
            index = words.index
            near = [known for known in parts if known in index]
            if self._finding.allows(wb, len(index)):
                near += _names_containing(word, words) or ([] if near else _similar_names(word, words))
            for known in near:
                found.update(index[known])
        return found

    def nearest(self, wb: int, word: str, asks: int) -> list[str]:
        """Return up to MOST_LISTED names of a workbook's tasks, those most like a word first; ``asks`` pays for it."""
        from rapidfuzz import fuzz
        from rapidfuzz.distance import Prefix
        from rapidfuzz.process import extract

        words = self._of(wb, "name")
        if not word or not self._suggesting.allows(asks, len(words.listed)):
            return []
        first, scores = word[0], {}
        for known, score, _ in extract(word, words.listed, scorer=fuzz.ratio, limit=None):
            if score >= SIMILAR or known.startswith(first):
                scores[known] = score + BEGINS_ALIKE * min(Prefix.similarity(word, known), 4)
        near = (known for known, score in scores.items() if score >= SIMILAR)
        return nsmallest(MOST_LISTED, near, key=lambda known: (-scores[known], words.index[known]))

    def _of(self, wb: int, column: str) -> _Words:
        made = self._words.get((wb, column))
        if made is None:
            made = self._words[wb, column] = _Words(self._indexes(wb, column))
        return made


def _names_containing(word: str, words: _Words) -> list[str]:
    """Return the known words of which a word that tells something is a part."""
    return [known for known in words.listed if word in known] if _is_distinctive(word) and word in words.joined else []


def _similar_names(word: str, words: _Words) -> list[str]:
    from rapidfuzz import fuzz
    from rapidfuzz.process import extract

    return [known for known, *_ in extract(word, words.listed, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=3)]


def _is_distinctive(part: str) -> bool:
    return len(part) >= (SHORTEST_WORD if part.isascii() else SHORTEST_PART)


def _parts_of(word: str) -> Iterator[str]:
    """Return the parts of a word that could be a name by themselves, the word itself left out."""
    ends = range(1, min(len(word), LONGEST_WORD) + 1)
    parts = {word[start:end] for end in ends for start in range(end)} - {word}
    return (part for part in sorted(parts) if _is_distinctive(part))
