"""What a return says that is not taken as it stands: which cell or row, what it says, and why."""

from __future__ import annotations

from typing import Literal, NamedTuple

from collabxl.exchange.three_way import Spot, Value
from collabxl.text import Text, t

Reason = Literal[
    "sheet-gone", "column-gone", "formula-error", "formula-without-value", "covered", "repeated", "unknown-id",
    "exchanged", "put-right", "unfit", "too-long", "computed", "formula-here", "linked",
    "shifted", "another-row", "bare",
]  # fmt: skip
REASONS: dict[Reason, Text] = {
    "sheet-gone": t("工作表不见了，没有读到内容", "The sheet is gone; nothing was read of it"),
    "column-gone": t(
        "列不见了或标题改了，没有读到内容。请恢复标题",
        "The column is gone or renamed; nothing was read. Restore it",
    ),
    "formula-error": t("公式出错，没有值，未采用", "A formula in error has no value; not taken"),
    "formula-without-value": t("公式没有算出值，未采用", "A formula without a value; not taken"),
    "covered": t("被合并单元格盖住，未采用", "Under a merged cell; not taken"),
    "repeated": t("编号出现两次，分不清哪行，未采用", "Two rows bear this ID; neither was taken"),
    "unknown-id": t(
        "发出的副本里没有这个编号，整行未采用。新行请填在备好的空行里，或把编号清空再交（会得到编号）；"
        "要照这个编号收下，在“冲突”表里答“部门”",
        "The copy as sent has no such ID; the row was not taken. Type new rows into the blank ones, or clear the ID "
        "and return it (it gets one); to take it under this ID, answer Department in the sheet Conflicts",
    ),
    "bare": t(
        "新行里只有日期、数字或选项，没有名称（粘贴时错了一行？），没有直接采用，请在“冲突”表里决定",
        "A new row with nothing but dates, numbers or words of lists (pasted one row too low?); left for a decision in "
        "the sheet Conflicts",
    ),
    "exchanged": t(
        "这个编号那一行写的像是别的行的内容（只排序了一部分单元格？），未采用。请按编号摆回去再交，或在“冲突”表里决定",
        "The row of this ID seems to say what other rows said (cells sorted, IDs not?); not taken. Put the contents "
        "back by ID, or decide in the sheet Conflicts",
    ),
    "put-right": t(
        "它的内容写在编号 {said} 的那一行，已按内容放回它自己名下",
        "Its contents stood in the row of {said}; put back under its own ID",
    ),
    "unfit": t(
        "不符合这一列的要求，没有直接采用，请在“冲突”表里决定",
        "Not what the column takes; left for a decision in the sheet Conflicts",
    ),
    "shifted": t(
        "几行都和上一行原来的值一样，像是往下错了一行粘贴；没有直接采用，请在“冲突”表里决定",
        "Several rows say what the row above said before, as if pasted one row too low; left for a decision in the "
        "sheet Conflicts",
    ),
    "another-row": t(
        "主表里这个编号下现在是另一行（恢复过备份，或这一行改作他用？），没有采用。请在“冲突”表里决定：“主表”不动这一行，"
        "“部门”整行换成部门的",
        "The master has another row under this ID by now (a backup restored, or the row used anew?); not taken. Decide "
        "in the sheet Conflicts: Master leaves that row, Department puts all of theirs in its place",
    ),
    "too-long": t("文字太长，写不进主表，未采用。请缩短", "Too long a text for the master; not taken. Shorten it"),
    "computed": t("是公式，只采用了它的值", "A formula; only its value was taken"),
    "formula-here": t(
        "主表的这一格是公式，公式保留。要用部门的值，请先删掉主表里的公式，再在“冲突”表里答“部门”",
        "The master has a formula there, which stays. To take the value, delete the formula, then answer Department in "
        "the sheet Conflicts",
    ),
    "linked": t(
        "提到了别的部门的任务。认可之前，下次的副本里看不到那些任务；认可用 split --accept {department}",
        "Names tasks of others, which its next copy does not show until accepted: split --accept {department}",
    ),
}
REFUSED: tuple[Reason, ...] = (
    "sheet-gone", "column-gone", "formula-error", "formula-without-value", "covered", "repeated", "unknown-id",
    "exchanged", "too-long",
)  # fmt: skip
"""What the master got nothing of, and no conflict is counted for."""
HARMLESS: tuple[Reason, ...] = ("put-right",)
"""What is told though nobody has to do anything about it."""


class UntakenValue(NamedTuple):
    """One such thing; the 编号 is empty where a whole sheet or column is meant."""

    spot: Spot
    reason: Reason
    value: Value = None
    """What stands there, as far as it can be told."""

    @property
    def matters(self) -> bool:
        """Whether somebody has to look at it."""
        return self.reason not in HARMLESS
