"""CV, continued: what the template said before anybody filled it in."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from collabxl.frames import mask
from collabxl.rules.rule import WARNING, Every, rule
from collabxl.rules.wording import MARKS, stands_in
from collabxl.schema.column import Column
from collabxl.schema.kinds import Line, Note, People
from collabxl.schema.standard import Project
from collabxl.text import t

EXAMPLES = {
    column: column.example.both
    for column in (Project.name, Project.lead, Project.goal, Project.kpis, Project.remark)
    if column.example
}
"""The fields whose printed example can be nobody else's; 市场部 or CN may well be true."""


@rule(
    "CV110",
    WARNING,
    "standard",
    at=Every(lambda column: column.typed and isinstance(column.kind, Line | Note | People)),
    title=t("模板文字没有改", "Placeholder left"),
    says=t("“{value}”是模板里的文字", "“{value}” is the template's own text"),
    why=t("示例和占位的文字留在表里，别人会当真。", "Others take the template's examples for the real thing."),
    fix=t("换成实际内容；没有就清空", "Put in what is true, or empty the cell"),
    example="""
        project
        | field  | value                                           | finds |
        | name   | 会员体系升级                                    |       |
        | lead   | 王经理（13800000000）                           |       |
        | goal   | 3个月内完成支付流程优化，支付成功率提升至99.5%  | value |
        | kpis   | 拆解为可交付的成果                              | value |
        | remark | 请填写其他事项                                  | value |
        tasks
        | name         | owner | deliverable | finds       |
        | XX部门调研   | 张三  | 调研报告    | name        |
        | 示例任务1    | 某某  | XXL 码样衣  | name owner  |
        | 请示领导审批 | 李四  | ____报告    | deliverable |
    """,
)
def placeholder_left(rows: pd.DataFrame, column: Column) -> pd.DataFrame:
    values = rows[column.key].to_numpy()
    if column in EXAMPLES:
        wrong = mask(value in EXAMPLES[column] for value in values) & ~mask(map(_is_example, rows[Project.name.key]))
    else:
        wrong = np.zeros(len(rows), dtype=bool)
    texts = "\n".join(filter(None, values))
    if any(words in texts for words in (*MARKS, *column.help.both)):
        wrong |= mask(value is not None and (stands_in(value) or value in column.help.both) for value in values)
    return rows[wrong].assign(value=values[wrong])


def _is_example(name: Any) -> bool:
    """Return whether a project is the very one of the examples: they are its own then."""
    return name in EXAMPLES[Project.name]
