"""The words by which a row shows that it is none: totals, notes, signatures, hints and examples, in both languages.

Only words are judged here. Whether the rest of the row speaks against them is decided in asides.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from operator import itemgetter
from typing import Literal

from collabxl.ooxml.reader.cells import Raw
from collabxl.reading.headers import normalize_header

Sign = Literal["total", "part-total", "note", "signature", "example"]

_TOTALS = frozenset(
    {
        *(
            "合计",
            "总计",
            "小计",
            "共计",
            "累计",
            "总和",
            "总数",
            "求和",
            "汇总",
            "统计",
            "汇总统计",
            "统计汇总",
            "总合计",
        ),
        *(
            "合计数",
            "本页小计",
            "本页合计",
            "本月合计",
            "本周合计",
            "全部合计",
            "部门小计",
            "部门合计",
            "平均",
            "平均值",
        ),
        *("total", "totals", "subtotal", "subtotals", "grandtotal", "sum", "sumtotal", "summary", "average", "overall"),
    }
)
"""Words that are a total and nothing else, without blanks and punctuation."""
_TOTAL_WITH_COUNT = re.compile(
    r"(?:合计|总计|小计|共计|累计|汇总|subtotal|grandtotal|total)(?:共|为|of|tasks?)?\d.*|共\d+[项条个]"
)
_PART_TOTAL = re.compile(r".{1,16}(?:小计|合计|总计|subtotals?|totals?)")
_TOTAL_OF = re.compile(r"(?:grand\s|sub-?\s?)?totals?\b\s*(?:for|of|in|[:：(（–—-])", re.IGNORECASE)
_NOTE = re.compile(
    r"[*＊※]?\s*(?:注|备注|附注|说明|注意|注意事项|(?:填表|填写|编制)(?:说明|要求)|温馨提示|提示|notes?|n\.b\.|remarks?)"
    r"\s?\d{0,2}\s?[:：]|※",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"(?:(?:制表|填表|编制|编写|填报|审核|审批|审定|复核|批准|校对|经办|会签|签发|签字|签名|签章|盖章)"
    r"(?:人|者|日期|单位|部门|签字|签名)?|(?:部门|项目)?负责人(?:签字|签名|签章)|(?:主管|领导)(?:签字|签名|审批)|日期"
    r"|(?:prepared|compiled|reviewed|checked|approved|verified|signed|authori[sz]ed)(?: by| on)?|signatures?|date)"
    r"\s?(?:[（(]?(?:签字|签名|盖章)[)）]?)?\s?(?:[:：_＿]|$)",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(r"[（(\[【]?(?:示例|样例|范例|例如?|example|sample|e\.g\.)\s?\d{0,2}[)）\]】:：]", re.IGNORECASE)
_EXAMPLES = frozenset({"示例", "样例", "范例", "例", "示范", "示例行", "example", "sample", "eg", "exampleonly"})
_HINT = re.compile(
    r"[*＊]?[（(]?(?:必填|选填|可选|非必填|必选|自动(?:生成|编号|计算|带出|填充|填写)?|系统(?:自动)?(?:生成|带出|计算)"
    r"|下拉(?:选择|列表|菜单|选项)?|(?:从?列表|点击)选择?|[单多]选|手[工动]填写?|文本|日期|数字|数值|整数|百分比"
    r"|(?:请|可|需|应|只)?(?:填写?|输入|选择|选)[^，,。；;]{0,12}|[^，,。；;]{0,12}(?:必填|选填|格式)[^。]{0,30}"
    r"|例?如?\s?[:：].{0,30}|y{2,4}[-/.年]m{1,2}[-/.月]d{1,2}日?"
    r"|required|mandatory|optional|auto(?:matic(?:ally)?)?|drop-?\s?down(?: list)?|(?:free )?text|date"
    r"|(?:whole )?number"
    r"|(?:please )?(?:select|choose|pick|enter|type|fill in)\b.{0,30}"
    r"|(?:required|optional|format|e\.g\.|date)\b[ ,:(].{0,30})[)）]?",
    re.IGNORECASE,
)
_NO_LETTERS = re.compile(r"[\W_]+")
_ASIDE = re.compile(r"[(（\[【][^(（\[【)）\]】]*[)）\]】]?$")
LONGEST_SIGN = 60
"""Nobody writes more letters into the cell that says what a row is, notes left out."""


_STARTS = frozenset(
    {
        *(word[:2] for word in _TOTALS | _EXAMPLES),
        *(
            "本页",
            "本月",
            "本周",
            "备注",
            "附注",
            "说明",
            "填表",
            "填写",
            "填报",
            "编制",
            "编写",
            "温馨",
            "提示",
            "制表",
        ),
        *(
            "审核",
            "审批",
            "审定",
            "复核",
            "批准",
            "校对",
            "经办",
            "会签",
            "签发",
            "签字",
            "签名",
            "签章",
            "盖章",
            "项目",
            "部门",
        ),
        *("负责", "主管", "领导", "日期", "no", "n.", "re", "pr", "co", "ch", "ap", "ve", "si", "au", "da", "e."),
    }
)
"""The first two letters of what has a sign; _FIRSTS, where the first is enough to look closer."""
_FIRSTS, _ENDS = frozenset("注例共※*＊（([【_—-<"), frozenset({"小计", "合计", "总计", "al", "ls", "AL", "LS"})
_start, _end = itemgetter(slice(2)), itemgetter(slice(-2, None))


def has_sign(cells: Iterable[Raw]) -> bool:
    """Return whether some of many cells have a sign; nearly always none has, which their first letters tell."""
    texts = [cell for cell in cells if type(cell) is str]
    odd = {
        start
        for start in set(map(_start, texts))
        if start.casefold() in _STARTS or start[:1] in _FIRSTS or start[:1].isspace() or start[1:].isspace()
    }
    ends = {end for end in set(map(_end, texts)) if end in _ENDS or not end[-1:].isalnum()}
    return any(row_sign(text) for text in texts if text[:2] in odd or text[-2:] in ends) if odd or ends else False


@lru_cache(maxsize=50_000)
def row_sign(cell: str) -> Sign | None:
    """Return what the first cell of a row says the row is, None if it may well be a row."""
    head = cell[:LONGEST_SIGN].strip()
    if _NOTE.match(head):
        return "note"
    if len(cell) > LONGEST_SIGN:
        return None
    word = _letters_only(head)
    if word in _TOTALS or _letters_only(_ASIDE.sub("", head)) in _TOTALS or _TOTAL_WITH_COUNT.fullmatch(word):
        return "total"
    if _PART_TOTAL.fullmatch(word) or _TOTAL_OF.match(head):
        return "part-total"
    if word in _EXAMPLES or _EXAMPLE.match(head):
        return "example"
    return "signature" if _SIGNATURE.match(head) else None


def is_hint(cell: str) -> bool:
    """Return whether a cell tells how its column is to be filled in."""
    return len(cell) <= LONGEST_SIGN and _HINT.fullmatch(cell.strip()) is not None


def _letters_only(text: str) -> str:
    return _NO_LETTERS.sub("", normalize_header(text))
