"""A dashboard in a browser: opened from the disk, and asked what it shows."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from collabxl import Lang, Portfolio
from collabxl.reports.portfolio.page import page
from tests.parts.browser import complaints, requests


def opened(browser: Chrome, portfolio: Portfolio, folder: Path, lang: Lang = "zh") -> Path:
    """Open a page from the disk, as somebody does who got it by mail."""
    path = folder / "组合 #1.html"
    path.write_bytes(page(portfolio, path, lang))
    complaints(browser)
    requests(browser)
    browser.get(path.as_uri())
    return path


def all_of(browser: Chrome, selector: str) -> list[WebElement]:
    return browser.find_elements(By.CSS_SELECTOR, selector)


def texts(browser: Chrome, selector: str) -> list[str]:
    found: list[str] = browser.execute_script(
        "return [...document.querySelectorAll(arguments[0])].map((each) => each.textContent)", selector
    )
    return found


def column(browser: Chrome, number: int, table: str = "#projects") -> list[str]:
    return texts(browser, f"{table} tbody tr:not(.detail) > :nth-child({number})")


def shown(browser: Chrome) -> list[int]:
    """Return how many rows are shown and how many there are, as the page tells them."""
    return [int(number) for number in re.findall(r"\d+", browser.find_element(By.CSS_SELECTOR, ".filters .shown").text)]


def head(browser: Chrome, number: int) -> WebElement:
    return browser.find_element(By.CSS_SELECTOR, f"#projects thead th:nth-child({number})")


def pick(browser: Chrome, name: str, value: str) -> None:
    browser.find_element(By.CSS_SELECTOR, f"#{name} option[value='{value}']").click()


def heard(browser: Chrome) -> list[tuple[str, str]]:
    """Return role and name of everything a screen reader is told of."""
    tree: Any = browser.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    told = (each for each in tree if not each.get("ignored"))
    return [(each["role"]["value"], each.get("name", {}).get("value", "")) for each in told]


def theme(browser: Chrome) -> str:
    return str(browser.execute_script("return document.documentElement.dataset.theme"))


CONTRAST = """
const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => (c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4))
  .reduce((sum, c, at) => sum + c * [.2126, .7152, .0722][at], 0);
const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
const ground = (each) => { const c = rgb(getComputedStyle(each).backgroundColor); return c.length > 3 && !c[3] ? ground(each.parentElement) : c; };
document.querySelectorAll("#projects .name").forEach((each) => each.ariaExpanded === "false" && each.click());
return Math.min(...[...document.querySelectorAll("body *")].filter((each) => each.checkVisibility() &&
  [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim()) && each.tagName !== "OPTION").map((each) => {
  const [a, b] = [light(rgb(getComputedStyle(each).color)), light(ground(each))].sort((x, y) => y - x);
  return (a + .05) / (b + .05);
}));
"""  # noqa: E501


def contrast(browser: Chrome) -> float:
    """Return the smallest contrast of any text on the page to what it stands on (WCAG 2: 4.5 is enough)."""
    return float(browser.execute_script(CONTRAST))
