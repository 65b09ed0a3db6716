"""The sheets as JSON Schema and dictionary: valid, true to what is read, complete in both languages."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from collabxl import Lang, read_workbooks
from collabxl.reports.dictionary import pages, schema
from collabxl.reports.text_tables import escape_markdown
from collabxl.schema.kinds import Choice
from collabxl.schema.sheets import STANDARD, Tasks
from collabxl.text import LANGS
from tests.cli.test_cli import run
from tools.samples.__main__ import SAMPLES

every_language = pytest.mark.parametrize("lang", LANGS)
Rows = dict[str, Any]


@pytest.fixture(scope="module")
def clean() -> Rows:
    return rows("clean")


def rows(sample: str) -> Rows:
    """Return a sample's rows after a way through JSON."""
    told: Rows = json.loads(json.dumps(read_workbooks([SAMPLES / f"{sample}.xlsx"]).rows(0), allow_nan=False))
    return told


def validator(lang: Lang = "zh") -> Draft202012Validator:
    return Draft202012Validator(schema(STANDARD.data_sheets, lang), format_checker=Draft202012Validator.FORMAT_CHECKER)


@every_language
def test_it_is_a_json_schema(lang: Lang) -> None:
    Draft202012Validator.check_schema(schema(STANDARD.data_sheets, lang))
    for sheet in STANDARD.data_sheets:
        Draft202012Validator.check_schema(schema([sheet], lang))


@pytest.mark.parametrize("sample", ["clean", "english"])
def test_a_workbook_s_rows_are_valid(sample: str) -> None:
    found = rows(sample)
    assert len(found["tasks"]) > 5
    assert [error.message for error in validator().iter_errors(found)] == []


@pytest.mark.parametrize("sample", ["messy", "filled"])
def test_a_faulty_workbook_s_rows_are_told_all_the_same(sample: str) -> None:
    found = rows(sample)
    assert found["tasks"]
    assert not validator().is_valid(found)


def test_a_workbook_without_the_form_is_not() -> None:
    found = rows("clean")
    del found["project"]
    assert not validator().is_valid(found)


def _put(sheet: str, key: str, value: Any) -> Callable[[Rows], None]:
    def spoil(found: Rows) -> None:
        (found[sheet] if sheet == "project" else found[sheet][0])[key] = value

    return spoil


def _drop(sheet: str, *keys: str) -> Callable[[Rows], None]:
    def spoil(found: Rows) -> None:
        for key in keys:
            del found[sheet][0][key]

    return spoil


SPOILT = {
    "no word of the list": (_put("tasks", "status", "搞定"), ["tasks", 0, "status"]),
    "a synonym": (_put("tasks", "priority", "P0"), ["tasks", 0, "priority"]),
    "no date": (_put("tasks", "due", "下周五"), ["tasks", 0, "due"]),
    "no such day": (_put("tasks", "due", "2024-02-30"), ["tasks", 0, "due"]),
    "half a period": (_put("project", "period", ["2024-07-01"]), ["project", "period"]),
    "more than all": (_put("progress", "progress", 1.2), ["progress", 0, "progress"]),
    "words for a number": (_put("risks", "impact", "很大"), ["risks", 0, "impact"]),
    "out of range": (_put("risks", "impact", 6), ["risks", 0, "impact"]),
    "half a point": (_put("risks", "impact", 2.5), ["risks", 0, "impact"]),
    "too long": (_put("tasks", "name", "长" * 201), ["tasks", 0, "name"]),
    "an empty text": (_put("tasks", "owner", ""), ["tasks", 0, "owner"]),
    "nothing instead of left out": (_put("tasks", "remark", None), ["tasks", 0, "remark"]),
    "an unknown column": (_put("tasks", "会签", "同意"), ["tasks", 0]),
    "a required cell left out": (_drop("tasks", "owner"), ["tasks", 0]),
    "neither of two columns": (_drop("progress", "task", "task_name"), ["progress", 0]),
}


@pytest.mark.parametrize(("spoil", "place"), SPOILT.values(), ids=SPOILT)
def test_spoilt_rows_are_refused_where_they_are_spoilt(clean: Rows, spoil: Any, place: list[Any]) -> None:
    found = copy.deepcopy(clean)
    spoil(found)
    assert {tuple(error.absolute_path) for error in validator().iter_errors(found)} == {tuple(place)}


def test_one_of_two_columns_is_enough(clean: Rows) -> None:
    found = copy.deepcopy(clean)
    _drop("progress", "task")(found)
    assert validator().is_valid(found)


@pytest.mark.parametrize("word", ["in_progress", "进行中", "In progress"])
def test_a_word_may_be_its_key_or_in_either_language(clean: Rows, word: str) -> None:
    found = copy.deepcopy(clean)
    _put("tasks", "status", word)(found)
    assert validator().is_valid(found)


@every_language
def test_every_column_is_there_by_its_key_with_its_titles(lang: Lang) -> None:
    made = schema(STANDARD.data_sheets, lang)
    assert made["required"] == [sheet.meta.key for sheet in STANDARD.required_sheets]
    for sheet in STANDARD.data_sheets:
        properties = made["$defs"][sheet.meta.key]["properties"]
        assert list(properties) == [column.key for column in sheet.meta.columns]
        for column in sheet.meta.columns:
            told = properties[column.key]
            assert told["title"] == column.title.to(lang)
            assert told["x-title"] == {"zh": column.title.zh, "en": column.title.en}
            resolved = Draft202012Validator({**told, "$defs": made["$defs"]})
            assert [each for each in told.get("examples", []) if not resolved.is_valid(each)] == []


@every_language
def test_the_dictionary_tells_every_column_word_alias_and_synonym(lang: Lang) -> None:
    told = "\n".join(pages(STANDARD.data_sheets, lang))
    for sheet in STANDARD.data_sheets:
        assert f"## {sheet.meta.title.to(lang)} (`{sheet.meta.key}`)" in told
        for column in sheet.meta.columns:
            lead = " | ".join(map(escape_markdown, (*column.title.both, column.key)))
            rest = [escape_markdown(words) for words in (column.help.to(lang), *column.aliases)]
            alike = [line for line in told.splitlines() if line.startswith(f"| {lead} |")]
            row = next(line for line in alike if all(words in line for words in rest))
            assert row.count(" | ") == 6
            if isinstance(kind := column.value_kind, Choice):
                for word in kind.words.words:
                    assert word.title.to(lang) in row
                    assert all(escape_markdown(synonym) in told for synonym in word.synonyms)


@pytest.mark.parametrize("word", ["tasks", "任务分工表", "Tasks", " TASKS"])
def test_a_sheet_is_named_by_key_or_title(word: str) -> None:
    done = run("--lang", "en", "schema", word)
    assert done.returncode == 0
    made = json.loads(done.stdout)
    assert list(made["properties"]) == [Tasks.meta.key]
    assert set(made["$defs"]) == {"tasks", "words.priority", "words.status"}


def test_all_sheets_are_told_without_a_name() -> None:
    assert json.loads(run("--lang", "zh", "schema").stdout) == schema(STANDARD.data_sheets, "zh")
    told = run("--lang", "en", "schema", "--format", "markdown").stdout
    assert told.splitlines() == list(pages(STANDARD.data_sheets, "en"))


@pytest.mark.parametrize(("word", "near"), [("task", "tasks"), ("风险登记表", "risks"), ("zzz", "minutes")])
def test_an_unknown_sheet_is_wrong_usage(word: str, near: str) -> None:
    done = run("--lang", "en", "schema", word)
    assert done.returncode == 2
    assert near in done.stderr
    assert done.stdout == ""
