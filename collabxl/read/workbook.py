"""One workbook as read: a source's sheets found, their pages taken; small enough to travel between processes."""

from __future__ import annotations

from dataclasses import dataclass, field

from collabxl.errors import FileError
from collabxl.read import headers
from collabxl.read.page import Form, Page, page
from collabxl.read.source import Cells, Raw, Source, Spot
from collabxl.schema.standard import LIMIT, STANDARD, Lists
from collabxl.text import Lang, t

PROPERTY = "collabxl."
"""What the names of our custom document properties begin with."""
_BUILT = frozenset({"schema", "workbook_id", "copy"})
"""Properties that masters and copies bear, and no report."""


@dataclass
class Reading:
    """What one workbook says: its identity and its pages, in the order of the declaration."""

    path: str
    lang: Lang
    identity: dict[str, str]
    """workbook_id, revision, department, schema and language, as far as the workbook tells them."""
    pages: list[Page]
    rivals: dict[str, list[str]] = field(default_factory=dict)
    titles: frozenset[str] = frozenset()
    """The titles of all its sheets."""
    kept: dict[str, tuple[Raw, Spot]] = field(default_factory=dict)
    """The limits that a built workbook keeps, by name, and their cells."""
    digest: str = ""
    """SHA-256 of the file that was read, empty for a source without one."""

    @property
    def built(self) -> bool:
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


def read_source(source: Source, path: str) -> Reading:
    """Return what a source says; FileError of kind not-a-project if it has none of the standard sheets.

    A report of ours says no more than that it is one; a project that bears its mark is a project all the same.
    """
    identity = {
        name.removeprefix(PROPERTY): value for name, value in source.properties.items() if name.startswith(PROPERTY)
    }
    titles = source.titles()
    if _holds_a_project(identity, source):
        identity.pop("report", None)
    lang = headers.language((title.name for title in titles), identity.get("language"))
    if "report" in identity:
        return Reading(path, lang, identity, [])
    sheets = headers.sheets(tuple(titles), lang)
    if not any(sheet.meta.key in sheets.found or sheet.meta.key in sheets.rivals for sheet in STANDARD.standard):
        expected = [sheet.meta.title.to(lang) for sheet in STANDARD.standard]
        says = t(
            "不是协同工作簿：没有找到{expected}中的任何一张表",
            "Not a project workbook: none of the sheets {expected} is there",
        )
        raise FileError("not-a-project", says, expected=expected)
    form = Form(lang, source.date1904, built="schema" in identity)
    pages = [
        page(sheet, match, source.cells(match.title), form)
        for sheet in STANDARD.read
        if (match := sheets.found.get(sheet.meta.key))
    ]
    names = frozenset(title.name for title in titles)
    lists = (title for title in titles if form.built and title.name == Lists.meta.title.to(lang))
    limits = next((_limits(source.cells(title)) for title in lists), {})
    return Reading(path, lang, identity, pages, sheets.rivals, names, limits)


def _limits(cells: Cells) -> dict[str, tuple[Raw, Spot]]:
    """Return what stands in the hidden sheet of lists behind the names of limits."""
    return {
        word.removeprefix(LIMIT): (line[at + 1], (row, cells.left + at + 1))
        for row, line in enumerate(cells.rows, cells.top)
        for at, word in enumerate(line[:-1])
        if isinstance(word, str) and word.startswith(LIMIT)
    }


def _holds_a_project(identity: dict[str, str], source: Source) -> bool:
    """Return whether a workbook was built, or has a standard sheet by its very title: no report of ours has or was."""
    titles = {title.name.strip() for title in source.titles()}
    known = {words for sheet in STANDARD.standard for words in sheet.meta.title.both}
    return not _BUILT.isdisjoint(identity) or not known.isdisjoint(titles)
