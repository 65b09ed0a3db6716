"""A scripted month: twelve departments, four weekly rounds, copies late, repeated, forwarded, resaved and tampered."""

from __future__ import annotations

import datetime as dt
import random
from email.message import EmailMessage
from itertools import pairwise
from pathlib import Path
from typing import Any

from collabxl.batch import read_workbooks
from collabxl.grid import Edit
from collabxl.opc.package import Package
from collabxl.patch import Changes, patched
from collabxl.schema.standard import Conflicts
from collabxl.share.conflicts import standing
from collabxl.share.exchange import Merged, merge_copies
from collabxl.share.ledger import Ledger
from collabxl.share.split import Copy, split
from tests.parts import convert_all, sdk_errors
from tests.share.masters import TODAY, department, filled, master, values
from tests.share.month import COORDINATOR, Cell, Model, Sent

ROUNDS, DEPARTMENTS, TASKS = 4, 12, 5
TAMPERED = (2, 4, 6, 8)
"""The department whose copy was tampered with, by round; it is refused."""
LATE = (1, 3, 5)
"""The department that sends its copy a round later, together with the next one."""
FORWARDED, REPEATED = 7, 12
"""Who sends every copy in a forwarded mail; who sends those of the round before again."""
RESAVED = {0: (9, 10), 2: (9, 11, FORWARDED)}
"""Whose copies LibreOffice has saved, by round."""
NEW, CLEARED, ASTRAY = {1: 10, 2: 9}, {2: 10, 3: 11}, 11
"""Who adds a row and who clears one, by round; who writes into another's row."""
WORDS = {"done": "已完成", "blocked": "受阻", "delayed": "延期", "not_started": "未开始", "cancelled": "已取消"}


class Month:
    """The script: what everybody does, to the real master and to the model."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.master = master(folder / "主表.xlsx", DEPARTMENTS, TASKS)
        self.model = Model(values(self.master))
        self.start = values(self.master)
        self.copies: dict[tuple[int, int], tuple[Copy, Sent]] = {}
        self.files: dict[tuple[int, int], Path] = {}
        self.cells: dict[tuple[int, int], dict[Cell, Any]] = {}
        self.refused: list[str] = []

    def split(self, week: int) -> None:
        made = split(self.master, self.folder / f"out{week}", today=TODAY + dt.timedelta(weeks=week))
        assert not made.left
        for number, copy in enumerate(made.copies, 1):
            assert copy.share.department == department(number)
            sent = self.model.send(copy.share.department, copy.sent.rows)
            self.copies[week, number] = copy, sent

    def work(self, week: int) -> None:
        """Let every department fill in its copy, and the coordinator change some of the same cells meanwhile."""
        for number in range(1, DEPARTMENTS + 1):
            chance = random.Random(100 * week + number)
            cells = self.cells[week, number] = self._changed(week, number, chance)
            copy, _ = self.copies[week, number]
            saved = dt.datetime.combine(TODAY, dt.time(9), dt.UTC) + dt.timedelta(weeks=week, hours=number)
            typed = self._typed(copy, cells)
            self.files[week, number] = filled(copy.path, self.folder / f"back{week}" / f"{number}.xlsx", typed, saved)
        self._coordinate(week)
        self._resave(week)

    def _changed(self, week: int, number: int, chance: random.Random) -> dict[Cell, Any]:
        """Return what a department says in its copy: three cells of tasks, one of progress, and its odd habits."""
        first = (number - 1) * TASKS + 1
        tasks = [f"T{at:03}" for at in range(first, first + TASKS)]
        cells: dict[Cell, Any] = {}
        for id in chance.sample(tasks[:-1], 3):
            key = chance.choice(("status", "remark", "owner", "due"))
            cells["tasks", id, key] = {
                "status": chance.choice([*WORDS][:4]),
                "due": dt.date(2024, 9, 1) + dt.timedelta(days=7 * week + chance.randrange(7)),
            }.get(key, f"{department(number)}第{week}周{id}")
        cells["progress", f"P{first + week:03}", "progress"] = 0.3 + week / 10
        if NEW.get(week) == number:
            sent = self.copies[week, number][0].sent
            new = next(id for id in sent.rows["tasks"] if id not in sent.base["tasks"])
            cells |= {("tasks", new, "name"): f"新任务{week}", ("tasks", new, "owner"): "=张三"}
            cells["tasks", new, "department"] = department(number)
        if CLEARED.get(week) == number:
            cells["tasks", tasks[-1], None] = None
        if number == ASTRAY:
            cells["tasks", f"T{first - 1:03}", "status"] = "cancelled"
        return cells

    def _typed(self, copy: Copy, cells: dict[Cell, Any]) -> dict[tuple[str, str, str], Any]:
        """Return what is typed for that, in the words of the lists."""
        typed: dict[tuple[str, str, str], Any] = {}
        for (sheet, id, key), value in cells.items():
            if key is None:
                typed |= {(sheet, id, each): None for each in copy.sent.base[sheet][id]}
            else:
                typed[sheet, id, key] = WORDS[value] if key == "status" else value
        return typed

    def _coordinate(self, week: int) -> None:
        """Change cells of the master: one that two departments change, too, one to the same, some all alone."""
        theirs = [cell for number in (7, 9, 12) for cell in list(self.cells[week, number])[:1]]
        agreed = next(iter(self.cells[week, 11]))
        cells: dict[Cell, Any] = {cell: _other(cell, week) for cell in theirs}
        cells[agreed] = self.cells[week, 11][agreed]
        cells |= {("risks", f"R{number:03}", "response"): f"协调人第{week}周" for number in (2, 5)}
        if week == max(CLEARED):
            cells["tasks", f"T{CLEARED[week] * TASKS:03}", "remark"] = "不要删"
        filled(self.master, self.master, self._typed(self.copies[week, 1][0], cells))
        for cell, value in cells.items():
            self.model.put(cell, value)

    def _resave(self, week: int) -> None:
        numbers = RESAVED.get(week, ())
        if numbers:
            made = convert_all([self.files[week, number] for number in numbers], "xlsx", self.folder / f"office{week}")
            self.files |= {(week, number): path for number, path in zip(numbers, made, strict=True)}

    def merge(self, week: int) -> Merged:
        """Merge what arrives in a week, in any order; the model is told the same."""
        self._decide()
        arriving = [number for number in range(1, DEPARTMENTS + 1) if number not in LATE[week : week + 1]]
        letters = [(week - 1, LATE[week - 1])] if week else []
        letters += [(week, number) for number in arriving]
        post = []
        for sent in letters:
            if sent == (week, TAMPERED[week]):
                post.append(self._tampered(*sent))
                self.refused.append(post[-1].name)
                continue
            post.append(self._forwarded(*sent) if sent[1] == FORWARDED else self.files[sent])
            self.model.back(self.copies[sent][1], self.cells[sent])
        post += [self.files[week - 1, REPEATED], self._forwarded(week - 1, FORWARDED)] if week else []
        random.Random(week).shuffle(post)
        return merge_copies(self.master, post, today=TODAY + dt.timedelta(weeks=week))

    def _decide(self) -> None:
        """Fill in 采用 for what waits about single cells: the department's, the master's, a value of its own."""
        reading = read_workbooks([self.master]).readings[0]
        pages = [page for page in reading.pages if page.key == Conflicts.meta.key]
        lines = [(line, row) for page in pages for line, row in zip(standing(reading), page.rows, strict=True)]
        edits = []
        for (cell, whose), choice in zip(_about_cells(self.model), ("部门", "主表", ""), strict=False):
            value = {"部门": self.model.waiting[cell, whose], "主表": self.model.value(cell)}.get(
                choice, _other(cell, 9)
            )
            (row,) = (row for line, row in lines if (line.spot, line.department, line.settled) == (cell, whose, False))
            column = pages[0].places[Conflicts.choice.key].column
            edits.append(Edit(pages[0].title, row, column, choice or WORDS.get(value, str(value))))
            self.model.decide(cell, whose, value)
        self.master.write_bytes(patched(self.master.read_bytes(), Changes(edits=edits, ours=True)))

    def _tampered(self, week: int, number: int) -> Path:
        """Return a copy that says it is another's: another department, another revision, other rows, a new seal."""
        package = Package(self.files[week, number].read_bytes())
        mine, other = (self.copies[week, each][0].sent for each in (number, number + 1))
        was, says = [
            (mine.department, other.department),
            (f">{mine.revision}<", f">{mine.revision + 1}<"),
            (mine.id, other.id),
            (mine.id, "0" * len(mine.id)),
        ][week]
        told = package.read(_CUSTOM).decode()
        assert told.count(was) == 1
        package.put(_CUSTOM, told.replace(was, says).encode())
        path = self.folder / f"tampered{week}.xlsx"
        path.write_bytes(package.save())
        return path

    def _forwarded(self, week: int, number: int) -> Path:
        """Return a mail with the mail that a copy came in."""
        inner, outer = EmailMessage(), EmailMessage()
        inner["From"], inner["Subject"] = "张三 <zhangsan@example.test>", f"返回：第{week}周"
        inner.set_content("附件是返回的表。")
        content = self.files[week, number].read_bytes()
        inner.add_attachment(content, "application", "octet-stream", filename=f"{number}.xlsx")
        outer["From"], outer["Subject"] = "李四 <lisi@example.test>", f"转发：返回：第{week}周"
        outer["Message-ID"] = f"<{week}.{number}@example.test>"
        outer.set_content("见附件。")
        outer.add_attachment(inner)
        path = self.folder / f"forwarded{week}-{number}.eml"
        path.write_bytes(outer.as_bytes())
        return path


_CUSTOM = "docProps/custom.xml"


def _other(cell: Cell, week: int) -> Any:
    """Return what the coordinator says of a cell, which no department does."""
    own = {"status": "cancelled", "due": dt.date(2024, 10, 1 + week)}
    return own.get(str(cell[2]), f"协调人第{week}周{cell[1]}")


def _about_cells(model: Model) -> list[tuple[Cell, str]]:
    return [each for each in model.waiting if each[0][2] is not None]


def test_a_month_of_twelve_departments(tmp_path: Path) -> None:
    month = Month(tmp_path)
    model = month.model
    for week in range(ROUNDS):
        month.split(week)
        month.work(week)
        merged = month.merge(week)
        assert {(tuple(line.spot), line.department) for line in merged.waiting} == set(model.waiting)
        refused = [Path(result.file).name for result in merged.results if result.state == "refused"]
        assert refused == month.refused[week:]
        assert sum(result.state == "nothing-new" for result in merged.results) == 2 * (week > 0)
        assert values(month.master) == model.rows
    _explained(month)
    assert sdk_errors(month.master) == []


def _explained(month: Month) -> None:
    """See that the ledger tells each change of the month, and nothing else, in the order it happened."""
    with Ledger(month.master) as ledger:
        entries = ledger.entries()
    told: dict[Cell, list[tuple[Any, Any, str]]] = {}
    for entry in entries:
        if entry.kind in ("taken", "settled") and entry.spot and entry.was != entry.now:
            told.setdefault(tuple(entry.spot), []).append((entry.was, entry.now, entry.department))
    meant = {cell: [each for each in made if each[2] != COORDINATOR] for cell, made in month.model.history.items()}
    assert told == {cell: made for cell, made in meant.items() if made}
    for cell, made in month.model.history.items():
        sheet, id, key = cell
        assert made[0][0] == month.start[sheet].get(id, {}).get(key)
        assert made[-1][1] == month.model.value(cell)
        assert all(one[1] == other[0] for one, other in pairwise(made))
    assert {(entry.spot, entry.department) for entry in entries if entry.kind == "outside"} == month.model.outside
    assert {entry.spot for entry in entries if entry.kind == "missing"} == month.model.missing
    assert [Path(entry.file).name for entry in entries if entry.kind == "refused"] == month.refused
