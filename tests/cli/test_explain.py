"""The rules' pages: in both languages, true to the list of rules, as wide as the terminal; wrong words are refused."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from collabxl import Lang, Limits, Rule, find_rules
from collabxl.reports.rule_pages import brief, page
from collabxl.reports.rule_pages.example import Example
from collabxl.reports.rule_pages.example import render_example as example_shown
from collabxl.reports.rule_pages.markdown import list_markdown, page_markdown
from collabxl.reports.rule_pages.text import lines, list_lines
from collabxl.reports.text import NEVER_FIRST
from collabxl.text import LANGS
from tests.cli.test_cli import run
from tests.parts import SHARED
from tests.tables import example

LIST = SHARED / "rules.md"
SEVERITIES = {"E": "error", "W": "warning", "I": "info"}
LIVE_BESIDES = {"BK008", "CV108", "ST511"}
"""Live in the workbook though the list does not ask for it."""
PENDING = {"BK013", "DL412"}
"""In the list, not yet written: they come with foreign sheets and with causes across workbooks."""
OURS = {"BK014", "CV115"}
"""Not in the list: what is left out while reading is told."""
PACKS = {"b": "basic", "s": "standard", "x": "strict"}

every_rule = pytest.mark.parametrize("rule", find_rules(), ids=lambda rule: rule.code)
every_language = pytest.mark.parametrize("lang", LANGS)


def told_of_rules() -> dict[str, dict[str, Any]]:
    """Return what the list of rules says of each: in tables, and in lines with · between."""
    text = LIST.read_text(encoding="utf-8").partition("## The forecast")[0]
    table = re.findall(r"^\| ([A-Z]{2}\d{3}) \| ([\w-]+) \| ([EWI]) \| ([bsx]) \|(.*)$", text, re.MULTILINE)
    prose = re.findall(r"(?:^|· ?)([A-Z]{2}\d{3}) ([\w-]+) ([EWI]) ([bsx])\b([^·\n]*)", text, re.MULTILINE)
    return {
        code: {
            "name": name,
            "severity": SEVERITIES[severity],
            "pack": PACKS[pack],
            "fixable": bool(re.search(r"\bFix\b(?!\?)", rest)),
            "live": bool(re.search(r"\bF\b", rest)),
        }
        for code, name, severity, pack, rest in table + prose
    }


@pytest.mark.skipif(not LIST.exists(), reason=f"the list of rules is not at {LIST}")
def test_the_rules_are_those_of_the_list() -> None:
    told = told_of_rules()
    ours = {
        rule.code: {
            "name": rule.name,
            "severity": rule.severity,
            "pack": rule.pack,
            "fixable": rule.fixable,
            "live": rule.formula is not None and rule.code not in LIVE_BESIDES,
        }
        for rule in find_rules()
    }
    assert not PENDING & ours.keys()
    assert not OURS & told.keys()
    assert {code: rule for code, rule in ours.items() if code not in OURS} == {
        code: rule for code, rule in told.items() if code not in PENDING
    }


@every_language
def test_the_list_has_every_rule_once(lang: Lang) -> None:
    rules = [brief(rule, lang) for rule in find_rules()]
    listed = "\n".join(list_lines(rules, lang, 80))
    assert sorted(re.findall(r"^  ([A-Z]{2}\d{3})", listed, re.MULTILINE)) == sorted(rule.code for rule in find_rules())
    table = "\n".join(list_markdown(rules, lang))
    assert sorted(re.findall(r"^\| ([A-Z]{2}\d{3})", table, re.MULTILINE)) == sorted(rule.code for rule in find_rules())


@every_rule
@every_language
@pytest.mark.parametrize("width", [40, 80, 100])
def test_a_page_fits_the_width(rule: Rule, lang: Lang, width: int) -> None:
    for line in lines(page(rule, lang), lang, width):
        assert cell_len(line.rstrip(NEVER_FIRST)) <= width, line


@every_rule
@every_language
def test_a_page_says_all_in_text_and_markdown(rule: Rule, lang: Lang) -> None:
    made = page(rule, lang)
    text = "".join(line.strip() for line in lines(made, lang, 200))
    marked = "\n".join(page_markdown(made, lang))
    for words in (rule.code, rule.name, rule.why.to(lang), *made.limits):
        assert words.replace(" ", "") in text.replace(" ", "")
        assert words in re.sub(r"\\(.)", r"\1", marked)
    for formula in made.formulas[:1]:
        assert formula.formula.replace(" ", "") in text.replace(" ", "")
        assert formula.formula in marked
    assert "Text(" not in text


@every_rule
@every_language
def test_the_example_marks_what_is_found(rule: Rule, lang: Lang) -> None:
    shown = example_shown(rule.example, lang)
    assert _marks(shown) == len(example(rule.example).wanted)
    assert all(len(row) == len(table.header) for table in shown.tables for row in table.rows)


def _marks(shown: Example) -> int:
    cells = [cell for table in shown.tables for row in (table.header, *table.rows, [table.title]) for cell in row]
    return sum(cell.found for cell in [*shown.notes, *cells])


def test_a_table_is_aligned_by_what_characters_take_up() -> None:
    told = "\n".join(lines(page(find_rules("CV101")[0], "zh"), "zh", 80))
    table = re.findall(r"^  \|.*\|$", told, re.MULTILINE)
    assert len(table) == 4
    assert len({cell_len(line) for line in table}) == 1
    assert "| [ ] " in table[2]


def test_what_was_before_is_told_in_words() -> None:
    told = "\n".join(lines(page(find_rules("ST514")[0], "en"), "en", 80))
    assert "What cells held before" in told
    assert re.search(r"\| Tasks +\| T001 \| Status +\| Done +\| 2024-07-20 \|", told)


def test_every_threshold_stands_on_the_page_of_some_rule() -> None:
    told = {name for rule in find_rules() for name in page(rule, "zh").limits}
    assert told == set(Limits.model_fields)
    for rule in find_rules():
        asks = "limits" in rule.needs or re.search("|".join(f"{{{name}}}" for name in told), rule.formula or "")
        assert not asks or page(rule, "zh").limits, rule.code


def test_a_formula_is_that_of_the_workbook_in_the_language_of_the_reader() -> None:
    rule = find_rules("DL401")[0]
    zh, en = (page(rule, lang).formulas for lang in LANGS)
    assert '"已完成"' in zh[0].formula
    assert '"Done"' in en[0].formula
    assert en[0].cells["$D"] == "Tasks · Due date"


@pytest.mark.slow
def test_codes_beginnings_and_names_are_taken_and_each_page_is_shown_once() -> None:
    done = run("--lang", "en", "explain", "overdue", "DL40", "dl401", "--format", "json")
    assert done.returncode == 0
    said = json.loads(done.stdout)
    assert said["contract"] == 1
    assert [rule["code"] for rule in said["rules"]] == ["DL401", *(f"DL40{number}" for number in range(2, 10))]
    assert said["rules"][0]["at"] == [
        {"sheet": "tasks", "key": "due", "sheet_title": "Tasks", "title": "Due date"},
    ]
    listed = json.loads(run("explain", "--format", "json").stdout)["rules"]
    assert {rule["code"] for rule in listed} == {rule.code for rule in find_rules()}


@pytest.mark.slow
@pytest.mark.parametrize(("word", "near"), [("DL41X", "DL410"), ("overdu", "DL401")])
def test_a_wrong_word_is_wrong_usage_with_near_ones(word: str, near: str) -> None:
    done = run("--lang", "en", "explain", word)
    assert done.returncode == 2
    assert done.stdout == ""
    assert near in done.stderr


@pytest.mark.slow
def test_the_terminal_s_width_is_kept(tmp_path: Path) -> None:
    done = run("--lang", "zh", "explain", "DL4", COLUMNS="60")
    assert done.returncode == 0
    assert all(cell_len(line.rstrip(NEVER_FIRST)) <= 60 for line in done.stdout.splitlines())
    assert "豁免" in done.stdout
    assert "collabxl.toml" in done.stdout
