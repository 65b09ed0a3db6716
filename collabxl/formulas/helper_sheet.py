"""计算: where each field has its column in the hidden sheet, and every formula there, ready for the first row.

One hidden sheet rather than hidden columns beside people's own: nothing there is sorted, filtered, cut, deleted or
read along with what people fill in, and a row copied or inserted shows its own live check at once.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from typing import NamedTuple

from collabxl.errors import SchemaError
from collabxl.formulas import formula_fields, layout
from collabxl.formulas.named_ranges import AS_OF, list_name
from collabxl.ooxml import a1
from collabxl.rules import RULES
from collabxl.rules.engine.rule import EveryColumn, PerHit, Rule
from collabxl.schema.columns import Column, Sheet
from collabxl.schema.kinds import Choice, Id, Number
from collabxl.schema.settings import Limits, limit_name
from collabxl.schema.sheets import STANDARD, Minutes, Progress, Project, Risks, Tasks, Workings
from collabxl.text import Lang, format_number, t

BETWEEN = "；"
LONGEST_FORMULA = 8192
LONGEST_CHECK = 250
CHECKED: tuple[type[Sheet], ...] = (Tasks, Progress, Minutes, Risks)
"""The sheets whose rows have a live check."""
FILLED, CHECK = "filled", "check"
READ_OUTSIDE = (
    *(f"{sheet.meta.key}.{CHECK}" for sheet in CHECKED),
    *("progress.of", "tasks.name", "tasks.department", "tasks.due", "risks.possibility", "risks.impact"),
)
"""What the automatic columns of people's sheets show of the hidden one."""
TITLES, FIGURES = 1, 2
"""The rows of the hidden sheet with what there is once a workbook."""
_FIELD = re.compile(r"\{(?:(\w+)/)?([\w.]+)(?::(all|column))?\}")
_ONE = re.compile(r"[A-Z]+\(")


class CheckPart(NamedTuple):
    """One rule in a live check: the column it is for, its formula, and what it says."""

    rule: Rule
    column: Column
    formula: str
    message: str


class HelperColumn(NamedTuple):
    """A column of the hidden sheet: what stands there, as a formula in the first prepared row."""

    sheet: type[Sheet]
    field: str
    number: int
    formula: str


class HelperSheet(NamedTuple):
    """The whole hidden sheet in one language."""

    columns: tuple[HelperColumn, ...]
    figures: tuple[tuple[str, str], ...]
    """Names and formulas, from the first column on."""
    parts: dict[type[Sheet], tuple[CheckPart, ...]]

    def number(self, sheet: type[Sheet], field: str) -> int:
        """Return the column of a field; KeyError if it has none."""
        for place in self.columns:
            if place.sheet is sheet and place.field == field:
                return place.number
        raise KeyError(field)


def live_rules(sheet: type[Sheet]) -> list[tuple[Rule, Column]]:
    """Return every rule with a formula and each column of a sheet it is for, in the order of codes and columns."""
    return [
        (rule, column) for rule in RULES if rule.formula for column in sheet.meta.columns if _applies_to(rule, column)
    ]


def _applies_to(rule: Rule, column: Column) -> bool:
    aim = rule.formula_columns if isinstance(rule.at, PerHit) else rule.at
    return aim.fits(column) if isinstance(aim, EveryColumn) else aim is column


@cache
def helper_sheet(lang: Lang) -> HelperSheet:
    """Return the hidden sheet: a column for every cell that formulas look at, and for every field of STORED."""
    trial = _FieldWriter(lang, {})
    trial.plan()
    columns: dict[tuple[type[Sheet], str], int] = {}
    for sheet in dict.fromkeys((*CHECKED, *formula_fields.STORED)):
        mirrors = (column.key for column in sheet.meta.columns if (sheet, column.key) in trial.requested)
        for field in (*mirrors, *_stored_fields(sheet)):
            columns[sheet, field] = len(columns) + 1
    return _FieldWriter(lang, columns).plan()


def _stored_fields(sheet: type[Sheet]) -> tuple[str, ...]:
    return (*formula_fields.STORED.get(sheet, ()), *((FILLED, CHECK) if sheet in CHECKED else ()))


class NamedColumn(NamedTuple):
    """A whole column by its name: all that formulas know of other sheets, so that any of them can be shared."""

    sheet: type[Sheet]
    column: int


@cache
def named_columns(lang: Lang) -> dict[str, NamedColumn]:
    """Return every named column: ``tasks.due`` as people typed it, ``workings.tasks.due`` as formulas see it."""
    found = {
        f"{place.sheet.meta.key}.{place.field}": NamedColumn(Workings, place.number)
        for place in helper_sheet(lang).columns
    }
    told = {f"workings.{name}": where for name, where in found.items() if name in READ_OUTSIDE}
    for sheet in dict.fromkeys(place.sheet for place in helper_sheet(lang).columns):
        told |= {
            f"{sheet.meta.key}.{column.key}": NamedColumn(sheet, layout.column_number(column))
            for column in sheet.meta.columns
        }
    form = Project.meta.key
    return told | {
        f"{form}.field": NamedColumn(Project, 1),
        f"{form}.value": NamedColumn(Project, STANDARD.value_column),
    }


@cache
def fingerprint(lang: Lang) -> str:
    """Return what tells this hidden sheet from that of another version: a digest of its layout, formulas and names."""
    made = helper_sheet(lang)
    places = [(place.sheet.meta.key, place.field, place.number, place.formula) for place in made.columns]
    columns = sorted((name, where.sheet.meta.key, where.column) for name, where in named_columns(lang).items())
    return hashlib.sha256(repr((places, made.figures, columns)).encode()).hexdigest()[:16]


class _FieldWriter:
    """Writes fields out as references and formulas; ``requested`` has those that were asked for."""

    def __init__(self, lang: Lang, columns: dict[tuple[type[Sheet], str], int]) -> None:
        self.lang = lang
        self.columns = columns
        self.requested: set[tuple[type[Sheet], str]] = set()

    def plan(self) -> HelperSheet:
        """Return the sheet as far as the columns are known."""
        parts = {sheet: tuple(self._part(*each) for each in live_rules(sheet)) for sheet in CHECKED}
        every = self.columns or {
            (sheet, field): 0 for sheet in (*CHECKED, *formula_fields.STORED) for field in _stored_fields(sheet)
        }
        places = [
            HelperColumn(sheet, field, at, self._stored_formula(sheet, field, parts))
            for (sheet, field), at in every.items()
        ]
        figures = tuple((name, "=" + self.write(text, Tasks)) for name, text in formula_fields.FIGURES.items())
        return HelperSheet(tuple(places), figures, parts)

    def _part(self, rule: Rule, column: Column) -> CheckPart:
        assert rule.formula is not None
        says = rule.title.fill(self.lang, {"column": column.title})
        return CheckPart(rule, column, self.write(rule.formula, column.sheet, column), says)

    def _stored_formula(self, sheet: type[Sheet], field: str, parts: dict[type[Sheet], tuple[CheckPart, ...]]) -> str:
        if field == FILLED:
            typed = "&".join(formula_fields.input_reference(column) for column in sheet.meta.typed_columns)
            return f'=IFERROR(IF({formula_fields.tidy(f"({typed})")}="",0,1),1)'
        if field == CHECK:
            said = "&".join(f'IF({part.formula},"{BETWEEN}{_quote_text(part.message)}","")' for part in parts[sheet])
            filled = self.field(sheet, FILLED, "")
            formula = f'=IF({filled}=0,"",MID({said},{len(BETWEEN) + 1},{LONGEST_CHECK}))'
        else:
            formula = "=" + self._derive(sheet, field)
        if self.columns and len(formula) > LONGEST_FORMULA:
            says = t("{sheet} 的公式 {field} 太长：{length}", "The formula {field} of {sheet} is too long: {length}")
            raise SchemaError(says, sheet=sheet.meta.key, field=field, length=len(formula))
        return formula

    def write(self, text: str, sheet: type[Sheet], cell: Column | None = None) -> str:
        """Return a text in fields as a formula; ``{cell}`` is the column that a rule is for."""

        def place(match: re.Match[str]) -> str:
            other, name, extent = match.groups()
            if other:
                return self.field(STANDARD.sheet(other), name, extent or "")
            if name == "today":
                return AS_OF
            if name in Limits.model_fields:
                return limit_name(name)
            if name in formula_fields.FIGURES:
                return f"${a1.column_letters(list(formula_fields.FIGURES).index(name) + 1)}${FIGURES}"
            if name == "outside":
                assert cell is not None
                return _outside_period(cell, self.field(sheet, cell.key, ""))
            if name.partition(".")[0] == "cell":
                assert cell is not None
                name = cell.key + name.removeprefix("cell")
            return self.field(sheet, name, extent or "")

        return _FIELD.sub(place, text)

    def field(self, sheet: type[Sheet], name: str, extent: str) -> str:
        """Return one field of a sheet: its cell in this row, all its cells, or what is written for it."""
        first, _, part = name.partition(".")
        column = next((column for column in sheet.meta.columns if column.key == first), None)
        kind = column.value_kind if column else None
        if isinstance(kind, Choice) and part == "list":
            return list_name(kind.words)
        if isinstance(kind, Choice) and part in kind.words.keys:
            return f'"{kind.words.title_of(part).to(self.lang)}"'
        if not isinstance(kind, Id):  # printed, and looked at in one place
            self.requested.add((sheet, name))
        # Written twice: a trial without columns finds out which fields are asked for, the second knows their places.
        at = self.columns.get((sheet, name))
        if at is None and (extent or name in _stored_fields(sheet)):
            at = 1  # in the trial, before the columns are known
        if at is None:
            formula = self._derive(sheet, name)
            return formula if _is_one_call(formula) else f"({formula})"
        letters = a1.column_letters(at)
        if extent == "column":
            return f"${letters}:${letters}"
        if extent == "all":
            return a1.range_address((layout.FIRST, at), (layout.last_row(sheet), at), fixed=True)
        return f"${letters}{layout.FIRST}"

    def _derive(self, sheet: type[Sheet], name: str) -> str:
        text = formula_fields.DERIVED.get(sheet, {}).get(name)
        if text is not None:
            return self.write(text, sheet)
        first, _, part = name.partition(".")
        column = sheet.meta.column(first)
        if sheet.meta.form_headers and not part:
            return formula_fields.form_field(column, self.lang)
        text = formula_fields.part_formula(column, part) if part else formula_fields.mirror(column)
        if text is None:
            raise SchemaError(t("没有字段 {name}", "There is no field {name}"), name=name)
        return self.write(text, sheet)


def _is_one_call(formula: str) -> bool:
    """Return whether a formula is one function call, which needs no brackets around it."""
    if not _ONE.match(formula):
        return False
    depth, quoted = 0, False
    for at, letter in enumerate(formula):
        quoted ^= letter == '"'
        depth += 0 if quoted else (letter == "(") - (letter == ")")
        if letter == ")" and not quoted and depth == 0:
            return at == len(formula) - 1
    return False


def _outside_period(column: Column, cell: str) -> str:
    if isinstance(column.kind, Number):
        low, high = format_number(column.kind.low), format_number(column.kind.high)
        return f"OR({cell}<{low},{cell}>{high}{f',{cell}<>INT({cell})' if column.kind.whole else ''})"
    return f"OR({cell}<0,{cell}>1)"


def _quote_text(words: str) -> str:
    return words.replace('"', '""')
