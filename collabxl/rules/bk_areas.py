"""BK: areas of a sheet that are read otherwise than they look – hidden, merged, left out as no rows."""

from __future__ import annotations

import pandas as pd

from collabxl.rules.engine.rule import INFO, WARNING, PerHit, rule
from collabxl.text import t


@rule(
    "BK011",
    INFO,
    "strict",
    at=PerHit(),
    title=t("有隐藏的数据", "Hidden data"),
    message=t(
        "有 {count} 行数据被隐藏或筛掉，仍然参与检查",
        "{count} {count:row is|rows are} hidden or filtered out; checked all the same",
    ),
    why=t("看不见的行容易被忘记更新。", "Rows nobody sees are rows nobody updates."),
    fix=t("取消隐藏或清除筛选看一看", "Unhide the rows or clear the filter and look"),
    scope="workbook",
    example="""
        tasks
        | name | due        | finds |
        | A    | 2024-07-01 |       |
        | ~B   | 2024-07-02 | -     |
    """,
)
def hidden_data(hidden_rows: pd.DataFrame) -> pd.DataFrame:
    return hidden_rows.assign(at=1)


@rule(
    "BK012",
    WARNING,
    "standard",
    at=PerHit(),
    title=t("合并单元格", "Merged cells"),
    message=t(
        "第 {row} 到 {last} 行合并成一格，内容只算第 {row} 行的",
        "Rows {row} to {last} are merged; the value counts for row {row} only",
    ),
    why=t("合并后其余各行这一列都是空的。", "In the other rows this column is empty."),
    fix=t("取消合并，每行都填", "Unmerge and fill in every row"),
    example="""
        tasks
        | name | owner | finds |
        | A    | 张三  | -     |
        | B    | ^     |       |
    """,
)
def merged_cells(merged_cells: pd.DataFrame) -> pd.DataFrame:
    return merged_cells


_NO_ROWS = {
    "total": t("合计", "total"),
    "header": t("重复的表头", "repeated header"),
    "title": t("小标题", "title"),
    "hint": t("填写提示", "hint"),
    "example": t("示例", "example"),
    "note": t("注释", "note"),
    "signature": t("签字栏", "signature"),
    "table": t("另一张表", "another table"),
    "beside": t("旁边的表", "table beside"),
}
"""What may stand among or beside the rows of a sheet."""
_MOST_NAMED = 10


@rule(
    "BK014",
    INFO,
    "standard",
    at=PerHit(),
    title=t("不算数据的行", "Rows that are none"),
    message=t("没有当作数据读取：{what}{aside}", "Not read as data: {what}{aside}"),
    why=t(
        "合计、表头、示例和签字不是任务，读进来会让统计出错。",
        "Totals, headers, examples and signatures are no tasks; they would spoil every count.",
    ),
    fix=t(
        "如果其中有真正的任务，请填上负责人和状态；否则不用管",
        "If one of them is a real task, fill in its owner and status; else leave it",
    ),
    example="""
        tasks
        | name   | owner | due        | status | finds |
        | A      | 张三  | 2024-07-01 | done   |       |
        | 小计   |       | 2024-07-01 |        | -     |
        | B      | 李四  | 2024-07-02 | done   |       |
        | 合计   | 2人   | 2024-07-02 |        |       |
    """,
)
def rows_left_out(non_rows: pd.DataFrame) -> pd.DataFrame:
    told = []
    for (wb, sheet), group in non_rows.groupby(["wb", "sheet"], sort=False):
        named = [
            t(f"第 {row} 行（{_NO_ROWS[kind].zh}“{says}”）", f"row {row} ({_NO_ROWS[kind].en} “{says}”)")
            for row, kind, says in zip(group.row[:_MOST_NAMED], group.kind, group.says, strict=False)
        ]
        more = len(group) - len(named)
        aside = t(f" 等 {len(group)} 行", f" and {more} more") if more else ""
        told.append((wb, sheet, int(group.row.iloc[0]), 1, named, aside))
    return pd.DataFrame(told, columns=["wb", "sheet", "row", "at", "what", "aside"])
