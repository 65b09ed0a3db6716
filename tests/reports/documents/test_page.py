"""The page of a document: the same words as the Word file, marked up so that everybody can use it, and by itself."""

from __future__ import annotations

import pytest
from lxml import html as parsed

from collabxl.reports.documents.html import html
from tests.reports.documents.made import KINDS, read_back, sample, written


@pytest.mark.parametrize("kind", KINDS)
def test_it_says_what_the_word_file_says(kind: str) -> None:
    read, page = read_back(written("english", kind)), parsed.fromstring(html(sample("english", kind)).decode())
    assert [each.text for each in page.xpath("//h2")] == read.headings
    assert [each.get("alt") for each in page.xpath("//img")] == [
        shape._inline.docPr.get("descr") for shape in read.word.inline_shapes
    ]
    said = {cell.strip() for cell in "\n".join(page.itertext()).split("\n")}
    told = {
        line.strip()
        for table in read.word.tables
        for row in table.rows
        for cell in row.cells
        for line in cell.text.split("\n")
    }
    assert told <= said


@pytest.mark.parametrize("kind", ["schedule", "letter"])
def test_it_is_whole_and_marked_up(kind: str) -> None:
    content = html(sample("english", kind)).decode()
    page = parsed.fromstring(content)
    assert content.startswith("<!DOCTYPE html>") and page.get("lang") == "en"
    assert page.xpath("//title/text()") == [f"{KINDS[kind].title.en} · Summer campaign"]
    assert len(page.xpath("//h1")) == 1 and all(each.get("scope") for each in page.xpath("//th"))
    links = {link for _, _, link, _ in page.iterlinks() if not link.startswith("data:")}
    assert not links and "default-src 'none'" in page.xpath("//meta/@content")[0]
    assert page.xpath("//body/@class") == ["wide" if kind == "schedule" else "upright"]
