"""What a column takes, in words: for the data dictionary, advice and whoever has to decide about a cell."""

from __future__ import annotations

from collabxl.schema.columns import Kind, Ref, Refs
from collabxl.schema.kinds import Auto, Choice, Day, Id, Line, Note, Number, People, Percent, Period, YesNo
from collabxl.text import Lang, Text, t

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


def accepted_values(kind: Kind, lang: Lang, book: Lang | None = None) -> str:
    """Return what a kind takes, as the end of a sentence that begins with 'takes'; words of lists as in a ``book``."""
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
            titles = [word.title.to(book or lang) for word in words.words]
            return _CHOICE.fill(lang, {"list": words.title, "words": titles})
        case Ref(to) | Refs(to):
            says = _ONE if isinstance(kind, Ref) else _MANY
            return says.fill(lang, {"sheet": to.sheet.meta.title, "column": to.title})
        case Percent() | Day() | Period() | YesNo() | People():
            return _PLAIN[type(kind)].to(lang)
        case Auto(of):
            return _FORMULA.fill(lang, {"what": accepted_values(of, lang, book)})
