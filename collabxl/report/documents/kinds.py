"""The kinds of documents: what each is called, what it is for, and the module that tells it.

A new kind is a module with a function ``document`` and one entry here.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from collabxl.text import Text, t

if TYPE_CHECKING:
    from collabxl.report.documents.blocks import Document
    from collabxl.report.documents.material import Material
    from collabxl.report.documents.words import Period


class Kind(NamedTuple):
    """A kind of document: its title, what it holds, and whether it tells of some days rather than of all."""

    title: Text
    holds: Text
    of_a_period: bool = False


KINDS = {
    "letter": Kind(
        t("协同目标确认函", "Confirmation of joint goals"),
        t(
            "目标、关键成果、边界、里程碑，各部门的交付物和签字栏",
            "goal, key results, boundaries, milestones, deliverables, and a line to sign for each department",
        ),
    ),
    "schedule": Kind(
        t("协同进度计划表", "Project schedule"),
        t("甘特图、里程碑与预测、缓冲、任务清单", "Gantt chart, milestones with forecasts, buffers, the list of tasks"),
    ),
}


def told(kind: str, made_of: Material, period: Period | None = None) -> Document:
    """Return a document of one of KINDS about a workbook; some kinds have a period of their own unless one is given."""
    document: Document = import_module(f"collabxl.report.documents.{kind}").document(made_of, period)
    return document
