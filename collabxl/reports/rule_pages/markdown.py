"""Rules as Markdown: the list of all, and their pages."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from collabxl.reports.rule_pages.page import Brief, Page
from collabxl.reports.rule_pages.words import (
    HEADS,
    Section,
    about,
    choices,
    example_head,
    head,
    kind,
    legend,
    listed,
    marked,
    notes,
)
from collabxl.reports.text_tables import escaped, markdown
from collabxl.text import Lang, t

_COLON, _BETWEEN = t("：", ": "), t("；", "; ")


def list_markdown(rules: list[Brief], lang: Lang) -> Iterator[str]:
    """Return the lines that list rules by family."""
    for family, group in groupby(rules, key=lambda rule: rule.family):
        yield f"## {escaped(family)}"
        yield ""
        yield from markdown([title.to(lang) for title in HEADS], [listed(rule, lang) for rule in group])
        yield ""
    yield escaped(legend(rules, lang))


def page_markdown(page: Page, lang: Lang) -> Iterator[str]:
    """Return the lines of one rule's page."""
    yield f"## {escaped(head(page))}"
    yield ""
    yield escaped(kind(page, lang))
    yield ""
    yield from _sections(about(page, lang), lang)
    yield ""
    yield f"### {escaped(example_head(page.example, lang))}"
    for table in page.example.tables:
        yield ""
        yield escaped(marked(table.title))
        yield ""
        rows = [[marked(cell) for cell in row] for row in table.rows]
        yield from markdown([marked(cell) for cell in table.header], rows)
    yield ""
    yield escaped(_BETWEEN.to(lang).join(notes(page.example, lang)))
    yield ""
    yield from _sections(choices(page, lang), lang)


def _sections(sections: Iterator[Section], lang: Lang) -> Iterator[str]:
    for section in sections:
        yield f"- **{section.label}**{_COLON.to(lang)}{escaped(section.words)}"
        if section.code:
            yield from ("", "  ```text", f"  {section.code}", "  ```")
