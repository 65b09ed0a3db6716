"""What people type into workbooks, on the dashboard in a real Chromium: text stays text, and nothing is asked for."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By

from collabxl import Portfolio, Text
from collabxl.errors import missing_file_error
from collabxl.reports.portfolio.numbers import (
    CrossLink,
    HighRisk,
    Load,
    OpenMilestone,
    Problem,
    SkippedFile,
    UrgentTask,
)
from collabxl.reports.portfolio.words import PAGE
from collabxl.rules.matching.names import normalize_name
from collabxl.text.printable import clean, is_invisible
from tests.exchange.payloads import PAYLOADS
from tests.parts.browser import chromium, complaints, requests
from tests.reports.dashboards import all_of, opened, texts
from tests.reports.portfolios import many

MARKUP = (
    "</script><script>window.hit=1</script>",
    "<img src=x onerror=window.hit=1>",
    "<svg onload=window.hit=1>",
    "--><script>window.hit=1</script>",
    "<!--<script>",
    '"><a href="javascript:window.hit=1">x</a>',
    "</td></tr></table><iframe src=http://evil.example>",
    "<style>body{display:none}</style>",
    "${window.hit=1}",
    "$data {number} {level}",
    "\\u003cscript\\u003e",
    "\u2028\u2029\x00",
    "a\u202eb\u2066c\x9bd",
)
HOSTILE = (*PAYLOADS, *MARKUP)
SHOWN = tuple(map(clean, HOSTILE))


@pytest.fixture(scope="module")
def browser() -> Iterator[Chrome]:
    with chromium() as made:
        yield made


def hostile(payloads: tuple[str, ...]) -> Portfolio:
    """Return a portfolio whose every text is a payload."""
    base, projects, links = many(len(payloads)), [], []
    for at, (text, like) in enumerate(zip(payloads, base.projects, strict=True)):
        day = dt.date(2024, 8, 1)
        name = text.replace("\x00", "")  # neither a file nor a sheet can be called so
        problem = Problem("DL401", "error", name, name, text, Text(text, text), Text(text, text))
        projects.append(
            replace(
                like,
                path=f"{name}.xlsx",
                name=text,
                lead=text,
                chain=(text,),
                ahead=(OpenMilestone(text, day, day),),
                risks=replace(like.risks, high=1, top=(HighRisk(text, 20, text, True),)),
                departments=(Load(text, 1, 1),),
                people=(Load(text, 1, 1),),
                tasks=(UrgentTask(text, text, text, text, day, "overdue", 1),),
                problems=(problem,),
            )
        )
        links.append(CrossLink(at, text, day, text, "in_time", at, text, day, day))
    aside = tuple(SkippedFile(text, missing_file_error(text)) for text in payloads)
    return replace(base, projects=tuple(projects), links=tuple(links), skipped_files=aside)


def test_text_from_workbooks_never_becomes_markup(browser: Chrome, tmp_path: Path) -> None:
    portfolio = hostile(HOSTILE)
    path = opened(browser, portfolio, tmp_path)
    told = path.read_text(encoding="utf-8")
    assert {letter for letter in told if is_invisible(letter)} == {"\n"}
    assert [told.count(mark) for mark in ("<script", "</script", "<!--", "<style")] == [2, 2, 0, 1]
    before = texts(browser, "script")
    browser.find_element(By.CSS_SELECTOR, "#panel-projects .more").click()
    for name in all_of(browser, "#projects .name"):
        name.click()
    for tab in all_of(browser, "[role=tab]"):
        tab.click()
    for more in all_of(browser, ".more"):
        browser.execute_script("arguments[0].click()", more)
    for selector in ("#projects .name", "#panel-aside tbody th"):
        assert sorted(texts(browser, selector)) == sorted(SHOWN), selector
    once = {normalize_name(name): name for name in reversed(HOSTILE)}.values()
    for selector in ("#panel-departments .name", "#panel-people .name"):
        assert set(map(normalize_name, texts(browser, selector))) == {normalize_name(clean(name)) for name in once}, (
            selector
        )
    cells = set(texts(browser, ".detail td, .detail section td"))
    assert set(SHOWN) <= cells
    names = set(browser.execute_script("return [...document.querySelectorAll('body *')].map((each) => each.localName)"))
    assert not names & {"img", "svg", "iframe", "object", "style", "link", "form", "base"}
    assert texts(browser, "script") == before
    assert browser.execute_script("return window.hit") is None
    attributes = "return [...document.querySelectorAll('*')].flatMap((each) => each.getAttributeNames())"
    assert not [name for name in browser.execute_script(attributes) if name.startswith("on")]
    for link in all_of(browser, "a[href]:not(.skip)"):
        assert str(link.get_attribute("href")).startswith("file:///"), link.get_attribute("href")
    assert requests(browser) == [path.as_uri()]
    assert complaints(browser) == []


def test_findings_are_cut_by_a_budget_and_the_rest_is_told(browser: Chrome, tmp_path: Path) -> None:
    portfolio = many(3)
    first = portfolio.projects[1]
    cut = replace(first, counts={"error": 400, "warning": 0, "info": 0}, problems=first.problems[:1] * 100)
    opened(browser, replace(portfolio, projects=(cut,), links=()), tmp_path)
    browser.find_element(By.CSS_SELECTOR, "#projects .name").click()
    assert PAGE["more_not_shown"].fill("zh", {"number": 300}) in texts(browser, ".detail .note")
    data = json.loads(browser.execute_script("return document.getElementById('data').textContent"))
    assert len(data["projects"][0]["problems"]) == 100 and len(data["texts"]) == 2
