"""What a person has put into 采用: whose value counts, in whatever words, or a value of its own."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Literal, NamedTuple

from collabxl.exchange.conflicts import Conflict
from collabxl.exchange.three_way import Value
from collabxl.exchange.value_labels import column_of, holds_text, value_label
from collabxl.reading import values
from collabxl.rules.matching.names import normalize_name
from collabxl.schema.columns import Column, Ref
from collabxl.schema.kinds import Day
from collabxl.schema.serials import EPOCH
from collabxl.text import Lang

Whose = Literal["ours", "theirs", "typed", "unknown"]
_VERB = r"(?:采用|采纳|使用|用|取|选|选择|要|以|按|按照|保留|听)?"
_WHAT = r"(?:的|值|的值|的内容|那边|那边的|为准|这边|交回的|交回值|版本|的版本)?"
_USE = r"(?:use|take|keep|choose|accept)?\s*(?:the\s+)?"
_ONE = r"(?:'s|’s)?(?:\s+(?:value|one|version|row))?"
_WORDS: dict[Whose, re.Pattern[str]] = {
    "theirs": re.compile(f"{_VERB}部门{_WHAT}|{_USE}(?:department|theirs){_ONE}"),
    "ours": re.compile(f"{_VERB}(?:主表|总表){_WHAT}|{_USE}(?:master|ours){_ONE}"),
}
_ANSWER = re.compile(
    r"同意|可以|好|好的|行|是|是的|对|否|不|不是|不行|不同意|都行|都可以|随便|采用|采纳|接受|拒绝|确认|待定|再说|两个都要|都要|都保留"
    r"|ok|okay|yes|no|y|n|agree|agreed|accept|accepted|reject|rejected|both|either|confirm|confirmed|tbd"
    r"|[√✓✔×✗xX?？!！]+"
)
"""Words that answer a question but name no value: as a text of a cell they are hardly meant."""


class Decision(NamedTuple):
    """What a person decided on a line: whose value counts, ours as it is, theirs, or one that was typed.

    ``unknown`` is an answer of which nobody knows whose value it means.
    """

    standing: Conflict
    whose: Whose
    value: Value = None
    """What was typed, as its column reads it."""

    def settled(self, lang: Lang) -> Conflict:
        """Return the line as it is once this is done; a typed value as the master says it, a date as a date."""
        line = self.standing
        choice = value_label(self.value, line.spot, lang) if self.whose == "typed" else line.choice
        return line._replace(settled=True, choice=choice)


def decisions(lines: Iterable[Conflict], lang: Lang) -> list[Decision]:
    """Return what was decided on lines that wait; a value is read as its column reads what people type."""
    return [_decision(line, lang) for line in lines if line.choice.strip() and not line.settled]


def _decision(line: Conflict, lang: Lang) -> Decision:
    said = line.choice.strip()
    word = said.strip("“”\"'「」。.!！ ").casefold()
    column = column_of(line.spot)
    for whose, words in _WORDS.items():
        if words.fullmatch(word):
            return Decision(line, whose)
    if normalize_name(said) == normalize_name(line.department) and not (column and isinstance(column.value_kind, Ref)):
        return Decision(line, "theirs")
    if column is None or (holds_text(column) and _ANSWER.fullmatch(word) and not _is_known(said, line)):
        return Decision(line, "unknown", said)
    return Decision(line, "typed", _value(said, column, lang))


def _is_known(said: str, line: Conflict) -> bool:
    """Return whether a text is one of those that the line shows, copied into 采用."""
    return said in (line.base.strip(), line.ours.strip(), line.theirs.strip())


def _value(typed: str, column: Column, lang: Lang) -> Value:
    """Return a typed text as its column reads it: what is certainly meant, else the text itself."""
    (value,), faults = values.value_reader(column.value_kind, lang, date1904=False).column([typed])
    better = next(
        (fault.replacement for *_, fault in faults if fault.is_certain and fault.replacement is not None), value
    )
    if isinstance(column.value_kind, Day) and isinstance(better, int):
        return dt.date.fromordinal(better + EPOCH)
    return typed or None if better is None else better
