"""A month in plain Python: what a master must say when departments' copies come back as the script has it."""

from __future__ import annotations

import copy
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

Cell = tuple[str, str, str | None]
"""Sheet key, 编号 and column key; no column for the row as a whole."""
Rows = dict[str, dict[str, dict[str, Any]]]
COORDINATOR = ""


@dataclass
class Sent:
    """A copy as it went out: the rows then, those that are the department's to change, and what it last said."""

    department: str
    base: Rows
    own: dict[str, list[str]]


@dataclass
class Model:
    """The master as it must be, who changed what in it, and what waits to be decided."""

    rows: Rows
    history: dict[Cell, list[tuple[Any, Any, str]]] = field(default_factory=lambda: defaultdict(list))
    waiting: dict[tuple[Cell, str], Any] = field(default_factory=dict)
    outside: set[tuple[Cell, str]] = field(default_factory=set)
    missing: set[Cell] = field(default_factory=set)

    def send(self, department: str, own: dict[str, list[str]]) -> Sent:
        """Send a copy."""
        return Sent(department, copy.deepcopy(self.rows), own)

    def value(self, cell: Cell) -> Any:
        """Return what a cell of the master says."""
        sheet, id, key = cell
        return self.rows[sheet].get(id, {}).get(key)

    def put(self, cell: Cell, value: Any, who: str = COORDINATOR) -> None:
        """Let somebody change a cell of the master."""
        sheet, id, key = cell
        self.history[cell].append((self.value(cell), value, who))
        self.rows[sheet].setdefault(id, {})[key] = value

    def back(self, sent: Sent, cells: dict[Cell, Any]) -> None:
        """Merge what a department changed in a copy; of a row it cleared only the first cell is looked at."""
        for cell, theirs in cells.items():
            sheet, id, key = cell
            base = sent.base[sheet].get(id, {})
            if key is None:
                self._cleared(sent, cell)
            elif id not in sent.own[sheet]:
                self.outside.add((cell, sent.department))
            elif self.value(cell) == base.get(key):
                self.put(cell, theirs, sent.department)
            elif self.value(cell) != theirs:
                self.waiting[cell, sent.department] = theirs
            if key is not None:
                sent.base[sheet].setdefault(id, {})[key] = theirs

    def _cleared(self, sent: Sent, cell: Cell) -> None:
        sheet, id, _ = cell
        if self.rows[sheet][id] == sent.base[sheet][id]:
            self.missing.add(cell)
        else:
            self.waiting[cell, sent.department] = None

    def decide(self, cell: Cell, department: str, value: Any) -> None:
        """Settle what waits."""
        del self.waiting[cell, department]
        if value != self.value(cell):
            self.put(cell, value, department)
