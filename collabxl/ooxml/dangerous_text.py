"""What is dangerous about a cell: a formula that leaves the workbook, or a text that would run if it were typed again.

What merely looks like one – a column of a table in brackets, words of a literal, a picture placed in a cell, a link
within the workbook, a note that begins with a dash – is none. Every pattern is linear in its text. Not by openpyxl's
Tokenizer: a text that somebody typed need not be a formula, for which it raises.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

STARTS_A_FORMULA = frozenset("=+-@＝＋－＠")
LONGEST_FORMULA = 8192
"""No spreadsheet takes a longer one."""
_QUOTED = re.compile(r""""(?:[^"]++|"")*+"|'(?:[^']++|'')*+'""")
_STAYS = re.compile(r'"\s*+(?:#|mailto:|tel:)', re.IGNORECASE)
"""How the target of a link begins that does not leave: a place in the workbook, an address, a number to call."""
_LEAVES = re.compile(
    r"(?<![\w\]'\[])\[[1-9]\d*\][\w.]*+!|'\[\]'!"  # another workbook, by number or by name
    r"|(?<![\w.])[A-Za-z]\w*+(?:\.\w++)*+\|(?:'(?:\[\])?'|[^\s'!|]++)!"  # a server and its topic: DDE
    r"|(?<![\w.])(?:_xl\w++\.)*+(?:WEBSERVICE|RTD|DDE|CALL|REGISTER(?:\.ID)?|EXEC|SQL\.REQUEST|STOCKHISTORY|IMAGE"
    r"|IMPORT(?:DATA|XML|HTML|FEED|RANGE))\s*+\("
    r'|(?<![\w.])HYPERLINK\s*+\((?![^")]*+"#")',
    re.IGNORECASE,
)
_CALL = re.compile(r"(?<![\w.])((?:_xl\w++\.)*+[A-Za-z][\w.]*+)\(")
_NEWER = frozenset(
    {
        *("CONCAT", "TEXTJOIN", "IFS", "SWITCH", "MAXIFS", "MINIFS", "XLOOKUP", "XMATCH", "FILTER", "SORT", "SORTBY"),
        *("UNIQUE", "SEQUENCE", "RANDARRAY", "LET", "LAMBDA", "MAP", "REDUCE", "SCAN", "TEXTSPLIT", "TEXTBEFORE"),
        *("TEXTAFTER", "VSTACK", "HSTACK", "TAKE", "DROP", "FILTERXML", "ENCODEURL", "FORMULATEXT"),
    }
)
"""Functions that openpyxl's list does not know yet."""
_PICTURE = "DISPIMG"
"""How WPS writes a picture placed in a cell, as a formula and as what that shows."""
_OPERAND = r'(?:\$?[A-Za-z]{1,3}\$?\d{1,7}(?!\w)|\d++(?:\.\d*+)?(?!\w)|"#?")'
_UNIT = rf"[-+\s(]*+{_OPERAND}[%)\s]*+"
_EXPRESSION = re.compile(rf"{_UNIT}((?:(?:[<>]=?|<>|[-+*/^&=:,]){_UNIT})*+)")
_REFERENCE = re.compile(r"\$?[A-Za-z]{1,3}\$?\d{1,7}(?!\w)")
_NUMBERS = re.compile(r"[-+][\d.,%\s-]*+|\+\d[\d\s()-]{6,}+")
"""A number, a date or a telephone number."""


def has_external_reference(formula: str) -> bool:
    """Return whether a formula, as a file holds it, leaves the workbook: for another one, a server or the net."""
    return _LEAVES.search(_without_literals(formula)) is not None


def _without_literals(formula: str) -> str:
    """Return a formula without its literals and the names of sheets; what is left tells which of them lead where."""
    return _QUOTED.sub(_blank_literal, formula)


def _blank_literal(quoted: re.Match[str]) -> str:
    words = quoted[0]
    if words[0] == '"':
        return '"#"' if _STAYS.match(words) else '""'
    return "'[]'" if "[" in words and not words.startswith("'[0]") else "''"


def is_dangerous(text: str) -> bool:
    """Return whether a text would run as a formula if somebody typed it again."""
    if text[:1] not in STARTS_A_FORMULA or not 1 < len(text) <= LONGEST_FORMULA:
        return False
    typed = unicodedata.normalize("NFKC", text)
    formula = typed[1:] if typed[0] in "=@" else typed
    bare = _without_literals(formula)
    return _LEAVES.search(bare) is not None or _calls(bare, anything=typed[0] == "=") or _is_expression(typed[0], bare)


def _calls(bare: str, *, anything: bool) -> bool:
    """Return whether a function is called: one that spreadsheets know, ``anything`` in what is surely a formula."""
    names = (call[1].rpartition(".")[2] if call[1].startswith("_xl") else call[1] for call in _CALL.finditer(bare))
    return any(name.upper() != _PICTURE and (anything or name.upper() in _functions()) for name in names)


@cache
def _functions() -> frozenset[str]:
    """Return the names of the functions that spreadsheets know; the library is loaded only for a text that calls."""
    from openpyxl.utils import FORMULAE

    return frozenset(_NEWER.union(FORMULAE))


def _is_expression(first: str, bare: str) -> bool:
    """Return whether nothing but numbers and cells is computed; a single one is so only behind =, or as a cell."""
    expression = _EXPRESSION.fullmatch(bare)
    if not expression or _NUMBERS.fullmatch(bare):
        return False
    return first == "=" or bool(expression[1]) or (first != "@" and bool(_REFERENCE.search(bare)))
