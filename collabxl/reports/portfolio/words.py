"""The words of the dashboard and of the workbook, in both languages; the page carries both and changes between them."""

from __future__ import annotations

from collabxl.reports.portfolio.numbers import Crossing, Timing
from collabxl.rules.engine.rule import Severity
from collabxl.rules.engine.severities import SEVERITY
from collabxl.schema.sheets import Risks, Tasks
from collabxl.text import Text, t

TITLE = t("协同项目组合", "Project portfolio")
AS_OF = t("{projects} 个项目　统计日 {today}", "{projects} {projects:project|projects}, as of {today}")

COLUMNS = {
    "health": t("健康度", "Health"),
    "project": t("项目", "Project"),
    "lead": t("负责人", "Lead"),
    "done": t("完成率", "Done"),
    "planned": t("应达", "Planned"),
    "tasks": t("任务", "Tasks"),
    "end": t("计划结束", "Planned end"),
    "finish": t("预测完成", "Forecast"),
    "slip": t("相差（工作日）", "Slip (working days)"),
    "overdue": t("▲ 逾期", "▲ Overdue"),
    "soon": t("△ 快到期", "△ Due soon"),
    "high": t("■ 高风险", "■ High risks"),
    "errors": t("错误", "Errors"),
    "warnings": t("警告", "Warnings"),
    "findings": t("※ 要改的地方", "※ To mend"),
    "department": t("部门", "Department"),
    "person": t("人员", "Person"),
    "projects": t("项目数", "Projects"),
    "open": t("未完成任务", "Open tasks"),
    "longest": t("最长逾期（天）", "Longest overdue (days)"),
    "id": Tasks.id.title,
    "task": t("任务", "Task"),
    "owner": Tasks.owner.title,
    "due": Tasks.due.title,
    "timing": t("到期", "Timing"),
    "days": t("天数", "Days"),
    "risk": t("风险", "Risk"),
    "score": t("风险值", "Score"),
    "status": Tasks.status.title,
    "response": Risks.response.title,
    "waits_for": t("在等（项目::任务）", "Waits for (project::task)"),
    "before": t("对方任务", "Other task"),
    "before_due": t("对方截止", "Other due"),
    "before_forecast": t("对方预测", "Other forecast"),
    "spare": t("余量（工作日）", "Float (working days)"),
    "state": t("结论", "Verdict"),
    "severity": t("级别", "Severity"),
    "code": t("规则", "Rule"),
    "place": t("位置", "Where"),
    "message": t("问题", "What is wrong"),
    "fix": t("怎么改", "What to do"),
    "file": t("文件", "File"),
    "reason": t("原因", "Why"),
    "why": t("依据", "Because"),
    "measure": t("量什么", "Measure"),
    "watch": t("△ 留意 ≥", "△ Watch ≥"),
    "critical": t("▲ 告急 ≥", "▲ Critical ≥"),
    "day": t("统计日", "As of"),
}
"""The titles of columns, by what stands in them."""

CROSSINGS: dict[Crossing, Text] = {
    "too_late": t("▲ 赶不上", "▲ Too late"),
    "knotted": t("× 循环依赖，排不了期", "× Dependency cycle, no forecast"),
    "no_task": t("× 对方没有这个任务", "× No such task there"),
    "several": t("× 项目重名，不知是哪个", "× Several projects of that name"),
    "no_project": t("？ 项目不在本次范围", "? Project not in this run"),
    "cancelled": t("× 对方已取消", "× Cancelled there"),
    "in_time": t("◎ 来得及", "◎ In time"),
    "done": t("● 已完成", "● Done"),
}
"""How a wait across projects stands, the worst first."""

TIMINGS: dict[Timing, Text] = {
    "overdue": t("▲ 逾期 {days} 天", "▲ {days} {days:day|days} late"),
    "soon": t("△ 还剩 {days} 天", "△ {days} {days:day|days} left"),
}
_SIGNS: dict[Severity, str] = {"error": "▲", "warning": "△", "info": "※"}
SEVERITIES = {
    severity: t(f"{sign} {SEVERITY[severity].zh}", f"{sign} {SEVERITY[severity].en.capitalize()}")
    for severity, sign in _SIGNS.items()
}
ASIDE_COPY = t(
    "部门副本：它的任务已随主表统计，不重复计数", "A department's copy: its tasks are counted with those of its master"
)
NOBODY = t("（未填）", "(none)")

PAGE = {
    "skip": t("跳到内容", "Skip to the content"),
    "made": t("由 collabxl 生成，不联网", "Made by collabxl; it uses no network"),
    "language": t("English", "中文"),
    "dark": t("深色", "Dark"),
    "light": t("浅色", "Light"),
    "print": t("打印", "Print"),
    "colon": t("：", ": "),
    "semicolon": t("；", "; "),
    "projects_of": t("{level}项目", "{level}"),
    "tasks_overdue": t("▲ 逾期任务", "▲ Tasks overdue"),
    "tasks_soon": t("△ 快到期", "△ Due soon"),
    "key_figures": t("关键数字", "Key figures"),
    "views": t("内容", "Views"),
    "tab_projects": t("项目", "Projects"),
    "tab_departments": t("部门", "Departments"),
    "tab_people": t("人员", "People"),
    "tab_risks": t("风险", "Risks"),
    "tab_links": t("跨项目依赖", "Cross-project dependencies"),
    "tab_aside": t("未计入的文件", "Files left out"),
    "tab_health": t("健康度说明", "How health is judged"),
    "search": t("搜索项目、负责人、部门、人员、文件", "Search project, lead, department, person, file"),
    "all_levels": t("全部健康度", "Any health"),
    "all_departments": t("全部部门", "Any department"),
    "clear": t("清除筛选", "Clear filters"),
    "showing": t("显示 {shown} / {total}", "{shown} of {total} shown"),
    "more": t("再显示 {number} 行", "Show {number} more"),
    "nothing": t("没有符合的内容", "Nothing matches"),
    "none_here": t("（没有）", "(none)"),
    "sorted": t("按“{column}”排序", "Sort by {column}"),
    "show_projects": t("看{name}的项目", "Show the projects of {name}"),
    "details": t("展开或收起详情", "Show or hide details"),
    "open_file": t("打开文件", "Open the file"),
    "chain": t("关键路径", "Critical path"),
    "ahead": t("里程碑", "Milestones"),
    "forecast_of": t("预计 {forecast}（截止 {due}）", "forecast {forecast} (due {due})"),
    "urgent": t("逾期与 7 天内到期的任务", "Tasks overdue or due in 7 days"),
    "more_not_shown": t("另有 {number} 条未列出", "{number} more are not listed"),
    "matrix": t("未关闭的风险：可能性（行）× 影响程度（列）", "Open risks: probability (rows) × impact (columns)"),
    "likely": t("可能性", "Probability"),
    "grave": t("影响", "Impact"),
    "unscored": t("另有 {number} 个风险未评分", "{number} more are not scored"),
    "high_risks": t("■ 未关闭高风险", "■ Open high risks"),
    "yes": t("有", "yes"),
    "no": t("▲ 没有", "▲ none"),
    "on_time": t("● 按期", "● on time"),
    "late": t("▲ 晚 {days}", "▲ {days} late"),
    "early": t("● 早 {days}", "● {days} early"),
    "unknown": t("无法预测", "no forecast"),
    "no_script": t("本页需要浏览器允许运行脚本（不联网）。", "This page needs scripts; it uses no network."),
    "shared": t(
        "多人共担的任务，每人各算一次；同名视为同一人。",
        "A task of several people counts for each; one name is taken for one person.",
    ),
}
