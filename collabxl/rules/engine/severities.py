"""Severities in words, and findings counted by them."""

from __future__ import annotations

from collabxl.rules.engine.rule import Severity
from collabxl.text import Lang, Text, t

SEVERITY: dict[Severity, Text] = {
    "error": t("错误", "error"),
    "warning": t("警告", "warning"),
    "info": t("提示", "info"),
}


def counts_text(counts: dict[Severity, int], lang: Lang, waived: int = 0) -> str:
    """Return findings by severity in words: 3 个错误，1 个警告；2 个已豁免."""
    aside = t(f"；{waived} 个已豁免", f"; {waived} waived").to(lang) if waived else ""
    if not any(counts.values()):
        return t("没有发现问题", "nothing found").to(lang) + aside
    if lang == "zh":
        words = [f"{number} 个{SEVERITY[severity].zh}" for severity, number in counts.items() if number]
        return "，".join(words) + aside
    words = [
        f"{number} {SEVERITY[severity].en}{'s' if number > 1 and severity != 'info' else ''}"
        for severity, number in counts.items()
        if number
    ]
    return ", ".join(words) + aside
