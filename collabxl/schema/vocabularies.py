"""The word lists of the drop-downs, with what people certainly mean when they type something else."""

from __future__ import annotations

from collabxl.schema.kinds import Word, Words
from collabxl.text import t

STATUS = Words(
    "status",
    t("状态", "Status"),
    (
        Word(
            "not_started", t("未开始", "Not started"), ("未启动", "待开始", "没开始", "未进行", "todo", "to do", "open")
        ),
        Word(
            "in_progress",
            t("进行中", "In progress"),
            ("进行", "正在做", "正在进行", "在做", "处理中", "开展中", "推进中", "doing", "ongoing", "wip", "started"),
        ),
        Word("blocked", t("受阻", "Blocked"), ("阻塞", "卡住", "卡点", "stuck")),
        Word("delayed", t("延期", "Delayed"), ("延误", "已延期", "逾期", "已逾期", "滞后", "late", "overdue")),
        Word(
            "done",
            t("已完成", "Done"),
            ("完成", "已结束", "已完结", "完结", "做完了", "complete", "completed", "finished", "closed"),
        ),
        Word("cancelled", t("已取消", "Cancelled"), ("取消", "作废", "已作废", "canceled", "dropped")),
    ),
)
CANCELLED = "cancelled"
ENDED = ("done", CANCELLED)
"""The keys, in any list, of what needs no more work."""
OPEN_STATUS = tuple(key for key in STATUS.keys if key not in ENDED)

PRIORITY = Words(
    "priority",
    t("优先级", "Priority"),
    (
        Word("high", t("高", "High"), ("P0", "紧急", "最高", "高优先级", "urgent", "critical")),
        Word("medium", t("中", "Medium"), ("一般", "普通", "中等", "中优先级", "normal", "med")),
        Word("low", t("低", "Low"), ("较低", "低优先级", "minor")),
    ),
)

MEETING = Words(
    "meeting",
    t("会议类型", "Meeting type"),
    (
        Word("kickoff", t("启动会", "Kick-off"), ("协同启动会", "项目启动会", "kickoff")),
        Word("weekly", t("周例会", "Weekly"), ("例会", "周会", "weekly meeting")),
        Word("special", t("专项会", "Special"), ("专题会", "临时会议", "ad hoc")),
        Word("review", t("评审会", "Review"), ("方案评审会", "评审")),
        Word("retrospective", t("复盘会", "Retrospective"), ("复盘", "retro")),
    ),
)

ACTION = Words(
    "action",
    t("完成情况", "Done"),
    (
        Word("open", t("未完成", "Open"), ("未开始", "待办", "todo")),
        Word("in_progress", t("进行中", "In progress"), ("处理中", "正在做", "doing")),
        Word("done", t("已完成", "Done"), ("完成", "已关闭", "closed", "completed")),
    ),
)

RISK_CATEGORY = Words(
    "risk_category",
    t("风险类别", "Risk category"),
    (
        Word("technical", t("技术", "Technical"), ("技术风险",)),
        Word("schedule", t("进度", "Schedule"), ("进度风险",)),
        Word("resource", t("资源", "Resource"), ("资源风险", "人员", "人力")),
        Word("requirement", t("需求", "Requirement"), ("需求风险",)),
        Word("external", t("外部", "External"), ("外部风险", "供应商")),
        Word("compliance", t("合规", "Compliance"), ("合规风险", "法务")),
        Word("security", t("安全", "Security"), ("安全风险",)),
    ),
)

RISK_LEVEL = Words(
    "risk_level",
    t("风险等级", "Risk level"),
    (
        Word("high", t("高", "High"), ("极高", "高风险")),
        Word("medium", t("中", "Medium"), ("中等", "中风险")),
        Word("low", t("低", "Low"), ("低风险",)),
    ),
)

STRATEGY = Words(
    "strategy",
    t("应对策略", "Strategy"),
    (
        Word("avoid", t("规避", "Avoid"), ("回避",)),
        Word("reduce", t("减轻", "Reduce"), ("缓解", "降低", "mitigate")),
        Word("transfer", t("转移", "Transfer"), ("转嫁", "share")),
        Word("accept", t("接受", "Accept"), ("承担", "retain")),
    ),
)

RISK_STATUS = Words(
    "risk_status",
    t("风险状态", "Risk status"),
    (
        Word("watching", t("监控中", "Watching"), ("监控", "跟踪中", "未关闭", "open")),
        Word("occurred", t("已发生", "Occurred"), ("发生", "已触发")),
        Word("closed", t("已关闭", "Closed"), ("关闭", "已解除", "已消除")),
    ),
)

DAY_TYPE = Words(
    "day_type",
    t("类型", "Day type"),
    (
        Word("off", t("休", "Off"), ("放假", "休息", "假期", "节假日", "holiday")),
        Word("work", t("班", "Work"), ("上班", "调休上班", "补班", "workday")),
    ),
)

SETTLED = Words(
    "settled",
    t("处理状态", "State"),
    (
        Word("waiting", t("待处理", "Waiting")),
        Word("settled", t("已处理", "Settled")),
    ),
)
