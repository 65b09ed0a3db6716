"""The sheets as a data dictionary in Markdown: what every column is called, what it takes, what else it is called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from collabxl.reports.text_tables import escape_markdown, markdown_table
from collabxl.schema.accepted_values import accepted_values
from collabxl.schema.columns import Column, Sheet
from collabxl.schema.kinds import Choice, Words
from collabxl.text import Lang, Text, format_value, t

_COLUMN_HEADS = (
    t("中文", "Chinese"),
    t("英文", "English"),
    t("键", "Key"),
    t("填什么", "What it takes"),
    t("必填", "Required"),
    t("说明", "How to fill in"),
    t("也认的写法", "Also read as"),
)
_WORD_HEADS = (t("中文", "Chinese"), t("英文", "English"), t("键", "Key"), t("同义词", "Synonyms"))
_YES, _OR = t("是", "yes"), t("是，或填{instead}", "yes, or {instead}")
_LISTS = t("列表里的词", "Words of the lists")


def pages(sheets: Sequence[type[Sheet]], lang: Lang) -> Iterator[str]:
    """Return the lines of the dictionary: a table a sheet, then one for every list of words."""
    for sheet in sheets:
        yield f"## {escape_markdown(sheet.meta.title.to(lang))} (`{sheet.meta.key}`)"
        yield ""
        yield from markdown_table(
            _translations(_COLUMN_HEADS, lang), [_column(column, lang) for column in sheet.meta.columns]
        )
        yield ""
    columns = (column for sheet in sheets for column in sheet.meta.columns)
    lists = dict.fromkeys(kind.words for column in columns if isinstance(kind := column.value_kind, Choice))
    if lists:
        yield f"## {_LISTS.to(lang)}"
    for words in lists:
        yield ""
        yield f"### {escape_markdown(words.title.to(lang))} (`{words.key}`)"
        yield ""
        yield from markdown_table(_translations(_WORD_HEADS, lang), _words(words, lang))


def _translations(texts: Sequence[Text], lang: Lang) -> list[str]:
    return [text.to(lang) for text in texts]


def _column(column: Column, lang: Lang) -> list[str]:
    return [
        *column.title.both,
        column.key,
        accepted_values(column.kind, lang),
        _requirement(column, lang),
        column.help.to(lang),
        format_value(column.aliases, lang),
    ]


def _requirement(column: Column, lang: Lang) -> str:
    if column.alternative:
        return _OR.fill(lang, {"instead": column.sheet.meta.column(column.alternative).title})
    return _YES.to(lang) if column.required else ""


def _words(words: Words, lang: Lang) -> list[list[str]]:
    return [[*word.title.both, word.key, format_value(word.synonyms, lang)] for word in words.words]
