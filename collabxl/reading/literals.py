"""Words that formulas of people look up: a text in a formula finds a cell only as long as the cell says it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from fnmatch import translate
from html import unescape

from collabxl.ooxml import a1
from collabxl.ooxml.areas import Spot

_FORMULA = re.compile(
    rb"<(?:\w+:)?c\s(?=[^<>]*?\br\s*=\s*[\"']([A-Za-z]{1,3}[0-9]{1,7})[\"'])[^<>]*>\s*<(?:\w+:)?f(?:\s[^<>]*)?>([^<]+)<"
    rb"|<(?:\w+:)?(?:formula[12]?|xm:f)(?:\s[^<>]*)?>([^<]+)<"
)
"""A cell's formula with its place, or one of a conditional format or a validation."""
_NAMES_SOMETHING = re.compile(rb"&quot;|[\"\[]")
_TOKEN = re.compile(
    r"""(?P<text>"(?:[^"]|"")*+")|(?P<sheet>'(?:[^']|'')*+')|\[(?P<column>[^\[\]]*+)\]"""
    r"""|(?P<call>(?:[A-Za-z_][\w.]*+)?\()|(?P<end>\))|(?P<compares><>|[<>]=?|=)"""
)
"""What of a formula tells which words it looks up: texts, columns of tables, what is called, what is compared."""
_SEARCHES = frozenset({"FIND", "SEARCH", "FINDB", "SEARCHB", "SUBSTITUTE"})
_LOOKS_UP = _SEARCHES | {
    *("VLOOKUP", "HLOOKUP", "LOOKUP", "XLOOKUP", "MATCH", "XMATCH", "COUNTIF", "COUNTIFS", "SUMIF", "SUMIFS"),
    *("AVERAGEIF", "AVERAGEIFS", "MAXIFS", "MINIFS", "EXACT", "SWITCH"),
}
_COMPARES = re.compile(r"[<>=]{0,2}")
_PATTERN = re.compile(r"[*?]")
MOST_PATTERNS = 100
"""Patterns of a workbook that words are held against."""

LookedUp = Mapping[str, str]
"""Where words are looked up, by word or pattern in lower case."""


def formulas(xml: bytes) -> Iterator[tuple[Spot | None, str]]:
    """Yield the formulas of a worksheet part that name words, with their cells; those of no cell without."""
    for match in _FORMULA.finditer(xml):
        ref, inside, elsewhere = match.groups()
        told: bytes = inside or elsewhere
        if _NAMES_SOMETHING.search(told):
            try:
                spot = a1.parse_cell(ref.decode()) if ref else None
            except ValueError:  # a cell that no sheet has
                continue
            yield spot, unescape(told.decode("utf-8", "replace"))


def text_literals(formula: str) -> Iterator[str]:
    """Yield the words that a formula looks up, in lower case, outer blanks and all; a searched one as a pattern.

    A text that is but an answer, such as those of an IF, is none; one that is the whole formula is a choice of lists
    and what conditional formats compare with.
    """
    calls, tokens = [""], list(_TOKEN.finditer(formula))
    for at, token in enumerate(tokens):
        match token.lastgroup:
            case "call":
                calls.append(token["call"][:-1].upper().rpartition(".")[2])
            case "end":
                calls = calls[:-1] or [""]
            case "column":
                yield token["column"].strip().casefold()
            case "text" if calls[-1] in _LOOKS_UP or token[0] == formula or _is_compared(tokens, at, formula):
                told = token[0][1:-1].replace('""', '"')
                for word in {told, *(item.strip() for item in told.split(",") if "," in told)}:
                    bare = word[_COMPARES.match(word).end() :].casefold()  # type: ignore[union-attr]
                    if bare.strip():
                        yield f"*{bare}*" if calls[-1] in _SEARCHES else bare


def _is_compared(tokens: list[re.Match[str]], at: int, formula: str) -> bool:
    """Return whether a comparison stands right before or behind a token."""
    before, after = tokens[at - 1 : at], tokens[at + 1 : at + 2]
    return any(
        other.lastgroup == "compares" and not formula[first.end() : last.start()].strip()
        for other, first, last in (
            *((token, token, tokens[at]) for token in before),
            *((token, tokens[at], token) for token in after),
        )
    )


def find_lookups(named: Iterable[tuple[str, str]], wanted: set[str]) -> dict[str, str]:
    """Return which of the words that formulas name, each with its place, find a cell that says a ``wanted`` one."""
    found: dict[str, str] = {}
    patterns: dict[str, Callable[[str], object]] = {}
    known = {word.casefold() for word in wanted}
    for word, where in named:
        if word in known:
            found.setdefault(word, where)
        elif _PATTERN.search(word) and word not in patterns and len(patterns) < MOST_PATTERNS:
            patterns[word] = re.compile(translate(word)).match
            if any(map(patterns[word], known)):
                found[word] = where
    return found


def lost_lookup(found: LookedUp, old: str, new: str) -> str | None:
    """Return where a word is looked up that a cell says no more once ``new`` stands there instead; None for nowhere."""
    before, after = old.casefold(), new.casefold()
    if before == after:
        return None
    for word, where in found.items():
        if _PATTERN.search(word):
            finds = re.compile(translate(word)).match
            if finds(before) and not finds(after):
                return where
        elif word == before:
            return where
    return None
