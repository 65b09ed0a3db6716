"""What holds for every rule: its example, its texts, whole batches, shuffled rows, empty sheets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest

from collabxl import Finding, Rule, Settings, Tables
from collabxl.reading.tables import build_tables
from collabxl.rules import RULES
from collabxl.rules.engine.past_values import past_values_frame
from collabxl.rules.engine.rule import PACKS, SEVERITIES
from collabxl.rules.engine.run import CheckResult, check, select_rules
from collabxl.schema.columns import Column
from collabxl.text import LANGS
from tests.tables import TODAY, Example, example

every_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)


def run(found: Tables, made: Sequence[Example], *codes: str, today: dt.date | None = None) -> CheckResult:
    """Return what the rules find in examples, numbered from 0, with what their cells held before."""
    earlier = past_values_frame(each._replace(wb=wb) for wb, one in enumerate(made) for each in one.former)
    day = today or (made[0].today if made else TODAY)
    return check(found, today=day, settings=Settings(pack="strict", select=codes), former=earlier)


def spots(findings: list[Finding]) -> set[Any]:
    """Where findings are, as an example marks them: header cells by their words, a form's fields in row 1."""
    found = set()
    for finding in findings:
        in_form = finding.sheet == "project"
        in_header = finding.row == 1 and not in_form
        key = finding.header or finding.key if in_header else finding.key
        found.add((finding.sheet or "", 1 if in_form else finding.row, key))
    return found


@every_rule
def test_its_example_finds_exactly_what_it_marks(rule: Rule) -> None:
    made = example(rule.example)
    checked = run(build_tables([made.reading()]), [made], rule.code)
    assert made.wanted, "an example marks at least one finding"
    assert spots(checked.findings[0]) == made.wanted


@every_rule
def test_its_scope_is_a_row_only_if_its_findings_have_one(rule: Rule) -> None:
    made = example(rule.example)
    findings = run(build_tables([made.reading()]), [made], rule.code).findings[0]
    assert rule.scope != "row" or all(finding.row for finding in findings)
    assert (rule.scope == "run") == any(need.startswith(("external_", "projects")) for need in rule.needs)


@every_rule
@pytest.mark.parametrize("lang", LANGS)
def test_its_texts_can_be_said_in_full(rule: Rule, lang: Any) -> None:
    made = example(rule.example)
    for finding in run(build_tables([made.reading()]), [made], rule.code).findings[0]:
        for words in (finding.message(lang), finding.advice(lang)):
            assert words.strip()
            assert "{" not in words
            assert "Text(" not in words
            assert "None" not in words
            assert "nan" not in words.lower().split()


@every_rule
def test_both_languages_name_the_same_fields(rule: Rule) -> None:
    for text in (rule.title, rule.message, rule.why, rule.fix):
        assert text.zh.strip()
        assert text.en.strip()
        assert type(text)(text.zh, "").fields() == type(text)("", text.en).fields()


@every_rule
def test_it_is_complete(rule: Rule) -> None:
    assert rule.severity in SEVERITIES
    assert rule.pack in PACKS
    assert rule.name
    if isinstance(rule.at, Column):
        assert rule.at.key


def test_codes_and_names_are_unique() -> None:
    assert len({rule.code for rule in RULES}) == len(RULES)
    assert len({rule.name for rule in RULES}) == len(RULES)


@every_rule
def test_empty_sheets_give_no_finding_and_raise_nothing(rule: Rule) -> None:
    made = example("tasks\n| name |\n")
    assert run(build_tables([]), [], rule.code).findings == {}
    found = run(build_tables([made.reading()]), [made], rule.code).findings[0]
    assert [finding for finding in found if finding.row and finding.row > 1] == []


def test_a_batch_finds_what_its_workbooks_do_alone() -> None:
    examples = [example(rule.example) for rule in RULES]
    together = run(build_tables([made.reading() for made in examples]), examples, today=TODAY).findings
    for number, made in enumerate(examples):
        assert said(together[number]) == said(run(build_tables([made.reading()]), [made], today=TODAY).findings[0])


def said(findings: list[Finding]) -> list[tuple[Any, ...]]:
    return [(finding.rule.code, finding.sheet, finding.cell, finding.message("en")) for finding in findings]


@every_rule
def test_the_order_of_rows_in_a_frame_does_not_matter(rule: Rule) -> None:
    made = example(rule.example)
    straight = build_tables([made.reading()])
    turned = Tables(straight.readings, {key: frame[::-1] for key, frame in straight.frames.items()}, straight.facts)
    assert sorted(said(run(turned, [made], rule.code).findings[0])) == sorted(
        said(run(straight, [made], rule.code).findings[0])
    )


def test_a_pack_holds_the_rules_of_those_before_it() -> None:
    sizes = [len(select_rules(Settings(pack=pack))) for pack in PACKS]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[-1] == len(RULES)
