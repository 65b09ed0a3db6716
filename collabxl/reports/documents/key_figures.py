"""The headline figures of a project, those of 汇总: the same words, the same numbers."""

from __future__ import annotations

from collabxl.reports.documents.blocks import Tile
from collabxl.reports.documents.material import Material
from collabxl.reports.documents.words import day_text
from collabxl.summary.forecast import difference
from collabxl.text import t

_TASKS = t("任务总数", "Tasks")
_LIVING = t("未取消 {living}", "not cancelled: {living}")
_DONE = t("● 完成率", "● Done")
_PLANNED = t("按计划应达 {share}%", "planned by now: {share}%")
_LATE = t("▲ 逾期任务", "▲ Overdue")
_SOON = t("{days} 个工作日内到期 {soon}", "due in {days} working {days:day|days}: {soon}")
_HIGH = t("■ 高风险（未关闭）", "■ High risks (open)")
_OPEN = t("未关闭 {open} 项", "open in all: {open}")
_FINISH = t("◆ 预测完成", "◆ Forecast finish")
_END = t("计划结束", "Planned end")


def headlines(made_of: Material) -> tuple[Tile, ...]:
    """Return the headline figures of one workbook."""
    told, lang = made_of.numbers, made_of.lang
    words, _ = difference(made_of.view.outlook, lang)
    soon = _SOON.fill(lang, {"soon": told.soon, "days": made_of.view.limits.due_soon_days})
    late = told.finish is not None and told.slip > 0
    return (
        Tile(_TASKS.to(lang), str(told.total), _LIVING.fill(lang, {"living": told.living})),
        Tile(_DONE.to(lang), f"{told.done_share}%", _PLANNED.fill(lang, {"share": told.planned_share}), "done"),
        _alarm_tile(
            _LATE.to(lang),
            told.overdue,
            soon,
        ),
        _alarm_tile(_HIGH.to(lang), told.risks.high, _OPEN.fill(lang, {"open": told.risks.open})),
        Tile(_END.to(lang), day_text(told.end)),
        Tile(_FINISH.to(lang), day_text(told.finish), words, "late" if late else "done"),
    )


def _alarm_tile(label: str, number: int, note: str) -> Tile:
    return Tile(label, str(number), note, "late" if number else "tile")
