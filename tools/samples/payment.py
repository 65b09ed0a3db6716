"""A payment project of forty tasks: first as it should be, then with every kind of mistake people make."""

from __future__ import annotations

import datetime as dt
from typing import Any

from collabxl import Row

PROJECT: Row = {
    "name": "2024年Q3APP支付流程优化项目",
    "initiator": "产品研发部",
    "lead": "王经理（13800000000）",
    "departments": "市场部、销售部、客服部、IT部、法务部、财务部",
    "goal": "3个月内完成支付流程优化，支付成功率提升至99.5%",
    "kpis": "①新支付功能上线；②用户支付投诉率下降30%；③后台支付日志优化完成",
    "period": "2024年7月1日-2024年9月30日",
    "remark": "涉及用户资金安全，需法务部全程审核",
    "scenario": "复杂项目推进",
    "status_date": dt.date(2024, 8, 1),
}

_TASKS = """
用户支付需求调研 | 王经理 | 产品研发部 | 《支付需求调研报告》 | 07-01 | 07-12 | 高 | - | done
竞品支付流程分析 | 李专员 | 市场部 | 《竞品支付流程分析》 | 07-01 | 07-12 | 中 | - | done
合规要求梳理 | 周律师 | 法务部 | 《支付合规清单》 | 07-03 | 07-16 | 高 | - | done
支付成功率基线统计 | 赵分析师 | IT部 | 基线数据表 | 07-03 | 07-16 | 中 | - | done
目标与范围确认会 | 王经理 | 产品研发部 | 《协同目标确认函》 | 07-17 | 07-17 | 高 | T001、T002、T003、T004 | done
支付接口方案设计 | 张工程师 | 产品研发部 | 《支付接口技术方案》 | 07-18 | 07-30 | 高 | T005 | done
支付页面交互设计 | 陈设计师 | 产品研发部 | 交互稿 V2 | 07-18 | 07-30 | 高 | T001 | done
日志字段规范 | 吴工程师 | IT部 | 《日志字段规范》 | 07-18 | 07-29 | 中 | T004 | done
方案评审会 | 王经理 | 产品研发部 | 评审结论 | 07-31 | 07-31 | 高 | T006、T007、T008 | done
银行渠道费率谈判 | 刘经理 | 销售部 | 费率协议 | 07-17 | 08-15 | 高 | T003 | in_progress
支付接口开发 | 张工程师 | 产品研发部 | 接口代码与单测 | 08-01 | 08-16 | 高 | T009 | in_progress
前端支付页面开发 | 何工程师 | 产品研发部 | 前端代码 | 08-01 | 08-16 | 高 | T009 | in_progress
风控规则配置 | 孙工程师 | IT部 | 风控规则清单 | 08-01 | 08-14 | 高 | T009 | in_progress
支付日志改造 | 吴工程师 | IT部 | 日志看板 | 08-01 | 08-20 | 中 | T008 | in_progress
支付协议法务审核 | 周律师 | 法务部 | 审核意见书 | 08-16 | 08-23 | 高 | T010 | not_started
对账流程梳理 | 钱会计 | 财务部 | 《对账流程说明》 | 07-22 | 08-09 | 中 | T005 | in_progress
退款流程设计 | 钱会计 | 财务部 | 《退款流程》 | 08-12 | 08-21 | 中 | T016 | not_started
测试用例编写 | 林测试 | 产品研发部 | 测试用例集 | 08-05 | 08-14 | 中 | T006 | not_started
测试环境准备 | 郑运维 | IT部 | 环境清单 | 08-05 | 08-12 | 高 | T006 | not_started
接口联调 | 林测试 | 产品研发部 | 联调报告 | 08-19 | 08-27 | 高 | T011、T012、T013、T019 | not_started
性能压测 | 林测试 | 产品研发部 | 压测报告 | 08-28 | 09-02 | 中 | T020 | not_started
安全渗透测试 | 孙工程师 | IT部 | 渗透测试报告 | 08-28 | 09-04 | 高 | T020 | not_started
缺陷修复 | 张工程师 | 产品研发部 | 缺陷清零记录 | 08-28 | 09-06 | 高 | T020 | not_started
测试完成 | 林测试 | 产品研发部 | 测试总结 | 09-09 | 09-09 | 高 | T021、T022、T023 | not_started
宣传物料制作 | 黄专员 | 市场部 | 支付流程优化海报、文案 | 08-19 | 09-02 | 中 | T007 | not_started
宣传渠道预定 | 黄专员 | 市场部 | 投放排期表 | 08-19 | 08-28 | 低 | - | not_started
客服话术更新 | 郑主管 | 客服部 | 《支付FAQ与话术》 | 08-12 | 08-26 | 中 | T007 | not_started
客服培训 | 郑主管 | 客服部 | 培训签到与考核 | 08-27 | 09-06 | 中 | T027 | not_started
销售渠道通知 | 刘经理 | 销售部 | 渠道通知函 | 08-26 | 09-04 | 低 | T015 | not_started
灰度发布方案 | 张工程师 | 产品研发部 | 灰度方案 | 08-28 | 09-05 | 中 | T020 | not_started
上线评审会 | 王经理 | 产品研发部 | 上线批准 | 09-10 | 09-10 | 高 | T024、T015、T030 | not_started
灰度发布 | 吴工程师 | IT部 | 灰度发布记录 | 09-11 | 09-13 | 高 | T031 | not_started
灰度数据分析 | 赵分析师 | IT部 | 灰度数据报告 | 09-14 | 09-18 | 中 | T032 | not_started
正式上线 | 张工程师 | 产品研发部 | 上线报告 | 09-19 | 09-20 | 高 | T033、T028 | not_started
上线宣传投放 | 黄专员 | 市场部 | 投放数据表 | 09-23 | 09-25 | 中 | T025、T026、T034 | not_started
支付投诉率跟踪 | 郑主管 | 客服部 | 投诉率周报 | 09-23 | 09-27 | 中 | T034 | not_started
上线后对账核验 | 钱会计 | 财务部 | 对账核验单 | 09-23 | 09-26 | 中 | T017、T034 | not_started
支付成功率评估 | 赵分析师 | IT部 | 成功率评估报告 | 09-23 | 09-27 | 高 | T034 | not_started
复盘会 | 王经理 | 产品研发部 | 《协同复盘报告》 | 09-29 | 09-29 | 中 | T036、T037、T038 | not_started
成果归档 | 李专员 | 市场部 | 归档清单 | 09-30 | 09-30 | 低 | T039 | not_started
"""
_MILESTONES = {"目标与范围确认会", "方案评审会", "测试完成", "正式上线"}
_BUFFERS = {"接口联调": 1, "缺陷修复": 3, "正式上线": 1}
_PRIORITY = {"高": "high", "中": "medium", "低": "low"}
_SHARES = {"T010": 0.6, "T011": 0.1, "T012": 0.1, "T013": 0.15, "T014": 0.1, "T016": 0.6}
UPDATED = dt.date(2024, 8, 1)


def day(text: str) -> dt.date:
    """Return a day of 2024 written as month and day."""
    return dt.date.fromisoformat(f"2024-{text}")


def tasks() -> list[dict[str, Any]]:
    """Return the tasks as they should be."""
    made = []
    for line in _TASKS.strip().splitlines():
        name, owner, department, deliverable, start, due, priority, after, status = map(str.strip, line.split("|"))
        made.append(
            {
                "name": name,
                "owner": owner,
                "department": department,
                "deliverable": deliverable,
                "start": day(start),
                "due": day(due),
                "priority": _PRIORITY[priority],
                "after": after,
                "status": status,
                "milestone": True if name in _MILESTONES else None,
                "buffer": _BUFFERS.get(name),
            }
        )
    return made


def progress() -> list[dict[str, Any]]:
    """Return one progress row a task, in step with the tasks."""
    made = []
    for number, task in enumerate(tasks(), 1):
        id_ = f"T{number:03}"
        done, running = task["status"] == "done", task["status"] == "in_progress"
        made.append(
            {
                "task": id_,
                "started": task["start"] if done or running else None,
                "finished": task["due"] if done else None,
                "progress": 1.0 if done else _SHARES.get(id_, 0.0),
                "status": task["status"],
                "note": "按计划完成" if done else "按计划推进" if running else None,
                "updated_by": task["owner"],
                "updated": UPDATED,
            }
        )
    return made


MINUTES: list[dict[str, Any]] = [
    {"date": day("07-17"), "kind": "kickoff", "topic": "协同启动会", "host": "王经理", "present": "各部门对接人", "item": "目标与范围", "decision": "目标、KPI 和边界确认"},
    {"date": day("07-26"), "kind": "weekly", "topic": "第4周周例会", "host": "王经理", "present": "各部门对接人", "item": "费率谈判进展", "decision": "费率上限 0.38%", "action": "向银行报送新报价", "owner": "刘经理", "department": "销售部", "due": day("08-02"), "task": "T010", "status": "in_progress"},
    {"date": day("07-31"), "kind": "review", "topic": "方案评审会", "host": "王经理", "present": "产品研发部、IT部、法务部", "item": "接口与交互方案", "decision": "方案通过", "action": "申请测试环境资源", "owner": "郑运维", "department": "IT部", "due": day("08-06"), "task": "T019", "status": "open"},
]  # fmt: skip

RISKS: list[dict[str, Any]] = [
    {"description": "第三方接口对接不稳定", "kind": "technical", "possibility": 3, "impact": 5, "strategy": "reduce", "response": "准备备用接口", "owner": "张工程师", "department": "产品研发部", "trigger": "联调失败率超过 2%", "tasks": "T011、T020", "status": "watching", "identified": day("07-18"), "reviewed": day("07-31")},
    {"description": "关键人员请假", "kind": "resource", "possibility": 2, "impact": 4, "strategy": "reduce", "response": "指定B角接替工作", "owner": "王经理", "department": "产品研发部", "tasks": "T011、T012", "status": "watching", "identified": day("07-18"), "reviewed": day("07-31")},
    {"description": "银行渠道审批延迟", "kind": "external", "possibility": 3, "impact": 4, "strategy": "transfer", "response": "同时洽谈第二家银行", "owner": "刘经理", "department": "销售部", "tasks": "T010", "status": "watching", "identified": day("07-22"), "reviewed": day("07-31")},
]  # fmt: skip


def clean() -> dict[str, list[dict[str, Any]]]:
    """Return the project as it should be on 1 August 2024."""
    return {"tasks": tasks(), "progress": progress(), "minutes": list(MINUTES), "risks": list(RISKS)}


def faulty() -> dict[str, list[dict[str, Any]]]:
    """Return the project with the mistakes people make, at least one of every kind a filled-in sheet can show."""
    rows = clean()
    task = {row["name"]: row for row in rows["tasks"]}
    tracked = {row["task"]: row for row in rows["progress"]}
    _spoil_cells(task, tracked)
    _spoil_links(task)
    _spoil_dates(task, tracked)
    _spoil_status(task, tracked)
    rows["progress"] += [
        {"task": "T099", "progress": 0.5, "status": "in_progress", "started": day("07-20"), "updated": UPDATED}
    ]
    rows["progress"] = [row for row in rows["progress"] if row["task"] != "T040"]
    rows["minutes"] += _bad_minutes()
    rows["risks"] += _bad_risks()
    return rows


def _spoil_cells(task: dict[str, Any], tracked: dict[str, Any]) -> None:
    task["竞品支付流程分析"]["owner"] = None
    task["宣传渠道预定"]["priority"] = "P0"
    task["上线宣传投放"]["status"] = "待定"
    task["客服话术更新"]["due"] = "2024-02-30"
    task["销售渠道通知"]["due"] = "2024/9/4"
    task["宣传物料制作"]["due"] = "9.2"
    task["支付投诉率跟踪"]["remark"] = '=HYPERLINK("http://example.invalid","点这里")'
    task["测试用例编写"]["owner"] = " 林测试　"
    task["退款流程设计"]["buffer"] = 300
    task["对账流程梳理"]["department"] = "财务"
    tracked["T014"]["progress"] = "一半"
    tracked["T016"]["progress"] = 50
    tracked["T012"]["progress"] = 1.2


def _spoil_links(task: dict[str, Any]) -> None:
    task["客服培训"]["after"] = "客服话术定稿"
    task["宣传物料制作"]["after"] = "交互稿"
    task["灰度发布方案"]["after"] = "T030"
    task["灰度发布"]["after"] = "T031、T033"
    task["正式上线"]["after"] = "T033、T028、T033"
    task["成果归档"]["name"] = "复盘会"
    task["支付成功率评估"]["after"] = "支付接口"
    task["上线后对账核验"]["after"] = "T017、T034、T015"
    task["支付协议法务审核"]["status"] = "cancelled"


def _spoil_dates(task: dict[str, Any], tracked: dict[str, Any]) -> None:
    task["银行渠道费率谈判"]["due"] = day("07-26")
    task["风控规则配置"]["due"] = day("08-05")
    task["复盘会"]["due"] = day("10-10")
    task["上线评审会"]["due"] = day("09-06")
    task["安全渗透测试"]["start"] = day("09-10")
    task["测试环境准备"]["start"] = day("07-29")
    tracked["T007"]["finished"] = day("07-10")
    tracked["T008"]["finished"] = day("08-20")


def _spoil_status(task: dict[str, Any], tracked: dict[str, Any]) -> None:
    tracked["T001"]["progress"] = 0.9
    tracked["T013"]["progress"] = 1.0
    tracked["T002"]["finished"] = None
    tracked["T011"]["started"] = None
    tracked["T018"]["progress"] = 0.2
    tracked["T019"]["status"] = "in_progress"
    tracked["T019"]["started"] = day("07-29")
    tracked["T020"]["finished"] = day("07-30")
    tracked["T016"]["updated"] = day("07-20")
    task["性能压测"]["status"] = "done"
    tracked["T021"] |= {"status": "done", "progress": 1.0, "started": day("07-25"), "finished": day("07-31")}
    task["缺陷修复"]["status"] = "in_progress"
    tracked["T023"] |= {"status": "in_progress", "started": day("07-30")}


def _bad_minutes() -> list[dict[str, Any]]:
    meeting = {"date": day("07-26"), "kind": "special", "topic": "投诉专项会", "host": "郑主管", "item": "重复扣款投诉"}
    return [
        {**meeting, "action": "逐单回访用户", "due": day("08-09"), "department": "客服部"},
        {**meeting, "action": "排查重复扣款原因", "owner": "张工程师"},
        {**meeting, "action": "提交整改说明", "owner": "周律师", "due": day("07-29"), "status": "open", "task": "T088"},
    ]


def _bad_risks() -> list[dict[str, Any]]:
    risk = {
        "kind": "schedule",
        "identified": day("07-25"),
        "reviewed": day("07-31"),
        "department": "IT部",
        "status": "watching",
    }
    return [
        {
            **risk,
            "description": "大促期间流量激增",
            "possibility": 4,
            "impact": 5,
            "owner": "吴工程师",
            "tasks": "T032",
        },
        {
            **risk,
            "description": "测试环境资源不足",
            "possibility": 3,
            "impact": 3,
            "response": "借用预发环境",
            "tasks": "T077",
        },
        {
            **risk,
            "description": "重复扣款投诉升级",
            "possibility": 3,
            "impact": 3,
            "owner": "郑主管",
            "status": "occurred",
        },
        {
            **risk,
            "description": "日志量超出存储",
            "possibility": 2,
            "impact": 6,
            "response": "提前扩容",
            "owner": "吴工程师",
            "identified": day("06-01"),
            "reviewed": day("06-20"),
        },
    ]
