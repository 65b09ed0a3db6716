"""The features of a workbook, how many items of each it has, and what was lost between two of its states.

A feature is a bag of items: elements by name, or parts by the kind of relationship that leads to them. Saving loses
what was in the bag before and is not after. Sheets that were not there before do not count, so a tool that adds one
cannot make good with it what it lost elsewhere.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

Spot = tuple[str, int, int]
"""A cell: title of its sheet, row and column, both from 1."""

TITLES = {
    "cached": ("公式缓存值", "cached formula values"),
    "changed": ("公式缓存值改变", "cached formula values, altered"),
    "formulas": ("公式", "formulas"),
    "constants": ("单元格内容", "cell contents"),
    "arrays": ("数组与动态数组公式", "array formulas, dynamic-array and rich-value flags"),
    "rich": ("单元格内富文本", "rich text in cells"),
    "phonetic": ("拼音、注音", "phonetic guides"),
    "charts": ("图表", "charts"),
    "chart styles": ("图表样式与图内形状", "chart style, colour and user-shape parts"),
    "sparklines": ("迷你图", "sparklines"),
    "shapes": ("形状、文本框、连接线、组合", "shapes, text boxes, connectors, groups"),
    "smartart": ("SmartArt", "SmartArt"),
    "pictures": ("图片", "pictures"),
    "sheet pictures": ("页眉页脚图片、工作表背景", "header/footer and background pictures"),
    "controls": ("表单控件、ActiveX、OLE 对象", "form controls, ActiveX, OLE objects"),
    "comments": ("批注", "comments"),
    "comment runs": ("多种字体的批注", "comments in more than one look"),
    "threads": ("线程批注与作者", "threaded comments and persons"),
    "formats": ("条件格式", "conditional formats"),
    "x14 formats": ("x14 条件格式", "x14 conditional formats"),
    "validations": ("数据验证（含 x14）", "data validations, x14 ones too"),
    "tables": ("表格", "tables"),
    "filters": ("筛选与排序条件", "filter and sort conditions"),
    "hyperlinks": ("超链接", "hyperlinks"),
    "merged": ("合并单元格", "merged cells"),
    "names": ("定义名称", "defined names"),
    "pivots": ("数据透视表部件", "pivot parts"),
    "pivot extensions": ("数据透视表扩展", "pivot extensions"),
    "slicers": ("切片器、日程表", "slicers, timelines"),
    "connections": ("连接、查询、XML 映射、数据模型", "connections, queries, XML maps, data model"),
    "links": ("外部链接", "external links"),
    "vba": ("VBA 工程及签名", "VBA project and its signature"),
    "odd sheets": ("图表、宏、对话框工作表", "chart, macro and dialog sheets"),
    "sheets": ("工作表及其隐藏状态", "sheets and whether they are hidden"),
    "panes": ("冻结与拆分窗格", "frozen and split panes"),
    "breaks": ("分页符", "page breaks"),
    "headers": ("页眉页脚", "headers and footers"),
    "printers": ("打印机设置", "printer settings"),
    "views": ("自定义视图、方案", "custom views, scenarios"),
    "protection": ("保护与可编辑区域", "protection and editable ranges"),
    "ignored": ("忽略的错误标记", "ignored errors"),
    "properties": ("文档属性", "document properties"),
    "custom properties": ("自定义文档属性", "custom document properties"),
    "custom parts": ("自定义 XML、敏感度标签、功能区、加载项", "custom XML, sensitivity label, ribbon, add-ins"),
    "other parts": ("其他部件（缩略图、富值等）", "other parts (thumbnails, rich values …)"),
}
"""The features in the order of the table, with their heads in both languages."""


@dataclass
class Profile:
    """What one workbook has."""

    features: dict[str, Counter[Any]] = field(default_factory=dict)
    results: dict[Spot, str | None] = field(default_factory=dict)
    """What each formula cell shows; None if the formula is volatile, so that nobody may be blamed for it."""
    titles: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    """The sheets that were left out because they are new."""
    first: tuple[str, int] = ("", 0)
    """The first worksheet and its last row in use."""

    def count(self, feature: str, item: Any = None) -> None:
        """Put one item into a feature's bag."""
        self.features.setdefault(feature, Counter())[item] += 1


def losses(before: Profile, after: Profile, spot: Spot) -> dict[str, tuple[int, int]]:
    """Return how many items each feature lost and had; the cell ``spot`` was to be edited and does not count."""
    found = {}
    shown = Counter((*cell, result) for cell, result in after.results.items())
    for feature, had in before.features.items():
        had = Counter({item: count for item, count in had.items() if not _at(item, spot)})
        has = after.features.get(feature, Counter())
        if feature == "constants":
            has = has + shown  # LibreOffice writes TRUE as a formula: it is still there to be seen
        found[feature] = ((had - has).total(), had.total())
    both = [(result, after.results.get(cell)) for cell, result in before.results.items() if cell != spot]
    comparable = [(old, new) for old, new in both if old is not None and new is not None]
    found["changed"] = (sum(old != new for old, new in comparable), len(comparable))
    return {feature: counted for feature, counted in found.items() if counted[1]}


def _at(item: Any, spot: Spot) -> bool:
    return isinstance(item, tuple) and item[:3] == spot
