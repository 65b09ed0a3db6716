"""The page of findings: nothing from a workbook becomes markup, nothing is asked for, nothing is to run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree, html

from collabxl import Lang, Outcome
from collabxl.text import LANGS
from collabxl.workbook.theme import colour
from tests.exchange.payloads import PAYLOADS
from tests.reports.formats.made import poisoned, written

MARKUP = (
    "<img src=x onerror=alert(1)>",
    "</td></tr></table><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "<svg/onload=alert(1)>",
    '" onmouseover="alert(1)',
    "' onfocus='alert(1)",
    "<a href=javascript:alert(1)>x</a>",
    "<iframe src=http://evil.example></iframe>",
    "<link rel=stylesheet href=http://evil.example/x.css>",
    "<base href=http://evil.example/>",
    "<meta http-equiv=refresh content='0;url=http://evil.example'>",
    "<form action=http://evil.example><input>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<!--",
    "-->",
    "]]>",
    "<![CDATA[x]]>",
    "<object data=x>",
    "\u202egnp.exe",
    "<b>bold</b>",
    "{{7*7}}",
    "\x00<script>",
)
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "p", "main", "section"),
    *("table", "thead", "tbody", "tr", "th", "td", "a", "abbr", "span"),
}
ATTRIBUTES = {"charset", "http-equiv", "content", "name", "lang", "class", "scope", "id", "href", "title"}


def test_nothing_a_workbook_says_becomes_markup(outcomes: tuple[Outcome, ...], tmp_path: Path) -> None:
    found = next(each for each in outcomes if len(each.findings) > 5)
    pages = [poisoned(found, payload) for payload in (*PAYLOADS, *MARKUP)]
    page = html.parse(written("html", pages, tmp_path / "a.html")).getroot()
    assert {element.tag for element in page.iter(etree.Element)} <= TAGS
    assert {name for element in page.iter(etree.Element) for name in element.attrib} <= ATTRIBUTES
    assert all(re.fullmatch(r"#w\d+", str(link.get("href"))) for link in page.iter("a"))
    said = [section.findtext("h2") for section in page.iter("section")]
    assert [text for text in said if "script" in str(text)]
    assert len(said) == len(pages)


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_asks_for_nothing(lang: Lang, outcomes: tuple[Outcome, ...], tmp_path: Path) -> None:
    text = written("html", outcomes, tmp_path / "a.html", lang).read_text(encoding="utf-8")
    assert not re.search(r"<script|<link|@import|url\(|src=", text)
    page = html.fromstring(text)
    assert page.get("lang") == {"zh": "zh-CN", "en": "en"}[lang]
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'")
    anchors = {section.get("id") for section in page.iter("section")}
    assert {link.get("href") for link in page.iter("a")} == {f"#{anchor}" for anchor in anchors}


def _luminance(hexed: str) -> float:
    shares = (int(hexed[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_words_stand_out_by_day_and_by_night(outcomes: tuple[Outcome, ...], tmp_path: Path) -> None:
    """WCAG AA: 4.5 to 1 between every ink and what it stands on."""
    css = str(html.parse(written("html", outcomes[:1], tmp_path / "a.html")).getroot().findtext(".//style"))
    night = dict(re.findall(r"--(\w+): (#\w{6})", css[css.index("@media") :]))
    grounds = {"ink": "white", "grey": "white", "link": "white", "band": "navy"}
    grounds |= {f"{state}_ink": state for state in ("late", "soon", "waiting", "done")}
    for shades in ({name: colour(name) for name in {*grounds, *grounds.values()}}, night):
        for ink, ground in grounds.items():
            light, dark = sorted((_luminance(shades[ink]), _luminance(shades[ground])), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (ink, ground, shades[ink], shades[ground])
