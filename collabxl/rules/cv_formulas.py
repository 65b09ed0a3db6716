"""CV: cells with a formula – in error, never calculated – and texts that would run as one."""

from __future__ import annotations

import pandas as pd

from collabxl.rules.cv_cells import misfits_of
from collabxl.rules.engine.rule import ERROR, WARNING, PerHit, rule
from collabxl.text import t


@rule(
    "CV111",
    ERROR,
    "basic",
    at=PerHit(),
    title=t("公式出错", "Formula error"),
    message=t("这一格显示 {raw}", "This cell shows {raw}"),
    why=t("出错的公式没有值，等于没填。", "A formula in error has no value."),
    fix=t("改正公式，或直接填值", "Mend the formula or type the value"),
    example="""
        tasks
        | name | due   | finds |
        | A    | #REF! | due   |
        | B    |       |       |
    """,
)
def formula_error(misfits: pd.DataFrame) -> pd.DataFrame:
    return misfits_of(misfits, "formula-error")


@rule(
    "CV112",
    WARNING,
    "basic",
    at=PerHit(),
    title=t("公式没有算过", "Formula not calculated"),
    message=t("这一格的公式还没有计算结果，读不出值", "This formula has no computed value, so nothing can be read"),
    why=t(
        "由程序写出的公式，要用表格软件打开保存一次才有值。",
        "A formula written by a program has no value until a spreadsheet saves it.",
    ),
    fix=t("用 Excel 或 WPS 打开，保存一次", "Open the file in Excel or WPS and save it once"),
    example="""
        tasks
        | name | due | finds |
        | A    | =   | due   |
        | B    |     |       |
    """,
)
def formula_without_value(misfits: pd.DataFrame) -> pd.DataFrame:
    return misfits_of(misfits, "formula-without-value")


@rule(
    "CV113",
    ERROR,
    "basic",
    at=PerHit(),
    title=t("危险的内容", "Dangerous text"),
    message=t(
        "“{raw}”再次输入时会变成公式，或会连到文件之外", "“{raw}” would run as a formula, or reaches outside the file"
    ),
    why=t("别人复制这一格时，它可能执行命令或连到外部。", "Copied by somebody else it may run a command or call out."),
    fix=t("改成普通文字；确实需要的数值请直接填", "Make it plain words; type the value if that is what is meant"),
    example="""
        tasks
        | name | remark          | finds  |
        | A    | '=1+1           | remark |
        | B    | '-2+3           | remark |
        | C    | '-              |        |
        | D    | '- 已与财务确认 |        |
    """,
)
def dangerous_text(misfits: pd.DataFrame) -> pd.DataFrame:
    return misfits_of(misfits, "dangerous-text")
