"""The dashboard in a real Chromium: what it shows, that it asks for nothing, and that text stays text."""

from __future__ import annotations

import re
import shutil
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest
from selenium.webdriver import Chrome, Keys
from selenium.webdriver.common.by import By

from collabxl import Portfolio, read_portfolio
from collabxl.reports.portfolio.health import LEVELS
from collabxl.reports.portfolio.words import COLUMNS, CROSSINGS, PAGE
from tests.parts.browser import chromium, complaints, prefers, printed, requests, sized
from tests.reports.dashboards import all_of, column, contrast, head, heard, opened, pick, shown, texts, theme
from tests.reports.portfolios import many
from tools.samples.__main__ import SAMPLES, TODAY


@pytest.fixture(scope="module")
def browser() -> Iterator[Chrome]:
    with chromium() as made:
        sized(made, 1440, 900)
        yield made


@pytest.fixture(scope="module")
def thousand() -> Portfolio:
    return many(1000)


def test_it_asks_for_nothing_and_complains_of_nothing(browser: Chrome, thousand: Portfolio, tmp_path: Path) -> None:
    path = opened(browser, thousand, tmp_path)
    for tab in all_of(browser, "[role=tab]"):
        tab.click()
    for switch in ("language", "theme"):
        browser.find_element(By.ID, switch).click()
    assert requests(browser) == [path.as_uri()]
    assert complaints(browser) == []
    assert not re.search(r"https?://", path.read_text(encoding="utf-8"))
    with_network = "fetch('http://127.0.0.1:9/').then(() => 'open', () => 'closed').then(arguments[0])"
    assert browser.execute_async_script(with_network) == "closed"
    assert any("Content Security Policy" in each for each in complaints(browser))


def test_it_shows_the_numbers_of_the_portfolio(browser: Chrome, tmp_path: Path) -> None:
    for sample in SAMPLES.glob("*.xlsx"):
        shutil.copy(sample, tmp_path)
    portfolio = read_portfolio([tmp_path], today=TODAY)
    opened(browser, portfolio, tmp_path)
    projects = portfolio.projects
    tiles = [int(each) for each in texts(browser, "#tiles b")]
    assert tiles[: len(LEVELS)] == [sum(each.health.level == level for each in projects) for level in LEVELS]
    assert tiles[len(LEVELS) :] == [
        sum(each.overdue for each in projects),
        sum(each.soon for each in projects),
        sum(each.risks.high for each in projects),
        sum(each.counts["error"] + each.counts["warning"] for each in projects),
    ]
    rows = zip(*(column(browser, number) for number in (2, 3, 4, 5, 6, 8, 9, 10, 11)), strict=True)
    wanted = [
        (
            *(each.name, each.lead, f"{each.done_share}%", each.end.isoformat()),
            each.finish.isoformat() if each.finish else "—",
            *(str(number) for number in (each.overdue, each.soon, each.risks.high)),
            str(each.counts["error"] + each.counts["warning"]),
        )
        for each in projects
    ]
    assert sorted(rows) == sorted(wanted)


def test_a_project_opens_to_its_findings_and_its_file(browser: Chrome, tmp_path: Path) -> None:
    path = Path(shutil.copy(SAMPLES / "messy.xlsx", tmp_path / "会员 #2 50%.xlsx"))
    portfolio = read_portfolio([path], today=TODAY)
    opened(browser, portfolio, tmp_path)
    (project,) = portfolio.projects
    name = browser.find_element(By.CSS_SELECTOR, "#projects .name")
    assert name.get_attribute("aria-expanded") == "false"
    name.send_keys(Keys.ENTER)
    name = browser.switch_to.active_element
    assert (name.text, name.get_attribute("aria-expanded")) == (project.name, "true")
    problems = texts(browser, ".detail section:last-of-type tbody td")
    first = project.problems[0]
    assert problems[1:6] == [first.code, first.place, first.id or "", first.message.zh, first.fix.zh]
    assert len(problems) == 6 * len(project.problems)
    href = browser.find_element(By.CSS_SELECTOR, ".detail a").get_attribute("href")
    assert href == path.as_uri()
    name.send_keys(Keys.SPACE)
    assert not all_of(browser, ".detail")


def test_search_filters_and_tiles_narrow_the_list(browser: Chrome, thousand: Portfolio, tmp_path: Path) -> None:
    opened(browser, thousand, tmp_path)
    assert shown(browser) == [50, 1000]
    search = browser.find_element(By.ID, "search")
    search.send_keys("ＥＲＰ 系统升级 00")
    wanted = [each.name for each in thousand.projects if "ERP 系统升级 00" in each.name]
    assert sorted(column(browser, 2)) == sorted(wanted) and len(wanted) > 5
    assert shown(browser) == [len(wanted)] * 2
    browser.find_element(By.ID, "clear").click()
    assert shown(browser) == [50, 1000] and search.get_attribute("value") == ""

    pick(browser, "department", "法务部")
    pick(browser, "level", "critical")
    both = [
        each
        for each in thousand.projects
        if each.health.level == "critical" and "法务部" in [load.name for load in each.departments]
    ]
    assert shown(browser)[1] == len(both) > 0
    assert set(column(browser, 1)) == {LEVELS["critical"].to("zh")}
    browser.find_element(By.ID, "clear").click()

    tile = browser.find_element(By.CSS_SELECTOR, "[data-level=sound]")
    tile.click()
    assert tile.get_attribute("aria-pressed") == "true"
    assert browser.find_element(By.ID, "level").get_attribute("value") == "sound"
    assert set(column(browser, 1)) == {LEVELS["sound"].to("zh")}
    tile.click()
    assert shown(browser) == [50, 1000]
    search.send_keys("没有这样的项目")
    assert texts(browser, "#projects tbody td") == [PAGE["nothing"].zh]


def test_heads_sort_and_say_so(browser: Chrome, thousand: Portfolio, tmp_path: Path) -> None:
    opened(browser, thousand, tmp_path)
    assert head(browser, 1).get_attribute("aria-sort") == "ascending"
    names = sorted(each.health.level for each in thousand.projects)
    assert column(browser, 1)[0] == LEVELS["critical"].to("zh") and "critical" in names
    for number, of in ((8, lambda each: each.overdue), (4, lambda each: each.done_share)):
        button = head(browser, number).find_element(By.TAG_NAME, "button")
        button.send_keys(Keys.ENTER)
        values = [int(each.rstrip("%")) for each in column(browser, number)]
        assert values == sorted(map(of, thousand.projects), reverse=True)[:50]
        assert head(browser, number).get_attribute("aria-sort") == "descending"
        assert head(browser, 1).get_attribute("aria-sort") == "none"
        button.send_keys(Keys.ENTER)
        assert head(browser, number).get_attribute("aria-sort") == "ascending"
    head(browser, 7).find_element(By.TAG_NAME, "button").click()
    assert PAGE["unknown"].zh not in column(browser, 7)
    browser.find_element(By.CSS_SELECTOR, "#panel-projects .more").click()
    assert shown(browser) == [100, 1000]


def test_departments_people_and_links_lead_to_projects(browser: Chrome, thousand: Portfolio, tmp_path: Path) -> None:
    opened(browser, thousand, tmp_path)
    browser.find_element(By.ID, "tab-departments").click()
    name = next(each for each in all_of(browser, "#panel-departments .name") if each.text == "市场部")
    name.click()
    assert browser.find_element(By.ID, "department").get_attribute("value") == "市场部"
    assert shown(browser)[1] == sum("市场部" in [load.name for load in each.departments] for each in thousand.projects)
    browser.find_element(By.ID, "tab-links").click()
    for _ in range(2):
        browser.find_element(By.CSS_SELECTOR, "#panel-links .more").click()
    verdicts = column(browser, 1, "#panel-links table")
    order = [words.zh for words in CROSSINGS.values()]
    assert verdicts == sorted(verdicts, key=order.index) and verdicts[0] == order[0] != verdicts[-1]
    link = browser.find_element(By.CSS_SELECTOR, "#panel-links tbody .name")
    told = link.text
    link.click()
    focused = browser.switch_to.active_element
    assert (focused.text, focused.get_attribute("aria-expanded")) == (told, "true")


def test_tabs_are_walked_by_the_keyboard(browser: Chrome, thousand: Portfolio, tmp_path: Path) -> None:
    opened(browser, thousand, tmp_path)
    first = browser.find_element(By.ID, "tab-projects")
    first.send_keys(Keys.ARROW_LEFT)
    last = browser.switch_to.active_element
    assert last.get_attribute("id") == "tab-health"
    assert [each.get_attribute("aria-selected") for each in all_of(browser, "[role=tab]")].count("true") == 1
    assert browser.find_element(By.ID, "panel-health").is_displayed()
    assert not browser.find_element(By.ID, "panel-projects").is_displayed()
    last.send_keys(Keys.HOME)
    assert browser.switch_to.active_element.get_attribute("id") == "tab-projects"
    browser.execute_script("document.activeElement.blur(); scrollTo(0, 0)")
    seen = []
    for _ in range(12):
        browser.switch_to.active_element.send_keys(Keys.TAB)
        focused = browser.switch_to.active_element
        assert focused.value_of_css_property("outline-style") == "solid", focused.get_attribute("outerHTML")
        seen.append(str(focused.get_attribute("outerHTML")))
    assert len(set(seen)) == len(seen)


def test_a_screen_reader_finds_landmarks_names_and_heads(browser: Chrome, thousand: Portfolio, tmp_path: Path) -> None:
    opened(browser, thousand, tmp_path)
    browser.find_element(By.CSS_SELECTOR, "#projects .name").click()
    nodes = []
    for tab in all_of(browser, "[role=tab]"):
        tab.click()
        nodes += heard(browser)
    roles = {role for role, _ in nodes}
    assert {"banner", "main", "contentinfo", "search", "tablist", "tabpanel"} <= roles
    for role in ("button", "tab", "tabpanel", "table", "columnheader", "combobox", "searchbox", "link"):
        assert all(name.strip() for each, name in nodes if each == role), role
    assert all(each.get_attribute("scope") for each in all_of(browser, "th")[:40])
    assert browser.execute_script("return document.documentElement.lang") == "zh-CN"


def test_it_speaks_both_languages(browser: Chrome, thousand: Portfolio, tmp_path: Path) -> None:
    opened(browser, thousand, tmp_path, "en")
    assert browser.title == "Project portfolio"
    assert not re.search("[一-鿿]", "".join(texts(browser, "thead th, #tiles span, [role=tab], footer, header p")))
    browser.find_element(By.CSS_SELECTOR, "#projects .name").click()
    assert not re.search("[一-鿿]", "".join(texts(browser, ".detail h3, .detail thead, .detail .mark, .detail b")))
    pick(browser, "level", "critical")
    browser.find_element(By.ID, "search").send_keys("2024年 ")
    before = shown(browser)
    browser.find_element(By.ID, "language").click()
    fields = [browser.find_element(By.ID, name).get_attribute("value") for name in ("level", "search")]
    assert (fields, shown(browser)) == (["critical", "2024年 "], before)
    assert browser.title == "协同项目组合"
    assert texts(browser, "#projects thead button")[1] == COLUMNS["project"].zh
    assert browser.find_element(By.ID, "language").text == "English"
    assert len(all_of(browser, ".detail")) == 1


def test_light_and_dark_follow_the_system_and_the_switch(browser: Chrome, tmp_path: Path) -> None:
    portfolio = many(12)
    try:
        for scheme, other in (("light", "dark"), ("dark", "light")):
            prefers(browser, scheme)
            opened(browser, portfolio, tmp_path)
            assert theme(browser) == scheme
            assert contrast(browser) >= 4.5
            browser.find_element(By.ID, "theme").click()
            assert theme(browser) == other
            assert contrast(browser) >= 4.5
    finally:
        prefers(browser, "light")


def test_an_empty_portfolio_is_a_page_too(browser: Chrome, tmp_path: Path) -> None:
    opened(browser, replace(many(0), skipped_files=()), tmp_path)
    assert set(texts(browser, "#tiles b")) == {"0"}
    for tab in all_of(browser, "[role=tab]"):
        tab.click()
    assert texts(browser, "#panel-projects tbody td") == [PAGE["nothing"].zh]
    assert texts(browser, "#panel-links tbody td") == [PAGE["none_here"].zh]
    assert complaints(browser) == []


def test_it_fits_a_phone_and_prints_everything(browser: Chrome, thousand: Portfolio, tmp_path: Path) -> None:
    opened(browser, thousand, tmp_path)
    try:
        sized(browser, 390, 844)
        browser.find_element(By.CSS_SELECTOR, "#projects .name").click()
        wide = "return [document.documentElement.scrollWidth, innerWidth]"
        assert browser.execute_script(wide) == [390, 390]
        edges = "return [...document.querySelectorAll('.detail p')].map((each) => each.getBoundingClientRect().right)"
        assert all(edge < 390 for edge in browser.execute_script(edges))
    finally:
        sized(browser, 1440, 900)
    browser.find_element(By.ID, "theme").click()
    pdf = pypdf.PdfReader(printed(browser, tmp_path / "page.pdf"))
    told = unicodedata.normalize("NFKC", "".join(sheet.extract_text() for sheet in pdf.pages))
    assert all(f"{number:04}" in told for number in range(1000))
    assert COLUMNS["open"].zh in told and PAGE["tab_health"].zh in told and PAGE["search"].zh not in told
    assert theme(browser) == "dark"
    assert shown(browser) == [50, 1000]
