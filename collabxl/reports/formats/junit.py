"""JUnit's XML: a suite a workbook, a case a finding, as Jenkins, GitLab and Azure read it.

What lets the run fail (``--fail-on``) is a failure, what was waived is skipped, all else passes and is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain
from xml.sax.saxutils import escape, quoteattr

from collabxl.reports.formats import ReportRun
from collabxl.reports.formats.rows import place
from collabxl.reports.json_model import FindingOut, WorkbookOut, workbook_out
from collabxl.reports.tally import reaches
from collabxl.rules.engine.outcome import Outcome
from collabxl.text import t
from collabxl.text.printable import clean

_PASSED = t("没有发现问题", "nothing found")
_UNREADABLE = t("读写不了", "could not be read or written")


def one(outcome: Outcome, run: ReportRun) -> list[str]:
    """Return the suite of a workbook."""
    return list(_suite(workbook_out(outcome, run.lang), run))


def lines(parts: Iterator[list[str]], run: ReportRun) -> Iterator[str]:
    """Return the document, a suite after another."""
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield '<testsuites name="collabxl">'
    yield from chain.from_iterable(parts)
    yield "</testsuites>"


def _suite(book: WorkbookOut, run: ReportRun) -> Iterator[str]:
    cases = [_case(finding, run.fail_on) for finding in book.findings]
    if book.error is not None:
        told = _result_element("error", book.error.kind, book.error.message)
        cases.insert(0, ("error", _test_case(book.error.kind, _UNREADABLE.to(run.lang), told)))
    if not cases:
        cases = [("passed", _test_case("check", _PASSED.to(run.lang)))]
    counts = Counter(state for state, _ in cases)
    numbers = {
        "name": book.path,
        "tests": len(cases),
        "failures": counts["failure"],
        "errors": counts["error"],
        "skipped": counts["skipped"],
    }
    yield f"<testsuite{_attributes(**numbers)}>"
    yield from (case for _, case in cases)
    yield "</testsuite>"


def _case(finding: FindingOut, fail_on: str) -> tuple[str, str]:
    """Return what became of a finding – failure, skipped or passed – and its case."""
    name = " ".join(filter(None, [finding["code"], place(finding["sheet"], finding["cell"])]))
    words = f"{finding['severity']}: {finding['message']} → {finding['fix']}"
    if finding["waived"]:
        return "skipped", _test_case(finding["name"], name, f"<skipped{_attributes(message=words)}/>")
    if reaches(finding["severity"], fail_on):
        return "failure", _test_case(
            finding["name"], name, _result_element("failure", finding["code"], finding["message"], finding["fix"])
        )
    return "passed", _test_case(finding["name"], name, f"<system-out>{_safe(words)}</system-out>")


def _test_case(rule: str, name: str, inside: str = "") -> str:
    return f"<testcase{_attributes(classname=f'collabxl.{rule}', name=name)}>{inside}</testcase>"


def _result_element(tag: str, kind: str, message: str, more: str = "") -> str:
    return f"<{tag}{_attributes(type=kind, message=message)}>{_safe(more)}</{tag}>"


def _attributes(**values: object) -> str:
    return "".join(f" {name}={quoteattr(clean(str(value)))}" for name, value in values.items())


def _safe(text: str) -> str:
    return escape(clean(text))
