"""Workbooks as people type them, without any template: the seed's own project, and a messy one."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.worksheet.worksheet import Worksheet

from collabxl.schema.sheets import Project
from collabxl.schema.vocabularies import STATUS
from tools.samples import launch

D = dt.date
WRITTEN = dt.datetime(2024, 8, 1)
"""When the samples were typed; openpyxl would tell the time at which it saves."""
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")

SEED_FORM = [
    ("项目/任务名称", "2024年Q3APP支付流程优化项目", "明确具体协同主题", "“2024年Q3APP支付流程优化项目”"),
    ("发起部门", "产品研发部", "主导推进的部门", "产品研发部"),
    ("协同负责人", "*经理（138****0000）", "统筹协调的核心人员（姓名+联系方式）", "*经理（138****0000）"),
    ("参与部门", "市场部、销售部、客服部、IT部", "所有协作部门", "市场部、销售部、客服部、IT部"),
    (
        "核心目标",
        "3个月内完成支付流程优化，支付成功率提升至99.5%",
        "需量化、可考核",
        "3个月内完成支付流程优化，支付成功率提升至99.5%",
    ),
    (
        "关键成果(KPI)",
        "①新支付功能上线；②用户支付投诉率下降30%；③后台支付日志优化完成",
        "拆解为可交付的成果",
        "①新支付功能上线；②用户支付投诉率下降30%；③后台支付日志优化完成",
    ),
    ("时间周期", "2024年7月1日-2024年9月30日", "起止日期", "2024年7月1日-2024年9月30日"),
    ("备注", "涉及用户资金安全，需法务部全程审核", "其他需说明的事项", "涉及用户资金安全，需法务部全程审核"),
]
SEED_TASKS = [
    ("用户支付需求调研", "*经理", "产品部", "《支付需求调研报告》", D(2024, 7, 15), "高", "-", "已完成"),
    ("支付接口方案设计", "*工程师", "研发部", "《支付接口技术方案》", D(2024, 7, 30), "高", "需求调研报告", "进行中"),
    (
        "宣传物料制作",
        "*专员",
        "市场部",
        "支付流程优化海报/文案",
        D(2024, 8, 10),
        "中",
        "支付功能上线时间确认",
        "未开始",
    ),
]
SEED_HEADS = {
    "项目基本信息表": ["字段名称", "填写内容", "填写说明", "示例"],
    "任务分工表": ["任务名称", "负责人", "所属部门", "交付物", "截止日期", "优先级", "依赖任务", "状态"],
    "进度跟踪表": ["任务名称", "实际开始", "实际完成", "进度", "当前状态", "延期原因", "补救措施", "更新日期"],
    "会议纪要": ["会议日期", "会议主题", "主持人", "参会人员", "结论/决议", "待办事项", "责任人", "完成期限"],
    "风险记录表": ["风险描述", "可能性", "影响程度", "应对方案", "责任人", "状态"],
}


def seed(path: Path) -> None:
    """Write the seed's project exactly as it is typed there."""
    book = _book(SEED_HEADS)
    for row in SEED_FORM:
        book["项目基本信息表"].append(row)
    for task in SEED_TASKS:
        book["任务分工表"].append(task)
    _save(book, path)


def messy(path: Path) -> None:
    """Write a workbook in which nothing is where it should be, and most is readable all the same."""
    book = Workbook()
    _messy_form(book.active)
    _messy_tasks(book.create_sheet("任务分工"))
    _messy_progress(book.create_sheet("Progress"))
    minutes = book.create_sheet("会议纪要")
    minutes.append(["会议日期", "会议主题", "待办事项", "责任人", "完成期限"])
    minutes.append([D(2024, 7, 26), "周例会", "协调测试环境", "吴工", "下周五"])
    book.create_sheet("风险记录表").append(["风险描述", "可能性", "影响程度", "应对方案", "责任人", "状态"])
    book.create_sheet("附件清单").append(["文件", "说明"])
    _save(book, path)


def _messy_form(sheet: Any) -> None:
    sheet.title = "项目基本信息表"
    sheet["B1"] = "会员系统升级项目"
    sheet["B3"], sheet["C3"] = "字段", "内容"
    fields = [
        ("项目名称", "会员系统升级"),
        ("发起部门", "IT部"),
        ("项目负责人", "吴工"),
        ("参与部门", "市场部，客服部"),
        ("时间周期", "大约两个月"),
        ("项目目标", "2个月内完成升级，登录失败率低于0.1%"),
    ]
    for row, (field, value) in enumerate(fields, 4):
        sheet.cell(row, 2, field)
        sheet.cell(row, 3, value)


def _messy_tasks(sheet: Worksheet) -> None:
    sheet["A1"] = "会员系统升级——任务清单"
    sheet["A2"] = "更新：吴工"
    heads = ["序号", "责任人", "任务", "完成时限", "部门", "进展", "重要程度", "前置任务", "依赖项", "会签"]
    for column, head in enumerate(heads, 1):
        sheet.cell(4, column, head)
    rows: list[tuple[Any, ...]] = [
        (1, "吴工", "数据库迁移方案", "2024年7月12日", "IT部", "完成", "高", "无", None, "同意"),
        (2, "吴工", "数据迁移", "20240726", "IT部", "进行中", "高", "数据库迁移方案", None, None),
        (None,) * 10,
        (3, "小美", "会员权益梳理", "7月30日", "市场", "正在做", "中", "/", None, None),
        (3, "小美", "会员通知文案", D(2024, 8, 2), "市场部", "未开始", "中", "会员权益梳理", None, None),
        (5, "老郑", "客服培训", D(2024, 8, 5), "客服部", "未开始", "中", "会员通知文案、数据迁移", None, None),
        (6, "老郑", "切换演练", None, "客服部", "未开始", "高", "数据迁移", None, None),
    ]
    for row, values in enumerate(rows, 5):
        for column, value in enumerate(values, 1):
            sheet.cell(row, column, value)
    sheet["D11"] = "=D10+3"
    sheet["D11"].number_format = "yyyy-mm-dd"
    sheet["J9"], sheet["J9"].data_type = "#REF!", "e"
    sheet["B8"], sheet["B8"].data_type = "#N/A", "e"
    sheet.merge_cells("E9:E10")
    sheet["C12"], sheet["E12"] = "合计", "3个部门"
    sheet["A13"] = "注：完成时限为暂定"


def _messy_progress(sheet: Worksheet) -> None:
    sheet.append(["任务名称", "完成率", "状态", "更新时间"])
    sheet.append(["数据库迁移方案", "100%", "已完成", D(2024, 7, 12)])
    sheet.append(["数据迁移", 60, "进行中", D(2024, 7, 30)])
    sheet.append(["会员权益清单", 0.3, "进行中", D(2024, 7, 30)])


def _book(heads: dict[str, list[str]]) -> Workbook:
    book = Workbook()
    book.remove(book.active)
    for title, words in heads.items():
        book.create_sheet(title).append(words)
    return book


def _save(book: Workbook, path: Path) -> None:
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, dt.date):
                    cell.number_format = "yyyy-mm-dd"
        for column in "ABCDEFGHIJ":
            sheet.column_dimensions[column].width = 18
    book.properties.created = WRITTEN
    whole = io.BytesIO()
    book.save(whole)
    path.write_bytes(_as_written_then(whole))


def _as_written_then(whole: io.BytesIO) -> bytes:
    """Return a package as if it had been saved at WRITTEN, so that the same rows give the same bytes on any day."""
    made = io.BytesIO()
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>%b\g<2>" % WRITTEN.strftime("%Y-%m-%dT%H:%M:%SZ").encode(), content)
            fixed = zipfile.ZipInfo(entry.filename, WRITTEN.timetuple()[:6])
            fixed.compress_type, fixed.external_attr = zipfile.ZIP_DEFLATED, entry.external_attr
            new.writestr(fixed, content)
    return made.getvalue()


def launch_typed(path: Path) -> None:
    """Write the rollout of 120 tasks as somebody retyped it: every mistake of structure, a plan without reserve."""
    book = Workbook()
    form = book.active
    form.title = "项目基本信息"
    form.append(["字段名称", "填写内容"])
    words = {column.key: column.title.zh for column in Project.meta.columns}
    for key, value in {**launch.PROJECT, "period": "2024-11-15~2024-06-03"}.items():
        form.append([words[key], value])
    _retyped_tasks(book.create_sheet("任务分工表 (2)"))
    book.create_sheet("进度跟踪表").append(["任务编号", "进度", "当前状态", "更新日期"])
    risks = book.create_sheet("风险记录表")
    risks.append(["风险描述", "可能性", "影响程度", "风险等级", "应对方案", "责任人", "状态"])
    risks.append(["旧系统主数据重复", 4, 4, "低", "按仓库分批清洗", "罗专员", "监控中"])
    book.custom_doc_props.append(StringProperty(name="collabxl.schema", value="0"))
    _save(book, path)


def _retyped_tasks(sheet: Worksheet) -> None:
    heads = [
        "编号",
        "任务名称",
        "责任人",
        "所属部门",
        "完成时限",
        "截止时间",
        "依赖任务",
        "状态",
        "里程碑",
        "缓冲天数",
        "会签",
    ]
    keys = ["name", "owner", "department", "due", "", "after", "status", "milestone"]
    shown = {**{key: STATUS.title_of(key).zh for key in STATUS.keys}, True: "是"}
    sheet.append(heads)
    for number, row in enumerate(launch.tasks(), 1):
        if number == 61:
            sheet.append([])
        values = (row.get(key) for key in keys)
        sheet.append([f"T{number:03}", *(shown.get(value, value) for value in values)])  # type: ignore[arg-type]
    sheet["A120"] = "T117"
    sheet.row_dimensions[40].hidden = True
    sheet.merge_cells("D30:D31")
