"""What a text says: nothing, the template's own words, a number, how to reach somebody. It knows words only."""

from __future__ import annotations

import re
from functools import lru_cache

from collabxl.rules.matching.names import normalize_name, split_names
from collabxl.schema.sheets import NO_DEPENDENCY

_NOTHING = NO_DEPENDENCY | {
    *("其他", "其它", "暂无", "待定", "待补充", "待确认", "不详", "不明", "未知", "不清楚", "略"),
    *("other", "others", "unknown", "tbd", "tba", "tobenamed", "tobedefined", "todo", "nil"),
}
"""Answers that are none, as names are compared."""

MARKS = ("某", "填", "输", "选", "示例", "样例", "例：", "例:", "XX", "xx", "×", "_", "＿", "<")
"""One of these is in every text that stands in for another: few texts have one, so few have to be looked at closely."""
_STANDS_IN = re.compile(
    r"某某"
    r"|(?<![A-Za-z0-9])(?:X{2,}|x{2,}|×{2,})(?![A-Za-z0-9])"
    r"|^[（(\[【<《]?(?:请|请?在?此处?|点击此处?)(?:填写|填入|输入|选择)"
    r"|^[（(\[【]?(?:(?:示例|样例)[）)\]】:：]|例[:：])"
    r"|^(?:示例|样例)(?:任务|项目|风险|部门|文字|文本)?[一二三四五\d]*$"
    r"|_{3,}|＿{2,}"
    r"|^<[^<>]+>$"
)

_LISTED = re.compile(r"(?:^|(?<=[\s；;，,。、（(]))[（(]?\d{1,2}(?:[、）):：]|\.(?!\d))")
"""The numbers of a list's entries, which measure nothing."""
_NUMERALS = "零两二三四五六七八九十百千万亿半一"
_MEASURED = re.compile(
    r"\d"
    rf"|(?<![{_NUMERALS}])[{_NUMERALS}]+(?:个?(?:月|季度|星期|工作日|小时|百分点)|[天日周年倍成次家人元款项条件笔单]|分钟|秒)"
    r"|百分之|翻[一两]?番|翻倍|一半|减半|归零|清零"
    r"|\b(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|twice|double|half|third|quarter|dozen)\b",
    re.IGNORECASE,
)
_REACHES = re.compile(
    r"\S@\S|\d(?:[-\s*＊]*\d){2,}|\d[*＊]{3,}|(?:微信|企微|钉钉|飞书|QQ|wechat|dingtalk|feishu|lark)\W*\w+",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"[（(\[【][^）)\]】]*[）)\]】]?")
_NAME = re.compile(r"[@＠*＊]?[\u3400-\u9fff·*＊]{2,4}|[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){0,2}")
_REASON = re.compile(
    r"假|出差|会|外出|培训|学习|加班|值班|冲突|因|病|休|忙|故|事|未|没|客户|现场|全|齐|到|无"
    r"|\b(?:on|at|is|was|due|leave|travel|trip|ill|sick|all|nobody|none|no one)\b",
    re.IGNORECASE,
)


@lru_cache(maxsize=10_000)
def is_filler(text: str) -> bool:
    """Return whether a text is there only so that the cell is not empty: 其他, 无, a full stop."""
    word = normalize_name(text)
    return word in _NOTHING or not any(letter.isalpha() for letter in word)


def is_placeholder(text: str) -> bool:
    """Return whether a text waits to be replaced: 请填写…, XX部门, 某某, a line of underscores."""
    return _STANDS_IN.search(text) is not None


def is_measurable(text: str) -> bool:
    """Return whether a text has a number or a date besides the numbers of its own list."""
    return _MEASURED.search(_LISTED.sub(" ", text)) is not None


def has_contact(text: str) -> bool:
    """Return whether a text tells how to reach somebody: a phone number, masked or not, an address, an account."""
    return _REACHES.search(text) is not None


def person_name(name: str) -> str:
    """Return a person's name without what stands in brackets behind it."""
    return _ASIDE.sub("", name).strip()


@lru_cache(maxsize=10_000)
def normalize_person(name: str) -> str:
    """Return a person's name as names are compared."""
    return normalize_name(person_name(name))


def unexplained_absences(absent: str) -> list[str]:
    """Return the names at the end of a list of absent people behind which no reason stands.

    A reason counts for all names before it: 李四、王五请假. Only what is certainly a mere name is returned.
    """
    names: list[str] = []
    for entry in split_names(absent):
        names = [*names, entry] if _NAME.fullmatch(entry) and not _REASON.search(entry) else []
    return names
