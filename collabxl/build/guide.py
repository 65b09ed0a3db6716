"""说明 on paper: how to fill in, the six steps, the word lists; made from the declaration."""

from __future__ import annotations

from collabxl import address
from collabxl.grid import Cell, Grid
from collabxl.schema.standard import STANDARD, Guide
from collabxl.text import Lang, Text, t

_HOW = (
    t("白底的格子由大家填，灰底的自动算，不用管。", "People fill in the white cells; grey ones are computed."),
    t(
        "一行一条。新内容填在下一个空行，编号已经印好，不要改。",
        "One item a row, new ones in the next blank row; IDs are printed, leave them.",
    ),
    t("有下拉列表的从列表里选；日期写成 2024-07-15。", "Pick from the lists; write dates like 2024-07-15."),
    t("依赖任务写编号，多个用、隔开；没有依赖写 -。", "Name dependencies by ID, separated by commas; - for none."),
    t("任务延期，必须写原因、补救措施和新的日期。", "A late task needs a reason, a remedy and a new date."),
    t("“检查”列有字，就照着改；改好了字会消失。", "Mend what the Check column says; it goes away once mended."),
    t("不要删除行；任务不做了，把状态改为“已取消”。", "Do not delete rows; set a task that is dropped to Cancelled."),
)
_STEPS = (
    t("明确协同目标与范围", "Agree on goal and scope"),
    t("组建协同团队与分工", "Form the team and split the work"),
    t("制定协同计划与时间节点", "Plan the dates and milestones"),
    t("执行任务与信息同步", "Do the work and keep each other informed"),
    t("监控进度与风险管控", "Watch progress and risks"),
    t("复盘总结与成果归档", "Look back and file the results"),
)  # fmt: skip


def guide(lang: Lang) -> Grid:
    """Return the guide of a workbook."""
    grid = Grid(Guide.meta.title.to(lang), widths={1: 1.5, 2: 22, 3: 62, 4: 34})
    grid.put(1, 2, Cell(Guide.meta.title.to(lang), "title"), across=3)
    grid.heights[1] = 32
    row = _listed(grid, 3, t("怎么填", "How to fill in"), _HOW, lang)
    row = _listed(grid, row, t("六步流程", "The six steps"), _STEPS, lang)
    row = _sheets(grid, row, lang)
    _words(grid, row, lang)
    return grid


def _listed(grid: Grid, row: int, title: Text, lines: tuple[Text, ...], lang: Lang) -> int:
    grid.put(row, 2, Cell(title.to(lang), "section"), across=3)
    for number, line in enumerate(lines, 1):
        grid.put(row + number, 2, Cell(f"{number}. {line.to(lang)}", "body"), across=3)
    return row + len(lines) + 2


def _sheets(grid: Grid, row: int, lang: Lang) -> int:
    grid.put(row, 2, Cell(t("各张表", "The sheets").to(lang), "section"), across=3)
    row += 1
    for sheet in STANDARD.read:
        if sheet.meta.key == "conflicts":
            continue
        title = sheet.meta.title.to(lang)
        columns = [column.title.to(lang) for column in sheet.meta.typed if column.required]
        grid.put(row, 2, Cell(title, "link", f"{address.quoted(title)}!A1"))
        words = t("必填：{columns}", "Required: {columns}").fill(lang, {"columns": columns})
        grid.put(row, 3, Cell(words, "wrap"), across=2)
        row += 1
    return row + 1


def _words(grid: Grid, row: int, lang: Lang) -> None:
    grid.put(row, 2, Cell(t("可选的词", "The words to pick").to(lang), "section"), across=3)
    for offset, words in enumerate(STANDARD.word_lists(), 1):
        grid.put(row + offset, 2, Cell(words.title.to(lang), "body"))
        listed = ("、" if lang == "zh" else ", ").join(word.title.to(lang) for word in words.words)
        grid.put(row + offset, 3, Cell(listed, "body"), across=2)
