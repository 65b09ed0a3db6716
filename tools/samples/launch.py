"""A rollout of 120 tasks over six departments, scheduled over the real calendar: as it should be on 1 August 2024.

Every module goes through the same eighteen steps; milestones tie the modules together. ``spoilt.py`` puts the mistakes in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any, NamedTuple

from collabxl.scheduling.calendar import public_days

BEGIN = dt.date(2024, 6, 3)
TODAY = dt.date(2024, 8, 1)
UPDATED = TODAY
ME = "沈经理"

PROJECT: dict[str, Any] = {
    "name": "ERP系统升级与供应链流程优化项目",
    "initiator": "信息技术部",
    "lead": f"{ME}（13900000000）",
    "departments": "采购部、仓储物流部、销售部、财务部、生产部、人力资源部",
    "goal": "2024年10月底前六个模块全部上线，订单到交付周期缩短20%",
    "kpis": "①六个模块上线并稳定运行10个工作日；②库存准确率达到99%；③月结由5天缩短到2天",
    "period": "2024年6月3日-2024年11月15日",
    "remark": "财务月结期间（每月1-3日）不做系统切换",
    "scenario": "跨流程优化",
    "status_date": TODAY,
}


class Module(NamedTuple):
    """One part of the system: who uses it, who sets it up, who programs it, who tests and teaches it."""

    name: str
    department: str
    user: str
    second: str
    consultant: str
    programmer: str


MODULES = [
    Module("采购", "采购部", "许主管", "冯专员", "顾顾问", "魏工程师"),
    Module("库存", "仓储物流部", "马主管", "罗专员", "梁顾问", "宋工程师"),
    Module("销售", "销售部", "唐主管", "邓专员", "韩顾问", "蒋工程师"),
    Module("财务", "财务部", "袁主管", "卢会计", "蔡顾问", "余工程师"),
    Module("生产", "生产部", "潘主管", "杜计划员", "董顾问", "叶工程师"),
    Module("人力", "人力资源部", "程主管", "苏专员", "丁顾问", "任工程师"),
]
IT = PROJECT["initiator"]
LEAD, ARCHITECT, TESTER, OPERATOR = ME, "夏架构师", "田测试", "石运维"


class Step(NamedTuple):
    """One step of a module: its working days, who does it, its result, and the steps or milestones it waits for."""

    name: str
    days: int
    role: str
    deliverable: str
    after: tuple[str, ...]


STEPS = [
    Step("需求访谈", 5, "user", "《{}访谈纪要》", ("项目启动会",)),
    Step("流程梳理", 5, "user", "《{}流程图》", ("需求访谈",)),
    Step("差异分析", 4, "consultant", "《{}差异清单》", ("流程梳理",)),
    Step("蓝图设计", 6, "consultant", "《{}业务蓝图》", ("差异分析", "总体架构方案")),
    Step("蓝图评审", 1, "user", "《{}评审记录》", ("蓝图设计",)),
    Step("系统配置", 8, "consultant", "{}配置清单", ("蓝图批准",)),
    Step("接口开发", 10, "programmer", "{}接口代码", ("蓝图批准",)),
    Step("数据清洗", 8, "second", "{}主数据表", ("蓝图评审",)),
    Step("单元测试", 4, "programmer", "《{}单元测试记录》", ("系统配置", "接口开发")),
    Step("测试数据导入", 2, "programmer", "{}测试账套", ("单元测试", "数据清洗", "测试环境搭建")),
    Step("集成测试", 8, "consultant", "《{}集成测试报告》", ("测试数据导入", "集成测试方案")),
    Step("缺陷修复", 4, "programmer", "{}缺陷关闭清单", ("集成测试",)),
    Step("用户手册", 5, "second", "《{}操作手册》", ("系统配置",)),
    Step("关键用户培训", 3, "second", "{}培训签到表", ("用户手册", "集成测试")),
    Step("用户验收测试", 5, "user", "《{}验收报告》", ("集成测试完成", "关键用户培训")),
    Step("权限核对", 2, "consultant", "{}权限矩阵", ("用户验收测试",)),
    Step("切换演练", 3, "programmer", "《{}切换演练记录》", ("用户验收测试",)),
    Step("上线支持", 10, "consultant", "{}问题日志", ("正式上线",)),
]

LONGER = {
    "采购单元测试": 2, "采购用户手册": 3, "库存数据清洗": 7, "库存用户手册": 4, "销售接口开发": 3, "销售用户手册": 4, "财务系统配置": 2,
    "财务数据清洗": 5, "生产流程梳理": 1, "生产接口开发": 4, "人力单元测试": 3, "人力集成测试": -3,
}  # fmt: skip
"""Working days that a module needs more, or less, than the others."""


class Joint(NamedTuple):
    """A task of the whole project: its working days, who does it, what it waits for, and the days kept in reserve."""

    name: str
    days: int
    owner: str
    deliverable: str
    after: tuple[str, ...]
    buffer: int = 0


JOINT = [
    Joint("项目章程与目标确认", 3, LEAD, "《协同目标确认函》", ()),
    Joint("项目启动会", 1, LEAD, "启动会纪要", ("项目章程与目标确认",)),
    Joint("总体架构方案", 8, ARCHITECT, "《总体架构方案》", ("项目启动会",)),
    Joint("蓝图批准", 1, LEAD, "蓝图批准书", ("*蓝图评审",), 2),
    Joint("测试环境搭建", 6, OPERATOR, "环境清单", ("总体架构方案",)),
    Joint("集成测试方案", 5, TESTER, "《集成测试方案》", ("蓝图批准",)),
    Joint("集成测试完成", 1, TESTER, "测试总结", ("*缺陷修复",), 3),
    Joint("上线评审会", 1, LEAD, "上线批准书", ("*权限核对", "*切换演练")),
    Joint("正式上线", 1, ARCHITECT, "上线报告", ("上线评审会",), 5),
    Joint("运维移交", 3, OPERATOR, "《运维手册》", ("*上线支持",)),
    Joint("项目复盘会", 1, LEAD, "《协同复盘报告》", ("运维移交",)),
    Joint("成果归档", 2, TESTER, "归档清单", ("项目复盘会",)),
]
MILESTONES = {"蓝图批准", "集成测试完成", "正式上线"}
HIGH = {"蓝图设计", "系统配置", "接口开发", "集成测试", "用户验收测试", *MILESTONES}
LOW = {"用户手册", "成果归档", "运维移交"}


class _Days:
    """Working days counted one by one from the project's first."""

    def __init__(self) -> None:
        odd = {day.day: day.is_working for day in public_days("CN", [2024], "zh_CN")}
        every = (BEGIN + dt.timedelta(days=number) for number in range(400))
        self.days = [day for day in every if odd.get(day, day.weekday() < 5)]

    def at(self, number: int) -> dt.date:
        """Return the working day of a number, from 0."""
        return self.days[number]


class Planned(NamedTuple):
    """A task with its first and last working day by number."""

    row: dict[str, Any]
    first: int
    last: int


def _every() -> Iterator[tuple[str, Joint, Module | None, str]]:
    for joint in JOINT:
        yield joint.name, joint, None, joint.name
    for module in MODULES:
        for step in STEPS:
            owner = getattr(module, step.role)
            after = tuple(
                f"{module.name}{name}" if any(name == each.name for each in STEPS) else name for name in step.after
            )
            name = f"{module.name}{step.name}"
            days = step.days + LONGER.get(name, 0)
            yield name, Joint(name, days, owner, step.deliverable.format(module.name), after), module, step.name


def _planned() -> list[dict[str, Any]]:
    """Return the tasks in the order of their dates, each begun when the last one it waits for is done."""
    waiting = {name: (joint, module, kind) for name, joint, module, kind in _every()}
    days, done = _Days(), dict[str, Planned]()
    while waiting:
        for name, (joint, module, kind) in list(waiting.items()):
            after = [each for word in joint.after for each in _meant(word)]
            if any(each in waiting for each in after):
                continue
            first = max((done[each].last + 1 for each in after), default=0)
            last = first + joint.days + joint.buffer - 1
            is_business = module is not None and joint.owner in (module.user, module.second)
            row = {
                "name": name,
                "owner": joint.owner,
                "department": module.department if module and is_business else IT,
                "deliverable": joint.deliverable,
                "start": days.at(first),
                "due": days.at(last),
                "priority": "high" if kind in HIGH else "low" if kind in LOW else "medium",
                "after": after,
                "milestone": True if name in MILESTONES else None,
                "buffer": joint.buffer or None,
            }
            done[name] = Planned(row, first, last)
            del waiting[name]
    ordered = sorted(done.values(), key=lambda planned: (planned.first, planned.last))
    return [planned.row for planned in ordered]


def _meant(word: str) -> list[str]:
    return [f"{module.name}{word[1:]}" for module in MODULES] if word.startswith("*") else [word]


def tasks() -> list[dict[str, Any]]:
    """Return the 120 tasks as they should be, done as far as their dates say."""
    rows = _planned()
    number = {row["name"]: f"T{at:03}" for at, row in enumerate(rows, 1)}
    for row in rows:
        row["after"] = "、".join(number[name] for name in row["after"]) or "-"
        row["status"] = "done" if row["due"] <= TODAY else "in_progress" if row["start"] <= TODAY else "not_started"
    return rows


def progress(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one progress row a task, in step with the tasks."""
    made = []
    for at, task in enumerate(rows, 1):
        done, running = task["status"] == "done", task["status"] == "in_progress"
        row = {
            "task": f"T{at:03}",
            "started": task["start"] if done or running else None,
            "finished": task["due"] if done else None,
            "progress": 1.0 if done else _share(task) if running else 0.0,
            "status": task["status"],
            "note": "按计划完成" if done else "按计划推进" if running else None,
            "updated_by": task["owner"],
            "updated": UPDATED,
        }
        made.append(row)
    return made


def _share(task: dict[str, Any]) -> float:
    """Return the share that is done of a running task that is in time, in steps of five per cent, rounded up."""
    days = _Days().days
    first, last, now = (days.index(day) for day in (task["start"], task["due"], TODAY))
    return -(-20 * (now - first) // (last - first)) / 20


def contacts() -> list[dict[str, Any]]:
    """Return who speaks for each department and who steps in; everybody of the project is known."""
    made = [
        {"department": module.department, "person": module.user, "phone": "13900000001", "backup": module.second,
         "email": f"contact{at}@example.com", "role": f"{module.name}模块业务负责人"}
        for at, module in enumerate(MODULES, 1)
    ]  # fmt: skip
    staff = [ARCHITECT, TESTER, OPERATOR]
    staff += [person for module in MODULES for person in (module.consultant, module.programmer)]
    made += [
        {"department": IT, "person": person, "email": f"it{at}@example.com", "role": "实施与开发"}
        for at, person in enumerate([LEAD, *staff], 1)
    ]
    return made


_WEEKS = [
    ("06-07", "kickoff", "项目启动会", "目标、范围与六个模块的边界确认", None),
    ("06-14", "weekly", "第2周周例会", "访谈名单确认，每模块不少于5人", None),
    ("06-21", "weekly", "第3周周例会", "库存与生产共用物料编码规则", None),
    ("06-28", "weekly", "第4周周例会", "接口清单冻结，新增接口走变更", None),
    ("07-05", "weekly", "第5周周例会", "蓝图评审意见当日闭环", None),
    ("07-12", "review", "蓝图评审会", "六个模块蓝图通过", None),
    ("07-19", "weekly", "第7周周例会", "数据清洗按仓库分批", None),
    ("07-26", "weekly", "第8周周例会", "单元测试通过率不到95%不进集成", "补齐生产模块的测试用例"),
]
MINUTES: list[dict[str, Any]] = [
    {
        "date": dt.date.fromisoformat(f"2024-{day}"), "kind": kind, "topic": topic, "host": LEAD,
        "present": "各模块业务负责人与顾问", "item": "进展与卡点", "decision": decision,
        **({"action": action, "owner": "叶工程师", "department": IT, "due": dt.date(2024, 8, 6), "status": "in_progress"}
           if action else {}),
    }
    for day, kind, topic, decision, action in _WEEKS
]  # fmt: skip


def _risk(description: str, kind: str, weight: tuple[int, int], strategy: str, **more: Any) -> dict[str, Any]:
    return {
        "description": description, "kind": kind, "possibility": weight[0], "impact": weight[1], "strategy": strategy,
        "department": IT, "status": "watching", "identified": dt.date(2024, 6, 20), "reviewed": dt.date(2024, 7, 26),
        **more,
    }  # fmt: skip


RISKS = [
    _risk("旧系统主数据重复，清洗量超出预期", "technical", (4, 4), "reduce", owner="罗专员", department="仓储物流部",
          response="按仓库分批清洗，每批抽检5%", trigger="抽检错误率高于1%"),
    _risk("月结与切换时间冲突", "schedule", (2, 5), "avoid", owner="袁主管", department="财务部",
          response="切换避开每月1-3日", trigger="上线日期调整"),
    _risk("关键顾问离场", "resource", (2, 4), "transfer", owner=LEAD, response="合同约定替补顾问两日内到位"),
    _risk("接口供应商响应慢", "external", (3, 3), "accept", owner="宋工程师", response="每周例会跟踪", approved_by=LEAD),
]  # fmt: skip


def clean() -> dict[str, list[dict[str, Any]]]:
    """Return the project as it should be."""
    rows = tasks()
    return {
        "tasks": rows,
        "progress": progress(rows),
        "minutes": [dict(row) for row in MINUTES],
        "risks": [dict(row) for row in RISKS],
        "contacts": contacts(),
    }
