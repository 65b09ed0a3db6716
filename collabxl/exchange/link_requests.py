"""Tasks of others that a department names: what it has typed itself shows it nothing until the coordinator accepts it.

Whoever names a task sees it in the next copy. A link that came with a return is taken, but the copy shows what it
leads to only once it is accepted: at a split, on 冲突, or because the coordinator has written the cell anew. What the
department could see when it typed the link needs nobody to accept it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from collabxl.exchange.ledger import Ledger
from collabxl.exchange.records import LedgerEntry
from collabxl.exchange.three_way import CellChange, Row, Rows, Spot, Value, is_same
from collabxl.exchange.three_way import normalize as plain_value
from collabxl.exchange.untaken_values import UntakenValue
from collabxl.rules import RULES
from collabxl.rules.matching.names import normalize_name, split_names
from collabxl.schema.columns import Column
from collabxl.schema.sheets import Tasks, Waivers
from collabxl.text import Lang, t

NAMING = {
    (rule.at.sheet.meta.key, rule.at.key): rule.code
    for rule in RULES
    if rule.awaits_acceptance and isinstance(rule.at, Column)
}
"""The rules about names of no task, by sheet and key of the column in which rows name tasks."""
_WAITS = t(
    "已登记，等协调人认可（split --accept）后显示", "Noted; shown once the coordinator accepts it (split --accept)"
)
_WAITS_FOR = dt.timedelta(days=365)
"""How long a copy may be filled in at the most."""
_NAMED = (Tasks.name.key, Tasks.deliverable.key)


class LinkRequest(NamedTuple):
    """A cell in which a department has named tasks that it could not see, and that nobody has accepted yet."""

    department: str
    spot: Spot
    value: Value
    visible: frozenset[str]
    """The tasks that it could see when it wrote this."""


class WithheldTasks(NamedTuple):
    """Tasks that a department is not shown though a cell of its names them."""

    link: LinkRequest
    tasks: tuple[str, ...]


def pending_links(ledger: Ledger, rows: Rows) -> dict[Spot, LinkRequest]:
    """Return the links that stand in a master, whose rows are given, as they came with a return."""
    made: dict[Spot, LedgerEntry] = {}
    accepted: set[tuple[Spot, Value]] = set()
    """What was accepted once stays so, though a restored master got it again."""
    for entry in ledger.entries():
        if entry.spot is None or (entry.spot.sheet, entry.spot.key) not in NAMING:
            continue
        if entry.kind == "accepted":
            accepted.add((entry.spot, plain_value(entry.now)))
        if entry.kind == "taken" and (entry.spot, plain_value(entry.now)) not in accepted:
            made[entry.spot] = entry
        elif entry.kind in ("taken", "settled", "undone", "accepted"):
            made.pop(entry.spot, None)
    copies = {id: _visible_tasks(ledger, id) for id in {entry.copy for entry in made.values()}}
    return {
        spot: LinkRequest(entry.department, spot, entry.now, copies[entry.copy])
        for spot, entry in made.items()
        if is_same(rows.get(spot.sheet, {}).get(spot.id, {}).get(spot.key or ""), entry.now)
    }


def _visible_tasks(ledger: Ledger, copy: str | None) -> frozenset[str]:
    sent = ledger.sent_copy(copy) if copy else None
    return frozenset(sent.base.get(Tasks.meta.key, {})) if sent else frozenset()


def acceptance_entries(links: Iterable[LinkRequest]) -> Iterator[LedgerEntry]:
    """Return what to enter where links are accepted."""
    for link in links:
        yield LedgerEntry("accepted", link.department, spot=link.spot, was=link.value, now=link.value)


def links_to_hidden_tasks(
    changes: Iterable[CellChange], ours: Rows, visible: Collection[str]
) -> Iterator[UntakenValue]:
    """Return the cells that are taken and name tasks of ``ours`` that are not among the ``visible`` ones."""
    tasks = ours.get(Tasks.meta.key, {})
    known = {word: id for id, row in tasks.items() for word in _task_names(id, row)}
    for change in changes:
        if (change.spot.sheet, change.spot.key) in NAMING and isinstance(change.theirs, str):
            named = {known.get(normalize_name(word)) for word in split_names(change.theirs)}
            if any(id is not None and id not in visible for id in named):
                yield UntakenValue(change.spot, "linked", change.theirs)


def _task_names(id: str, row: Row) -> Iterator[str]:
    yield normalize_name(id)
    yield from (normalize_name(str(row[key])) for key in _NAMED if key in row)


def withheld_tasks(links: Mapping[Spot, LinkRequest], found: Iterable[tuple[Spot, str]]) -> list[WithheldTasks]:
    """Return what is withheld where cells named tasks: ``found`` has both, none of them accepted."""
    tasks: dict[Spot, dict[str, None]] = {}
    for spot, task in found:
        tasks.setdefault(spot, {})[task] = None
    return [WithheldTasks(links[spot], tuple(listed)) for spot, listed in tasks.items()]


def unshown(left: Iterable[WithheldTasks], today: dt.date, lang: Lang) -> Iterator[Row]:
    """Yield rows of 豁免 for cells that name a task which a copy does not show: nobody has to mend them."""
    for each in left:
        sheet, id, key = each.link.spot
        rule = NAMING[sheet, key or ""]
        waiver: dict[Column, Value] = {
            Waivers.rule: rule,
            Waivers.id: id,
            Waivers.reason: _WAITS.to(lang),
            Waivers.until: today + _WAITS_FOR,
        }
        yield {column.key: value for column, value in waiver.items()}
