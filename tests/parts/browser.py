"""A real Chromium without a window, driven by Selenium: what it shows, what its console says, what it asks for."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

from tests.parts import require


@contextmanager
def chromium() -> Iterator[webdriver.Chrome]:
    """Return a browser that logs every request and every word on its console."""
    browser, driver = (shutil.which(name) for name in ("chromium", "chromedriver"))
    require(browser and driver, "chromium with chromedriver")
    options = Options()
    options.binary_location = str(browser)
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    with webdriver.Chrome(options, Service(str(driver))) as made:
        yield made


def requests(browser: webdriver.Chrome) -> list[str]:
    """Return the addresses asked for since this was asked last, in their order."""
    told = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    return [each["params"]["request"]["url"] for each in told if each["method"] == "Network.requestWillBeSent"]


def complaints(browser: webdriver.Chrome) -> list[str]:
    """Return what the console says since this was asked last."""
    return [entry["message"] for entry in browser.get_log("browser")]


def printed(browser: webdriver.Chrome, path: Path) -> Path:
    """Return the page as a PDF, as the browser prints it."""
    told: dict[str, Any] = {"preferCSSPageSize": True, "printBackground": True}
    path.write_bytes(base64.b64decode(browser.execute_cdp_cmd("Page.printToPDF", told)["data"]))
    return path


def prefers(browser: webdriver.Chrome, scheme: str) -> None:
    """Let the system prefer ``light`` or ``dark``."""
    feature = {"name": "prefers-color-scheme", "value": scheme}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})


def sized(browser: webdriver.Chrome, width: int, height: int) -> None:
    """Let the page be so wide and high, as on a phone if it is narrow."""
    told = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", told)
