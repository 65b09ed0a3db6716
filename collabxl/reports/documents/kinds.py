"""The kinds of documents: what each is called, what it is for, and the module that tells it.

A new kind is a module with a function ``document`` and one entry here.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from collabxl.text import Text, t

if TYPE_CHECKING:
    from collabxl.reports.documents.blocks import Document
    from collabxl.reports.documents.material import Material
    from collabxl.reports.documents.words import RequestedPeriod


class DocumentKind(NamedTuple):
    """A kind of document: its title, what it holds, and whether it tells of some days rather than of all."""

    title: Text
    holds: Text
    is_periodic: bool = False


KINDS = {
    "letter": DocumentKind(
        t("协同目标确认函", "Confirmation of joint goals"),
        t(
            "目标、关键成果、边界、里程碑，各部门的交付物和签字栏",
            "goal, key results, boundaries, milestones, deliverables, and a line to sign for each department",
        ),
    ),
    "schedule": DocumentKind(
        t("协同进度计划表", "Project schedule"),
        t("甘特图、里程碑与预测、缓冲、任务清单", "Gantt chart, milestones with forecasts, buffers, the list of tasks"),
    ),
    "minutes": DocumentKind(
        t("会议纪要", "Minutes"),
        t(
            "最近一次或一段时间的会议：结论、待办、责任人、期限，签字栏",
            "the last meeting or those of a period: decisions, actions with owner and deadline, signatures",
        ),
        is_periodic=True,
    ),
    "risk": DocumentKind(
        t("协同风险报告", "Risk report"),
        t(
            "最近三十天（或一段时间）的风险矩阵、新增、升级、关闭、应对方案、趋势",
            "of the last thirty days or a period: matrix, what is new, raised or closed, responses, trend",
        ),
        is_periodic=True,
    ),
    "retro": DocumentKind(
        t("协同复盘报告", "Retrospective"),
        t(
            "计划与实际、延期及原因、做得好的和要改进的（留空由人填写）",
            "plan against actual, slips and their reasons, what worked and what did not (room to fill in)",
        ),
    ),
    "status": DocumentKind(
        t("项目周报", "Status report"),
        t(
            "最近七天（或一段时间）完成的、进行中的、卡点、延期、下周到期",
            "of the last seven days or a period: what was done, is running, is stuck, is late, is due next",
        ),
        is_periodic=True,
    ),
}


def render_document(kind: str, made_of: Material, asked: RequestedPeriod | None = None) -> Document:
    """Return a document of one of KINDS about a workbook; ``asked`` are the days to tell of, if the kind has some."""
    tell = import_module(f"collabxl.reports.documents.{kind}").document
    document: Document = tell(made_of, asked) if asked else tell(made_of)
    return document
