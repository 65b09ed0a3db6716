"""The dashboard: one HTML file that asks nothing of any network and runs no script but its own."""

from __future__ import annotations

import base64
import hashlib
from html import escape
from pathlib import Path
from string import Template

from collabxl.reports.portfolio.data import dashboard_json
from collabxl.reports.portfolio.numbers import Portfolio
from collabxl.reports.portfolio.words import PAGE, TITLE
from collabxl.storage.data_files import resource_path
from collabxl.text import Lang
from collabxl.workbook.theme import palette


def page(portfolio: Portfolio, report: Path, lang: Lang) -> bytes:
    """Return the page that is to lie at ``report``, from where it links to the workbooks; it opens in ``lang``.

    Its content security policy names the very style and script by their hashes and forbids everything else.
    """
    style, script = (_part(f"dashboard.{kind}") for kind in ("css", "js"))
    style = Template(style).substitute(palette="\n".join(_colours()))
    policy = "; ".join(
        [
            "default-src 'none'",
            f"style-src '{_hash(style)}'",
            f"script-src '{_hash(script)}'",
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )
    made = Template(_part("dashboard.html")).substitute(
        language="zh-CN" if lang == "zh" else "en",
        policy=escape(policy, quote=True),
        title=escape(TITLE.to(lang)),
        no_script="<br>".join(escape(words) for words in PAGE["no_script"].both),
        style=style,
        script=script,
        data=dashboard_json(portfolio, report, lang),
    )
    return made.encode("utf-8", "backslashreplace")


def _part(name: str) -> str:
    return resource_path("templates", "pages", name).read_text(encoding="utf-8")


def _colours() -> list[str]:
    return [f"  --{name.replace('_', '-')}: {value};" for name, value in palette().items()]


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
