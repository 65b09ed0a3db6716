"""The sheets as a JSON Schema (draft 2020-12) of what ``Tables.rows`` gives: a workbook's rows as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from collabxl.schema.columns import Column, Kind, Ref, Refs, Sheet
from collabxl.schema.kinds import Auto, Choice, Day, Id, Line, Note, Number, People, Percent, Period, Words, YesNo
from collabxl.schema.sheets import STANDARD
from collabxl.text import Lang, Text, t

DRAFT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]
_TITLE = t("collabxl 工作簿", "A collabxl workbook")
_ABOUT = t(
    "一个工作簿的内容，即 collabxl.read_workbooks([路径]).rows(0)：每张表是一组行，表单是一个对象，以列的键为名；"
    "空格子不写；日期按 ISO 8601；进度从 0 到 1；列表里的词写键，中文词和英文词也可以。",
    "What a workbook holds, as collabxl.read_workbooks([path]).rows(0) gives it: every sheet as its rows, the form as "
    "one object, by the keys of the columns; empty cells are left out; days as in ISO 8601; progress from 0 to 1; "
    "words of a list by their keys, where the words in Chinese or English will do as well.",
)
_DAY: Schema = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}


def schema(sheets: Sequence[type[Sheet]], lang: Lang) -> Schema:
    """Return the schema of a workbook with these sheets; titles and descriptions are in ``lang``."""
    columns = (column for sheet in sheets for column in sheet.meta.columns)
    lists = dict.fromkeys(kind.words for column in columns if isinstance(kind := column.value_kind, Choice))
    return {
        "$schema": DRAFT,
        "$id": f"urn:collabxl:workbook:{STANDARD.version}",
        "title": _TITLE.to(lang),
        "description": _ABOUT.to(lang),
        "type": "object",
        "properties": {sheet.meta.key: _content(sheet) for sheet in sheets},
        "required": [sheet.meta.key for sheet in sheets if sheet.meta.standard],
        "additionalProperties": False,
        "$defs": {sheet.meta.key: _row(sheet, lang) for sheet in sheets}
        | {_name(words): _list(words, lang) for words in lists},
    }


def _content(sheet: type[Sheet]) -> Schema:
    row = {"$ref": f"#/$defs/{sheet.meta.key}"}
    return row if sheet.meta.form_headers else {"type": "array", "items": row}


def _row(sheet: type[Sheet], lang: Lang) -> Schema:
    columns = sheet.meta.columns
    either = [
        {"anyOf": [{"required": [key]} for key in (column.key, column.alternative)]}
        for column in columns
        if column.alternative
    ]
    return {
        **_title_keys(sheet.meta.title, lang),
        "type": "object",
        "properties": {column.key: _column(column, lang) for column in columns},
        "required": [column.key for column in columns if column.required and not column.alternative],
        **({"allOf": either} if either else {}),
        "additionalProperties": False,
    }


def _column(column: Column, lang: Lang) -> Schema:
    made = {**_title_keys(column.title, lang), "description": column.help.to(lang), **_kind(column.value_kind)}
    if column.aliases:
        made["x-aliases"] = list(column.aliases)
    if isinstance(column.kind, Auto):
        made["readOnly"] = True
    if column.example and made.get("type") == "string":
        made["examples"] = [column.example.to(lang)]
    return made


def _kind(kind: Kind) -> Schema:
    """Return what a kind's values are as JSON."""
    match kind:
        case Id(pattern):
            return _text() | {"examples": [pattern.format(1)]}
        case Line(longest) | Note(longest):
            return _text() | {"maxLength": longest}
        case People():
            return _text()
        case Ref(to) | Refs(to):
            return _text() | {"x-refers-to": f"{to.sheet.meta.key}.{to.key}"}
        case Number(low, high, whole):
            return {"type": "integer" if whole else "number", "minimum": low, "maximum": high}
        case Percent():
            return {"type": "number", "minimum": 0, "maximum": 1}
        case Day():
            return _DAY
        case Period():
            return {"type": "array", "items": _DAY, "minItems": 2, "maxItems": 2}
        case Choice(words):
            return {"$ref": f"#/$defs/{_name(words)}"}
        case YesNo():
            return {"type": "boolean"}
        case Auto(of):
            return _kind(of)


def _text() -> Schema:
    return {"type": "string", "minLength": 1}


def _name(words: Words) -> str:
    return f"words.{words.key}"


def _list(words: Words, lang: Lang) -> Schema:
    known = (spelling for word in words.words for spelling in (word.key, *word.title.both))
    return {
        **_title_keys(words.title, lang),
        "enum": list(dict.fromkeys(known)),
        "x-words": {word.key: {**_both(word.title), "synonyms": list(word.synonyms)} for word in words.words},
    }


def _title_keys(title: Text, lang: Lang) -> Schema:
    return {"title": title.to(lang), "x-title": _both(title)}


def _both(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en}
