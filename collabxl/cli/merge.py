"""``collabxl merge``: what came back, into the master."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from collabxl.cli.main import DONE, FOUND, UNREADABLE, say
from collabxl.cli.options import BACKUP, CONFIG, DRY_RUN, MAIL_PASSWORD, TODAY, access_of, settings_of, today_of
from collabxl.cli.spoken import SpokenCommand, lang_of
from collabxl.cli.table import table
from collabxl.text import Lang, Text, t

if TYPE_CHECKING:
    from collabxl.share.exchange import Merged
    from collabxl.share.merge import Change, Plan
    from collabxl.share.run import Result

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
    t("部门已删，请决定是否取消", "gone there; decide whether to drop it"),
)
_SUM = t(
    "{file}：{department}，采用 {takes} 处，新增 {new} 行，冲突 {conflicts} 处，越界 {outside} 处，缺 {missing} 行",
    "{file}: {department}, {takes} cells taken, {new} new rows, {conflicts} conflicts, {outside} not theirs, "
    "{missing} rows gone",
)
_NOTHING = t("{file}：{department}，没有新内容", "{file}: {department}, nothing new")
_SOFT = t("  {rows} 在主表里也改过别的列，两边都保留", "  {rows}: the master has changed other columns; both are kept")
_TWICE = t(
    "  {ids} 在副本里出现两次，分不清哪行，按发出时的内容处理",
    "  {ids}: two rows bear it in the copy; they count as they were sent",
)
_KEPT = t("  原样隔离在 {path}", "  kept as it came: {path}")
_SETTLED = t("按“冲突”表里的决定处理了 {count} 处", "{count} decisions of the sheet Conflicts done")
_WAITING = t(
    "“冲突”表里有 {count} 处等待决定：在“采用”列填“部门”、“主表”或要用的值，再运行一次 merge",
    "{count} conflicts wait in the sheet Conflicts: put Department, Master or a value into Take, then merge again",
)
_WRITTEN = t("已写入 {path}", "{path} written")
_UNCHANGED = t("{path} 没有变化", "{path} is unchanged")
_DRY = t("只是预演，没有写任何文件", "Nothing was written: a dry run")


@click.command(
    "merge",
    cls=SpokenCommand,
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
    from collabxl.read.guard import get_ready

    get_ready()
    from collabxl.share.exchange import merge_copies

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
    for line in _told(merged, lang, dry_run):
        click.echo(line)
    words = _DRY if dry_run else _WRITTEN if merged.written else _UNCHANGED
    click.echo(words.fill(lang, {"path": str(master)}))
    refused = any(result.error for result in merged.results)
    context.exit(UNREADABLE if refused else FOUND if merged.waiting else DONE)


def _told(merged: Merged, lang: Lang, dry_run: bool) -> Iterator[str]:
    from collabxl.printable import clean

    for result in merged.results:
        if result.error is not None:
            say(result.error, lang, result.file)
            if result.kept:
                click.echo(_KEPT.fill(lang, {"path": clean(str(result.kept))}), err=True)
        else:
            yield from _result(result, lang, dry_run)
    if merged.settled:
        yield _SETTLED.fill(lang, {"count": len(merged.settled)})
    if merged.waiting:
        yield _WAITING.fill(lang, {"count": len(merged.waiting)})


def _result(result: Result, lang: Lang, dry_run: bool) -> Iterator[str]:
    from collabxl.printable import clean

    plan = result.plan
    said = {"file": clean(result.file), "department": clean(result.department)}
    if result.state == "nothing-new":
        yield _NOTHING.fill(lang, said)
        return
    counts = {name: len(getattr(plan, name)) for name in ("takes", "new", "conflicts", "outside", "missing")}
    yield _SUM.fill(lang, {**said, **counts})
    if plan.soft:
        yield _SOFT.fill(lang, {"rows": [spot.id for spot in plan.soft]})
    if result.repeated:
        yield _TWICE.fill(lang, {"ids": list(result.repeated)})
    rows = list(_rows(plan, lang, whole=dry_run))
    if rows:
        yield from table([head.to(lang) for head in _HEADS], rows)


def _rows(plan: Plan, lang: Lang, *, whole: bool) -> Iterator[list[str]]:
    """Return the table's rows: all that is planned if ``whole``, else only what a person should look at."""
    from collabxl.share.spoken import place, words

    fresh = {spot[:2] for spot in plan.new}
    listed: list[tuple[tuple[Change, ...], Text]] = [(plan.conflicts, _CONFLICT), (plan.outside, _OUTSIDE)]
    if whole:
        listed.insert(0, (plan.takes, _TAKEN))
    for changes, done in listed:
        for change in changes:
            ours, theirs = (words(value, change.spot, lang) for value in (change.ours, change.theirs))
            is_new = done is _TAKEN and change.spot[:2] in fresh
            yield [*place(change.spot, lang), ours, theirs, (_NEW if is_new else done).to(lang)]
    for spot in plan.missing:
        yield [*place(spot, lang), "", "", _MISSING.to(lang)]
