"""The rules as people name them: by code, by the beginning of a code, or by name."""

from __future__ import annotations

from collections.abc import Iterable

from collabxl.errors import UsageError
from collabxl.rules import RULES
from collabxl.rules.engine.rule import Rule
from collabxl.rules.matching.names import normalize_name
from collabxl.text import Text, t

FAMILIES: dict[str, Text] = {
    "BK": t("工作簿", "The workbook"),
    "CV": t("单元格", "One cell"),
    "IF": t("项目信息", "Project information"),
    "DP": t("依赖", "Dependencies"),
    "DL": t("日期", "Dates"),
    "ST": t("状态与进度", "Status and progress"),
    "DY": t("延期管理", "Delays"),
    "PP": t("人员与部门", "People and departments"),
    "MT": t("会议纪要", "Minutes"),
    "RK": t("风险", "Risks"),
    "SQ": t("计划质量与缓冲", "Schedule quality and buffers"),
}
"""What each family of codes is about, by the letters that its codes begin with."""

_EXACT = {normalize_name(word): rule for rule in RULES for word in (rule.code, rule.name)}


def exact_rule(word: str) -> Rule | None:
    """Return the one rule of a full code or a name, whatever its case; None if there is none."""
    return _EXACT.get(normalize_name(word))


def find_rules(word: str) -> list[Rule]:
    """Return the rules of a code, of the beginning of codes or of a name; UsageError, with near ones, if none."""
    start = normalize_name(word).upper()
    found = [rule for rule in RULES if start and rule.code.startswith(start)]
    one = exact_rule(word)
    if not found and one:
        return [one]
    if found:
        return found
    says = t("没有规则 {word}；代码以 {known} 开头", "No rule {word}; codes begin with {known}")
    nearby = near_codes(word)
    if nearby:
        says = t("没有规则 {word}，是不是 {near}？", "No rule {word}; did you mean {near}?")
    raise UsageError(says, word=word, near=nearby, known=family_codes(RULES))


def near_codes(word: str, most: int = 3) -> list[str]:
    """Return the codes of up to ``most`` rules that a word may have meant, the likeliest first."""
    from rapidfuzz import fuzz, process

    found = process.extract(normalize_name(word), list(_EXACT), scorer=fuzz.ratio, score_cutoff=60, limit=most)
    return list(dict.fromkeys(_EXACT[known].code for known, *_ in found))


def family_codes(rules: Iterable[Rule]) -> list[str]:
    """Return the letters that the codes of rules begin with, in the order of the road."""
    used = {rule.code[:2] for rule in rules}
    return [letters for letters in FAMILIES if letters in used]
