"""说明: on one screen how to fill in, the six steps, what colours and signs mean, and whom to ask."""

from __future__ import annotations

from typing import Any

from collabxl.formulas import layout
from collabxl.ooxml import a1
from collabxl.schema.columns import Sheet
from collabxl.schema.kinds import Words
from collabxl.schema.settings import limit_name
from collabxl.schema.sheets import (
    Calendar,
    Contacts,
    Guide,
    Minutes,
    Progress,
    Project,
    Risks,
    Schedule,
    Summary,
    Tasks,
    Waivers,
)
from collabxl.schema.vocabularies import (
    ACTION,
    MEETING,
    PRIORITY,
    RISK_CATEGORY,
    RISK_LEVEL,
    RISK_STATUS,
    STATUS,
    STRATEGY,
)
from collabxl.text import Lang, Text, t
from collabxl.workbook import sheet_frame
from collabxl.workbook.content import Content, Row
from collabxl.workbook.paint import ensure
from collabxl.workbook.sheets import PaintContext
from collabxl.workbook.theme import is_style, sign

_FIRST, _COLUMNS = 2, 7
_WIDTHS = (1.5, 18, *(_COLUMNS - 1) * (15.5,))
_ABOUT = t(
    "第一次打开先看这一页；点蓝字打开对应的表",
    "Read this page first; the blue words open the sheets",
)
_STEPS: tuple[tuple[Text, Text, tuple[type[Sheet], ...]], ...] = (
    (
        t("明确协同目标与范围", "Agree on goal and scope"),
        t("目标、KPI、边界，各部门签字确认", "Goal, KPIs and limits, signed by all"),
        (Project,),
    ),
    (
        t("组建协同团队与分工", "Form the team, split the work"),
        t("各部门对接人；谁在哪天交出什么", "Contacts; who delivers what and when"),
        (Contacts, Tasks),
    ),
    (
        t("制定协同计划与时间节点", "Plan dates and milestones"),
        t("里程碑、缓冲时间、协同进度计划", "Milestones, buffers, the schedule"),
        (Schedule, Calendar),
    ),
    (
        t("执行任务与信息同步", "Do the work, keep in touch"),
        t("每周更新进度；例会的决议和待办", "Weekly progress; decisions and actions"),
        (Progress, Minutes),
    ),
    (
        t("监控进度与风险管控", "Watch progress and risks"),
        t("延期有原因和补救，风险有应对", "Reasons and remedies, risks with responses"),
        (Risks, Waivers),
    ),
    (
        t("复盘总结与成果归档", "Look back and file the results"),
        t("复盘结论，全部文档归档", "Lessons learnt, everything filed"),
        (Summary, Minutes),
    ),
)
_HOW = (
    (
        t("哪里填", "Where"),
        t("白底的格子由大家填；灰底的自动算，不用管", "Fill in white cells; grey ones fill themselves"),
    ),
    (
        t("新增一条", "A new row"),
        t(
            "填在下一个空行，编号已经印好；不要插入行，不要改编号",
            "Use the next blank row, its ID is printed; insert no rows, change no IDs",
        ),
    ),
    (
        t("筛选", "Filtering"),
        t(
            "用表头的箭头筛选；不要排序：编号印在行上，不会跟着任务走",
            "Filter with the header's arrows; do not sort: IDs are printed and do not move along",
        ),
    ),
    (
        t("不做了", "Dropped"),
        t("把状态改为“已取消”，不要删行", "Set the status to Cancelled, do not delete the row"),
    ),
    (
        Tasks.after.title,
        t(
            "写编号，多个用、隔开，如 T003、T005；没有依赖写 -",
            "IDs with commas between, such as T003, T005; - for none",
        ),
    ),
    (
        t("延期", "Late"),
        t(
            "写原因、补救措施和新的预计完成日期；该填的格子会变黄",
            "Reason, remedy and a new date; what is missing turns yellow",
        ),
    ),
    (
        t("粘贴", "Pasting"),
        t(
            "用“选择性粘贴 → 数值”，下拉和颜色才不会被冲掉",
            "Paste special, values only: it keeps drop-downs and colours",
        ),
    ),
    (
        t("交回之前", "Before returning"),
        t("看“检查”列：有 ▲ 就照着改，改好自动消失", "Mend what the Check column says; it goes away by itself"),
    ),
)
_SIGNS = (
    ("mark_late", t("逾期", "overdue")),
    ("mark_soon", t("{days} 个工作日内", "due in {days} days")),
    ("mark_missing", t("黄格：请填写", "yellow: fill in")),
    ("mark_wrong", t("要改的地方", "to mend")),
    ("mark_unknown", t("不在列表里", "not in the list")),
    ("yes", t("里程碑", "milestone")),
)
_TO_FILL = t("（请填写）", "(to be filled in)")


def write_guide(sheet: Any, paper: PaintContext) -> None:
    """Paint the guide on one upright page."""
    page = _Page(sheet, paper)
    page.band()
    page.section(t("六步流程：每一步交出什么，填在哪张表", "The six steps: what each yields, and where it goes"))
    for number, (step, yields, sheets) in enumerate(_STEPS, 1):
        page.put(_FIRST, f"{number}  {step.to(paper.lang)}", "body", across=2, bold=True)
        page.put(_FIRST + 2, yields.to(paper.lang), "body", across=3)
        for at, each in enumerate(sheets):
            page.link(_FIRST + 5 + at, each)
        page.next()
    page.section(t("怎么填", "How to fill in"))
    for title, line in _HOW:
        page.put(_FIRST, title.to(paper.lang), "body", bold=True)
        page.put(_FIRST + 1, line.to(paper.lang), "body", across=_COLUMNS - 1)
        page.next()
    page.section(t("颜色和图标（黑白打印也看得懂）", "Colours and signs (they work in black and white)"))
    page.chips((STATUS,))
    page.signs(t("提示", "Marks"))
    page.chips((PRIORITY, RISK_LEVEL))
    page.chips((ACTION, RISK_STATUS))
    for words in (MEETING, RISK_CATEGORY, STRATEGY):
        page.words(words)
    page.section(t("找谁问", "Whom to ask"))
    page.people()
    sheet.set_portrait()
    sheet_frame.set_up_page(sheet, page.row - 1, _FIRST + _COLUMNS - 1, paper.lang, pages=1)
    sheet_frame.lock(sheet, [])


def guide_values(content: Content, lang: Lang) -> dict[tuple[int, int], str]:
    """Return what the formulas of the guide show: who leads the project, who speaks for its department."""
    lead, initiator = (content.project.get(column.key) for column in (Project.lead, Project.initiator))
    return {
        (_ASK, _FIRST + 1): str(lead or _TO_FILL.to(lang)),
        (_ASK, _FIRST + 5): _contact(content, initiator) or _TO_FILL.to(lang),
    }


def _contact(content: Content, department: object) -> str:
    if not department:
        return ""
    rows: list[Row] = list(content.rows.get(Contacts.meta.key, ()))[: layout.row_count(Contacts)]
    spoken = [
        row.get(Contacts.person.key)
        for row in rows
        if str(row.get(Contacts.department.key)).casefold() == str(department).casefold()
    ]
    return str(spoken[-1] or "") if spoken else ""


class _Page:
    """The guide's sheet while it is painted from top to bottom."""

    def __init__(self, sheet: Any, paper: PaintContext) -> None:
        self.sheet, self.paper, self.row = sheet, paper, 1
        sheet.hide_gridlines(2)
        sheet.set_zoom(90)
        sheet.set_default_row(17)
        for column, wide in enumerate(_WIDTHS):
            sheet.set_column(column, column, wide)

    def next(self) -> None:
        """Go on with the next row."""
        self.row += 1

    def put(self, column: int, text: str, style: str, *, across: int = 1, **more: Any) -> None:
        """Write a text, merged over so many columns."""
        made = self.paper.styles(style, **{"indent": 1, **more})
        if across > 1:
            last = column + across - 2
            ensure(self.sheet.merge_range(self.row - 1, column - 1, self.row - 1, last, text, made))
        else:
            ensure(self.sheet.write_string(self.row - 1, column - 1, text, made))

    def link(self, column: int, sheet: type[Sheet]) -> None:
        """Write a link to the upper left cell of a sheet."""
        title = sheet.meta.title.to(self.paper.lang)
        place = f"internal:{a1.quote_sheet(title)}!A1"
        ensure(self.sheet.write_url(self.row - 1, column - 1, place, self.paper.styles("link"), f"→ {title}"))

    def band(self) -> None:
        """Paint the title and what the page is for."""
        self.sheet.set_row(0, 30)
        self.put(_FIRST, Guide.meta.title.to(self.paper.lang), "title", across=_COLUMNS, font_size=15)
        self.next()
        self.put(_FIRST, _ABOUT.to(self.paper.lang), "subtitle", across=_COLUMNS)
        self.next()

    def section(self, title: Text) -> None:
        """Begin a section with a line below its title."""
        self.sheet.set_row(self.row - 1, 24)
        self.put(_FIRST, title.to(self.paper.lang), "section", across=_COLUMNS, indent=0, valign="bottom", font_size=11)
        self.next()

    def chips(self, lists: tuple[Words, ...]) -> None:
        """Show the words of one list, or of two short ones, as they look in their cells."""
        lang = self.paper.lang
        self.put(_FIRST, " / ".join(words.title.to(lang) for words in lists), "body", bold=True)
        column = _FIRST + 1
        for words in lists:
            for word in words.words:
                self._chip(column, f"{words.key}_{word.key}", word.title.to(lang))
                column += 1
        self.next()

    def signs(self, title: Text) -> None:
        """Show what else is marked by colour and sign."""
        self.put(_FIRST, title.to(self.paper.lang), "body", bold=True)
        for column, (style, words) in enumerate(_SIGNS, _FIRST + 1):
            self._chip(column, style, words.to(self.paper.lang))
        self.next()

    def _chip(self, column: int, style: str, words: str) -> None:
        """Show words in a style; ``{days}`` among them is as many as the workbook's limits say."""
        told = f"{sign(style)} {words}" if sign(style) else words
        name = style if is_style(style) else "body"
        if "{days}" not in told:
            self.put(column, told, name, align="center", valign="vcenter", indent=0)
            return
        before, after = told.split("{days}")
        formula = "&".join([*([f'"{before}"'] if before else []), limit_name("due_soon_days"), f'"{after}"'])
        shown = told.replace("{days}", str(self.paper.formula_results.limits.due_soon_days))
        made = self.paper.styles(name, align="center", valign="vcenter", indent=0)
        ensure(self.sheet.write_formula(self.row - 1, column - 1, f"={formula}", made, shown))

    def words(self, words: Words) -> None:
        """Name the words of a list that have no look of their own."""
        lang = self.paper.lang
        self.put(_FIRST, words.title.to(lang), "body", bold=True)
        said = ("、" if lang == "zh" else ", ").join(word.title.to(lang) for word in words.words)
        self.put(_FIRST + 1, said, "body", across=_COLUMNS - 1)
        self.next()

    def people(self) -> None:
        """Write who leads the project and who speaks for its department, live."""
        lang, styles = self.paper.lang, self.paper.styles
        assert self.row == _ASK, self.row
        form = a1.quote_sheet(Project.meta.title.to(lang))
        lead, initiator = (f"{form}!$B${layout.field_row(each)}" for each in (Project.lead, Project.initiator))
        departments, persons = (layout.column_range(each, lang) for each in (Contacts.department, Contacts.person))
        found = f'IFERROR(LOOKUP(2,1/(({departments}={initiator})*({initiator}<>"")),{persons})&"","")'
        none = _TO_FILL.to(lang)
        values = guide_values(self.paper.content, lang)
        labels = (Project.lead.title, t("发起部门对接人", "Initiator's contact"))
        formulas = (f'=IF({lead}="","{none}",{lead})', f'=IF({found}="","{none}",{found})')
        for (place, value), label, formula, across in zip(values.items(), labels, formulas, (3, 2), strict=True):
            column = place[1]
            self.put(column - 1, label.to(lang), "body", bold=True)
            self.put(column, "", "body", across=across)
            ensure(self.sheet.write_formula(self.row - 1, column - 1, formula, styles("body", indent=1), value))
        self.next()


_ASK = 2 + 1 + len(_STEPS) + 1 + len(_HOW) + 1 + 7 + 1 + 1
"""The row of those to ask."""
