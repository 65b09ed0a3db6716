"""Random histories of splits and merges, played against a plain model of what everybody meant.

The player knows what nobody else does: which return was edited on from which, and which row is which. The model holds
each cell against that and comes to what the master must say and what must be asked; nothing more, nothing less.
"""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections import Counter
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, NamedTuple

from collabxl import Spot
from collabxl.exchange.conflicts import Conflict
from collabxl.exchange.records import SentCopy
from collabxl.exchange.three_way import Value, is_same
from collabxl.exchange.value_labels import value_label
from tests.exchange.desks import (
    DAYS,
    DUE,
    NAMING,
    START,
    TEXTS,
    WORDS,
    Back,
    Desk,
    Tables,
    can_be_told,
    is_evident,
    is_fork,
    own_rows,
    plainly,
    without,
    without_blanks,
)


class State(NamedTuple):
    """What a backup of the master holds, and what the model says of it."""

    desk: Any
    model: Tables
    merged: list[Back]
    asked: list[Asked]
    undone: list[tuple[Spot, Value]]


@dataclass
class Asked:
    """A question that waits in the model: about a cell or row, and what the department wants."""

    spot: Spot
    back: Back
    wanted: Any
    ours: Value = None
    """What the master said when a person was asked last."""


class History:
    """One history; ``play`` raises AssertionError where the master does not say what was meant."""

    def __init__(self, desk: Desk, seed: int) -> None:
        self.desk, self.random = desk, random.Random(seed)
        self.model: Tables = plainly(desk.rows())
        self.names: dict[tuple[str, str], Spot] = {}
        """New rows by sheet and the text that names them."""
        self.merged: list[Back] = []
        self.asked: list[Asked] = []
        self.undone: list[tuple[Spot, Value]] = []
        """What cells had got and that was undone."""
        self.counter = itertools.count(1)
        self.clock = START
        self.counts: Counter[str] = Counter()

    def play(self, rounds: int = 3) -> None:
        late: list[Back] = []
        old: State | None = None
        for _ in range(rounds):
            copies = self.desk.split()
            if old is not None:
                self.restore(old)
            made = [back for sent in copies for back in self.returns(sent)]
            self.coordinate()
            old = self.state() if self.desk.is_real and self.random.random() < 0.4 else None
            waiting = [*late, *self.arriving(made)]
            late = [back for back in waiting if not is_fork(back, waiting) and self.random.random() < 0.15]
            waiting = [back for back in waiting if back not in late]
            while waiting:
                batch = waiting[: self.random.randint(1, 6 if self.desk.is_real else 4)]
                del waiting[: len(batch)]
                self.merge(batch)
                if old is None and self.random.random() < 0.3:
                    self.coordinate()
                if self.random.random() < 0.2:
                    self.merge(self.random.sample(self.merged, min(2, len(self.merged))))
        self.merge(late)
        self.merge([])

    def state(self) -> State:
        return State(self.desk.backup(), deepcopy(self.model), list(self.merged), list(self.asked), list(self.undone))

    def restore(self, old: State) -> None:
        """Let an old backup be the master again, and what was merged since come once more, in another order."""
        since = [back for back in self.merged if back not in old.merged]
        self.desk.restore(old.desk)
        self.model, self.merged, self.asked, self.undone = old.model, old.merged, old.asked, old.undone
        self.counts["restored"] += 1
        again = self.arriving(since)
        while again:
            batch = again[: self.random.randint(1, 6)]
            del again[: len(batch)]
            self.merge(batch, is_undone=False)

    # What departments do

    def returns(self, sent: SentCopy) -> list[Back]:
        """Return what comes back of a copy: nothing, one return, others edited on from it, a colleague's."""
        if self.random.random() < 0.1:
            return []
        made = [self.filled(sent, None)]
        while self.random.random() < 0.45:
            made.append(self.filled(sent, self.random.choice(made)))
        if self.random.random() < 0.25:
            made.append(self.filled(sent, None))
        evident = [back for back in made if all(is_evident(back, each) for each in back.line)]
        known = [back for at, back in enumerate(evident) if all(can_be_told(back, other) for other in evident[:at])]
        return [back for back in known if all(each in known for each in back.line)]

    def arriving(self, made: list[Back]) -> list[Back]:
        """Return returns in any order; only one that two go on from comes before them: else nobody can know of it."""
        self.random.shuffle(made)
        came: list[Back] = []
        for back in made:
            forks = [each for each in back.line if each is back or is_fork(each, made)]
            came += [each for each in reversed(forks) if each not in came]
        return came

    def filled(self, sent: SentCopy, on: Back | None) -> Back:
        start = on.rows if on else {sheet: dict(rows) for sheet, rows in sent.base.items()}
        rows = {sheet: {id: dict(row) for id, row in listed.items()} for sheet, listed in start.items()}
        changed: dict[Spot, Value] = {}
        below = on.below if on else frozenset()
        sheets = self.random.choices(list(NAMING), k=self.random.randint(2, 5))
        for at, sheet in enumerate(sheets):
            new = [id for id in sent.rows[sheet] if id not in rows[sheet]]
            if new and self.random.random() < 0.2:
                cells = self.new_row(sheet, new[0], without(own_rows(rows, sent), below))
                if self.desk.is_real and sheet != "tasks" and self.random.random() < 0.3:
                    below |= {(sheet, new[0])}
            else:
                own = [id for id in rows[sheet] if id in sent.rows[sheet]]
                cells = self.cell(sheet, self.random.choice(own), text=at == 0) if own else {}
            changed |= cells
            for spot, value in cells.items():
                rows[spot.sheet].setdefault(spot.id, {})[spot.key or ""] = value
        self.clock += dt.timedelta(minutes=self.random.randint(1, 500))
        name = f"{next(self.counter)} {sent.department}.xlsx"
        self.counts["returns"] += 1
        return Back(sent, on, without_blanks(rows), self.clock, name, changed, below)

    def cell(self, sheet: str, id: str, *, text: bool) -> dict[Spot, Value]:
        """Return a cell filled in; a text is nobody else's, words and days are typed alike by many."""
        draw = self.random.random()
        if text or draw < 0.4:
            key = self.random.choice(TEXTS[sheet])
            return {Spot(sheet, id, key): f"第{next(self.counter)}次填写的内容"}
        if draw < 0.6:
            return {Spot(sheet, id, self.random.choice(DAYS[sheet])): DUE + dt.timedelta(self.random.randint(0, 20))}
        key = self.random.choice(list(WORDS[sheet]))
        return {Spot(sheet, id, key): self.random.choice(WORDS[sheet][key])}

    def new_row(self, sheet: str, id: str, rows: Tables | None = None) -> dict[Spot, Value]:
        """Return a new row filled in; a row of progress may name a task that is as new."""
        name = f"新的一行{next(self.counter)}"
        self.names[sheet, name] = Spot(sheet, f"+{name}")
        self.counts["new rows"] += 1
        cells: dict[Spot, Value] = {Spot(sheet, id, NAMING[sheet]): name}
        if sheet == "progress":
            cells[Spot(sheet, id, "task")] = self.random.choice(list((rows or self.desk.rows())["tasks"]))
        for _ in range(self.random.randint(0, 3)):
            cells |= self.cell(sheet, id, text=False)
        return cells

    # What the coordinator does

    def coordinate(self) -> None:
        cells: dict[Spot, Value] = {}
        rows = self.desk.rows()
        for sheet in self.random.choices(list(NAMING), k=self.random.randint(0, 4)):
            if self.random.random() < 0.25:
                cells |= self.new_row(sheet, self.desk.blank(sheet))
            elif rows[sheet]:
                cells |= self.cell(sheet, self.random.choice(list(rows[sheet])), text=False)
            self.desk.edit(cells)
            self.model = plainly(self.named(self.desk.rows()))
            cells = {}

    # The model

    def named(self, rows: Tables) -> Tables:
        """Return rows under what tells them apart: their 编号, or of a new row its name; tasks named in cells too."""
        names = {sheet: {id: self.key(sheet, id, row) for id, row in listed.items()} for sheet, listed in rows.items()}
        return {
            sheet: {
                names[sheet][id]: {
                    key: names["tasks"].get(str(value), value) if key == "task" else value for key, value in row.items()
                }
                for id, row in listed.items()
            }
            for sheet, listed in rows.items()
        }

    def key(self, sheet: str, id: str, row: dict[str, Value]) -> str:
        known = self.names.get((sheet, str(row.get(NAMING[sheet]))))
        return known.id if known else id

    def merge(self, backs: Sequence[Back], *, is_undone: bool = True) -> None:
        before = deepcopy(self.model)
        lines = [line for line in self.desk.waiting if self.random.random() < 0.5]
        decided = {line: self.word(line) for line in lines}
        done = [self.decide(line, word) for line, word in decided.items()]
        for asked, value in filter(None, done):
            self.asked.remove(asked)
            self.model[asked.spot.sheet].setdefault(asked.spot.id, {})[asked.spot.key or ""] = value
        for back in sorted(backs, key=lambda back: back.saved):
            self.meant(back)
        self.asked = [each for each in self.asked if not is_same(self.said(each.spot), each.wanted)]
        self.desk.merge(backs, decided)
        assert self.desk.settled == sum(each is not None for each in done), (decided, done)
        self.counts["merges"] += 1
        for asked in self.asked:
            asked.ours = self.said(asked.spot)
        self.compare()
        is_new = any(self.model[sheet].keys() != before[sheet].keys() for sheet in NAMING)
        if is_undone and not is_new and self.model != before and self.desk.is_real and self.random.random() < 0.15:
            self.undo(before)

    def undo(self, before: Tables) -> None:
        """Undo the last merge, which brought no new rows."""
        for sheet, rows in self.model.items():
            for id, row in rows.items():
                was = before[sheet][id]
                self.undone += [(Spot(sheet, id, key), row.get(key)) for key in {**was, **row}
                                if not is_same(was.get(key), row.get(key))]  # fmt: skip
        self.model = before
        self.desk.undo()
        self.counts["undone"] += 1
        self.compare(questions=False)

    def compare(self, *, questions: bool = True) -> None:
        """Hold the master against the model."""
        found = plainly(self.named(self.desk.rows()))
        assert found == self.model, self.difference(found)
        if not questions:
            return
        ids = {
            sheet: {self.key(sheet, id, row): id for id, row in rows.items()}
            for sheet, rows in self.desk.rows().items()
        }
        expected = Counter((each.spot._replace(id=ids[each.spot.sheet].get(each.spot.id, each.spot.id)),
                            each.back.sent.department) for each in self.asked)  # fmt: skip
        found_lines = Counter((line.spot, line.department) for line in self.desk.waiting)
        assert found_lines == expected, (found_lines - expected, expected - found_lines)

    def word(self, line: Conflict) -> str:
        """Return what a person puts into 采用: whose value counts, or a text of their own."""
        is_text = line.spot.key in TEXTS[line.spot.sheet]
        if is_text and self.desk.is_real and self.random.random() < 0.2:
            return f"协调人定的第{next(self.counter)}个"
        return self.random.choice(["部门", "主表"])

    def difference(self, found: Tables) -> str:
        told = []
        for sheet in NAMING:
            for id in {**self.model[sheet], **found[sheet]}:
                one, two = self.model[sheet].get(id, {}), found[sheet].get(id, {})
                told += [f"{sheet} {id} {key}: meant {one.get(key)!r}, is {two.get(key)!r}"
                         for key in {**one, **two} if one.get(key) != two.get(key)]  # fmt: skip
        return "\n".join(told)

    def meant(self, back: Back) -> None:
        """Let the model know what a return brings: held against the last that was merged of those it goes on from."""
        if any(back in each.line for each in self.merged):
            if back not in self.merged:  # it brings nothing, but others may go on from it
                self.merged.append(back)
            return
        base = next((each for each in back.line if each in self.merged), None)
        was = plainly(self.named(base.rows if base else dict(back.sent.base)))
        self.merged.append(back)
        for sheet, rows in plainly(self.named(back.rows)).items():
            for id, row in rows.items():
                for key in {**was[sheet].get(id, {}), **row}:
                    spot = Spot(sheet, id, key)
                    told = was[sheet].get(id, {}).get(key)
                    self.cell_meant(back, spot, told if is_same(told, row.get(key)) else self.held(base, spot, told),
                                    row.get(key))  # fmt: skip

    def held(self, base: Back | None, spot: Spot, told: Value) -> Value:
        """Return what a cell said here when a department went on from ``base``: not what was undone of it."""
        for back in base.line if base else ():
            if not any(spot == each and is_same(told, value) for each, value in self.undone):
                return told
            rows = plainly(self.named(back.on.rows if back.on else dict(back.sent.base)))
            told = rows[spot.sheet].get(spot.id, {}).get(spot.key or "")
        return told

    def cell_meant(self, back: Back, spot: Spot, was: Value, now: Value) -> None:
        ours = self.said(spot)
        if not is_same(was, now):  # what the department says no longer is no question any more
            self.asked = [each for each in self.asked if each.spot != spot or each.back not in back.line]
        if is_same(was, now) or is_same(ours, now):
            return
        if is_same(ours, was):
            self.undone = [each for each in self.undone if not (each[0] == spot and is_same(each[1], now))]
            self.model[spot.sheet].setdefault(spot.id, {})[spot.key or ""] = now
            self.counts["taken"] += 1
            return
        self.counts["asked"] += 1
        gone = [each for each in self.asked if each.spot == spot and each.back.sent.department == back.sent.department
                and (each.back in back.line or each.back.sent is not back.sent)]  # fmt: skip
        self.asked = [each for each in self.asked if each not in gone]
        self.asked.append(Asked(spot, back, now))

    def said(self, spot: Spot) -> Value:
        return self.model[spot.sheet].get(spot.id, {}).get(spot.key or "")

    def decide(self, line: Conflict, word: str) -> tuple[Asked, Value] | None:
        """Return the question that a person has answered and what the cell says then, None if it is asked again."""
        rows = self.desk.rows()
        id = self.key(line.spot.sheet, line.spot.id, rows[line.spot.sheet].get(line.spot.id, {}))
        spot = line.spot._replace(id=id)
        about = [each for each in self.asked if each.spot == spot and each.back.sent.department == line.department
                 and value_label(each.wanted, line.spot, "zh") == line.theirs]  # fmt: skip
        assert about, line
        asked, here = about[0], self.said(spot)
        if word == "主表":
            return asked, here
        if not is_same(here, asked.ours):
            self.counts["asked again"] += 1
            return None
        return asked, asked.wanted if word == "部门" else word
