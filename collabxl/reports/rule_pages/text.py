"""Rules for a terminal: the list of all, and their pages, in lines that fit its width."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from rich.cells import cell_len, chop_cells, set_cell_size

from collabxl.reports.rule_pages.page import Brief, RulePage
from collabxl.reports.rule_pages.words import (
    PageSection,
    about,
    cell_text,
    choices,
    example_head,
    heading,
    legend,
    list_cells,
    notes,
    rule_kind,
)
from collabxl.reports.text import wrap
from collabxl.reports.text_tables import align_table
from collabxl.text import Lang, t

_COLON = t("：", ": ")
_INDENT = "  "


def list_lines(rules: list[Brief], lang: Lang, width: int) -> Iterator[str]:
    """Return the lines that list rules by family."""
    widths = [
        max(map(cell_len, column)) for column in zip(*(list_cells(rule, lang)[:-2] for rule in rules), strict=True)
    ]
    for family, group in groupby(rules, key=lambda rule: rule.family):
        yield family
        for rule in group:
            *cells, title, name = list_cells(rule, lang)
            lead = _INDENT + _INDENT.join(map(set_cell_size, cells, widths)) + _INDENT
            yield from wrap(f"{lead}{title} ({name})", width, " " * cell_len(lead))
    yield ""
    yield from wrap(legend(rules, lang), width, "")


def lines(page: RulePage, lang: Lang, width: int) -> Iterator[str]:
    """Return the lines of one rule's page."""
    yield from wrap(heading(page), width, _INDENT)
    yield from wrap(rule_kind(page, lang), width, _INDENT)
    yield ""
    yield from _sections(about(page, lang), lang, width)
    yield ""
    yield example_head(page.example, lang)
    for table in page.example.tables:
        yield from wrap(_INDENT + cell_text(table.title), width, _INDENT)
        rows = [[cell_text(cell) for cell in row] for row in table.rows]
        for line in align_table([cell_text(cell) for cell in table.header], rows, width - len(_INDENT)):
            yield _INDENT + line
    for note in notes(page.example, lang):
        yield from wrap(_INDENT + note, width, _INDENT * 2)
    yield ""
    yield from _sections(choices(page, lang), lang, width)


def _sections(sections: Iterator[PageSection], lang: Lang, width: int) -> Iterator[str]:
    for section in sections:
        yield from wrap(section.label + _COLON.to(lang) + section.words, width, _INDENT)
        for line in chop_cells(section.code, width - len(_INDENT)):
            yield _INDENT + line
