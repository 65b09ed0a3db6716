"""The sheets as people name them: by key or by a title in either language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz, process

from collabxl.errors import UsageError
from collabxl.rules.matching.names import normalize_name
from collabxl.schema.columns import Sheet
from collabxl.schema.sheets import STANDARD
from collabxl.text import t

_KNOWN = {
    normalize_name(word): sheet for sheet in STANDARD.data_sheets for word in (sheet.meta.key, *sheet.meta.title.both)
}


def select_sheets(words: Iterable[str]) -> Sequence[type[Sheet]]:
    """Return the sheets that words name, each once, all that hold rows or fields without words; else UsageError."""
    return list(dict.fromkeys(map(_find_sheet, words))) or STANDARD.data_sheets


def _find_sheet(word: str) -> type[Sheet]:
    if sheet := _KNOWN.get(normalize_name(word)):
        return sheet
    near = process.extractOne(normalize_name(word), list(_KNOWN), scorer=fuzz.ratio, score_cutoff=60)
    says = t("没有工作表 {word}；有：{known}", "No sheet {word}; there are {known}")
    if near:
        says = t("没有工作表 {word}，是不是 {near}？", "No sheet {word}; did you mean {near}?")
    known = [sheet.meta.key for sheet in STANDARD.data_sheets]
    raise UsageError(says, word=word, near=_KNOWN[near[0]].meta.key if near else None, known=known)
