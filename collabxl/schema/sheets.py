"""The sheets of the standard workbook; no header word is written anywhere else.

A new column is one new declaration here: building, reading, checking, guide and dictionary follow.
The file is a table rather than code: one declaration a line, longer than other modules for that reason.
"""
# fmt: off

from __future__ import annotations

from collabxl.schema import vocabularies
from collabxl.schema.columns import Column, FormHeader, FormHeaders, Ref, Refs, Schema, Sheet
from collabxl.schema.kinds import Auto, Choice, Day, Id, Line, Note, Number, People, Percent, Period, YesNo
from collabxl.text import t


def _live_check() -> Column:
    return Column(
        t("检查", "Check"),
        Auto(Note()),
        t("本行的问题，自动显示，改好即消失", "What is wrong in this row; goes away once mended"),
        width=28,
        aliases=("检查结果", "Checks"),
    )


def _sync_findings() -> Column:
    return Column(
        t("同步发现", "Found by sync"),
        Auto(Note()),
        t("上次同步时发现、公式看不到的问题", "What the last sync found that a formula cannot see"),
        width=28,
    )


class Contacts(Sheet, title=t("部门对接人", "Contacts")):
    """Who speaks for a department: the source of the department and person lists."""

    department = Column(
        t("部门", "Department"), Line(50), t("参与协同的部门", "A department that takes part"),
        required=True, width=16, aliases=("部门名称",),
    )
    person = Column(
        t("对接人", "Contact"), People(), t("该部门的对接人", "Who speaks for it"),
        required=True, width=14, aliases=("联系人", "部门对接人", "Person"),
    )
    phone = Column(t("电话", "Phone"), Line(50), t("手机或座机", "A phone number"), width=16, aliases=("联系电话", "手机", "Mobile"))
    email = Column(t("邮箱", "E-mail"), Line(100), t("收发表格的邮箱", "Where copies are sent"), width=26, aliases=("电子邮箱", "Email", "邮件"))
    role = Column(t("职责", "Role"), Note(), t("在本项目中负责什么", "What they answer for"), width=30)
    backup = Column(t("B角", "Backup"), People(), t("不在时由谁接替", "Who steps in"), width=12, aliases=("B角人员", "替补"))
    confirmed = Column(
        t("目标确认", "Goal confirmed"), Line(), t("签字/日期", "Signature and date"), width=16, aliases=("确认",)
    )


class Project(
    Sheet,
    title=t("项目基本信息表", "Project"),
    standard=True,
    heads=FormHeaders(
        FormHeader(t("字段名称", "Field"), ("字段", "项目", "名称", "Item")),
        FormHeader(t("填写内容", "Value"), ("内容", "填写", "值", "Content")),
        FormHeader(t("填写说明", "How to fill in"), ("说明", "Hint")),
        FormHeader(t("示例", "Example"), ("例子", "样例")),
    ),
):
    """What the project is, who leads it and until when: a form, one row a field."""

    name = Column(
        t("项目/任务名称", "Project name"), Line(), t("明确具体协同主题", "A clear name for the joint work"),
        required=True, aliases=("项目名称", "任务名称", "协同主题", "Name"),
        example=t("2024年Q3APP支付流程优化项目", "Q3 2024 app payment improvement"),
    )
    initiator = Column(
        t("发起部门", "Initiating department"), Line(50), t("主导推进的部门", "The department that drives it"),
        required=True, aliases=("主导部门", "牵头部门", "Initiator"), example=t("产品研发部", "Product development"),
    )
    lead = Column(
        t("协同负责人", "Lead"), People(), t("统筹协调的核心人员（姓名+联系方式）", "Who coordinates (name and phone)"),
        required=True, aliases=("负责人", "项目负责人", "项目经理", "Project lead", "Project manager"),
        example=t("*经理（138****0000）", "A. Manager (138****0000)"),
    )
    departments = Column(
        t("参与部门", "Departments"), Refs(Contacts.department), t("所有协作部门", "All departments that take part"),
        required=True, aliases=("协作部门", "配合部门", "Participating departments"),
        example=t("市场部、销售部、客服部、IT部", "Marketing, Sales, Customer service, IT"),
    )
    goal = Column(
        t("核心目标", "Goal"), Note(), t("需量化、可考核", "Measurable"), required=True, aliases=("目标", "项目目标", "Objective"),
        example=t("3个月内完成支付流程优化，支付成功率提升至99.5%", "Improve the payment flow within 3 months, success rate up to 99.5%"),
    )
    kpis = Column(
        t("关键成果(KPI)", "Key results (KPI)"), Note(), t("拆解为可交付的成果", "Broken down into things to deliver"),
        required=True, aliases=("关键成果", "KPI", "Key results", "KPIs"),
        example=t(
            "①新支付功能上线；②用户支付投诉率下降30%；③后台支付日志优化完成",
            "1) new payment live; 2) payment complaints down 30%; 3) payment logs improved",
        ),
    )
    period = Column(
        t("时间周期", "Period"), Period(), t("起止日期", "First and last day"), required=True,
        aliases=("项目周期", "起止日期", "起止时间", "项目时间", "Dates"), example=t("2024年7月1日-2024年9月30日", "2024-07-01 – 2024-09-30"),
    )
    remark = Column(
        t("备注", "Remarks"), Note(), t("其他需说明的事项", "Anything else to say"), aliases=("说明", "Remark", "Notes"),
        example=t("涉及用户资金安全，需法务部全程审核", "Touches customers' money: legal reviews every step"),
    )
    scenario = Column(t("场景类型", "Scenario"), Line(), t("复杂项目、跨流程优化、突发任务或资源整合", "Project, process, emergency or event"))
    status_date = Column(
        t("数据日期", "Status date"), Day(), t("统计到哪一天；空着就是今天", "Figures as of this day; empty means today"), aliases=("统计日期", "统计日")
    )
    calendar = Column(t("工作日历", "Calendar"), Line(20), t("国家代码，默认 CN", "A country code, CN unless said otherwise"), example=t("CN", "CN"))
    version = Column(t("模板版本", "Template version"), Line(20), t("由系统填写", "Filled in for you"))


class Tasks(Sheet, title=t("任务分工表", "Tasks"), standard=True):
    """What has to be done, by whom, until when: one row a task."""

    id = Column(t("编号", "ID"), Id("T{:03}"), t("已编好，不要修改", "Numbered for you; do not change"), unique=True, width=6.5, aliases=("任务编号", "序号", "No.", "Task ID"))
    name = Column(
        t("任务名称", "Task"), Line(), t("做什么，一行一个任务，不要重名", "What is done; one row a task, no name twice"),
        required=True, unique=True, width=25, aliases=("任务", "工作项", "事项", "任务内容", "Task name", "Name"),
    )
    owner = Column(
        t("负责人", "Owner"), People(), t("对结果负责的人", "Who answers for the result"),
        required=True, width=10, aliases=("责任人", "执行人", "Assignee", "Responsible"),
    )
    department = Column(
        t("所属部门", "Department"), Ref(Contacts.department), t("从列表中选择", "Pick from the list"),
        required=True, width=12, aliases=("部门", "责任部门", "主责部门", "负责部门"),
    )
    deliverable = Column(t("交付物", "Deliverable"), Line(), t("做完交出什么", "What is handed over"), width=24, aliases=("输出", "成果", "交付成果", "输出物", "Output"))
    due = Column(
        t("截止日期", "Due date"), Day(), t("承诺完成的日期，如 2024-07-15", "The promised day, such as 2024-07-15"),
        required=True, deadline=True, width=13.5, aliases=("完成时限", "完成期限", "截止时间", "计划完成时间", "计划完成", "到期日", "Deadline", "Due"),
    )
    priority = Column(t("优先级", "Priority"), Choice(vocabularies.PRIORITY), t("从列表中选择", "Pick from the list"), required=True, width=8, aliases=("重要程度",))
    after = Column(
        t("依赖任务", "Depends on"), Refs(id), t("须先完成的任务：编号或名称，多个用、隔开；没有填 -", "Tasks to finish first, by ID or name, separated by commas; none: -"),
        width=27, aliases=("前置任务", "依赖", "依赖项", "紧前任务", "Predecessors", "Dependencies", "After"),
    )
    status = Column(t("状态", "Status"), Choice(vocabularies.STATUS), t("从列表中选择", "Pick from the list"), required=True, width=11, aliases=("进展", "当前状态", "任务状态", "State"))
    start = Column(t("计划开始", "Planned start"), Day(), t("打算哪天开始", "The day it should start"), width=11.5, aliases=("开始日期", "计划开始时间", "开始时间", "Start", "Start date"))
    milestone = Column(t("里程碑", "Milestone"), YesNo(), t("关键节点填“是”", "Yes for a key date"), width=8, aliases=("是否里程碑",))
    buffer = Column(t("缓冲天数", "Buffer (days)"), Number(0, 250), t("截止日期前预留的工作日", "Working days kept in reserve before the due date"), width=9, aliases=("缓冲", "缓冲时间", "Buffer"))
    remark = Column(t("备注", "Remarks"), Note(), t("其他需说明的事项", "Anything else to say"), width=16, aliases=("说明", "Remark", "Notes"))
    check = _live_check()
    found = _sync_findings()


class Progress(Sheet, title=t("进度跟踪表", "Progress"), standard=True):
    """How far a task is: one row a task, or several of which the newest counts."""

    id = Column(t("编号", "ID"), Id("P{:03}"), t("已编好，不要修改", "Numbered for you; do not change"), unique=True, width=6.5, aliases=("序号", "No."))
    task = Column(t("任务编号", "Task ID"), Ref(Tasks.id), t("任务分工表里的编号", "The ID in Tasks"), required=True, alternative="task_name", width=9, aliases=("任务ID",))
    task_name = Column(t("任务名称", "Task"), Auto(Line()), t("按编号自动带出", "Looked up by the ID"), width=22, aliases=("任务", "事项", "Task name"))
    department = Column(t("所属部门", "Department"), Auto(Line(50)), t("按编号自动带出", "Looked up by the ID"), width=12, aliases=("部门", "责任部门"))
    planned = Column(t("计划完成", "Planned finish"), Auto(Day()), t("按编号自动带出", "Looked up by the ID"), width=13.5, aliases=("截止日期", "计划完成日期", "计划完成时间", "Due", "Due date"))
    started = Column(t("实际开始", "Actual start"), Day(), t("真正开始的日期", "The day it really started"), width=11.5, aliases=("实际开始时间", "实际开始日期", "开始日期"))
    finished = Column(t("实际完成", "Actual finish"), Day(), t("真正完成的日期", "The day it was really finished"), width=11.5, aliases=("实际完成时间", "实际完成日期", "完成日期"))
    progress = Column(
        t("进度", "Progress"), Percent(), t("0% 到 100%", "0 % to 100 %"), required=True, width=10,
        aliases=("完成率", "进度(%)", "完成百分比", "完成进度", "% complete", "Percent complete"),
    )
    status = Column(t("当前状态", "Status"), Choice(vocabularies.STATUS), t("从列表中选择", "Pick from the list"), required=True, width=11, aliases=("状态", "进展状态"))
    expected = Column(t("预计完成", "Expected finish"), Day(), t("延期时填新的日期", "The new date when it is late"), width=11.5, aliases=("预计完成时间", "预计完成日期"))
    note = Column(t("本期进展", "This period"), Note(), t("这段时间做了什么", "What was done"), width=22, aliases=("进展", "进展说明", "进展情况"))
    issue = Column(t("问题/卡点", "Issue"), Note(), t("需要谁协调什么", "What is in the way"), width=18, aliases=("问题", "卡点", "存在问题", "Issues"))
    delay_reason = Column(t("延期原因", "Delay reason"), Note(), t("延期必须说明原因", "A delay needs a reason"), width=18, aliases=("延误原因",))
    remedy = Column(t("补救措施", "Remedy"), Note(), t("延期必须写补救措施", "A delay needs a remedy"), width=20, aliases=("解决措施", "应对措施"))
    updated_by = Column(t("更新人", "Updated by"), People(), t("谁更新的", "Who updated it"), width=10, aliases=("填报人",))
    updated = Column(t("更新日期", "Updated"), Day(), t("哪天更新的", "When it was updated"), required=True, width=11.5, aliases=("更新时间", "填报日期", "Update date"))
    check = _live_check()
    found = _sync_findings()


class Minutes(Sheet, title=t("会议纪要", "Minutes"), standard=True):
    """What was decided and who does it: one row a decision or an action."""

    id = Column(t("编号", "ID"), Id("M{:03}"), t("已编好，不要修改", "Numbered for you; do not change"), unique=True, width=7, aliases=("序号", "No."))
    date = Column(t("会议日期", "Date"), Day(), t("哪天开的会", "The day of the meeting"), required=True, width=11.5, aliases=("日期", "会议时间", "Meeting date"))
    kind = Column(t("会议类型", "Type"), Choice(vocabularies.MEETING), t("从列表中选择", "Pick from the list"), width=11, aliases=("类型",))
    topic = Column(t("会议主题", "Topic"), Line(), t("会议讨论什么", "What the meeting is about"), required=True, width=20, aliases=("会议名称", "主题", "Subject"))
    host = Column(t("主持人", "Host"), People(), t("谁主持", "Who leads it"), width=10, aliases=("主持", "Chair"))
    present = Column(t("参会人员", "Attendees"), People(), t("到会的人，用、隔开", "Who was there"), width=20, aliases=("出席人员", "参会人", "与会人员", "Present"))
    absent = Column(t("缺席及原因", "Absent"), Note(), t("没到的人和原因", "Who was not, and why"), width=14, aliases=("缺席", "请假人员"))
    item = Column(t("议题", "Item"), Note(), t("讨论的问题", "What was discussed"), width=22, aliases=("讨论内容", "Agenda item"))
    decision = Column(t("结论/决议", "Decision"), Note(), t("定下来的事", "What was decided"), width=26, aliases=("决议", "结论", "会议决议"))
    action = Column(t("待办事项", "Action"), Note(), t("会后要做的事", "What is to be done"), width=26, aliases=("待办", "行动项", "Action item"))
    owner = Column(t("责任人", "Owner"), People(), t("谁来做", "Who does it"), width=10, aliases=("负责人", "执行人", "Assignee"))
    department = Column(t("责任部门", "Department"), Ref(Contacts.department), t("从列表中选择", "Pick from the list"), width=12, aliases=("部门", "所属部门"))
    due = Column(t("完成期限", "Due"), Day(), t("什么时候做完", "Until when"), deadline=True, width=13.5, aliases=("截止日期", "完成时限", "到期日", "Deadline", "Due date"))
    task = Column(t("关联任务", "Related task"), Refs(Tasks.id), t("任务分工表里的编号", "IDs in Tasks"), width=12, aliases=("相关任务", "Task"))
    status = Column(t("完成情况", "Done"), Choice(vocabularies.ACTION), t("从列表中选择", "Pick from the list"), width=11, aliases=("状态", "Status"))
    check = _live_check()
    found = _sync_findings()


class Risks(Sheet, title=t("风险记录表", "Risks"), standard=True):
    """What may go wrong and what is done about it: one row a risk."""

    id = Column(t("编号", "ID"), Id("R{:03}"), t("已编好，不要修改", "Numbered for you; do not change"), unique=True, width=7, aliases=("风险编号", "序号", "No."))
    description = Column(
        t("风险描述", "Description"), Note(), t("原因 → 事件 → 影响", "Cause, event, effect"), required=True, width=30,
        aliases=("风险", "风险名称", "Risk"), example=t("第三方接口对接不稳定", "Third-party interface unstable"),
    )
    kind = Column(t("风险类别", "Category"), Choice(vocabularies.RISK_CATEGORY), t("从列表中选择", "Pick from the list"), width=11, aliases=("类别", "风险类型"))
    possibility = Column(t("可能性", "Probability"), Number(1, 5), t("1（很低）到 5（很高）", "1 (very low) to 5 (very high)"), required=True, width=8, aliases=("概率", "发生概率", "Likelihood"))
    impact = Column(t("影响程度", "Impact"), Number(1, 5), t("1（轻微）到 5（严重）", "1 (slight) to 5 (severe)"), required=True, width=9, aliases=("影响", "严重程度"))
    level = Column(
        t("风险等级", "Level"), Auto(Choice(vocabularies.RISK_LEVEL)), t("可能性×影响：高 ≥ 15，中 8–14，低 < 8", "Probability × impact: high ≥ 15, medium 8–14, low < 8"),
        width=9, aliases=("等级", "风险级别"),
    )
    strategy = Column(t("应对策略", "Strategy"), Choice(vocabularies.STRATEGY), t("从列表中选择", "Pick from the list"), width=10, aliases=("策略",))
    response = Column(
        t("应对方案", "Response"), Note(), t("具体怎么做", "What exactly is done"), width=30,
        aliases=("应对措施", "解决措施", "Mitigation"), example=t("准备备用接口", "Keep a second interface ready"),
    )
    owner = Column(t("责任人", "Owner"), People(), t("谁盯着这个风险", "Who watches it"), width=10, aliases=("负责人", "Assignee"))
    department = Column(t("责任部门", "Department"), Ref(Contacts.department), t("从列表中选择", "Pick from the list"), width=12, aliases=("部门", "所属部门"))
    trigger = Column(t("触发条件", "Trigger"), Note(), t("出现什么就启动方案", "What sets the response off"), width=18)
    tasks = Column(t("关联任务", "Related tasks"), Refs(Tasks.id), t("任务分工表里的编号", "IDs in Tasks"), width=12, aliases=("相关任务", "Task", "Tasks"))
    status = Column(t("状态", "Status"), Choice(vocabularies.RISK_STATUS), t("从列表中选择", "Pick from the list"), width=11, aliases=("风险状态",))
    identified = Column(t("识别日期", "Identified"), Day(), t("哪天发现的", "When it was found"), width=11.5, aliases=("登记日期",))
    reviewed = Column(t("复核日期", "Reviewed"), Day(), t("上次复核的日期", "When it was last reviewed"), width=13.5, aliases=("复查日期", "更新日期"))
    approved_by = Column(t("审批人", "Approved by"), People(), t("策略为“接受”时由谁批准", "Who agreed to accept it"), width=10, aliases=("批准人",))
    check = _live_check()
    found = _sync_findings()


class Calendar(Sheet, title=t("工作日历", "Calendar")):
    """Holidays and make-up working days; wins over any library."""

    date = Column(t("日期", "Date"), Day(), t("哪一天", "Which day"), required=True, width=14)
    kind = Column(t("类型", "Type"), Choice(vocabularies.DAY_TYPE), t("休 = 放假，班 = 调休上班", "Off, or a weekend day that is worked"), required=True, width=10, aliases=("休/班",))
    name = Column(t("名称", "Name"), Line(), t("节日名称", "What the day is"), width=34, aliases=("节日", "说明"))


class Waivers(Sheet, title=t("豁免", "Waivers")):
    """Findings that somebody has agreed to live with until a day."""

    rule = Column(t("规则", "Rule"), Line(20), t("规则代码，如 DL401", "The rule's code, such as DL401"), required=True, width=10, aliases=("规则代码",))
    id = Column(t("编号", "ID"), Line(20), t("哪一行；空着就是全表", "Which row; empty means all"), width=10)
    reason = Column(t("原因", "Reason"), Note(), t("为什么可以接受", "Why it is accepted"), required=True, width=40)
    approver = Column(t("批准人", "Approved by"), People(), t("谁批准的", "Who agreed"), width=12)
    until = Column(t("有效期至", "Valid until"), Day(), t("过了这天重新算问题", "After this day it counts again"), required=True, width=14, aliases=("有效期",))


class Conflicts(Sheet, title=t("冲突", "Conflicts"), ours=True):
    """Cells that the master and a department changed differently; written by merge."""

    sheet = Column(t("工作表", "Sheet"), Line(31), t("哪张表", "Which sheet"), width=16)
    id = Column(t("编号", "ID"), Line(20), t("哪一行", "Which row"), width=10)
    column = Column(t("列", "Column"), Line(50), t("哪一列", "Which column"), width=14)
    base = Column(t("基准值", "Base"), Note(), t("拆分时的值", "The value when it was split"), width=22)
    ours = Column(t("主表值", "Master"), Note(), t("主表现在的值", "The master's value now"), width=22)
    theirs = Column(t("部门值", "Department's"), Note(), t("部门交回的值", "The value that came back"), width=22)
    department = Column(t("部门", "Department"), Line(50), t("谁交回的", "Who returned it"), width=14)
    choice = Column(t("采用", "Take"), Note(), t("部门、主表，或直接写要用的值", "Department, Master, or the value itself"), width=16)
    state = Column(t("处理状态", "State"), Choice(vocabularies.SETTLED), t("由系统填写", "Filled in for you"), width=12)


class Guide(Sheet, title=t("说明", "Guide")):
    """How to fill in the workbook, on one screen."""


class Summary(Sheet, title=t("汇总", "Summary")):
    """Figures, late tasks and findings; written by sync."""


class Schedule(Sheet, title=t("进度计划", "Schedule")):
    """The tasks along the calendar; made from tasks and progress."""


class Lists(Sheet, title=t("列表", "Lists")):
    """The word lists behind the drop-downs; hidden."""


class Workings(Sheet, title=t("计算", "Workings")):
    """What the formulas share: every row's cells once more, tidied, and its live check; hidden."""


STANDARD = Schema(1, (Guide, Summary, Project, Tasks, Progress, Minutes, Risks, Schedule, Contacts, Calendar, Waivers, Conflicts, Lists, Workings))

LIMIT = "limit_"
"""What the names begin with by which a workbook's formulas know the limits of rules."""

NO_DEPENDENCY = frozenset(
    {
        *("-", "--", "—", "——", "–", "－", "/", "\\", "×", "n/a", "n.a.", "na", "none", "nil", "null"),
        *("无", "没有", "暂无", "不适用", "不涉及", "无前置", "无依赖"),
    }
)
"""What people write for "depends on nothing"; compared in lower case, half width. A formula takes each of them away by
a call of its own, inside each other, and programs allow 64 of those."""

SEPARATORS = "、,，;；\n"
"""What stands between several names in one cell."""

QUOTES = "《》〈〉“”\"'‘’「」『』[]【】"
"""What people put around a name; it is no part of it."""
