"""Cases in words: how late, what is lacking, and one line for a letter, a calendar or a chat."""

from __future__ import annotations

from collabxl.reminders.cases import Delay, Lack, State
from collabxl.schema.sheets import Progress
from collabxl.text import Lang, Text, format_value, t

NOBODY = t("（没有负责人）", "(nobody)")
NO_DEPARTMENT = t("（没有部门）", "(no department)")
TITLE = t("延期预警", "Delay warnings")
_STATES: dict[State, Text] = {
    "overdue": t("已逾期 {days} 个工作日", "{days} working {days:day|days} late"),
    "soon": t("还剩 {days} 个工作日", "{days} working {days:day|days} left"),
    "forecast": t("预测 {forecast} 完成", "forecast {forecast}"),
    "finished": t("完成晚于截止", "finished late"),
    "delayed": t("标为延期", "marked as delayed"),
}
_DUE = t("已到期，下一个工作日起算逾期", "late from the next working day on")
_LACKS: dict[Lack, Text] = {
    "reason": Progress.delay_reason.title,
    "remedy": Progress.remedy.title,
    "date": Progress.expected.title,
}
_LACKING = t("缺{lacks}", "lacks {lacks}")
_LINE = t("{label}（{due} 到期，{how}）", "{label} (due {due}, {how})")
_UNDATED = t("{label}（{how}）", "{label} ({how})")
_COMMA = t("，", ", ")


def state_text(case: Delay, lang: Lang) -> str:
    """Return how late a case is, or how much time is left."""
    how = _DUE if case.state == "overdue" and case.days == 0 else _STATES[case.state]
    return how.fill(lang, {"days": case.days, "forecast": case.forecast})


def lacks_text(case: Delay, lang: Lang) -> str:
    """Return what it lacks, as the columns are called; empty if nothing."""
    return format_value([_LACKS[lack].to(lang).lower() for lack in case.lacks], lang)


def case_label(case: Delay) -> str:
    """Return how a case is called: 编号 and name."""
    return " ".join(filter(None, (case.id, case.name)))


def case_line(case: Delay, lang: Lang) -> str:
    """Return all there is to say about a case, in one line."""
    lacking = _LACKING.fill(lang, {"lacks": lacks_text(case, lang)}) if case.lacks else ""
    how = _COMMA.to(lang).join(filter(None, (state_text(case, lang), lacking)))
    return (_LINE if case.due else _UNDATED).fill(lang, {"label": case_label(case), "due": case.due, "how": how})
