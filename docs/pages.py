"""The site's navigation, and those of its pages that are made while it is built, from what they are about.

A hook of MkDocs, which builds one language at a time from its folder beside this file. Links and pictures are written
as they are in the sources: ``../pictures/tasks.png``.
"""

from __future__ import annotations

import posixpath
import re
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import click
import frames
import reference
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from collabxl.cli.main import cli
from collabxl.reports import rule_pages
from collabxl.reports.dictionary import pages as dictionary_pages
from collabxl.reports.dictionary import select_sheets
from collabxl.reports.rule_pages.markdown import list_markdown, page_markdown
from collabxl.reports.text_tables import markdown_table
from collabxl.rules.engine.catalogue import FAMILIES, find_rules
from collabxl.text import LANGS, Lang, Text, t

ROOT = Path(__file__).parents[1]
RULES = tuple(f"rules/{letters}.md" for letters in FAMILIES)
BENCH = tuple(f"bench/{file.name}" for file in sorted((ROOT / "tests" / "bench").glob("*.md")))
SECTIONS: tuple[tuple[Text, tuple[str, ...]], ...] = (
    (t("使用", "Using it"), ("index.md", "contact.md", "coordinator.md", "documents.md", "archive.md")),
    (t("部署", "Rolling out"), ("it-rollout.md", "excel-checklist.md")),
    (t("查阅", "Reference"), ("commands.md", "api.md", "dictionary.md", "contract.md")),
    (t("规则", "Rules"), ("rules/index.md", *RULES)),
    (t("内部", "Inside"), ("architecture.md", "rooms.md", "frames.md", "testing.md", "changelog.md")),
    (t("测量", "Measured"), BENCH),
)
"""The navigation: every page of a language, once."""
NAMES: dict[Lang, str] = {"zh": "中文", "en": "English"}
ROOTS: dict[Lang, str] = {"zh": "/", "en": "/en/"}
"""Where the pages of a language begin."""
WIDTH = 80
_COMMANDS = t("命令", "Commands")
_DICTIONARY = t("数据字典", "Data dictionary")
_RULES = t("全部规则", "All rules")
_ROOMS = t("房间与层", "Rooms and layers")
_ROOMS_ABOUT = t(
    "从上到下：上面的可以导入下面的，反过来不行（`lint-imports` 检查）。每一句都是那个模块自己的第一句说明。",
    "From top to bottom: what stands above may import what stands below, never the other way (`lint-imports` sees to "
    "it). Every sentence is the first of that module's own docstring.",
)
_ROOM_HEADS = (t("层", "Layer"), t("房间", "Room"), t("说明", "What it is"))


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Give the site its navigation and its languages."""
    lang = _lang(config)
    config.extra["alternate"] = [{"name": NAMES[each], "lang": each, "link": ROOTS[each]} for each in LANGS]
    config.nav = [{title.to(lang): [f"{lang}/{name}" for name in names]} for title, names in SECTIONS]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Leave the other language out, add what is made, and let the pages lie at the root of their site."""
    lang = _lang(config)
    for file in list(files):
        if file.src_uri.startswith(tuple(f"{each}/" for each in LANGS if each != lang)):
            files.remove(file)
    for name, content in _made(lang):
        files.append(File.generated(config, f"{lang}/{name}", content=content))
    for name, path in _taken():
        files.append(File.generated(config, f"{lang}/{name}", abs_src_path=str(path)))
    for file in files:
        file.dest_uri = file.dest_uri.removeprefix(f"{lang}/")
    return files


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Let a page's links to the other language lead to itself, from wherever the site lies."""
    here = posixpath.dirname(ROOTS[_lang(config)] + page.file.dest_uri)

    def twin(link: re.Match[str]) -> str:
        return f'href="{posixpath.relpath(link[1] + page.file.dest_uri, here)}"'

    return re.sub(f'href="({"|".join(ROOTS.values())})"', twin, output)


def _lang(config: MkDocsConfig) -> Lang:
    found: Lang = config.theme["language"]
    return found


def _taken() -> Iterator[tuple[str, Path]]:
    """Return files from elsewhere in the checkout, with their places in the language's folder."""
    yield "changelog.md", ROOT / "CHANGELOG.md"
    for path in sorted((ROOT / "tests" / "bench").iterdir()):
        if path.suffix in (".md", ".svg"):
            yield f"bench/{path.name}", path


def _made(lang: Lang) -> Iterator[tuple[str, str]]:
    """Return the pages that are made, with their names in the language's folder."""
    yield "commands.md", "\n".join([f"# {_COMMANDS.to(lang)}", *_helps(cli, _context(lang))])
    yield "api.md", "\n".join(reference.lines(lang))
    lines = dictionary_pages(select_sheets([]), lang)
    yield "dictionary.md", "\n".join([f"# {_DICTIONARY.to(lang)}", "", *lines])
    yield "rooms.md", "\n".join([f"# {_ROOMS.to(lang)}", "", _ROOMS_ABOUT.to(lang), "", *_rooms(lang)])
    yield "frames.md", "\n".join(frames.lines(lang))
    rules = list_markdown([rule_pages.brief(rule, lang) for letters in FAMILIES for rule in find_rules(letters)], lang)
    linked = (re.sub(r"^\| (([A-Z]{2})\d+) ", r"| [\1](\2.md#\1) ", line) for line in rules)
    yield "rules/index.md", "\n".join([f"# {_RULES.to(lang)}", "", *linked])
    for letters, title in FAMILIES.items():
        yield f"rules/{letters}.md", "\n".join([f"# {letters} · {title.to(lang)}", "", *_family(letters, lang)])


def _family(letters: str, lang: Lang) -> Iterator[str]:
    """Return the pages of a family's rules, each to be linked to by its code."""
    for rule in find_rules(letters):
        head, *lines = page_markdown(rule_pages.page(rule, lang), lang)
        yield f"{head} {{ #{rule.code} }}"
        yield from (re.sub("^### (.*)", r"**\1**", line) for line in lines)  # no entry of the table of contents
        yield ""


def _context(lang: Lang) -> click.Context:
    context = click.Context(cli, info_name="collabxl", terminal_width=WIDTH, max_content_width=WIDTH)
    context.params["lang"] = lang
    return context


def _helps(group: click.Group, context: click.Context) -> Iterator[str]:
    """Return what ``--help`` says of a group, and of every command in it."""
    yield from ("", "```text", group.get_help(context), "```")
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        inner = click.Context(command, info_name=name, parent=context)
        yield from ("", f"## {inner.command_path}")
        if isinstance(command, click.Group):
            yield from _helps(command, inner)
        else:
            yield from ("", "```text", command.get_help(inner), "```")


def _rooms(lang: Lang) -> Iterator[str]:
    """Return the layers of pyproject.toml as a table, every room with the first sentence of its docstring."""
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = next(each["layers"] for each in linter["contracts"] if each["type"] == "layers")
    rooms = [(number, room.strip()) for number, layer in enumerate(layers, 1) for room in layer.split("|")]
    rows = [(str(number), room.removeprefix("collabxl."), _sentence(room)) for number, room in rooms]
    yield from markdown_table([head.to(lang) for head in _ROOM_HEADS], rows)


def _sentence(room: str) -> str:
    spec = find_spec(room)
    assert spec is not None
    assert spec.origin is not None
    said = re.match(r'"""(.+?)(?:\n\n|""")', Path(spec.origin).read_text(encoding="utf-8"), re.DOTALL)
    return " ".join(said[1].replace("``", "").split()) if said else ""
