"""What a report says, read back by another program than the one that wrote it: the same few facts from every format."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
from lxml import etree, html

from collabxl.reports.formats.csv import GUARD


class Fact(NamedTuple):
    """One finding by what every format tells: where, which rule, how bad – ``waived`` for those agreed to."""

    path: str
    place: str
    code: str
    state: str


class Report(NamedTuple):
    """All facts of a report, and the workbooks that could not be read by kind."""

    facts: Counter[Fact]
    unreadable: Counter[tuple[str, str]]


def _place(sheet: str | None, cell: str | None) -> str:
    return "!".join(filter(None, [sheet, cell]))


def _of_workbooks(books: list[dict[str, Any]]) -> Report:
    facts = Counter(
        Fact(book["path"], _place(each["sheet"], each["cell"]), each["code"], _state(each["severity"], each["waived"]))
        for book in books
        for each in book["findings"]
    )
    return Report(facts, Counter((book["path"], book["error"]["kind"]) for book in books if book["error"]))


def _state(severity: str, waived: bool) -> str:
    return "waived" if waived else severity


def _json(path: Path) -> Report:
    return _of_workbooks(json.loads(path.read_text(encoding="utf-8"))["workbooks"])


def _jsonl(path: Path) -> Report:
    return _of_workbooks([json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()])


def unguarded(row: dict[str, str]) -> dict[str, str]:
    return {name: value.removeprefix(GUARD) for name, value in row.items()}


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(map(unguarded, csv.DictReader(file)))


def _of_rows(rows: list[dict[str, Any]], true: object) -> Report:
    facts = Counter(
        Fact(
            row["path"],
            _place(row["sheet"], row["cell"]),
            row["code"],
            _state(row["severity"], row["waived"] == true),
        )
        for row in rows
        if row["code"]
    )
    return Report(facts, Counter((row["path"], row["error"]) for row in rows if row["error"]))


def _csv(path: Path) -> Report:
    return _of_rows(csv_rows(path), "true")


def _parquet(path: Path) -> Report:
    from pyarrow import parquet

    return _of_rows(parquet.read_table(path).to_pylist(), True)


def _sarif(path: Path) -> Report:
    (run,) = json.loads(path.read_text(encoding="utf-8"))["runs"]
    levels = {"error": "error", "warning": "warning", "note": "info"}
    facts: Counter[Fact] = Counter()
    for result in run["results"]:
        (location,) = result["locations"]
        place = location.get("logicalLocations", [{"fullyQualifiedName": ""}])[0]["fullyQualifiedName"]
        state = _state(levels[result["level"]], bool(result.get("suppressions")))
        facts[Fact(_uri(location), place, result["ruleId"], state)] += 1
    (invocation,) = run["invocations"]
    notes = invocation["toolExecutionNotifications"]
    return Report(facts, Counter((_uri(note["locations"][0]), note["descriptor"]["id"]) for note in notes))


def _uri(location: dict[str, Any]) -> str:
    from urllib.parse import unquote, urlparse

    return unquote(urlparse(location["physicalLocation"]["artifactLocation"]["uri"]).path)


def _junit(path: Path) -> Report:
    """JUnit knows failures only: what passes is told in words that begin with the severity."""
    facts: Counter[Fact] = Counter()
    unreadable: Counter[tuple[str, str]] = Counter()
    for suite in etree.parse(path).getroot():
        cases = list(suite)
        assert int(suite.get("tests")) == len(cases)
        for tag, number in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
            assert int(suite.get(number)) == sum(case.find(tag) is not None for case in cases)
        for case in cases:
            if case.find("error") is not None:
                unreadable[suite.get("name"), case.find("error").get("type")] += 1
            elif len(case):
                code, _, place = case.get("name").partition(" ")
                facts[Fact(suite.get("name"), place, code, _junit_state(case))] += 1
    return Report(facts, unreadable)


def _junit_state(case: etree._Element) -> str:
    if case.find("failure") is not None:
        return "error"
    return "waived" if case.find("skipped") is not None else str(case.findtext("system-out")).partition(":")[0]


def _html(path: Path) -> Report:
    page = html.parse(path).getroot()
    facts: Counter[Fact] = Counter()
    unreadable: Counter[tuple[str, str]] = Counter()
    for section in page.iter("section"):
        name = section.findtext("h2")
        for trouble in section.findall("p[@class='trouble']"):
            unreadable[name, trouble.text.rpartition("[")[2].rstrip("]")] += 1
        for row in section.findall("table/tbody/tr"):
            place, _, code, _ = (cell.text_content() for cell in row)
            facts[Fact(name, place, code, row.get("class"))] += 1
    return Report(facts, unreadable)


def _xlsx(path: Path) -> Report:
    book = openpyxl.load_workbook(path)
    states = {"错误": "error", "警告": "warning", "提示": "info"}
    facts: Counter[Fact] = Counter()
    for severity, code, workbook, _, sheet, cell, *rest in book["问题清单"].iter_rows(min_row=5, values_only=True):
        facts[Fact(str(workbook), _place(sheet, cell), str(code), _state(states[severity], rest[-1] is not None))] += 1
    told = ((row[0], row[-1]) for row in book["按工作簿"].iter_rows(min_row=5, values_only=True))
    return Report(facts, Counter((str(name), str(said)[1:].partition("]")[0]) for name, said in told if said))


READERS: dict[str, Callable[[Path], Report]] = {
    "json": _json,
    "jsonl": _jsonl,
    "csv": _csv,
    "sarif": _sarif,
    "junit": _junit,
    "html": _html,
    "xlsx": _xlsx,
    "parquet": _parquet,
}
