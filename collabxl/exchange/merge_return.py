"""Merging one return into the master: held against what it goes on from, planned, put in, entered."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import partial

from collabxl.exchange import conflicts
from collabxl.exchange.conflicts import Question, Withdrawal
from collabxl.exchange.filled_gaps import fill_gaps
from collabxl.exchange.fit import fit_plan
from collabxl.exchange.given_ids import GivenIds
from collabxl.exchange.lineage import Lineage, lineage
from collabxl.exchange.link_requests import links_to_hidden_tasks
from collabxl.exchange.master import Master
from collabxl.exchange.merge_state import MergeRun, ReturnResult, sender_of
from collabxl.exchange.new_rows import Renumbering, renumber_rows
from collabxl.exchange.ownership import writable_scope
from collabxl.exchange.records import Kind, LedgerEntry, MergedReturn, SentCopy
from collabxl.exchange.refused_rows import ask_where_bare, fold_unknown_rows, refused_rows
from collabxl.exchange.replaced_rows import ask_where_replaced
from collabxl.exchange.return_content import computed_values, drop_uncertain
from collabxl.exchange.reversals import Reversal, comparison_base, effective_base
from collabxl.exchange.rows import WorkbookRows
from collabxl.exchange.shifted_blocks import ask_where_shifted
from collabxl.exchange.three_way import (
    CellChange,
    MergePlan,
    Return,
    Row,
    Rows,
    Scope,
    Spot,
    Value,
    is_same,
    merge,
)
from collabxl.exchange.untaken_values import REFUSED, UntakenValue
from collabxl.exchange.value_labels import row_label
from collabxl.exchange.verify_return import VerifiedReturn
from collabxl.mail.message_model import ReturnedWorkbook
from collabxl.schema.sheets import Tasks


def merge_return(run: MergeRun, each: ReturnedWorkbook, found: VerifiedReturn, before: Sequence[MergedReturn]) -> None:
    """Merge a return; ``before`` are those of the same copy that this run has merged."""
    digest = hashlib.sha256(each.content).hexdigest()
    known = [*run.ledger.returns(found.sent.id), *(one.back for one in before)]
    is_known = run.ledger.has_merged(digest) or digest in {one.digest for one in before}
    back = Return(fill_gaps(found.content, found.sent, known), found.saved_at)
    sender, mail = sender_of(each)
    told = LedgerEntry("return", found.sent.department, sender, str(each.origin), mail, found.sent.id)
    result = ReturnResult(told.file, "nothing-new", sender, mail, told.department, copy=found.sent.id)
    if not is_known:
        line = lineage(found.sent.base, known, back, [one.back for one in before])
        if line.overtaken:  # what could not be read of it may well be new, and is told
            result = replace(result, untaken=found.untaken)
            _ask_refused(run, told, found, line)
        else:
            result, back = _apply_return(run, told, (found, back), line)
        run.merged_returns.append(MergedReturn(digest, found.sent.id, back, sender, mail, told.file))
    else:
        result = replace(result, untaken=tuple(_still_refused(run, found)))
    run.results.append(replace(result, reversals=tuple(_reversals(run, found.sent.id, back, known))))


def _ask_refused(run: MergeRun, told: LedgerEntry, genuine: VerifiedReturn, line: Lineage) -> None:
    """Ask about rows of a return of which nothing else is new."""
    label = partial(row_label, lang=run.master.lang)
    plan = MergePlan(refused=tuple(refused_rows(genuine.content, run.master.rows, label)))
    run.entries.extend(_entries(plan, told, Renumbering({}, {}, {}, {}), genuine.content))
    _add_questions(run, plan, told.department, line)


def _still_refused(run: MergeRun, found: VerifiedReturn) -> Iterator[UntakenValue]:
    """Yield what was refused of a return that is known, unless somebody has decided about it."""
    lines = (line for line in run.master.conflict_lines if line.settled and line.department == found.sent.department)
    decided = {line.spot for line in lines}
    return (each for each in found.untaken if each.reason in REFUSED and each.spot not in decided)


def _reversals(run: MergeRun, copy: str, back: Return, known: Sequence[Return]) -> Iterator[Reversal]:
    """Yield what a return still says of what was taken from its copy and undone."""
    given = ((sheet, ids) for each in known for sheet, ids in each.renumbered.items())
    printed = {(sheet, new): old for sheet, ids in given for old, new in ids.items()}
    for each in run.past.reversals(copy):
        sheet, id, _ = each.spot
        if is_same(_value(back.rows, each.spot._replace(id=printed.get((sheet, id), id))), each.value):
            yield each


class _FreeIds:
    """The 编号 for new rows of a copy: those that its rows were given before, and those that nobody ever was."""

    def __init__(self, run: MergeRun, sent: SentCopy) -> None:
        self._run = run
        self._before = GivenIds(sent.base, run.ledger.former_returns(sent.id))

    def fresh(self, sheet: str) -> str:
        return self._run.master.new_id(sheet, self._run.reserved_ids.get(sheet, ()))

    def given(self, sheet: str, printed: str, row: Row) -> str | None:
        return self._before.of(sheet, printed, row)

    def is_given(self, sheet: str, id: str) -> bool:
        return self._before.is_taken(sheet, id)


def _apply_return(
    run: MergeRun, told: LedgerEntry, came: tuple[VerifiedReturn, Return], line: Lineage
) -> tuple[ReturnResult, Return]:
    """Take what a return brings; return what became of it, and the return as it is to be remembered."""
    (genuine, back), master = came, run.master
    both = renumber_rows(back, line, genuine.sent.base, master.rows, _FreeIds(run, genuine.sent))
    plan, untaken = _plan_return(run, genuine, both, line)
    plan = _apply_plan(master, plan)
    formulas = (change for change in plan.conflicts if change.spot.key and master.is_computed(change.spot))
    untaken += tuple(UntakenValue(change.spot, "formula-here", change.theirs) for change in formulas)
    run.entries.extend([told, *_entries(plan, told, both, genuine.content)])
    run.questions.extend(_withdrawals(plan, told.department, both, line))
    run.questions.extend(_mended_rows(run, told, both, (genuine.content, plan.new)))
    _add_questions(run, plan, told.department, line)
    repeated = tuple(id for ids in genuine.content.repeated.values() for id in ids)
    result = ReturnResult(told.file, "merged", told.sender, told.mail, told.department, plan, repeated, both.given)
    result = replace(result, untaken=untaken, copy=genuine.sent.id)
    return result, back._replace(renumbered=both.renumbered)


def _plan_return(
    run: MergeRun, genuine: VerifiedReturn, both: Renumbering, line: Lineage
) -> tuple[MergePlan, tuple[UntakenValue, ...]]:
    """Return what of a return is taken and asked about, and what it says that is not taken as it stands."""
    ours, sent = run.master.rows, genuine.sent
    scope = writable_scope(_scope(genuine.scope, both), ours, sent.department, run.reserved_by_department)
    held = effective_base(both, line.line, sent.base, ours, run.past)
    label = partial(row_label, lang=run.master.lang)
    plan = merge(comparison_base(both, held), ours, both.theirs, scope, label)
    plan = _add_revert_conflicts(plan, line, genuine, ours)
    plan, unfit = fit_plan(drop_uncertain(plan, genuine.content), run.master.lang)
    plan, low = ask_where_shifted(plan, genuine.content.shifted)
    plan, bare = ask_where_bare(plan, both.theirs, label)
    plan, replaced = ask_where_replaced(plan, (held, ours, both.theirs), label)
    asked = {change.spot for change in plan.conflicts}
    plan = replace(plan, soft=tuple(spot for spot in plan.soft if _has_changed(spot, (held, ours, both.theirs), asked)))
    plan = fold_unknown_rows(plan, genuine.untaken, (ours, both.theirs), label)
    plan = replace(plan, refused=tuple(refused_rows(genuine.content, ours, label)))
    tasks = Tasks.meta.key
    visible = {*sent.base.get(tasks, ()), *scope.rows.get(tasks, ())}
    told = (
        *genuine.untaken,
        *unfit,
        *low,
        *bare,
        *replaced,
        *computed_values(plan, genuine.content),
        *links_to_hidden_tasks(plan.takes, ours, visible),
    )
    return plan, told


def _has_changed(spot: Spot, three: tuple[Rows, Rows, Rows], asked: Collection[Spot]) -> bool:
    """Return whether the master has changed other cells of a row than those that are ``asked`` about.

    What this line of returns has brought, or says as well, is no change of the master's.
    """
    was, now, theirs = (rows.get(spot.sheet, {}).get(spot.id, {}) for rows in three)
    return any(
        not is_same(was.get(key), now.get(key))
        and not is_same(now.get(key), theirs.get(key))
        and spot._replace(key=key) not in asked
        for key in {**was, **now}
    )


def _scope(scope: Scope, both: Renumbering) -> Scope:
    """Return what the department may change, its new rows under the 编号 that they got."""
    rows = {}
    for sheet, ids in scope.rows.items():
        given = both.renumbered.get(sheet, {})
        rows[sheet] = {*(id for id in ids if id not in given), *given.values()}
    return scope._replace(rows=rows)


def _add_revert_conflicts(plan: MergePlan, line: Lineage, genuine: VerifiedReturn, ours: Rows) -> MergePlan:
    """Return a plan that asks, too, about cells of which nobody knows whether they were put back on purpose."""
    asked = []
    for spot in sorted(line.reverted_cells, key=str):
        sent = genuine.sent.base.get(spot.sheet, {}).get(spot.id)
        if spot.key is None or sent is None or not genuine.scope.holds(spot):
            continue
        was, here = sent.get(spot.key), _value(ours, spot)
        if not is_same(was, here):
            asked.append(CellChange(spot, was, here, was))
    known = {change.spot for change in plan.conflicts}
    return replace(plan, conflicts=(*plan.conflicts, *(change for change in asked if change.spot not in known)))


def _apply_plan(master: Master, plan: MergePlan) -> MergePlan:
    """Put into the master what is taken; what it has no cell for is asked about instead."""
    for spot in plan.new:
        master.ensure_row(spot.sheet, spot.id)
    put: list[CellChange] = []
    left: list[CellChange] = []
    for change in plan.takes:
        (put if master.set_value(change.spot, change.theirs) else left).append(change)
    return replace(plan, takes=tuple(put), conflicts=(*plan.conflicts, *left))


def _add_questions(run: MergeRun, plan: MergePlan, department: str, line: Lineage) -> None:
    """Ask a person about all that is not taken and can be; what a colleague said stays a question of its own.

    Rows of others that are gone from a copy are only told.
    """
    lang = run.master.lang
    rows = run.master.rows
    gone = [
        CellChange(spot, said, said, None)
        for spot in plan.missing
        for said in [row_label(spot.sheet, rows[spot.sheet][spot.id], lang)]
    ]
    outside = (change for change in plan.outside if change.spot.key or change.theirs is not None)
    for change in (*plan.conflicts, *plan.refused, *outside, *gone):
        said = {conflicts.line_label(_value(other.rows, change.spot), change.spot, lang) for other in line.others}
        if line.base:
            said.discard(conflicts.line_label(_value(line.base.rows, change.spot), change.spot, lang))
        run.questions.append(Question(conflicts.conflict_line(change, department, lang), frozenset(said)))


def _withdrawals(plan: MergePlan, department: str, both: Renumbering, line: Lineage) -> Iterator[Withdrawal]:
    """Yield what earlier returns of the same line said, where this one says something else that is not in question."""
    asked = {change.spot for change in plan.conflicts}
    if line.base is None:
        return
    for sheet, rows in both.theirs.items():
        for id in rows.keys() - both.base.get(sheet, {}).keys():
            yield Withdrawal(Spot(sheet, id), department, None)
    for sheet, rows in both.base.items():
        for id, row in rows.items():
            theirs = both.theirs.get(sheet, {}).get(id, {})
            for key in {**row, **theirs}:
                spot = Spot(sheet, id, key)
                if spot not in asked and not is_same(row.get(key), theirs.get(key)):
                    yield Withdrawal(spot, department, row.get(key))


def _mended_rows(
    run: MergeRun, of: LedgerEntry, both: Renumbering, now: tuple[WorkbookRows, Collection[Spot]]
) -> Iterator[Withdrawal]:
    """Yield rows that were refused as they stood in this copy, where it says something else by ``now``.

    New rows that are taken now, after they were asked about, are among them.
    """
    found, new = now
    for line in run.master.conflict_lines:
        if line.settled or line.spot.key is not None or line.department != of.department or not line.theirs:
            continue
        row = both.theirs.get(line.spot.sheet, {}).get(line.spot.id, {})
        if found.is_silent(line.spot) or row_label(line.spot.sheet, row, run.master.lang) == line.theirs:
            continue
        known = run.ledger.conflicts_about(line.spot, line.department)
        kinds = ("outside", "conflict") if line.spot in new else ("outside",)
        if any(each.kind in kinds and (each.copy, each.now) == (of.copy, line.theirs) for each in known):
            yield Withdrawal(line.spot, line.department, line.theirs)


def _value(rows: Rows, spot: Spot) -> Value:
    return rows.get(spot.sheet, {}).get(spot.id, {}).get(spot.key or "")


def _entries(plan: MergePlan, of: LedgerEntry, both: Renumbering, found: WorkbookRows) -> Iterator[LedgerEntry]:
    for change in plan.takes:
        yield of._replace(kind="taken", spot=change.spot, was=change.ours, now=change.theirs)
    for change in (*plan.conflicts, *plan.outside):
        kind: Kind = "conflict" if change in plan.conflicts else "outside"
        said = None if change.spot.key else both.theirs.get(change.spot.sheet, {}).get(change.spot.id, {})
        yield of._replace(kind=kind, spot=change.spot, was=change.ours, now=change.theirs, said=said)
    for change in plan.refused:
        rows = found.refused[change.spot]
        said = rows[0] if len(rows) == 1 else None
        yield of._replace(kind="outside", spot=change.spot, was=change.ours, now=change.theirs, said=said)
    for spot in plan.new:
        yield of._replace(kind="new", spot=spot)
    for spot, printed in both.given.items():
        yield of._replace(kind="renumbered", spot=spot, note=printed)
    for spot in plan.missing:
        yield of._replace(kind="missing", spot=spot)
