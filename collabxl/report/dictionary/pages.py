"""The sheets as a data dictionary in Markdown: what every column is called, what it takes, what else it is called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from collabxl.report.aligned import escaped, markdown
from collabxl.schema.column import Column, Kind, Ref, Refs, Sheet
from collabxl.schema.kinds import Auto, Choice, Day, Id, Line, Note, Number, People, Percent, Period, Words, YesNo
from collabxl.text import Lang, Text, speak, t

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
_ID = t("编号，如 {first}", "a number such as {first}")
_LINE, _NOTE = (
    t("一行文字，最多 {longest} 字", "a line of up to {longest} characters"),
    t("文字，最多 {longest} 字", "text of up to {longest} characters"),
)
_WHOLE, _NUMBER = (
    t("{low} 到 {high} 的整数", "a whole number, {low} to {high}"),
    t("{low} 到 {high} 的数", "a number, {low} to {high}"),
)
_CHOICE = t("{list}之一：{words}", "one of {list}: {words}")
_ONE, _MANY = (
    t("{sheet}的一个{column}", "one {column} of {sheet}"),
    t("{sheet}的{column}，可以有几个", "any number of {column} of {sheet}"),
)
_PLAIN: dict[type[Kind], Text] = {
    Percent: t("0% 到 100%", "0% to 100%"),
    Day: t("日期", "a date"),
    Period: t("起止日期", "first and last day"),
    YesNo: t("是或否", "yes or no"),
    People: t("姓名，可带联系方式", "names, with a way to reach them in brackets"),
}
_FORMULA = t("公式得出：{what}", "by formula: {what}")


def pages(sheets: Sequence[type[Sheet]], lang: Lang) -> Iterator[str]:
    """Return the lines of the dictionary: a table a sheet, then one for every list of words."""
    for sheet in sheets:
        yield f"## {escaped(sheet.meta.title.to(lang))} (`{sheet.meta.key}`)"
        yield ""
        yield from markdown(_said(_COLUMN_HEADS, lang), [_column(column, lang) for column in sheet.meta.columns])
        yield ""
    columns = (column for sheet in sheets for column in sheet.meta.columns)
    lists = dict.fromkeys(kind.words for column in columns if isinstance(kind := column.value_kind, Choice))
    if lists:
        yield f"## {_LISTS.to(lang)}"
    for words in lists:
        yield ""
        yield f"### {escaped(words.title.to(lang))} (`{words.key}`)"
        yield ""
        yield from markdown(_said(_WORD_HEADS, lang), _words(words, lang))


def _said(texts: Sequence[Text], lang: Lang) -> list[str]:
    return [text.to(lang) for text in texts]


def _column(column: Column, lang: Lang) -> list[str]:
    return [
        *column.title.both,
        column.key,
        _taken(column.kind, lang),
        _required(column, lang),
        column.help.to(lang),
        speak(column.aliases, lang),
    ]


def _required(column: Column, lang: Lang) -> str:
    if column.instead:
        return _OR.fill(lang, {"instead": column.sheet.meta.column(column.instead).title})
    return _YES.to(lang) if column.required else ""


def _words(words: Words, lang: Lang) -> list[list[str]]:
    return [[*word.title.both, word.key, speak(word.synonyms, lang)] for word in words.words]


def _taken(kind: Kind, lang: Lang) -> str:
    """Return what a kind takes, in words."""
    match kind:
        case Id(pattern):
            return _ID.fill(lang, {"first": pattern.format(1)})
        case Line(longest):
            return _LINE.fill(lang, {"longest": longest})
        case Note(longest):
            return _NOTE.fill(lang, {"longest": longest})
        case Number(low, high, whole):
            return (_WHOLE if whole else _NUMBER).fill(lang, {"low": low, "high": high})
        case Choice(words):
            titles = [word.title for word in words.words]
            return _CHOICE.fill(lang, {"list": words.title, "words": titles})
        case Ref(to) | Refs(to):
            says = _ONE if isinstance(kind, Ref) else _MANY
            return says.fill(lang, {"sheet": to.sheet.meta.title, "column": to.title})
        case Percent() | Day() | Period() | YesNo() | People():
            return _PLAIN[type(kind)].to(lang)
        case Auto(of):
            return _FORMULA.fill(lang, {"what": _taken(of, lang)})
