"""IF: the project's own form."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import pandas as pd

from collabxl.reading.frame_columns import bool_array, iter_rows, object_array
from collabxl.rules.engine.frames import by_workbook, distinct_words, languages, wbs
from collabxl.rules.engine.rule import ERROR, INFO, WARNING, PerHit, rule
from collabxl.rules.matching.names import normalize_name, split_names
from collabxl.rules.matching.wording import has_contact, is_filler, is_measurable, normalize_person
from collabxl.schema.sheets import Contacts, Project
from collabxl.text import t, truncate_list


@rule(
    "IF201",
    WARNING,
    "standard",
    at=Project.goal,
    title=t("核心目标不可衡量", "Goal not measurable"),
    message=t("核心目标里没有数字，也没有日期", "The goal has neither a number nor a date"),
    why=t("不能衡量的目标，结项时谁也说不清做到没有。", "In the end nobody can say whether it was reached."),
    fix=t("写明多少、到什么时候，如“9 月底前支付成功率提升至 99.5%”", "Say how much and until when"),
    scope="workbook",
    example="""
        project
        | field | value                                | finds |
        | goal  | 1、优化支付流程；2、全面提升用户体验 | value |
    """,
)
def goal_not_measurable(project: pd.DataFrame) -> pd.DataFrame:
    given = project[project.goal.notna()]
    return given[~bool_array(map(is_measurable, given.goal))]


@rule(
    "IF202",
    WARNING,
    "standard",
    at=Project.kpis,
    title=t("没有关键成果", "KPI missing"),
    message=t("关键成果写的是“{kpis}”，等于没写", "“{kpis}” names no key result"),
    why=t("没有可交付的成果，任务就没有对照。", "Tasks have nothing to be measured against."),
    fix=t("把目标拆成几项可交付的成果", "Break the goal down into things to deliver"),
    scope="workbook",
    example="""
        project
        | field | value | finds |
        | kpis  | 待定  | value |
    """,
)
def kpi_missing(project: pd.DataFrame) -> pd.DataFrame:
    given = project[project.kpis.notna()]
    return given[bool_array(map(is_filler, given.kpis))]


@rule(
    "IF203",
    ERROR,
    "basic",
    at=PerHit(),
    title=t("时间周期读不出", "Period unreadable"),
    message=t("从“{raw}”读不出起止日期", "“{raw}” does not tell the first and the last day"),
    why=t(
        "没有起止日期，就不知道任务是否超出项目时间。",
        "Without both days nothing can be checked against the project's time.",
    ),
    fix=t("写成“2024-07-01~2024-09-30”", "Write it like 2024-07-01~2024-09-30"),
    scope="workbook",
    example="""
        project
        | field  | value  | finds |
        | period | 三个月 | value |
    """,
)
def period_unreadable(misfits: pd.DataFrame) -> pd.DataFrame:
    return misfits[misfits.fault == "period-unreadable"]


@rule(
    "IF204",
    ERROR,
    "basic",
    at=Project.period,
    title=t("时间周期颠倒", "Period reversed"),
    message=t("结束日期 {last} 早于开始日期 {first}", "It ends on {last}, before it begins on {first}"),
    why=t("起止颠倒，所有日期都会被判为超期。", "Turned round, every date lies outside it."),
    fix=t("把两个日期对调，或改正写错的一个", "Swap the two days or mend the wrong one"),
    scope="workbook",
    example="""
        project
        | field  | value                 | finds |
        | period | 2024-09-30~2024-07-01 | value |
    """,
)
def period_reversed(project: pd.DataFrame, period: pd.DataFrame) -> pd.DataFrame:
    both = project.assign(first=by_workbook(project, period["first"]), last=by_workbook(project, period["last"]))
    return both[both["last"] < both["first"]]


@rule(
    "IF205",
    WARNING,
    "standard",
    at=Project.lead,
    title=t("负责人缺联系方式", "Lead without contact"),
    message=t("协同负责人没有电话或邮箱", "Nothing tells how to reach the lead"),
    why=t("出了问题要能马上找到统筹的人。", "Whoever has a problem has to reach the lead at once."),
    fix=t("在姓名后写联系方式，或在部门对接人里填写", "Add a phone number or address, here or in the contacts"),
    scope="workbook",
    example="""
        project
        | field | value  | finds |
        | lead  | 王经理 | value |
        contacts
        | department | person | phone       |
        | 市场部     | 刘经理 | 13800000000 |
    """,
)
def lead_without_contact(project: pd.DataFrame, contacts: pd.DataFrame) -> pd.DataFrame:
    silent = project[project.lead.notna()]
    silent = silent[~bool_array(map(has_contact, silent.lead))]
    if silent.empty:
        return silent
    reached = contacts[contacts.person.notna() & (contacts.phone.notna() | contacts.email.notna())]
    known = {
        (wb, normalize_person(name))
        for wb, cell in zip(wbs(reached).tolist(), reached.person, strict=True)
        for name in split_names(cell)
    }
    return silent[
        bool_array(
            not any((wb, normalize_person(name)) in known for name in split_names(cell))
            for wb, cell in zip(wbs(silent).tolist(), silent.lead, strict=True)
        )
    ]


@rule(
    "IF206",
    WARNING,
    "standard",
    at=Project.departments,
    title=t("部门缺对接人", "Department without contact"),
    message=t("部门对接人里没有 {missing}", "The contacts have no {missing}"),
    why=t("没有对接人，表发给谁、问题找谁都不知道。", "Nobody knows whom to ask or to send a copy to."),
    fix=t("在部门对接人里给每个参与部门加一行", "Add a row to the contacts for every department"),
    scope="workbook",
    in_copies=False,
    example="""
        project
        | field       | value          | finds |
        | departments | 市场部、销售部 | value |
        contacts
        | department | person |
        | 市场部     | 刘经理 |
    """,
)
def department_without_contact(project: pd.DataFrame, contacts: pd.DataFrame, sheets: pd.DataFrame) -> pd.DataFrame:
    lists = sheets[sheets.sheet == Contacts.meta.key]
    with_list = lists.wb[bool_array(Contacts.department.key in present for present in lists.present)]
    return _missing_departments(project[np.isin(wbs(project), with_list)], contacts)


@rule(
    "IF207",
    INFO,
    "standard",
    at=Project.departments,
    title=t("部门没有任务", "Department without task"),
    message=t("{missing} 还没有任务", "There is no task for {missing}"),
    why=t("要么漏排了任务，要么这个部门不必参与。", "Either a task is missing or the department need not take part."),
    fix=t("补上它的任务，或从参与部门里去掉", "Add its tasks, or take it off the list"),
    scope="workbook",
    in_copies=False,
    example="""
        project
        | field       | value          | finds |
        | departments | 市场部、销售部 | value |
        tasks
        | name | department |
        | A    | 市场部     |
    """,
)
def department_without_task(project: pd.DataFrame, tasks: pd.DataFrame) -> pd.DataFrame:
    given = tasks[tasks.department.notna()]
    return _missing_departments(project[np.isin(wbs(project), wbs(given))], given)


def _missing_departments(project: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the projects with departments that no row of theirs is for, and which: ``missing``."""
    there: dict[int, set[str]] = defaultdict(set)
    for wb, cell in distinct_words(rows, Contacts.department.key)[0]:
        there[wb].update(map(normalize_name, split_names(cell or "")))
    missing = [
        [name for name in split_names(cell or "") if normalize_name(name) not in there[wb]]
        for wb, cell in zip(wbs(project).tolist(), project.departments, strict=True)
    ]
    return project.assign(missing=object_array(map(truncate_list, missing)))[bool_array(map(bool, missing))]


@rule(
    "IF208",
    ERROR,
    "basic",
    at=PerHit(),
    title=t("缺字段", "Field missing"),
    message=t("缺少“{wanted}”这一行", "The field “{wanted}” is missing"),
    why=t("这是项目的基本信息，汇总和报告都要用。", "Summary and reports need it."),
    fix=t("加一行“{wanted}”并填写", "Add a row “{wanted}” and fill it in"),
    scope="workbook",
    example="""
        project
        | field       | value |
        | -kpis!      |       |
    """,
)
def field_missing(sheets: pd.DataFrame, books: pd.DataFrame) -> pd.DataFrame:
    lang = languages(books)
    forms = sheets[(sheets.sheet == Project.meta.key) & (sheets.present.map(len) > 0)]
    missing = [
        (form.wb, form.sheet, form.header, column.key, column.title.to(lang[form.wb]))
        for form in iter_rows(forms)
        for column in Project.meta.columns
        if column.required and column.key not in form.present
    ]
    return pd.DataFrame(missing, columns=["wb", "sheet", "row", "key", "wanted"]).assign(at=1)
