"""The site as it is built: strict, both languages, every link and anchor leads somewhere, nothing asks any network."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from lxml import html

from collabxl import api
from collabxl.cli.main import HOMES
from collabxl.rules import RULES
from collabxl.schema.sheets import STANDARD
from tests.docs.shown import ROOT
from tests.parts import require

LOADS = {"script": "src", "img": "src", "link": "href", "source": "src", "iframe": "src"}
"""What a browser fetches without being asked."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    require(find_spec("material"), "mkdocs-material")
    folder = tmp_path_factory.mktemp("site")
    for config, target in (("mkdocs.yml", folder), ("mkdocs.en.yml", folder / "en")):
        command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--config-file", config, "--site-dir", target]
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=300,
            env={**os.environ, "PYTHONUTF8": "1"},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    return folder


@cache
def page(path: Path) -> html.HtmlElement:
    return html.parse(path, html.HTMLParser(encoding="utf-8")).getroot()


@cache
def anchors(path: Path) -> frozenset[str]:
    return frozenset(page(path).xpath("//@id | //a/@name"))


def pages(site: Path) -> list[Path]:
    return [path for path in sorted(site.rglob("*.html")) if path.name != "404.html"]


def test_every_link_and_anchor_leads_somewhere(site: Path) -> None:
    seen, broken = 0, []
    for path in pages(site):
        for element, _, link, _ in page(path).iterlinks():
            address, anchor = urldefrag(link)
            if re.match(r"[a-z]+:", address) or element.tag == "form":
                continue
            seen += 1
            target = (path.parent / unquote(address)).resolve() if address else path
            target = target / "index.html" if target.is_dir() else target
            if not target.is_file() or (anchor and unquote(anchor) not in anchors(target)):
                broken.append(f"{path.relative_to(site)}: {link}")
    assert broken == []
    assert seen > 2000


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    for path in pages(site):
        for tag, attribute in LOADS.items():
            for element in page(path).iter(tag):
                assert not re.match(r"(https?:)?//", element.get(attribute, "")), path
    for style in site.rglob("*.css"):
        assert not re.search(r"url\(\s*['\"]?(https?:)?//", style.read_text(encoding="utf-8")), style
    assert len(pages(site)) > 40


def test_both_languages_have_the_same_pages_and_link_to_each_other(site: Path) -> None:
    chinese = {path.relative_to(site) for path in pages(site) if site / "en" not in path.parents}
    english = {path.relative_to(site / "en") for path in pages(site / "en")}
    assert chinese == english
    for name in chinese:
        (there,) = page(site / name).xpath("//a[@hreflang='en']/@href")
        (back,) = page(site / "en" / name).xpath("//a[@hreflang='zh']/@href")
        assert ((site / name).parent / there).resolve() == site / "en" / name
        assert ((site / "en" / name).parent / back).resolve() == site / name


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_made_is_complete(site: Path, lang: str) -> None:
    home = site if lang == "zh" else site / lang
    listed = page(home / "rules" / "index.html").xpath("//td/a/@href")
    assert sorted(listed) == sorted(f"{rule.code[:2]}.html#{rule.code}" for rule in RULES)
    heads = page(home / "dictionary.html").xpath("//h2/code/text()")
    assert [sheet.meta.key for sheet in STANDARD.data_sheets] == heads
    commands = page(home / "commands.html").text_content()
    assert all(f"collabxl {name}" in commands for name in HOMES)
    assert "Usage: " in commands if lang == "en" else "用法：" in commands
    assert set(api.__all__) <= anchors(home / "api.html")
    rooms = page(home / "rooms.html").xpath("//td[2]/text()")
    assert {"cli", "archive", "rules", "text"} <= set(rooms)
    assert page(home / "changelog.html").xpath("//h2")
