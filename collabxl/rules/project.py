"""IF: the project's own form."""

from __future__ import annotations

import pandas as pd

from collabxl.frames import records
from collabxl.rules.relate import by_book, languages
from collabxl.rules.rule import ERROR, Own, rule
from collabxl.schema.standard import Project
from collabxl.text import t


@rule(
    "IF203",
    ERROR,
    "basic",
    at=Own(),
    title=t("时间周期读不出", "Period unreadable"),
    says=t("从“{raw}”读不出起止日期", "“{raw}” does not tell the first and the last day"),
    why=t(
        "没有起止日期，就不知道任务是否超出项目时间。",
        "Without both days nothing can be checked against the project's time.",
    ),
    fix=t("写成“2024-07-01~2024-09-30”", "Write it like 2024-07-01~2024-09-30"),
    example="""
        project
        | field  | value  | finds |
        | period | 三个月 | value |
    """,
)
def period_unreadable(misfits: pd.DataFrame) -> pd.DataFrame:
    return misfits[misfits.fault == "period-unreadable"]


@rule(
    "IF204",
    ERROR,
    "basic",
    at=Project.period,
    title=t("时间周期颠倒", "Period reversed"),
    says=t("结束日期 {last} 早于开始日期 {first}", "It ends on {last}, before it begins on {first}"),
    why=t("起止颠倒，所有日期都会被判为超期。", "Turned round, every date lies outside it."),
    fix=t("把两个日期对调，或改正写错的一个", "Swap the two days or mend the wrong one"),
    example="""
        project
        | field  | value                 | finds |
        | period | 2024-09-30~2024-07-01 | value |
    """,
)
def period_reversed(project: pd.DataFrame, period: pd.DataFrame) -> pd.DataFrame:
    both = project.assign(first=by_book(project, period["first"]), last=by_book(project, period["last"]))
    return both[both["last"] < both["first"]]


@rule(
    "IF208",
    ERROR,
    "basic",
    at=Own(),
    title=t("缺字段", "Field missing"),
    says=t("缺少“{wanted}”这一行", "The field “{wanted}” is missing"),
    why=t("这是项目的基本信息，汇总和报告都要用。", "Summary and reports need it."),
    fix=t("加一行“{wanted}”并填写", "Add a row “{wanted}” and fill it in"),
    example="""
        project
        | field       | value |
        | -kpis!      |       |
    """,
)
def field_missing(sheets: pd.DataFrame, books: pd.DataFrame) -> pd.DataFrame:
    lang = languages(books)
    forms = sheets[(sheets.sheet == Project.meta.key) & (sheets.present.map(len) > 0)]
    missing = [
        (form.wb, form.sheet, form.header, column.key, column.title.to(lang[form.wb]))
        for form in records(forms)
        for column in Project.meta.columns
        if column.required and column.key not in form.present
    ]
    return pd.DataFrame(missing, columns=["wb", "sheet", "row", "key", "wanted"]).assign(at=1)
