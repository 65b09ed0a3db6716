"""Portfolios made up for tests: many projects of every health, with the names and mistakes of real ones."""

from __future__ import annotations

import datetime as dt
import random

from collabxl import Portfolio, PortfolioProject, Severity
from collabxl.errors import missing_file_error
from collabxl.reports.portfolio.health import health
from collabxl.reports.portfolio.numbers import (
    Crossing,
    CrossLink,
    HighRisk,
    Load,
    OpenMilestone,
    Problem,
    RiskNumbers,
    SkippedFile,
    UrgentTask,
)
from collabxl.schema.settings import USUAL
from collabxl.text import t
from tests.tables import TODAY

WHAT = [
    "支付流程优化",
    "会员体系升级",
    "ERP 系统升级",
    "夏季大型活动",
    "供应链协同",
    "客户投诉专项",
    "数据中台建设",
    "App 改版",
]
DEPARTMENTS = ["产品研发部", "市场部", "销售部", "客服部", "IT部", "法务部", "财务部", "采购部", ""]
PEOPLE = ["王经理", "张工程师", "刘经理", "郑主管", "黄专员", "吴工程师", "赵分析师", "李专员", "周律师", "Anna", ""]
RULES: list[tuple[str, Severity]] = [("DL401", "error"), ("DP301", "error"), ("ST504", "warning"), ("CV101", "info")]


def day(number: int) -> dt.date:
    return TODAY + dt.timedelta(number)


def project(number: int, luck: random.Random) -> PortfolioProject:
    living = luck.randint(0 if number % 50 == 0 else 8, 220) if number % 50 else 0
    overdue = min(living, luck.choice([0, 0, 0, 1, 2, 9, 30]))
    high, slip = luck.choice([0, 0, 0, 1, 2, 4]), luck.choice([0, 0, 0, -4, 2, 6, 17])
    soon, done = luck.randint(0, 6), luck.randint(0, living - overdue)
    numbers = {"overdue": -(-100 * overdue // max(1, living)), "slip": max(0, slip), "high_risks": high, "cyclic": 0}
    name = f"2024年 {WHAT[number % len(WHAT)]} {number:04}"
    tasks = [
        UrgentTask(
            f"T{at:03}", f"第 {at} 项：联调", luck.choice(PEOPLE), luck.choice(DEPARTMENTS), day(-at), "overdue", at
        )
        for at in range(overdue, 0, -1)
    ]  # fmt: skip
    problems = [
        Problem(
            *luck.choice(RULES), "任务分工表", f"F{at + 6}", f"T{at:03}",
            t(f"截止日期 {day(-at)} 已过 {at} 天", f"Due {day(-at)} was {at} days ago"),
            t("写上延期原因和补救措施", "Tell the reason and the remedy"),
        )
        for at in range(1, luck.randint(1, 12))
    ]  # fmt: skip
    loads = [
        tuple(
            Load(each, luck.randint(0, 40), luck.choice([0, 0, 1, 3]), luck.choice([0, 1, 2]), luck.choice([0, 3, 11]))
            for each in luck.sample(names, 4)
        )
        for names in (DEPARTMENTS, PEOPLE)
    ]
    matrix = tuple(tuple(luck.choice([0, 0, 0, 1]) for _ in range(5)) for _ in range(5))
    return PortfolioProject(
        path=f"projects/{number:04} {WHAT[number % len(WHAT)]}.xlsx",
        name=name,
        lead=luck.choice(PEOPLE),
        lang="zh",
        day=TODAY,
        total=living + 2,
        living=living,
        done=done,
        planned=luck.randint(0, living),
        overdue=overdue,
        soon=soon,
        start=day(-30),
        end=day(60),
        finish=day(60 + slip) if number % 17 else None,
        slip=slip if number % 17 else 0,
        chain=("T001 需求调研", "T008 接口开发", "T020 接口联调", "T034 正式上线"),
        ahead=(OpenMilestone("方案评审会", day(7), day(9)), OpenMilestone("正式上线", day(50), day(50 + slip))),
        risks=RiskNumbers(sum(map(sum, matrix)), number % 3, matrix, high, tuple(
            HighRisk(f"第三方接口对接不稳定（{at}）", 25 - at, "监控中", bool(at % 2)) for at in range(high)
        ), 8, 15),
        departments=loads[0],
        people=loads[1],
        tasks=tuple(tasks),
        problems=tuple(problems),
        counts={each: sum(problem.severity == each for problem in problems) for each in ("error", "warning", "info")},
        health=health(numbers, living),
    )  # fmt: skip


def many(count: int) -> Portfolio:
    """Return a portfolio of ``count`` projects; the same count gives the same one."""
    luck = random.Random(count)
    projects = tuple(project(number, luck) for number in range(count))
    states: list[Crossing] = ["too_late", "in_time", "done", "no_task", "no_project", "cancelled"]
    links = tuple(
        CrossLink(at, "T034 正式上线", day(50), f"{WHAT[at % 8]}::T020", states[at % 6],
             None if states[at % 6].startswith("no") else (at + 1) % count, "T020 接口联调", day(53), day(55))
        for at in range(0, count, 9)
    )  # fmt: skip
    aside = (
        SkippedFile("projects/旧版.xls", missing_file_error("projects/旧版.xls")),
        SkippedFile("copies/市场部.xlsx", None),
    )
    return Portfolio(TODAY, projects, links, aside, USUAL)
