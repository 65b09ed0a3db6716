"""The mistakes in the rollout of 120 tasks: each fault says which rule it breaks and where that is to be found.

Everything else in the workbook is as ``launch`` has it, and that finds nothing: those rows are the rules' negative side.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from tools.samples import launch
from tools.samples.launch import IT, LEAD, TODAY

ADDED = "+"
"""The row of a fault that is a row of its own."""
LONG = "旧系统并行维护"


class Fault(NamedTuple):
    """What is wrong: the rule that tells it, the sheet and the row (a task's name), the column found, what is typed.

    ``found_at`` is the task whose row tells it, where that is another one.
    """

    code: str
    sheet: str
    row: str
    at: str
    typed: dict[str, Any]
    found_at: str = ""


def day(text: str) -> dt.date:
    """Return a day of 2024 written as month and day."""
    return dt.date.fromisoformat(f"2024-{text}")


CELLS = [
    Fault("CV101", "tasks", "采购需求访谈", "owner", {"owner": None}),
    Fault("CV102", "tasks", "库存需求访谈", "priority", {"priority": "P0"}),
    Fault("CV103", "tasks", "成果归档", "due", {"due": "2024-02-30"}),
    Fault("CV104", "progress", "财务用户手册", "expected", {"expected": "2024/8/2"}),
    Fault("CV105", "progress", "财务数据清洗", "progress", {"progress": "一半"}),
    Fault("CV106", "tasks", "测试环境搭建", "buffer", {"buffer": 300}),
    Fault("CV107", "progress", "销售接口开发", "progress", {"progress": 80}),
    Fault("CV108", "tasks", "生产权限核对", "name", {"name": "人力权限核对"}),
    Fault("CV109", "tasks", "采购接口开发", "owner", {"owner": " 魏工程师　"}),
    Fault("CV110", "tasks", "销售差异分析", "deliverable", {"deliverable": "XXX差异清单"}),
    Fault("CV113", "tasks", "销售需求访谈", "remark", {"remark": '=HYPERLINK("http://example.invalid","点这里")'}),
    Fault("CV114", "tasks", "财务需求访谈", "deliverable", {"deliverable": "《财务访谈纪要》" + "及附录" * 80}),
]
FORM = [
    Fault("IF201", "project", "", "goal", {"goal": "各模块全部上线，供应链更加顺畅"}),
    Fault("IF202", "project", "", "kpis", {"kpis": "待定"}),
    Fault("IF205", "project", "", "lead", {"lead": LEAD}),
    Fault("IF206", "project", "", "departments", {"departments": launch.PROJECT["departments"] + "、法务部"}),
    Fault("IF207", "project", "", "departments", {}),
]
LINKS = [
    Fault("DP301", "tasks", "人力上线支持", "after", {"after": "正式上线、全员动员大会"}),
    Fault("DP302", "tasks", "项目复盘会", "after", {"after": "运维手册"}),
    Fault("DP303", "tasks", "测试环境搭建", "after", {"after": "总体架构方案、测试环境搭建"}),
    Fault("DP304", "tasks", "采购上线支持", "after", {"after": "正式上线、库存上线支持"}),
    Fault("DP304", "tasks", "库存上线支持", "after", {"after": "正式上线、采购上线支持"}),
    Fault("DP305", "tasks", "运维移交", "after", {"after": "T114、T115、T114"}),
    Fault("DP306", "tasks", "销售上线支持", "after", {"after": "上线评审会、正式上线"}),
    Fault("DP307", "tasks", "库存切换演练", "due", {"start": None, "due": day("09-06")}),
    Fault("DP308", "tasks", "财务集成测试", "status", {"status": "in_progress"}),
    Fault("DP309", "tasks", "人力测试数据导入", "status", {"status": "done"}),
    Fault("DP310", "tasks", "采购用户手册", "after", {"status": "cancelled"}, "采购关键用户培训"),
    Fault("DP311", "tasks", "采购切换演练", "after", {"after": "采购用户验收测试、权限核对"}),
    Fault("DP312", "tasks", "财务用户手册", "after", {"after": "-"}),
    Fault("DP312", "tasks", "财务关键用户培训", "after", {"after": "财务集成测试"}, "财务用户手册"),
    Fault(
        "DP313", "tasks", "库存单元测试", "after", {"due": day("07-30"), "status": "in_progress"}, "库存测试数据导入"
    ),
    Fault("DP314", "tasks", "人力切换演练", "after", {"after": f"人力用户验收测试、{launch.PROJECT['name']}::T300"}),
]
DATES = [
    Fault(
        "SQ954",
        "tasks",
        ADDED,
        "name",
        {
            "name": LONG,
            "owner": launch.OPERATOR,
            "department": IT,
            "deliverable": "维护日志",
            "priority": "low",
            "start": day("08-01"),
            "due": day("11-20"),
            "after": "-",
            "status": "not_started",
        },
    ),
    Fault("DL401", "tasks", "库存单元测试", "due", {}),
    Fault("DL402", "progress", "销售用户手册", "due", {"progress": 0.1}, "销售用户手册"),
    Fault("DL403", "tasks", LONG, "due", {}),
    Fault("DL404", "tasks", "财务上线支持", "due", {"start": day("10-14")}),
    Fault("DL405", "progress", "采购系统配置", "finished", {"finished": day("07-10")}),
    Fault("DL406", "progress", "库存系统配置", "finished", {"finished": day("08-09")}),
    Fault("DL407", "tasks", "生产单元测试", "status", {"start": day("07-30")}),
    Fault("DL408", "tasks", "人力上线支持", "due", {"due": day("10-13")}),
    Fault("DL409", "tasks", "集成测试完成", "due", {"start": day("08-28"), "due": day("08-28")}),
    Fault("DL410", "tasks", "生产单元测试", "due", {}),
    Fault("DL411", "tasks", "人力用户验收测试", "due", {"start": None, "due": day("08-16")}),
    Fault("SQ952", "tasks", "正式上线", "buffer", {"start": day("09-19"), "due": day("09-19")}),
    Fault("SQ953", "tasks", "采购集成测试", "due", {"start": None, "due": day("08-07")}, "采购单元测试"),
    Fault("SQ955", "tasks", LONG, "status", {}),
    Fault("DP312", "tasks", LONG, "after", {}),
]
UNFINISHED = ("生产用户手册", "人力用户手册", "采购接口开发", "销售接口开发")
STATUS = [
    Fault("ST501", "progress", "采购需求访谈", "progress", {"progress": 0.9}),
    Fault("ST502", "progress", "财务用户手册", "status", {"progress": 1.0}),
    Fault("ST503", "progress", "库存需求访谈", "finished", {"finished": None}),
    Fault("ST504", "progress", "人力单元测试", "status", {"finished": day("07-31")}),
    Fault("ST505", "progress", "采购单元测试", "started", {"started": None}),
    Fault("ST506", "progress", "采购测试数据导入", "progress", {"progress": 0.2}),
    Fault("ST507", "tasks", "财务集成测试", "status", {}),
    Fault("ST508", "progress", "库存用户手册", "updated", {"updated": day("07-20")}),
    Fault("ST509", "progress", ADDED, "task", {"task": "T300", "progress": 0.5, "status": "in_progress", "started": day("07-20"), "updated": TODAY}),
    Fault("ST510", "progress", "成果归档", "name", {"task": None}, "成果归档"),
    Fault("ST510", "progress", "生产接口开发", "name", {"task": None}, "生产接口开发"),
    Fault("ST511", "tasks", "库存单元测试", "status", {}),
    Fault("ST512", "tasks", "销售测试数据导入", "status", {"status": "delayed"}),
    Fault("DY601", "progress", "库存单元测试", "delay_reason", {"status": "in_progress", "progress": 0.6, "finished": None}),
    Fault("DY602", "progress", "库存单元测试", "remedy", {}),
    Fault("DY603", "progress", "库存单元测试", "expected", {}),
    Fault("DY605", "progress", "销售接口开发", "delay_reason", {"status": "delayed", "finished": None, "expected": day("08-09"), "delay_reason": "其他", "remedy": "加派一名接口工程师，8月9日前完成"}),
]  # fmt: skip
INDEX = [
    *(Fault("SQ956", "tasks", name, "status", {"status": "delayed"}, ADDED) for name in UNFINISHED),
    *(
        Fault("SQ956", "progress", name, "status", {
            "status": "delayed", "progress": 0.9, "finished": None, "expected": day("08-05"),
            "delay_reason": "接口规范晚到三天", "remedy": "每天下班前核对一次，8月5日前交付",
        }, ADDED)
        for name in UNFINISHED[:3]
    ),
]  # fmt: skip
PEOPLE = [
    Fault("PP701", "tasks", "财务蓝图设计", "department", {"department": "财务"}),
    Fault("PP702", "tasks", "人力差异分析", "owner", {"owner": "外聘顾问"}),
    *(
        Fault("PP703", "tasks", f"{module}集成测试", "owner", {"owner": "田测试"}, "销售集成测试")
        for module in ("库存", "财务", "人力", "销售", "生产")
    ),
    Fault("PP704", "tasks", "总体架构方案", "owner", {"department": "采购部"}),
]
MEETINGS = [
    Fault("MT801", "minutes", ADDED, "owner", {"date": day("07-22"), "topic": "接口专题会", "action": "确认银企直联报文", "due": day("08-09")}),
    Fault("MT802", "minutes", ADDED, "due", {"date": day("07-22"), "topic": "接口专题会", "action": "补充异常流程", "owner": "宋工程师"}),
    Fault("MT803", "minutes", ADDED, "due", {"date": day("07-22"), "topic": "接口专题会", "action": "提交报文样例", "owner": "余工程师", "due": day("07-29"), "status": "open"}),
    Fault("MT804", "minutes", ADDED, "decision", {"date": day("07-17"), "kind": "special", "topic": "数据专题会", "item": "物料编码"}),
    Fault("MT806", "minutes", ADDED, "task", {"date": day("07-22"), "topic": "接口专题会", "decision": "报文以V3为准", "task": "T300"}),
    Fault("MT807", "minutes", ADDED, "absent", {"date": day("07-22"), "topic": "接口专题会", "decision": "周五复核", "absent": "唐主管"}),
]  # fmt: skip


def _risk(code: str, at: str, description: str, weight: tuple[int, int], **more: Any) -> Fault:
    row = {
        "description": description, "kind": "technical", "possibility": weight[0], "impact": weight[1], "department": IT,
        "owner": "夏架构师", "status": "watching", "identified": day("07-01"), "reviewed": day("07-26"), **more,
    }  # fmt: skip
    return Fault(code, "risks", ADDED, at, row)


RISKS = [
    _risk("RK901", "response", "切换当天网络中断", (3, 5)),
    _risk("RK902", "owner", "老系统接口停用时间不明", (2, 3), response="每周确认", owner=None),
    _risk("RK904", "reviewed", "报表口径不一致", (2, 3), response="统一口径表", reviewed=day("06-20")),
    _risk("RK905", "response", "测试服务器磁盘不足", (2, 3), status="occurred"),
    _risk("RK906", "tasks", "培训教室冲突", (1, 2), response="改线上", tasks="T300"),
    _risk("RK907", "approved_by", "部分历史单据不迁移", (2, 2), strategy="accept"),
    _risk("RK908", "status", "访谈对象出差", (2, 2), response="线上访谈", tasks="采购流程梳理、库存流程梳理"),
]
FAULTS = [*CELLS, *FORM, *LINKS, *DATES, *STATUS, *INDEX, *PEOPLE, *MEETINGS, *RISKS]


def project() -> dict[str, Any]:
    """Return the form with its faults."""
    form = dict(launch.PROJECT)
    for fault in FORM:
        form |= fault.typed
    return form


def rows() -> dict[str, list[dict[str, Any]]]:
    """Return the rows of every sheet with their faults."""
    made = launch.clean()
    tasks = {row["name"]: row for row in made["tasks"]}
    tracked = dict(zip(tasks, made["progress"], strict=True))
    for fault in FAULTS:
        if fault.row == ADDED:
            made[fault.sheet].append(dict(fault.typed))
            tasks |= {row["name"]: row for row in made["tasks"][-1:]}
        elif fault.sheet == "tasks":
            tasks[fault.row].update(fault.typed)
        elif fault.sheet == "progress":
            tracked[fault.row].update(fault.typed)
    made["progress"] = [row for row in made["progress"] if row["task"]]
    for person in made["contacts"]:
        if person["person"] == LEAD:
            person["email"] = None
    del made["minutes"][7]  # the last weekly meeting: since then there was none for more than a week (MT805)
    return made


def spot(fault: Fault) -> tuple[str, str, str]:
    """Return where a fault is to be found: the rule, the column, and the name of the task, if its row has one."""
    name = fault.found_at or fault.row
    return fault.code, fault.at, "" if name in (ADDED, LONG) else name
