"""From content to a finished workbook: its live checks and its summary are computed by the very rules."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from collabxl.errors import UsageError
from collabxl.formulas import layout
from collabxl.formulas.auto_columns import auto_formula
from collabxl.formulas.helper_sheet import CHECK
from collabxl.formulas.row_values import FormulaResults
from collabxl.ooxml.areas import Spot
from collabxl.ooxml.reader.cells import Raw
from collabxl.reading.dates import parse_period
from collabxl.reading.source import SheetCells, Title
from collabxl.reading.tables import build_tables
from collabxl.reading.workbook import PROPERTY, Reading, read_source
from collabxl.rules.engine.outcome import outcomes
from collabxl.rules.engine.run import check
from collabxl.scheduling.calendar import COUNTRY, public_days
from collabxl.schema.columns import Column, Sheet
from collabxl.schema.kinds import Auto, Day
from collabxl.schema.serials import EPOCH, from_serial
from collabxl.schema.settings import USUAL, Limits, Settings
from collabxl.schema.sheets import STANDARD, Calendar, Contacts, Project
from collabxl.storage import save
from collabxl.summary import MARKER, summary, view_by_formulas, views
from collabxl.text import Lang, t
from collabxl.workbook.assemble import Order, assemble
from collabxl.workbook.content import TO_BE_NAMED, Content, Row, Value, content, form_content
from collabxl.workbook.prepared_rows import Excerpt
from collabxl.workbook.sheets import cell_value, formula_result

MOST_YEARS = 5
"""Holidays of longer projects would not fit into the prepared rows, and are not announced so far ahead."""


def build_workbook(
    path: str | Path,
    *,
    project: Row,
    rows: Mapping[str, Sequence[Row]] | None = None,
    lang: Lang = "zh",
    today: dt.date | None = None,
    identity: str | None = None,
    limits: Limits = USUAL,
) -> None:
    """Build a workbook at ``path``; ``project`` has the form's fields, ``rows`` the rows of each sheet by its key.

    ``limits`` are those that its formulas go by, and whoever checks it. Calendar and contacts are made from the form
    unless ``rows`` brings them. Raises UsageError for a key that no sheet or column has and for more rows than a sheet
    has ready, FileError if ``path`` cannot be written. As many parameters as a workbook has properties.
    """
    day = today or dt.date.today()
    made = _complete_content(project, rows or {}, lang, day, limits)
    who = {
        "workbook_id": identity or str(uuid.uuid4()),
        "revision": "1",
        "schema": str(STANDARD.version),
        "language": lang,
    }
    (finished,) = render_workbooks([WorkbookRequest(made, who, limits=limits)], lang, day)
    save.replace(Path(path), finished)


class WorkbookRequest(NamedTuple):
    """A workbook that is to be: its content, its custom properties, and what makes it a department's copy."""

    content: Content
    who: Mapping[str, str]
    excerpt: Excerpt | None = None
    limits: Limits = USUAL


def render_workbooks(wanted: Sequence[WorkbookRequest], lang: Lang, day: dt.date) -> Iterator[bytes]:
    """Return workbooks of one run's limits with all that follows from their content, one by one, checked together."""
    live = [new_formula_results(each.content, lang, day, each.limits) for each in wanted]
    settings = Settings(pack="strict", limits=wanted[0].limits if wanted else USUAL)
    checked = check(build_tables(map(_read_request, wanted, live)), today=day, settings=settings)
    seen = views(checked, outcomes(checked, day), day)
    for wb, (made, who, excerpt, _) in enumerate(wanted):
        view = view_by_formulas(seen[wb], live[wb])
        critical = view.outlook.critical
        yield assemble(
            Order(
                content=made,
                lang=lang,
                today=day,
                summary=summary(view),
                formula_results=live[wb],
                identity=who,
                marker=MARKER,
                critical=critical,
                excerpt=excerpt,
            )
        )


def _read_request(wanted: WorkbookRequest, live: FormulaResults) -> Reading:
    name = wanted.content.project.get(Project.name.key)
    return read_source(_ContentSource(wanted.content, live, wanted.who), str(name or ""))


def new_formula_results(made: Content, lang: Lang, day: dt.date, limits: Limits = USUAL) -> FormulaResults:
    """Return what the formulas of a new workbook show as of its 数据日期, or of ``day``."""
    cells = {
        key: {
            row: {
                column.key: cell_value(known.get(column.key), column, lang)
                for column in STANDARD.sheet(key).meta.columns
            }
            for row, known in enumerate(listed, layout.FIRST)
        }
        for key, listed in made.rows.items()
    }
    form = {field.key: cell_value(made.project.get(field.key), field, lang) for field in Project.meta.columns}
    told = made.project.get(Project.status_date.key)
    return FormulaResults(lang, cells, form, told if isinstance(told, dt.date) else day, limits)


def _complete_content(
    project: Row, rows: Mapping[str, Sequence[Row]], lang: Lang, day: dt.date, limits: Limits
) -> Content:
    form = {Project.calendar.key: COUNTRY, Project.version.key: str(STANDARD.version), **form_content(project)}
    if not isinstance(rows, Mapping):
        raise UsageError(t("rows 要的是字典", "rows takes a dictionary"))
    made = content(form, {Calendar.meta.key: _calendar(form, day), Contacts.meta.key: _contacts(form, lang), **rows})
    made = _without_computed(made, lang, day, limits)
    for key, listed in made.rows.items():
        ready = layout.row_count(STANDARD.sheet(key))
        if len(listed) > ready:
            says = t("{sheet} 只备了 {ready} 行，放不下 {count} 行", "{sheet} has {ready} rows ready, not {count}")
            title = STANDARD.sheet(key).meta.title.to(lang)
            raise UsageError(says, sheet=title, ready=ready, count=len(listed))
    return made


def _without_computed(made: Content, lang: Lang, day: dt.date, limits: Limits) -> Content:
    """Return content without what its formulas show anyway, as rows that were read bring it along.

    A value that differs stands as if somebody had typed over the formula. What the check and a sync have told of a row
    is of before, and no formula's to keep.
    """
    auto = {
        key: [column for column in STANDARD.sheet(key).meta.columns if isinstance(column.kind, Auto)]
        for key in made.rows
    }
    names = {key: {column.key for column in columns} for key, columns in auto.items()}
    if not any(names[key] & row.keys() for key, listed in made.rows.items() for row in listed):
        return made
    bare = {
        key: [{name: value for name, value in row.items() if name not in names[key]} for row in listed]
        for key, listed in made.rows.items()
    }
    shown = new_formula_results(Content(made.project, bare), lang, day, limits)
    kept = {
        key: [
            {**bare[key][at], **_typed_over(made.rows[key][at], auto[key], shown, layout.FIRST + at)}
            for at in range(len(bare[key]))
        ]
        for key in bare
    }
    return Content(made.project, kept)


def _typed_over(row: Row, columns: Sequence[Column], shown: FormulaResults, at: int) -> dict[str, Value]:
    """Return the values of automatic columns that are not what their formula shows in a row."""
    return {
        column.key: value
        for column in columns
        if column.key != CHECK
        and auto_formula(column, shown.lang)
        and (value := row.get(column.key)) is not None
        and formula_result(value, column, shown.lang) != shown.value_of(column, at)
    }


def _calendar(form: Row, day: dt.date) -> list[Row]:
    country = str(form[Project.calendar.key])
    try:
        days = public_days(country, _years(form, day), "zh_CN" if country == COUNTRY else None)
    except KeyError as error:
        says = t("没有国家 {country} 的日历", "There is no calendar of the country {country}")
        raise UsageError(says, country=country) from error
    return [
        {"date": each.day, "kind": "work" if each.is_working else "off", "name": each.name}
        for each in days[: layout.row_count(Calendar)]
    ]


def _years(form: Row, day: dt.date) -> list[int]:
    """Return the years that a project's calendar is for: those of its period, this one and the next."""
    told = parse_period(str(form.get(Project.period.key) or ""))
    ends = [dt.date.fromordinal(number + EPOCH).year for number in told or ()]
    planned = range(ends[0], min(ends[1], ends[0] + MOST_YEARS - 1) + 1) if ends else ()
    return sorted({day.year, day.year + 1, *planned})


def _contacts(form: Row, lang: Lang) -> list[Row]:
    from collabxl.rules.matching.names import split_names

    named = [str(form.get(key) or "") for key in (Project.initiator.key, Project.departments.key)]
    departments = dict.fromkeys(name for cell in named for name in split_names(cell))
    return [{"department": name, "person": TO_BE_NAMED.to(lang)} for name in departments]


class _ContentSource:
    """Content as a source, as if it had been typed into the built sheets: the same road as any file."""

    date1904 = False

    def __init__(self, made: Content, shown: FormulaResults, who: Mapping[str, str]) -> None:
        self._content = made
        self._shown = shown
        self._lang = lang = shown.lang
        self._sheets = {sheet.meta.title.to(lang): sheet for sheet in STANDARD.data_sheets}
        told = {name: text for name, text in who.items() if name in ("language", "department")}
        self.properties: Mapping[str, str] = {f"{PROPERTY}{name}": text for name, text in told.items()}

    def titles(self) -> list[Title]:
        return [Title(name, order) for order, name in enumerate(self._sheets)]

    def formulas(self, title: Title) -> Iterator[tuple[Spot | None, str]]:
        return iter(())

    def cells(self, title: Title) -> SheetCells:
        sheet = self._sheets[title.name]
        rows = self._form() if sheet.meta.form_headers else self._rows(sheet)
        return SheetCells(layout.HEADER, 1, rows)

    def _form(self) -> list[list[Raw]]:
        heads = Project.meta.form_headers
        assert heads is not None
        rows: list[list[Raw]] = [[head.title.to(self._lang) for head in heads]]
        for field in Project.meta.columns:
            value = cell_value(self._content.project.get(field.key), field, self._lang)
            rows.append([field.title.to(self._lang), "" if value is None else value, "", ""])
        return rows

    def _rows(self, sheet: type[Sheet]) -> list[list[Raw]]:
        rows: list[list[Raw]] = [[column.title.to(self._lang) for column in sheet.meta.columns]]
        for row, known in enumerate(self._content.rows.get(sheet.meta.key, ()), layout.FIRST):
            values = (self._value(column, row, known) for column in sheet.meta.columns)
            rows.append(["" if value is None else value for value in values])
        return rows

    def _value(self, column: Column, row: int, known: Row) -> Raw | None:
        if not column.is_typed and known.get(column.key) is None and auto_formula(column, self._lang):
            value = self._shown.value_of(column, row)
            return (
                from_serial(value) if isinstance(column.value_kind, Day) and isinstance(value, int | float) else value
            )
        return cell_value(known.get(column.key), column, self._lang)
