"""``collabxl explain``: every rule in a list, or the pages of some."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from collabxl.cli.bilingual import BilingualCommand, BilingualOption, lang_of
from collabxl.text import Lang, t

if TYPE_CHECKING:
    from collabxl.api import RulePage
    from collabxl.reports.rule_pages import Brief

WIDTH = 100


@click.command(
    "explain",
    cls=BilingualCommand,
    says=t(
        "列出全部规则；加上代码（或代码开头、规则名）看每条规则的说明：查什么、为什么、怎么改、例子、怎么豁免。",
        "List all rules; with codes, their beginnings or names of rules, show each rule's page: what it finds, why, "
        "what to do, an example, how to waive it.",
    ),
)
@click.argument("words", nargs=-1, metavar="[CODE…]")
@click.option(
    "--format",
    "form",
    cls=BilingualOption,
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    says=t("输出格式", "How to print"),
)
@click.pass_context
def command(context: click.Context, /, words: tuple[str, ...], form: str) -> None:
    """List the rules, or explain some."""
    from collabxl.api import explain_rules, find_rules
    from collabxl.reports.rule_pages import brief

    lang = lang_of(context)
    if words:
        lines = _pages(explain_rules(*words, lang=lang), form, lang)
    else:
        lines = _list([brief(rule, lang) for rule in find_rules()], form, lang)
    click.echo("\n".join(lines))


def _list(rules: list[Brief], form: str, lang: Lang) -> Iterator[str]:
    from collabxl.reports.rule_pages.markdown import list_markdown
    from collabxl.reports.rule_pages.text import list_lines

    if form == "json":
        yield _json(rules)
    else:
        yield from list_markdown(rules, lang) if form == "markdown" else list_lines(rules, lang, _width())


def _pages(pages: list[RulePage], form: str, lang: Lang) -> Iterator[str]:
    from collabxl.reports.rule_pages.markdown import page_markdown
    from collabxl.reports.rule_pages.text import lines

    if form == "json":
        yield _json(pages)
        return
    for number, page in enumerate(pages):
        yield from ("", "") if number else ()
        yield from page_markdown(page, lang) if form == "markdown" else lines(page, lang, _width())


def _width() -> int:
    return min(WIDTH, shutil.get_terminal_size((WIDTH, 24)).columns)


def _json(rules: Sequence[Brief]) -> str:
    import json
    from dataclasses import asdict

    from collabxl import __version__
    from collabxl.reports.json_model import CONTRACT

    told = {"contract": CONTRACT, "version": __version__, "rules": [asdict(rule) for rule in rules]}
    return json.dumps(told, ensure_ascii=False, indent=1)
