"""SARIF 2.1.0, as code scanning reads it: findings first, then the rules they named and the files nobody could read.

A cell is told twice: as a logical location (任务分工表!G4), and as a region whose line and column are its row and
column, because viewers show nothing else. ``fixes`` stays unused: a viewer would edit the workbook as if it were text.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import PurePath
from typing import Any, NamedTuple
from urllib.parse import quote

from collabxl.errors import FileError
from collabxl.ooxml import a1
from collabxl.reports.formats import ReportRun
from collabxl.reports.formats.json import json_list
from collabxl.reports.formats.rows import place
from collabxl.reports.json_model import finding_out
from collabxl.reports.rule_pages import page
from collabxl.reports.rule_pages.markdown import page_markdown
from collabxl.reports.text import waiver_text
from collabxl.rules.engine.findings import Finding
from collabxl.rules.engine.outcome import Outcome
from collabxl.rules.engine.rule import Rule, Severity
from collabxl.text import Lang

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
VERSION = "2.1.0"
FINGERPRINT = "collabxl/v1"
LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}
_TOLD_ELSEWHERE = {"code", "severity", "sheet", "cell", "row", "waived"}
_TAGS: dict[Lang, str] = {"zh": "zh-CN", "en": "en-US"}

Node = dict[str, Any]


class SarifPart(NamedTuple):
    """What the log has of one workbook."""

    results: list[str]
    rules: dict[str, Node]
    """The rules that its findings name, by code."""
    notes: list[Node]


def one(outcome: Outcome, run: ReportRun) -> SarifPart:
    """Return the results of a workbook, the rules they name, and why it could not be read, if so."""
    rules = {finding.rule.code: _rule(finding.rule, run.lang) for finding in outcome.findings}
    notes = [_note(outcome.path, outcome.error, run.lang)] if outcome.error is not None else []
    return SarifPart([_json(result) for result in _results(outcome, run.lang)], rules, notes)


def lines(parts: Iterator[SarifPart], run: ReportRun) -> Iterator[str]:
    """Return the log, a result a line."""
    rules: dict[str, Node] = {}
    notes: list[Node] = []
    yield f'{{"$schema": "{SCHEMA}", "version": "{VERSION}", "runs": [{{"results": ['
    yield from json_list(result for each in parts for result in _notifications(each, rules, notes))
    driver = {"name": "collabxl", "version": run.version, "language": _TAGS[run.lang], "rules": [*rules.values()]}
    invocation = {"executionSuccessful": not notes, "toolExecutionNotifications": notes}
    yield f'], "tool": {_json({"driver": driver})},'
    yield f'"invocations": [{_json(invocation)}], "columnKind": "unicodeCodePoints"}}]}}'


def fingerprint(outcome: Outcome, finding: Finding, seen: Counter[str]) -> str:
    """Return what stays the same of a finding when its row moves: workbook, rule, column and 编号, else what is typed.

    ``seen`` counts those of one workbook, so that equal ones are told apart by their order.
    """
    identity = outcome.reading.identity if outcome.reading else {}
    whose = identity.get("workbook_id", PurePath(outcome.path).name)
    what = finding.id if finding.id is not None else finding.value
    facts = [whose, finding.rule.code, finding.sheet, finding.key, finding.args.get("token"), what]
    mark = sha256(json.dumps(facts, default=str).encode()).hexdigest()
    seen[mark] += 1
    return f"{mark[:32]}:{seen[mark]}"


def uri(path: str) -> str:
    """Return a path as a URI: absolute ones by scheme, others relative to where the run started."""
    if "://" in path:
        return quote(path, safe=":/", errors="backslashreplace")
    pure = PurePath(path)
    return pure.as_uri() if pure.is_absolute() else quote(pure.as_posix(), errors="backslashreplace")


def _notifications(part: SarifPart, rules: dict[str, Node], notes: list[Node]) -> list[str]:
    """Return the results of a workbook; what stands behind all of them is put aside."""
    rules |= part.rules
    notes += part.notes
    return part.results


def _results(outcome: Outcome, lang: Lang) -> Iterator[Node]:
    """Return the results of a workbook."""
    seen: Counter[str] = Counter()
    for finding in outcome.findings:
        yield {
            "ruleId": finding.rule.code,
            "level": LEVELS[finding.severity],
            "message": {"text": f"{finding.message(lang)}\n→ {finding.advice(lang)}"},
            "locations": [_location(outcome.path, finding)],
            "partialFingerprints": {FINGERPRINT: fingerprint(outcome, finding, seen)},
            **_suppressions(finding, lang),
            "properties": {
                key: value for key, value in finding_out(finding, lang).items() if key not in _TOLD_ELSEWHERE
            },
        }


def _note(path: str, error: FileError, lang: Lang) -> Node:
    return {
        "level": "error",
        "descriptor": {"id": error.kind},
        "message": {"text": error.say(lang)},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": uri(path)}}}],
    }


def _location(path: str, finding: Finding) -> Node:
    file: Node = {"artifactLocation": {"uri": uri(path)}}
    if finding.cell is not None:
        row, column = a1.parse_cell(finding.cell)
        file["region"] = {"startLine": row, "startColumn": column}
    found: Node = {"physicalLocation": file}
    if finding.sheet_title is not None:
        name = place(finding.sheet_title, finding.cell)
        found["logicalLocations"] = [{"fullyQualifiedName": name, "kind": "cell" if finding.cell else "sheet"}]
    return found


def _suppressions(finding: Finding, lang: Lang) -> Node:
    if not finding.waived:
        return {}
    return {"suppressions": [{"kind": "inSource", "status": "accepted", "justification": waiver_text(finding, lang)}]}


@cache
def _rule(rule: Rule, lang: Lang) -> Node:
    about = page(rule, lang)
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": about.title},
        "fullDescription": {"text": about.why},
        "help": {"text": f"{about.why}\n{about.fix}", "markdown": "\n".join(page_markdown(about, lang))},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": {"tags": [about.family], "pack": rule.pack},
    }


def _json(node: Node) -> str:
    return json.dumps(node, ensure_ascii=False)
