"""What must hold for every rule and derived frame; a slip in one is refused at import, not met in a workbook."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from collabxl.errors import SchemaError
from collabxl.rules.engine.frame_table import FRAME_COLUMNS
from collabxl.rules.engine.rule import EveryColumn, Rule
from collabxl.schema.columns import Column
from collabxl.schema.sheets import STANDARD
from collabxl.text import t

_CODE = re.compile(r"[A-Z]{2}\d{3}")


def refuse_slips(rules: Collection[Rule], derived: Mapping[str, Callable[..., Any]]) -> None:
    """Raise SchemaError for the first rule or derived frame that cannot be what is meant."""
    for slip in _slips(rules, derived):
        raise SchemaError(t("规则声明有误：{slip}", "Wrong declaration of a rule: {slip}"), slip=slip)


def _slips(rules: Collection[Rule], derived: Mapping[str, Callable[..., Any]]) -> Iterator[str]:
    yield from _duplicates((rule.code for rule in rules), "code")
    yield from _duplicates((rule.name for rule in rules), "name")
    codes = {rule.code for rule in rules}
    columns = {column for sheet in STANDARD.data_sheets for column in sheet.meta.columns}
    for rule in rules:
        if not _CODE.fullmatch(rule.code):
            yield f"{rule.code} of {rule.name} is no code: two letters and three digits"
        for code in rule.supersedes:
            if code not in codes:
                yield f"{rule.code} supersedes {code}{_suggestion(code, codes)}"
        if isinstance(rule.at, Column) and rule.at not in columns:
            yield f"{rule.code} aims at {rule.at.title.en}, which is a column of no sheet"
        own = 2 if isinstance(rule.at, EveryColumn) else 0
        yield from _unknown_names(f"{rule.code} ({rule.name})", rule.needs[own:])
    for name, make in derived.items():
        yield from _unknown_names(f"the derived frame {name}", inspect.signature(make).parameters)
        if name not in FRAME_COLUMNS:
            yield f"the derived frame {name} is not declared in the table of frames"


def _duplicates(words: Iterable[str], what: str) -> Iterator[str]:
    for word, times in Counter(words).items():
        if times > 1:
            yield f"the {what} {word} is used {times} times"


def _unknown_names(who: str, needs: Iterable[str]) -> Iterator[str]:
    for need in needs:
        if need not in FRAME_COLUMNS:
            yield f"{who} asks for {need}{_suggestion(need, FRAME_COLUMNS)}"


def _suggestion(word: str, known: Collection[str]) -> str:
    from rapidfuzz import fuzz, process

    near = process.extractOne(word, sorted(known), scorer=fuzz.ratio, score_cutoff=60)
    return f", which nobody makes; did you mean {near[0]}?" if near else ", which nobody makes"
