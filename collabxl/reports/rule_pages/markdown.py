"""Rules as Markdown: the list of all, and their pages."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from collabxl.reports.rule_pages.page import Brief, RulePage
from collabxl.reports.rule_pages.words import (
    HEADS,
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
from collabxl.reports.text_tables import escape_markdown, markdown_table
from collabxl.text import Lang, t

_COLON, _BETWEEN = t("：", ": "), t("；", "; ")


def list_markdown(rules: list[Brief], lang: Lang) -> Iterator[str]:
    """Return the lines that list rules by family."""
    for family, group in groupby(rules, key=lambda rule: rule.family):
        yield f"## {escape_markdown(family)}"
        yield ""
        yield from markdown_table([title.to(lang) for title in HEADS], [list_cells(rule, lang) for rule in group])
        yield ""
    yield escape_markdown(legend(rules, lang))


def page_markdown(page: RulePage, lang: Lang) -> Iterator[str]:
    """Return the lines of one rule's page."""
    yield f"## {escape_markdown(heading(page))}"
    yield ""
    yield escape_markdown(rule_kind(page, lang))
    yield ""
    yield from _sections(about(page, lang), lang)
    yield ""
    yield f"### {escape_markdown(example_head(page.example, lang))}"
    for table in page.example.tables:
        yield ""
        yield escape_markdown(cell_text(table.title))
        yield ""
        rows = [[cell_text(cell) for cell in row] for row in table.rows]
        yield from markdown_table([cell_text(cell) for cell in table.header], rows)
    yield ""
    yield escape_markdown(_BETWEEN.to(lang).join(notes(page.example, lang)))
    yield ""
    yield from _sections(choices(page, lang), lang)


def _sections(sections: Iterator[PageSection], lang: Lang) -> Iterator[str]:
    for section in sections:
        yield f"- **{section.label}**{_COLON.to(lang)}{escape_markdown(section.words)}"
        if section.code:
            yield from ("", "  ```text", f"  {section.code}", "  ```")
