"""Redundant dependencies against the plain definition, and names of tasks in other workbooks."""

from __future__ import annotations

import numpy as np
import rustworkx as rx
from hypothesis import given
from hypothesis import strategies as st

from collabxl import Settings
from collabxl.reading.tables import build_tables
from collabxl.rules.dp_network import _possibly_redundant, _redundant_links
from collabxl.rules.engine.run import check
from tests.tables import TODAY, example

edges = st.sets(st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda pair: pair[0] != pair[1]), max_size=30)


@given(edges)
def test_a_dependency_is_redundant_if_another_road_leads_there(pairs: set[tuple[int, int]]) -> None:
    graph = rx.PyDiGraph()
    graph.add_nodes_from(range(12))
    graph.add_edges_from_no_data(sorted(pairs))
    knots = {at for knot in rx.strongly_connected_components(graph) if len(knot) > 1 for at in knot}
    tied = knots | {at for at in range(12) if rx.descendants(graph, at) & knots}
    wanted = {
        (task, before)
        for task, before in pairs
        if task not in tied and any(before in rx.descendants(graph, other) for same, other in pairs if same == task)
    }
    listed = sorted(pairs)
    found = dict(_redundant_links([task for task, _ in listed], [before for _, before in listed]))
    assert found.keys() == wanted
    assert all((task, via) in pairs and before in rx.descendants(graph, via) for (task, before), via in found.items())
    if listed and all(task > before for task, before in listed):
        maybe = _possibly_redundant(*np.array(listed, dtype=np.int64).T)
        assert wanted <= {pair for pair, is_maybe in zip(listed, maybe, strict=True) if is_maybe}


def book(name: str, rows: str) -> str:
    return f"project\n| field | value |\n| name | {name} |\ntasks\n| id | name | after |\n{rows}"


ONLY = Settings(select=("DP314",))


def outside(*texts: str) -> list[list[tuple[str | None, object]]]:
    made = build_tables([example(text).reading() for text in texts])
    findings = check(made, today=TODAY, settings=ONLY).findings
    return [[(finding.cell, finding.args["suggestions"]) for finding in each] for each in findings.values()]


def test_a_task_of_another_workbook_is_looked_up_there() -> None:
    here = book("会员", "| T001 | A | 支付::T001 |\n| T002 | B | 支付::T009 |\n| T003 | C | 《支付》::接口联调 |")
    there = book("支付", "| T001 | 接口联调 | - |")
    assert outside(here) == [[]]
    assert outside(here, there) == [[("C3", [])], []]


def test_any_of_several_workbooks_of_one_project_will_do() -> None:
    here = book("会员", "| T001 | A | 支付::T002 |")
    assert outside(here, book("支付", "| T001 | B | - |"), book("支付", "| T002 | C | - |")) == [[], [], []]


def test_a_task_that_two_workbooks_of_one_name_have_is_told_but_a_copy_is_no_second() -> None:
    texts = book("会员", "| T001 | A | 支付::T001 |"), *[book("支付", "| T001 | B | - |")] * 2
    readings = [example(text).reading() for text in texts]
    (finding,) = check(build_tables(readings), today=TODAY, settings=ONLY).findings[0]
    assert (finding.severity, finding.args["suggestions"]) == ("warning", [])
    assert "several workbooks" in finding.message("en")
    for reading in readings[1:]:
        reading.identity["workbook_id"] = "one and the same"
    assert check(build_tables(readings), today=TODAY, settings=ONLY).findings[0] == []


def test_a_misspelt_project_is_suggested_but_not_the_next_of_a_series() -> None:
    here = book("会员", "| T001 | A | 支付流程优花项目::T001 |\n| T002 | B | 支付流程优化项目二期::T001 |")
    there = book("支付流程优化项目", "| T001 | B | - |")
    assert outside(here, there) == [[("C2", ["支付流程优化项目"])], []]
