"""What a rule is: a filter from frames to the rows that are wrong, and everything there is to say about it.

A rule sees no file, no address, no language and no clock; it asks for frames by the names of its parameters.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, replace
from functools import cached_property
from typing import Any, Literal, NamedTuple

import pandas as pd

from collabxl.schema.columns import Column
from collabxl.text import Text

Severity = Literal["error", "warning", "info"]
ERROR: Severity = "error"
WARNING: Severity = "warning"
INFO: Severity = "info"
SEVERITIES: tuple[Severity, ...] = (ERROR, WARNING, INFO)

Pack = Literal["basic", "standard", "strict"]
PACKS: tuple[Pack, ...] = ("basic", "standard", "strict")
"""Each pack holds the rules of those before it."""

Scope = Literal["row", "workbook", "run"]
"""How far a rule looks: at a row and what it names, at a workbook as a whole, or at all workbooks of a run."""
Reminder = Literal["overdue", "soon", "forecast", "reason", "remedy", "date"]
"""What ``remind`` makes of a finding: how a task stands, or what a late one lacks."""

RESTORED = "\0restored"
"""The ``better`` of a hit whose cell keeps its value and gets back what guards it; a text that no cell can hold."""

Find = Callable[..., pd.DataFrame]
PHRASES = frozenset({"advice", "aside"})
"""Fields of a text that hold words rather than facts: they are said, but are no finding's ``args`` to the outside."""


class EveryColumn(NamedTuple):
    """Aims a rule at every column that fits; its function then takes the frame and the column besides."""

    fits: Callable[[Column], bool]


class PerHit(NamedTuple):
    """Aims a rule where its hits say: columns ``wb``, ``sheet``, ``row`` and ``key``, or ``at`` for a column number."""


@dataclass(frozen=True)
class Rule:
    """One bad pattern. Used as a decorator: the function below it finds the pattern and names the rule.

    ``message`` and ``fix`` may use any column of the hits as ``{field}``; these fields are the finding's ``args``,
    with those in ``extra_args`` besides. A hit with a column ``better`` carries a safe new value for its cell.
    ``example`` is a table of cells with the findings marked (example.py); it is run as a test and shown by ``explain``.
    ``formula`` says the same in Excel, for the row's live check: ``{due}`` is the cell in this row, ``{cell}`` that of
    the column aimed at, ``{outside}`` that it is out of its kind's bounds, ``{status.done}`` a word of a list.
    """

    code: str
    severity: Severity
    pack: Pack
    at: Column | EveryColumn | PerHit
    _: KW_ONLY
    title: Text
    message: Text
    why: Text
    fix: Text
    fixable: bool = False
    """Whether some of its hits carry ``better``, so that ``fix`` can mend them."""
    example: str
    scope: Scope = "row"
    in_copies: bool = True
    """Whether it says something true about a department's copy, which is but a part of a project."""
    reminds: Reminder | None = None
    awaits_acceptance: bool = False
    """Whether the name of no task that it finds may be one that the coordinator has yet to accept."""
    formula: str | None = None
    formula_columns: EveryColumn | None = None
    """For a rule whose hits say where they are: the columns that its formula is for."""
    supersedes: tuple[str, ...] = ()
    """Codes of rules without a formula whose findings on text this formula cannot tell from its own."""
    extra_args: tuple[str, ...] = ()
    find: Find | None = None

    def __call__(self, find: Find) -> Rule:
        """Return the rule with the function that finds its pattern."""
        return replace(self, find=find)

    @cached_property
    def name(self) -> str:
        """The rule's name: the bad pattern in words."""
        assert self.find is not None
        return self.find.__name__.replace("_", "-")

    @cached_property
    def needs(self) -> tuple[str, ...]:
        """The names of the frames and figures that the rule asks for."""
        assert self.find is not None
        return tuple(inspect.signature(self.find).parameters)

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The fields of the hits that a finding keeps as its args."""
        return tuple(sorted({*self.extra_args, *self.message.fields(), *self.fix.fields()}))

    def hits(self, *frames: Any) -> pd.DataFrame:
        """Return the rows that show the bad pattern."""
        assert self.find is not None
        return self.find(*frames)


rule = Rule
