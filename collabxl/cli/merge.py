"""``collabxl merge``: what came back, into the master."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from collabxl.cli.bilingual import BilingualCommand, lang_of
from collabxl.cli.main import DONE, FOUND, UNREADABLE, say
from collabxl.cli.options import BACKUP, CONFIG, DRY_RUN, MAIL_PASSWORD, TODAY, access_of, settings_of, today_of
from collabxl.cli.table import table
from collabxl.text import Lang, Text, t
from collabxl.text.printable import clean

if TYPE_CHECKING:
    from collabxl.api import CellChange, MergePlan, MergeResult, ReturnResult, UntakenValue
    from collabxl.exchange.apply_decisions import UnfitDecision

_LONGEST = 60
"""Letters that are shown of what a cell says."""
_HEADS = (
    t("工作表", "Sheet"),
    t("编号", "ID"),
    t("列", "Column"),
    t("主表", "Master"),
    t("部门", "Department"),
    t("处理", "What is done"),
)
_TAKEN, _NEW, _CONFLICT, _OUTSIDE, _MISSING = (
    t("采用", "taken"),
    t("新行", "new row"),
    t("冲突，待决定", "conflict, to be decided"),
    t("不归该部门，不采用", "not theirs to change, left"),
    t("部门已删，待决定", "gone there, to be decided"),
)
_SUM = t(
    "{file}：{department}，采用 {takes} 处，新增 {new} 行，冲突 {conflicts} 处，越界 {outside} 处，缺 {missing} 行，"
    "拒收 {refused} 处",
    "{file}: {department}, {takes} {takes:cell|cells} taken, {new} new {new:row|rows}, "
    "{conflicts} {conflicts:conflict|conflicts}, {outside} not theirs, {missing} {missing:row|rows} gone, "
    "{refused} refused",
)
_NOTHING = t("{file}：{department}，没有新内容", "{file}: {department}, nothing new")
_NOTHING_LEFT = t(
    "{file}：{department}，没有新内容，但以前交的还有 {left} 处没有采用",
    "{file}: {department}, nothing new, but {left} {left:thing|things} that it brought before "
    "{left:is|are} not taken yet",
)
_WAITS = t("  {cells}：在“冲突”表里等待决定", "  {cells}: waiting for a decision in the sheet Conflicts")
_TAKEN_BACK = t(
    "  其中 {count} 处合并过，后来撤销了，不会自动再采用。"
    "要恢复，把撤销也撤销：collabxl log {master} --undo-merge {number}",
    "  {count} of its values were merged and undone since; they do not come again by themselves. To have them, undo "
    "the undoing: collabxl log {master} --undo-merge {number}",
)
_SOFT = t("  {rows} 在主表里也改过别的列，两边都保留", "  {rows}: the master has changed other columns; both are kept")
_UNTAKEN = t("  {place}{said}：{reason}", "  {place}{said}: {reason}")
_UNPRINTED = t("（空）", "(none)")
_SAID = t("“{said}”", " “{said}”")
_BACK = t(
    "{asked} 个部门交回了 {back} 个，还差：{missing}", "{back} of {asked} departments are back; missing: {missing}"
)
_ALL_BACK = t("{asked} 个部门都交回了", "All {asked} departments are back")
_RENUMBERED = t(
    "  副本里的 {printed} 在主表里已是另一行：这一新行改用编号 {id}，两行都保留",
    "  {printed} of the copy is another row in the master by now: this new row got the ID {id}, both are kept",
)
_NUMBERED = t("  没有编号的新行得到编号 {ids}", "  New rows without an ID got {ids}")
_OLDER = t(
    "{path} 像是旧状态（例如从备份恢复，或被旧窗口保存过）：账本里后来写入的内容它没有。"
    "再合并同样的副本会重新采用缺少的内容",
    "{path} seems to be an older state (restored from a backup, or saved over by an old window): it lacks what the "
    "ledger says was written later. Merging the same copies again takes what it lacks",
)
_KEPT = t("  原样隔离在 {path}", "  kept as it came: {path}")
_SETTLED = t("按“冲突”表里的决定处理了 {count} 处", "{count} {count:decision|decisions} of the sheet Conflicts done")
_UNFIT = t(
    "“冲突”表里 {id} {column} 的决定没有执行：这一列只能填{takes}，“{said}”不是。请改“采用”列，再运行一次 merge",
    "The decision on {id} {column} in the sheet Conflicts was not done: the column takes {takes}, not “{said}”. Change "
    "Take, then merge again",
)
_UNKNOWN = t(
    "“冲突”表里 {id} {column} 的决定没有执行：看不出“{said}”指谁的值。“采用”列请填{takes}，再运行一次 merge",
    "The decision on {id} {column} in the sheet Conflicts was not done: nobody knows whose value “{said}” means. Put "
    "{takes} into Take, then merge again",
)
_OF_CELL = t("“部门”、“主表”或要用的值", "Department, Master or the value itself")
_OF_ROW = t("“部门”或“主表”", "Department or Master")
_OUTDATED = t(
    "“冲突”表里 {id} {column} 的决定没有执行：提问以后主表的这一格又改过，现在是“{said}”。请重新决定，再运行 merge",
    "The decision on {id} {column} in the sheet Conflicts was not done: since it was asked the master was changed to "
    "“{said}”. Decide again, by what it says now, then merge again",
)
_WAITING = t(
    "“冲突”表里有 {count} 处等待决定：在“采用”列填“部门”、“主表”或要用的值，再运行一次 merge",
    "{count} {count:conflict waits|conflicts wait} in the sheet Conflicts: put Department, Master or a "
    "value into Take, then merge again",
)
_WRITTEN = t("已写入 {path}", "{path} written")
_UNCHANGED = t("{path} 没有变化", "{path} is unchanged")
_DRY = t("只是预演，没有写任何文件", "Nothing was written: a dry run")


@click.command(
    "merge",
    cls=BilingualCommand,
    says=t(
        "把各部门交回的副本合并进主表：逐格对照发出时的内容，只取该部门改了的；两边都改的列进“冲突”表等人决定。"
        "COPIES 可以是文件、文件夹、.eml/.msg 邮件、.zip 或 imaps://用户名@服务器/文件夹。",
        "Merge copies that came back into the master: each cell is held against what was sent, what a department "
        "changed is taken, what both sides changed waits in the sheet Conflicts. COPIES are files, folders, mails "
        "(.eml, .msg), zips or imaps://user@server/folder.",
    ),
)
@click.argument("master", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("copies", nargs=-1)
@DRY_RUN
@BACKUP
@TODAY
@CONFIG
@MAIL_PASSWORD
@click.pass_context
def command(
    context: click.Context, /, master: Path, copies: tuple[str, ...], dry_run: bool, backup: bool, **options: Any
) -> None:
    """Merge copies."""
    from collabxl.workers.pool import warm_up

    warm_up()
    from collabxl.api import merge_copies

    lang = lang_of(context)
    merged = merge_copies(
        master,
        copies,
        today=today_of(options),
        settings=settings_of(options),
        access=access_of(copies, options),
        dry_run=dry_run,
        backup=backup,
    )
    for line in _merge_lines(merged, master, lang, dry_run):
        click.echo(line)
    if merged.is_older:
        click.echo(_OLDER.fill(lang, {"path": str(master)}), err=True)
    words = _DRY if dry_run else _WRITTEN if merged.written else _UNCHANGED
    click.echo(words.fill(lang, {"path": str(master)}))
    context.exit(_code(merged))


def _code(merged: MergeResult) -> int:
    """Return the exit code: whether something was refused, or is left for somebody to decide or to mend."""
    if any(result.error for result in merged.results):
        return UNREADABLE
    left = any(result.is_incomplete for result in merged.results)
    return FOUND if merged.waiting or left else DONE


def _merge_lines(merged: MergeResult, master: Path, lang: Lang, dry_run: bool) -> Iterator[str]:
    for result in merged.results:
        if result.error is not None:
            say(result.error, lang, result.file)
            if result.kept:
                click.echo(_KEPT.fill(lang, {"path": clean(str(result.kept))}), err=True)
        else:
            yield from _result_lines(result, lang, merged.lang, dry_run)
            yield from _reversals(result, master, lang)
    who = merged.outstanding
    if who.expected:
        told = {"asked": len(who.expected), "back": len(who.expected) - len(who.missing), "missing": list(who.missing)}
        yield clean((_BACK if who.missing else _ALL_BACK).fill(lang, told))
    if merged.settled:
        yield _SETTLED.fill(lang, {"count": len(merged.settled)})
    yield from (_unfit(each, merged.lang, lang) for each in merged.unfit)
    if merged.waiting:
        yield _WAITING.fill(lang, {"count": len(merged.waiting)})


def _result_lines(result: ReturnResult, lang: Lang, book: Lang, dry_run: bool) -> Iterator[str]:
    """Return what became of a return in ``lang``, sheets, columns and words of lists as the ``book`` calls them."""
    from collabxl.exchange.untaken_values import REFUSED

    plan = result.plan
    said = {"file": clean(result.file), "department": clean(result.department)}
    if result.state == "nothing-new":
        yield from _nothing_lines(result, lang, book, said)
        yield from (_untaken_line(each, result, lang, book) for each in result.untaken)
        return
    counts = {name: len(getattr(plan, name)) for name in ("takes", "new", "conflicts", "outside", "missing")}
    refused = sum(each.reason in REFUSED for each in result.untaken)
    yield _SUM.fill(lang, {**said, **counts, "refused": refused})
    if plan.soft:
        yield _SOFT.fill(lang, {"rows": [spot.id for spot in plan.soft]})
    for spot, printed in result.renumbered.items():
        if printed:
            yield _RENUMBERED.fill(lang, {"printed": printed, "id": spot.id})
    unprinted = [spot.id for spot, printed in result.renumbered.items() if not printed]
    if unprinted:
        yield _NUMBERED.fill(lang, {"ids": unprinted})
    rows = list(_rows(plan, lang, book, whole=dry_run))
    if rows:
        yield from table([head.to(lang) for head in _HEADS], rows)
    yield from (_untaken_line(each, result, lang, book) for each in result.untaken)


def _nothing_lines(result: ReturnResult, lang: Lang, book: Lang, said: dict[str, str]) -> Iterator[str]:
    """Return that a return has nothing new, and what of its copy is not taken yet."""
    from collabxl.exchange.value_labels import cell_labels

    spots = {line.spot for line in result.waiting} | {each.spot for each in result.untaken}
    left = len(spots | {each.spot for each in result.reversals})
    yield (_NOTHING_LEFT if left else _NOTHING).fill(lang, {**said, "left": left})
    if result.waiting:
        cells = [" ".join(cell_labels(line.spot, book)[1:]) for line in result.waiting]
        yield clean(_WAITS.fill(lang, {"cells": cells}))


def _reversals(result: ReturnResult, master: Path, lang: Lang) -> Iterator[str]:
    """Yield what of a return was merged once and undone, for every entry that undid some of it."""
    for number, count in Counter(each.number for each in result.reversals).items():
        yield clean(_TAKEN_BACK.fill(lang, {"count": count, "master": str(master), "number": number}))


def _unfit(each: UnfitDecision, book: Lang, lang: Lang) -> str:
    """Return why a decision was not done, and what to do."""
    from collabxl.exchange.value_labels import EMPTY, cell_labels, column_of, value_label
    from collabxl.schema.accepted_values import accepted_values

    column = column_of(each.spot)
    said = value_label(each.value, each.spot, book)[:_LONGEST] or EMPTY.to(book)
    _, id, title = cell_labels(each.spot, book)
    told = {"id": id, "column": title, "said": said}
    match each.why:
        case "unknown":
            return clean(_UNKNOWN.fill(lang, {**told, "takes": _OF_CELL if column else _OF_ROW}))
        case "outdated":
            return clean(_OUTDATED.fill(lang, told))
    assert column is not None
    return clean(_UNFIT.fill(lang, {**told, "takes": accepted_values(column.value_kind, lang, book)}))


def _untaken_line(each: UntakenValue, result: ReturnResult, lang: Lang, book: Lang) -> str:
    """Return what is not taken as it stands, where, and why."""
    from collabxl.exchange.untaken_values import REASONS
    from collabxl.exchange.value_labels import cell_labels, value_label

    sheet, id, column = cell_labels(each.spot, book)
    where = [sheet, id, column if each.spot.key else ""]
    said = value_label(each.value, each.spot, book)[:_LONGEST]
    names_row = each.reason == "put-right"
    fields = {"department": result.department, "said": said or _UNPRINTED.to(lang)}
    told = {
        "place": " ".join(filter(None, where)),
        "said": _SAID.fill(lang, {"said": said}) if said and not names_row else "",
        "reason": REASONS[each.reason].fill(lang, fields),
    }
    return clean(_UNTAKEN.fill(lang, told))


def _rows(plan: MergePlan, lang: Lang, book: Lang, *, whole: bool) -> Iterator[list[str]]:
    """Return the table's rows: all that is planned if ``whole``, else only what a person should look at."""
    from collabxl.exchange.value_labels import cell_labels, value_label

    fresh = {spot[:2] for spot in plan.new}
    listed: list[tuple[tuple[CellChange, ...], Text]] = [
        (plan.conflicts, _CONFLICT),
        (plan.refused, _CONFLICT),
        (plan.outside, _OUTSIDE),
    ]
    if whole:
        listed.insert(0, (plan.takes, _TAKEN))
    for changes, done in listed:
        for change in changes:
            ours, theirs = (value_label(value, change.spot, book) for value in (change.ours, change.theirs))
            is_new = done is _TAKEN and change.spot[:2] in fresh
            yield [*cell_labels(change.spot, book), ours, theirs, (_NEW if is_new else done).to(lang)]
    for spot in plan.missing:
        yield [*cell_labels(spot, book), "", "", _MISSING.to(lang)]
