"""The words around a rule's facts: what text and Markdown say alike."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from collabxl.report.plain import SEVERITY
from collabxl.report.rulepages.example import Cell, Example
from collabxl.report.rulepages.live import Formula
from collabxl.report.rulepages.page import Brief, Page
from collabxl.rules.rule import PACKS
from collabxl.schema.standard import Tasks, Waivers
from collabxl.settings import FILE
from collabxl.text import Lang, Text, t

FIX, LIVE = "fix", "live"
"""Marks of a rule in a list."""
LEGEND = t(
    f"{{count}} 条规则。{FIX}：collabxl fix 可以自动修正；{LIVE}：工作簿的“{{check}}”列随时显示。"
    "看一条规则的说明：collabxl explain {example}",
    f"{{count}} rules. {FIX}: collabxl fix can mend it; {LIVE}: the workbook itself shows it in “{{check}}”. "
    "For a rule's page: collabxl explain {example}",
)
EXAMPLE = t("例", "Example")
_AS_OF = t("（按 {today} 检查）", " (checked as of {today})")
_FOUND = t("方括号里的要改", "What is in square brackets is found")
_PACK = {
    "basic": t("basic 规则包", "pack basic"),
    "standard": t("standard 规则包（默认）", "pack standard (the default)"),
    "strict": t("strict 规则包（默认不查）", "pack strict (not checked by default)"),
}
_WHERE, _SAYS, _WHY, _DO = t("位置", "Where"), t("说法", "Says"), t("原因", "Why"), t("怎么改", "What to do")
_ANYWHERE = t("每条发现各自写明", "Every finding says where it is")
_ARGS = t("（JSON 的 args：{args}）", " (args in JSON: {args})")
_FIXING = t("自动修正", "Automatic fix")
_CAN_FIX = t("有把握时 collabxl fix 会改", "collabxl fix mends it where it is certain")
_NO_FIX = t("没有，要由人来定", "None: a person has to decide")
_LIMITS = t("阈值", "Thresholds")
_LIMITS_AT = t("{limits}（写在 {file} 的 [limits] 里）", "{limits} (in {file}, under [limits])")
_LIVE = t("实时公式", "Live formula")
_FORMULA = t("用于 {place}{more}，写在隐藏表里：{cells}", "For {place}{more}, in the hidden sheet: {cells}")
_MORE = t("（还有 {count} 列）", " (and {count} more columns)")
_NO_CELLS = t("不看别的格", "it looks at no other cell")
_ACCEPT = t("暂时接受", "Accept it for a while")
_WAIVE = t(
    "在“{sheet}”表里加一行：{rule}填 {code}，{id}填哪一行（空着就是全表），再写{reason}、{until}",
    "Add a row to the sheet “{sheet}”: {rule} {code}, {id} of the row (empty: all rows), with {reason} and {until}",
)
_IGNORE, _IGNORED = t("不查它", "Do not check it"), t("{file} 里写 {line}，或加 --ignore {code}", "{line} in {file}, or --ignore {code}")
_CHECK_IT = t("要查它", "Check it")
_CHECKED = t("{file} 里写 {line}，或加 --pack {pack}", "{line} in {file}, or --pack {pack}")
_WEIGH, _WEIGHED = t("改级别", "Change its severity"), t("{file} 的 [severity] 下写 {line}", "{line} in {file}, under [severity]")
