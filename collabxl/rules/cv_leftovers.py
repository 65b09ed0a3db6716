"""CV, continued: what the template said before anybody filled it in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from collabxl.rules.engine.rule import WARNING, EveryColumn, rule
from collabxl.rules.matching.wording import MARKS, is_placeholder
from collabxl.schema.columns import Column
from collabxl.schema.kinds import Line, Note, People
from collabxl.schema.sheets import Project
from collabxl.text import t

EXAMPLES = {
    column: column.example.both
    for column in (Project.name, Project.lead, Project.goal, Project.kpis, Project.remark)
    if column.example
}
"""The fields whose printed example can be nobody else's, unless the project is the example; 市场部 may well be true."""


@rule(
    "CV110",
    WARNING,
    "standard",
    at=EveryColumn(lambda column: column.is_typed and isinstance(column.kind, Line | Note | People)),
    title=t("模板文字没有改", "Placeholder left"),
    message=t("“{value}”是模板里的文字", "“{value}” is the template's own text"),
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
    values, own = rows[column.key].to_numpy(), column.help.both
    wrong = {at for at in _texts_containing(values, (*MARKS, *own)) if values[at] in own or is_placeholder(values[at])}
    if column in EXAMPLES:
        names = rows[Project.name.key].to_numpy()
        copied = (at for at, value in enumerate(values) if value in EXAMPLES[column])
        wrong.update(at for at in copied if names[at] not in EXAMPLES[Project.name])
    if not wrong:
        return rows[:0]
    found = rows.take(sorted(wrong))
    return found.assign(value=found[column.key])


def _texts_containing(values: NDArray[Any], words: Sequence[str]) -> list[int]:
    """Return the places of the texts that hold one of the words; they are searched as one, which is far quicker."""
    texts = "\n".join(filter(None, values))
    spots = [spot for word in words for spot in _occurrences(word, texts)]
    if not spots:
        return []
    places = [at for at, value in enumerate(values) if value]
    ends = np.cumsum([len(values[at]) + 1 for at in places])
    return [places[which] for which in np.unique(np.searchsorted(ends, spots, side="right")).tolist()]


def _occurrences(word: str, texts: str) -> Iterator[int]:
    spot = texts.find(word)
    while spot >= 0:
        yield spot
        spot = texts.find(word, spot + 1)
