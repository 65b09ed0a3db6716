"""The verbs about what there is: settings, templates, rules, sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collabxl.api.arguments import checked_arguments

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from collabxl.pipeline.templates.model import Scenario
    from collabxl.reports.rule_pages import RulePage
    from collabxl.rules.engine.rule import Rule
    from collabxl.schema.settings import Settings
    from collabxl.text import Lang


@checked_arguments
def load_settings(path: str | Path | None = None) -> Settings:
    """Return the settings of the .toml file at ``path``; without one those of ./collabxl.toml, if it is there.

    Verbs read no such file of their own accord: ``check_workbooks(paths, settings=load_settings())``. Raises
    SettingsError, which names the file, the key and the nearest known one; FileError if the file cannot be read.
    """
    from pathlib import Path

    from collabxl.schema.settings import load_settings

    return load_settings(None if path is None else Path(path))


def list_templates() -> list[Scenario]:
    """Return the scenarios that come with collabxl, in the order of their scenes; texts are in both languages.

    ``.slug`` and ``.title`` are what ``new_workbook(template=…)`` takes; ``.days`` are working days. Nothing is raised.
    """
    from collabxl.pipeline.templates.catalogue import scenarios

    return list(scenarios().values())


@checked_arguments
def find_template(name: str) -> Scenario:
    """Return the scenario of that slug or title in either language; UsageError with the nearest name if there is none.

    Case, blanks and ``_`` for ``-`` make no difference to ``name``.
    """
    from collabxl.pipeline.templates.catalogue import find_scenario

    return find_scenario(name)


@checked_arguments
def find_rules(*words: str) -> list[Rule]:
    """Return rules by code (``DP301``), beginning of a code (``DP``) or name, each once; all of them without words.

    Raises UsageError, with near ones, for ``words`` that name no rule.
    """
    from collabxl.rules.engine.catalogue import FAMILIES, find_rules

    return list({rule.code: rule for word in words or FAMILIES for rule in find_rules(word)}.values())


@checked_arguments
def explain_rules(*words: str, lang: Lang = "zh") -> list[RulePage]:
    """Return all there is to say about rules, as plain values in ``lang``: what, why, what to do, an example.

    ``words`` as in ``find_rules``. Raises UsageError, with near ones, for words that name no rule.
    """
    from collabxl.reports.rule_pages import page

    return [page(rule, lang) for rule in find_rules(*words)]


@checked_arguments
def json_schema(*sheets: str, lang: Lang = "zh") -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a workbook as ``read_workbooks(path).rows(0)`` gives it.

    ``sheets`` are keys or titles, by default all; titles and descriptions are in ``lang``. Raises UsageError, with the
    nearest one, for a sheet that does not exist.
    """
    from collabxl.reports.dictionary import schema, select_sheets

    return schema(select_sheets(sheets), lang)


@checked_arguments
def data_dictionary(*sheets: str, lang: Lang = "zh") -> str:
    """Return the sheets as a data dictionary for people, in Markdown: each column, what it takes, its other names.

    ``sheets`` are keys or titles, by default all. Raises UsageError, with the nearest one, for one that does not exist.
    """
    from collabxl.reports.dictionary import pages, select_sheets

    return "\n".join(pages(select_sheets(sheets), lang))
