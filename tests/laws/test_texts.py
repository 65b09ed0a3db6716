"""Texts: filled late, in the reader's language, by values as people write them."""

from __future__ import annotations

import ast
import datetime as dt
import pickle
import re
from pathlib import Path

import pytest

import collabxl
from collabxl import CollabxlError, FileError, PackageError
from collabxl.text import format_value, t

CODE = sorted(Path(collabxl.__file__).parent.rglob("*.py"))


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        (dt.date(2024, 7, 5), "2024-07-05", "2024-07-05"),
        (dt.datetime(2024, 7, 5), "2024-07-05", "2024-07-05"),
        (3.0, "3", "3"),
        (0.25, "0.25", "0.25"),
        (["甲", "乙"], "甲、乙", "甲, 乙"),
        (None, "—", "—"),
        (True, "是", "yes"),
        (t("字", "word"), "字", "word"),
    ],
)
def test_values_are_said_as_people_write_them(value: object, zh: str, en: str) -> None:
    assert format_value(value, "zh") == zh
    assert format_value(value, "en") == en


@pytest.mark.parametrize(("count", "words"), [(0, "0 days left"), (1, "1 day left"), (2, "2 days left")])
def test_a_word_goes_with_its_number(count: int, words: str) -> None:
    says = t("还剩 {days} 天", "{days} {days:day|days} left")
    assert says.fill("en", {"days": count}) == words
    assert says.filled(days=count) == t(f"还剩 {count} 天", words)


def test_a_field_with_a_format_keeps_it() -> None:
    assert t("进度 {share:.0%}", "{share:.0%} done").fill("en", {"share": 0.256}) == "26% done"


def test_every_text_in_the_code_names_the_same_fields_in_both_languages() -> None:
    seen = 0
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "t":
                words = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
                if len(words) == 2:
                    seen += 1
                    assert t(words[0], "").fields() == t("", words[1]).fields(), f"{path}:{node.lineno}"
    assert seen > 300


@pytest.mark.parametrize(
    "error",
    [
        CollabxlError(t("错 {a}", "wrong {a}"), a=1),
        FileError("corrupt", t("坏 {a}", "bad {a}"), a=1),
        PackageError("signed", t("签 {a}", "signed {a}"), a=1),
    ],
)
def test_errors_travel_between_processes(error: CollabxlError) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert vars(copy) == vars(error)
    assert copy.say("en") == error.say("en")


def test_header_words_are_typed_in_the_schema_only() -> None:
    """A header word in the code elsewhere is a second declaration; sentences may use the words, cells may not."""
    from collabxl.schema.sheets import STANDARD

    titles = {column.title.zh for sheet in STANDARD.sheets for column in sheet.meta.columns if len(column.title.zh) > 3}
    for path in CODE:
        if "schema" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert node.value not in titles, f"{path}: {node.value}"


def test_no_english_text_leaves_the_number_of_things_to_the_reader() -> None:
    """“3 task(s)” is what a form says; ``{count:task|tasks}`` says it right."""
    for path in CODE:
        assert not re.search(r"\w\(s\)", path.read_text(encoding="utf-8")), path
