"""One workbook as read: a source's sheets found, their pages taken; small enough to travel between processes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from collabxl.errors import FileError
from collabxl.ooxml.areas import Spot
from collabxl.ooxml.reader.cells import Raw
from collabxl.reading import headers, language
from collabxl.reading.headers import SheetMatches
from collabxl.reading.language import LanguageVote
from collabxl.reading.literals import LookedUp
from collabxl.reading.lookups import lookups
from collabxl.reading.misfits import UNCOMPUTED
from collabxl.reading.sheet import ReadOptions, SheetReading, read_sheet
from collabxl.reading.size_limits import refuse_excess
from collabxl.reading.source import Source, Title
from collabxl.schema.sheets import LIMIT, STANDARD, Lists
from collabxl.text import Lang, t

PROPERTY = "collabxl."
"""What the names of our custom document properties begin with."""
_ROWS, _COLUMNS = 1_000, 100
"""So much of the hidden sheet of lists is looked at for limits: many times what is ever written there."""
_BUILT = frozenset({"schema", "workbook_id", "copy"})
"""Properties that masters and copies bear, and no report."""


@dataclass
class Reading:
    """What one workbook says: its identity and its pages, in the order of the declaration."""

    path: str
    lang: Lang
    identity: dict[str, str]
    """workbook_id, revision, department, schema and language, as far as the workbook tells them."""
    sheets: list[SheetReading]
    rivals: dict[str, list[str]] = field(default_factory=dict)
    titles: frozenset[str] = frozenset()
    """The titles of all its sheets."""
    stored_limits: dict[str, tuple[Raw, Spot]] = field(default_factory=dict)
    """The limits that a built workbook keeps, by name, and their cells."""
    looked_up: LookedUp = field(default_factory=dict)
    """Where formulas of people look up words that cells say and a fix may replace (reading/literals.py)."""
    unread: tuple[str, ...] = ()
    """Hidden worksheets that are called like one that can be seen, which is read instead."""
    digest: str = ""
    """SHA-256 of the file that was read, empty for a source without one."""

    @property
    def uncomputed(self) -> int:
        """How many cells have formulas of which nobody knows what they show: the file asks to be computed."""
        return sum(misfit.fault == UNCOMPUTED for page in self.sheets for misfit in page.misfits)

    @property
    def is_built(self) -> bool:
        """Whether collabxl built this workbook."""
        return "schema" in self.identity

    @property
    def is_copy(self) -> bool:
        """Whether this is one department's copy of a master."""
        return "department" in self.identity

    @property
    def is_report(self) -> bool:
        """Whether collabxl wrote this workbook as a report; folders leave such files out."""
        return "report" in self.identity


def read_source(source: Source, path: str, asked: Lang | None = None) -> Reading:
    """Return what a source says; FileError of kind not-a-project if it has none of the standard sheets.

    A report of ours says no more than that it is one; a project that bears its mark is a project all the same.
    ``asked`` is the language of a workbook that does not tell its own.
    """
    identity = {
        name.removeprefix(PROPERTY): value for name, value in source.properties.items() if name.startswith(PROPERTY)
    }
    titles = tuple(source.titles())
    if _holds_a_project(identity, titles):
        identity.pop("report", None)
    names = [title.name for title in titles]
    told = language.declared_language(identity.get("language"))
    likely = told or language.language_of_titles(names, asked)
    if "report" in identity:
        return Reading(path, likely, identity, [])
    decided = _resolve_ambiguous(source, titles)
    form = ReadOptions(likely, source.date1904, is_built="schema" in identity)
    sheets, pages, heard = _read_sheets(source, headers.match_sheets(titles, likely, decided), form)
    lang = told or heard.language(names, asked)
    if lang != likely:  # the titles are in one language, what stands below them in the other
        sheets, pages, _ = _read_sheets(source, headers.match_sheets(titles, lang, decided), form._replace(lang=lang))
    refuse_excess(pages)
    made = Reading(
        path=path,
        lang=lang,
        identity=identity,
        sheets=pages,
        rivals=sheets.rivals,
        titles=frozenset(names),
        stored_limits=_stored_limits(source, titles, form),
    )
    made.unread = sheets.unread
    made.looked_up = lookups(source, titles, pages, built=form.is_built)
    return made


def _stored_limits(source: Source, titles: Iterable[Title], form: ReadOptions) -> dict[str, tuple[Raw, Spot]]:
    """Return what stands behind the names of limits in the hidden sheet of lists, and where."""
    lists = (title for title in titles if form.is_built and title.name in Lists.meta.title.both)
    sheets = [source.cells(title) for title in lists]
    return {
        word.removeprefix(LIMIT): (line[at + 1], (row, cells.left + at + 1))
        for cells in sheets
        for row, line in enumerate(cells.rows[:_ROWS], cells.top)
        for at, word in enumerate(line[: min(len(line) - 1, _COLUMNS)])
        if isinstance(word, str) and word.startswith(LIMIT)
    }


def _resolve_ambiguous(source: Source, titles: Iterable[Title]) -> tuple[tuple[Title, str], ...]:
    """Return for which sheet the worksheets are taken whose names alone do not tell."""
    several = headers.ambiguous_titles(titles)
    return tuple(
        (title, headers.likeliest_sheet(title, source.cells(title), sheets).meta.key)
        for title, sheets in several.items()
    )


def _read_sheets(
    source: Source, sheets: SheetMatches, form: ReadOptions
) -> tuple[SheetMatches, list[SheetReading], LanguageVote]:
    if not any(
        sheet.meta.key in sheets.matches or sheet.meta.key in sheets.rivals for sheet in STANDARD.required_sheets
    ):
        expected = [sheet.meta.title.to(form.lang) for sheet in STANDARD.required_sheets]
        says = t(
            "不是协同工作簿：没有找到{expected}中的任何一张表",
            "Not a project workbook: none of the sheets {expected} is there",
        )
        raise FileError("not-a-project", says, expected=expected)
    pages, heard = [], LanguageVote()
    for sheet in STANDARD.data_sheets:
        match = sheets.matches.get(sheet.meta.key)
        if match:
            cells = source.cells(match.title)
            pages.append(read_sheet(sheet, match, cells, form))
            heard.add(pages[-1], cells)
    return sheets, pages, heard


def _holds_a_project(identity: dict[str, str], titles: Iterable[Title]) -> bool:
    """Return whether a workbook was built, or has a standard sheet by its very title: no report of ours has or was."""
    names = {title.name.strip() for title in titles}
    known = {words for sheet in STANDARD.required_sheets for words in sheet.meta.title.both}
    return not _BUILT.isdisjoint(identity) or not known.isdisjoint(names)
