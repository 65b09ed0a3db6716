"""A scripted month: twelve departments, four rounds; copies resaved, late, repeated, forwarded, tampered with.

The month is played twice, by real files and by a model that knows what everybody meant. At its end both say the same,
the conflicts were those expected, and the ledger explains every cell.
"""

from __future__ import annotations

import datetime as dt
import shutil
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import openpyxl

from collabxl import MergeResult, Spot, merge_copies, split
from collabxl.exchange.ledger import Ledger
from collabxl.exchange.split import DepartmentCopy
from tests.exchange.masters import TODAY, department, filled, master, values
from tests.exchange.test_exchange import decide
from tests.parts import convert_all

DEPARTMENTS, ROUNDS = 12, 4
CONTESTED, LATE, TWICE, FORWARDED, TAMPERED = 5, 7, 8, 9, 10
"""What each of these departments does beside its work: disputes a cell, returns a round late, and so on."""
Cells = dict[tuple[str, str, str], Any]


@dataclass
class Month:
    """The real month, and what it should come to."""

    folder: Path
    book: Path
    model: dict[str, dict[str, dict[str, Any]]]
    coordinated: set[Spot] = field(default_factory=set)
    late: list[Path] = field(default_factory=list)
    day: dt.date = TODAY

    def meant(self, cells: Cells) -> None:
        """Let the model say what was meant."""
        for (sheet, id, key), value in cells.items():
            self.model[sheet].setdefault(id, {})[key] = value

    def coordinate(self, cells: Cells) -> None:
        """Let the coordinator change the master by hand."""
        filled(self.book, self.book, cells)
        self.meant(cells)
        self.coordinated |= {Spot(*spot) for spot in cells}

    def merge(self, *paths: Path) -> MergeResult:
        return merge_copies(self.book, paths, today=self.day)

    def split(self, round: int) -> list[DepartmentCopy]:
        return list(split(self.book, self.folder / f"out{round}", today=self.day).copies)

    def saved(self, round: int, hour: int) -> dt.datetime:
        return dt.datetime.combine(TODAY, dt.time(hour), dt.UTC) + dt.timedelta(weeks=round)


def work(copy: DepartmentCopy, number: int, round: int) -> Cells:
    """Return what a department does in a round."""
    own = copy.share.own
    cells: Cells = {
        ("progress", own["progress"][0], "progress"): 0.25 + round / 10,
        ("tasks", own["tasks"][round % 3], "remark"): f"第{round}轮，{number}",
    }
    if round == 2:
        ready = copy.sent.rows["tasks"][-1]
        cells |= {("tasks", ready, "name"): f"新任务{number}", ("tasks", ready, "department"): department(number)}
    return cells


def forwarded(path: Path) -> Path:
    """Return a message that was forwarded with a workbook in it."""
    inner, outer = EmailMessage(), EmailMessage()
    inner["From"], inner["Subject"] = "li@example.com", "填好了"
    inner.set_content("见附件")
    inner.add_attachment(path.read_bytes(), maintype="application", subtype="octet-stream", filename="填好.xlsx")
    outer["From"], outer["Subject"] = "wang@example.com", "转发：填好了"
    outer.set_content("转发")
    outer.add_attachment(inner)
    target = path.with_suffix(".eml")
    target.write_bytes(outer.as_bytes())
    return target


def tampered(path: Path) -> Path:
    """Return a copy that claims to be another department's."""
    book = openpyxl.load_workbook(path)
    next(prop for prop in book.custom_doc_props.props if prop.name == "collabxl.department").value = department(1)
    target = path.with_stem("tampered")
    book.save(target)
    return target


def played(month: Month, round: int) -> MergeResult:
    """Play one round, and return what the merge made of it."""
    copies = month.split(round)
    backs: dict[int, Path] = {}
    for number, copy in enumerate(copies, 1):
        cells = work(copy, number, round)
        target = month.folder / f"back{round}" / f"{number}.xlsx"
        backs[number] = filled(copy.path, target, cells, month.saved(round, 9))
        if not (number == TAMPERED and round == 3) and not (number == LATE and round >= 2):
            month.meant(cells)
    by_office = [backs[number] for number in (1, 2, 3, CONTESTED)]
    for path in convert_all(by_office, "xlsx", month.folder / f"office{round}"):
        backs[int(path.stem)] = path
    dispute(month, copies[CONTESTED - 1], round)
    sent = [path for number, path in backs.items() if number != LATE]
    if round == 3:
        sent[sent.index(backs[TAMPERED])] = tampered(backs[TAMPERED])
    sent[sent.index(backs[FORWARDED])] = forwarded(backs[FORWARDED])
    sent += [Path(shutil.copy(backs[TWICE], month.folder / f"again{round}.xlsx"))]
    if round == 2:
        month.late.append(backs[LATE])
    else:
        sent += [backs[LATE], *month.late]
    return month.merge(*reversed(sent))


def dispute(month: Month, copy: DepartmentCopy, round: int) -> None:
    """Let the coordinator change a cell that the department has changed meanwhile, and another one of its row."""
    row = copy.share.own["tasks"][round % 3]
    month.coordinate({("tasks", row, "owner"): f"协调人{round}", ("tasks", row, "remark"): f"主表{round}"})


def test_the_month_comes_to_what_everybody_meant(tmp_path: Path) -> None:
    book = master(tmp_path / "主表.xlsx", DEPARTMENTS)
    start = values(book)
    month = Month(tmp_path, book, values(book))
    first = split(book, tmp_path / "ids", today=TODAY).copies
    own = {number: copy.share.own for number, copy in enumerate(first, 1)}
    disputed = {round: ("tasks", own[CONTESTED]["tasks"][round % 3], "remark") for round in range(1, ROUNDS + 1)}
    overtaken = ("progress", own[LATE]["progress"][0], "progress")
    for round in range(1, ROUNDS + 1):
        month.day = TODAY + dt.timedelta(weeks=round)
        merged = played(month, round)
        expected = {disputed[round]} | ({overtaken} if round == 3 else set())
        assert {tuple(line.spot) for line in merged.waiting} == expected, round
        assert sum(result.state == "refused" for result in merged.results) == (round == 3), round
        assert sum(result.state == "nothing-new" for result in merged.results) == 1 + (round == 4), round
        if round == 2:
            rows = {id: row for id, row in values(book)["tasks"].items() if str(row.get("name")).startswith("新任务")}
            assert len(rows) == DEPARTMENTS - 1
        if round == 3:
            late = [result for result in merged.results if "back2" in result.file]
            assert [result.state for result in late] == ["merged"]
        word = "部门" if round % 2 else "主表"
        decide(book, {disputed[round][1]: word, overtaken[1]: "部门"})
        month.meant({disputed[round]: f"第{round}轮，{CONTESTED}" if round % 2 else f"主表{round}"})
        assert month.merge().waiting == ()
        assert not month.merge().written
    agree_with_late(month, own[LATE])
    end = values(book)
    assert end == month.model
    explained(month, start, end)


def agree_with_late(month: Month, own: dict[str, list[str]]) -> None:
    """Let the model know what the late department meant, in the order in which it said so."""
    month.meant({("progress", own["progress"][0], "progress"): 0.25 + ROUNDS / 10})
    for round in range(2, ROUNDS + 1):
        month.meant({("tasks", own["tasks"][round % 3], "remark"): f"第{round}轮，{LATE}"})
    new = {id: row for id, row in values(month.book)["tasks"].items() if row.get("name") == f"新任务{LATE}"}
    assert len(new) == 1
    month.model["tasks"] |= {id: {"name": f"新任务{LATE}", "department": department(LATE)} for id in new}


def explained(month: Month, start: dict[str, Any], end: dict[str, Any]) -> None:
    """Assert that every cell is as it began, as the coordinator left it, or as the ledger's last entry on it says."""
    with Ledger(month.book) as ledger:
        told = {each.spot: each for each in ledger.entries() if each.kind in ("taken", "settled")}
    for sheet, rows in end.items():
        for id, row in rows.items():
            for key, value in row.items():
                spot = Spot(sheet, id, key)
                if spot in told:
                    assert told[spot].now == value, spot
                    assert told[spot].department
                elif spot not in month.coordinated:
                    assert start[sheet][id][key] == value, spot
