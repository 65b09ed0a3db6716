"""Doing what people decided on 冲突: the cell or row that the line shows, and an entry for each cell."""

from __future__ import annotations

from copy import deepcopy
from typing import Literal, NamedTuple

from collabxl.exchange import conflicts
from collabxl.exchange.conflicts import Conflict, Question
from collabxl.exchange.decisions import Decision, decisions
from collabxl.exchange.fit import fits
from collabxl.exchange.merge_state import MergeRun
from collabxl.exchange.records import LedgerEntry
from collabxl.exchange.three_way import CellChange, Row, Rows, Spot, Value


class UnfitDecision(NamedTuple):
    """A decision that was not done, and why; it is asked about again.

    ``unfit``: a cell would say what its column does not take. ``unknown``: nobody knows whose value is meant.
    ``outdated``: the master says something else by now than when the person was asked.
    """

    line: Conflict
    spot: Spot
    value: Value
    why: Literal["unfit", "unknown", "outdated"] = "unfit"


class Settlement(NamedTuple):
    """What became of the decisions: those that were done, and the cells that stay in question."""

    done: list[Decision]
    unfit: list[UnfitDecision]

    @property
    def asked_again(self) -> frozenset[Conflict]:
        """The lines whose decision counts no more: they are to be decided anew."""
        return frozenset(each.line for each in self.unfit if each.why == "outdated")


def apply_decisions(run: MergeRun) -> Settlement:
    """Do what people decided on 冲突 since the last merge; return what could be done, and what fits no such column."""
    made = decisions(run.master.conflict_lines, run.master.lang)
    rows = deepcopy(run.master.rows) if made else {}
    unfit: list[UnfitDecision] = []
    done = [decision for decision in made if not _is_stale(run, decision, rows, unfit) and _apply(run, decision, unfit)]
    return Settlement(done, unfit)


def _is_stale(run: MergeRun, decision: Decision, rows: Rows, unfit: list[UnfitDecision]) -> bool:
    """Return whether nobody can do what was decided as the master was before any decision, and add why."""
    line = decision.standing
    if decision.whose == "unknown":
        unfit.append(UnfitDecision(line, line.spot, decision.value, "unknown"))
        return True
    here = conflicts.master_label(line.spot, rows, run.master.lang)
    if decision.whose == "ours" or conflicts.is_alike(here, line.ours):
        return False
    unfit.append(UnfitDecision(line, line.spot, here, "outdated"))
    return True


def _apply(run: MergeRun, decision: Decision, unfit: list[UnfitDecision]) -> bool:
    """Do what was decided and enter it; return whether it could be done, and add to ``unfit`` what does not fit."""
    line, master = decision.standing, run.master
    entry = LedgerEntry("settled", line.department, spot=line.spot, note=line.choice)
    if decision.whose == "ours":
        value = master.value(line.spot) if line.spot.key else None
        run.entries.append(entry._replace(was=value, now=value))
        return True
    wanted = _decided_values(run, decision)
    if wanted is None or not master.ensure_row(line.spot.sheet, line.spot.id):
        return False
    if not all(master.has_cell(cell) for cell in wanted):
        return False
    left = {cell: value for cell, value in wanted.items() if not fits(value, cell, master.lang)}
    unfit += (UnfitDecision(line, cell, value) for cell, value in left.items())
    if line.spot in left:
        return False
    for cell, value in left.items():
        change = CellChange(cell, None, master.value(cell), value)
        run.entries.append(entry._replace(kind="conflict", spot=cell, was=change.ours, now=value, note=""))
        run.questions.append(Question(conflicts.conflict_line(change, line.department, master.lang)))
    for cell, value in wanted.items():
        if cell not in left:
            run.entries.append(entry._replace(spot=cell, was=master.value(cell), now=value))
            master.set_value(cell, value)
    return True


def _decided_values(run: MergeRun, decision: Decision) -> dict[Spot, Value] | None:
    """Return what cells are to say by a decision: the one in question, or all of a row; None if nobody knows."""
    line = decision.standing
    if decision.whose == "typed":
        return {line.spot: decision.value}
    asked = _conflict_entry(run, line)
    if line.spot.key:
        return {line.spot: asked.now} if asked else None
    row = _conflict_row(run, line, asked)
    keys = {**run.master.rows.get(line.spot.sheet, {}).get(line.spot.id, {}), **row}
    return {line.spot._replace(key=key): row.get(key) for key in keys}


def _conflict_entry(run: MergeRun, line: Conflict) -> LedgerEntry | None:
    """Return the conflict that a line shows; of a line that was altered, the last one about its cell or row."""
    known = run.ledger.conflicts_about(line.spot, line.department)
    shown = (
        each
        for each in known
        if conflicts.line_label(each.now, line.spot, run.master.lang).strip() == line.theirs.strip()
    )
    return next(shown, known[0] if known else None)


def _conflict_row(run: MergeRun, line: Conflict, asked: LedgerEntry | None) -> Row:
    """Return the row that a line shows; a ledger of an earlier version knows only what came back last."""
    if asked is not None and asked.said is not None:
        return asked.said
    if asked is not None and asked.now is None:
        return {}
    return run.ledger.last_row(line.department, line.spot.sheet, line.spot.id)
