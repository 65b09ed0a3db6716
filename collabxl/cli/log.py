"""``collabxl log``: who changed what, when and by which mail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from collabxl.cli.bilingual import BilingualCommand, BilingualOption, lang_of
from collabxl.cli.options import BACKUP, CONFIG, TODAY, settings_of, today_of
from collabxl.cli.table import table
from collabxl.errors import UsageError
from collabxl.text import Lang, Text, t
from collabxl.text.printable import clean

if TYPE_CHECKING:
    from collabxl.api import LedgerEntry

KINDS: dict[str, Text] = {
    "split": t("拆分", "split"),
    "mailed": t("寄出", "mailed"),
    "unmailed": t("没有寄出", "not mailed"),
    "return": t("收回", "returned"),
    "taken": t("采用", "taken"),
    "new": t("新行", "new row"),
    "conflict": t("冲突", "conflict"),
    "settled": t("已决定", "settled"),
    "outside": t("越界未采用", "not theirs"),
    "missing": t("部门已删", "gone there"),
    "refused": t("拒收", "refused"),
    "undone": t("撤销", "undone"),
    "accepted": t("认可依赖", "link accepted"),
    "renumbered": t("换了编号", "renumbered"),
    "older": t("主表是旧状态", "older master"),
}
_HEADS = (
    t("序号", "No."),
    t("时间", "When"),
    t("动作", "What"),
    t("部门", "Department"),
    t("编号", "ID"),
    t("列", "Column"),
    t("从", "From"),
    t("到", "To"),
    t("来源", "Source"),
)
_NOTHING = t("账本里还没有记录", "The ledger is empty")
_NOTHING_OF = t("账本里没有 {row} 的记录", "The ledger knows nothing of {row}")
_UNDONE = t("已撤销第 {number} 条：{id} {column}，{was} → {now}", "Entry {number} undone: {id} {column}, {was} → {now}")
_LEFT = t(
    "第 {number} 条没有撤销：{id} {column} 后来又改过",
    "Entry {number} not undone: {id} {column} was changed since",
)
_BEFORE = t("第 {number} 条早已由第 {by} 条撤销", "Entry {number} was undone before, by entry {by}")
_ONE_NUMBER = t(
    "--undo 和 --undo-merge 后面只写一个序号，不写编号",
    "--undo or --undo-merge takes the number of one entry and no ID",
)


@click.command(
    "log",
    cls=BilingualCommand,
    says=t(
        "谁在什么时候把哪一格从什么改成什么、从哪封邮件来：列出主表账本。加编号只看一行；--undo N 撤销一条，"
        "--undo-merge N 撤销整次合并。",
        "Who changed which cell when, from what to what, by which mail: list a master's ledger. With an ID, one row "
        "only; --undo N takes one entry back, --undo-merge N the merge it belongs to.",
    ),
)
@click.argument("master", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("row", required=False)
@click.option(
    "--undo",
    cls=BilingualOption,
    type=click.IntRange(min=1),
    says=t("撤销这一条：单元格恢复原值，另记一条", "Undo this entry: the cell gets back its value, as a new entry"),
)
@click.option(
    "--undo-merge",
    cls=BilingualOption,
    type=click.IntRange(min=1),
    says=t(
        "撤销这一条所在的整次合并：它改过、后来没再改过的单元格都恢复原值",
        "Undo the whole merge that this entry belongs to: the cells it changed and nobody since get back their values",
    ),
)
@click.option(
    "--format",
    "form",
    cls=BilingualOption,
    type=click.Choice(["text", "json"]),
    default="text",
    says=t("输出格式", "How to print"),
)
@BACKUP
@TODAY
@CONFIG
@click.pass_context
def command(context: click.Context, /, master: Path, row: str | None, form: str, **options: Any) -> None:
    """List the ledger."""
    lang = lang_of(context)
    one, whole = options["undo"], options["undo_merge"]
    if one is not None or whole is not None:
        if row is not None or (one is not None and whole is not None):
            raise UsageError(_ONE_NUMBER)
        for line in (
            _undo_entry(master, one, lang, options) if whole is None else _undo_merge(master, whole, lang, options)
        ):
            click.echo(clean(line))
        return
    from collabxl.api import read_ledger

    entries = read_ledger(master, row)
    if form == "json":
        click.echo(_json(entries))
    elif not entries:
        click.echo(clean((_NOTHING_OF if row else _NOTHING).fill(lang, {"row": row})))
    else:
        for line in table([head.to(lang) for head in _HEADS], list(_rows(entries, lang)), indent=""):
            click.echo(line)


def _undo_entry(master: Path, number: int, lang: Lang, options: dict[str, Any]) -> Iterator[str]:
    from collabxl.api import undo

    yield _undo_line(undo(master, number, **_undo_options(options)), lang)


def _undo_merge(master: Path, number: int, lang: Lang, options: dict[str, Any]) -> Iterator[str]:
    from collabxl.api import undo_merge

    undone = undo_merge(master, number, **_undo_options(options))
    for made in undone.entries:
        yield _undo_line(made, lang)
    for entry in undone.skipped:
        by = undone.undone.get(entry.number)
        yield (
            _LEFT.fill(lang, _fields(entry, lang))
            if by is None
            else _BEFORE.fill(lang, {"number": entry.number, "by": by})
        )


def _undo_options(options: dict[str, Any]) -> dict[str, Any]:
    return {"today": today_of(options), "settings": settings_of(options), "backup": options["backup"]}


def _undo_line(made: LedgerEntry, lang: Lang) -> str:
    return _UNDONE.fill(lang, {**_fields(made, lang), "number": made.undoes})


def _fields(entry: LedgerEntry, lang: Lang) -> dict[str, Any]:
    from collabxl.exchange.value_labels import EMPTY, cell_labels, value_label

    assert entry.spot is not None
    was, now = (value_label(value, entry.spot, lang) or EMPTY.to(lang) for value in (entry.was, entry.now))
    _, id, column = cell_labels(entry.spot, lang)
    return {"number": entry.number, "id": id, "column": column, "was": was, "now": now}


def _rows(entries: list[LedgerEntry], lang: Lang) -> Iterator[list[str]]:
    from collabxl.exchange.value_labels import cell_labels, value_label

    for each in entries:
        at = each.at.astimezone().strftime("%Y-%m-%d %H:%M") if each.at else ""
        id, column, was, now = "", "", "", each.note
        if each.spot:
            _, id, column = cell_labels(each.spot, lang)
            was, now = (value_label(value, each.spot, lang) for value in (each.was, each.now))
        if each.undoes:
            column = f"{column} ({each.undoes})"
        source = each.sender or each.file
        yield [str(each.number), at, KINDS[each.kind].to(lang), each.department, id, column, was, now, source]


def _json(entries: list[LedgerEntry]) -> str:
    import json

    told = [
        {**each._asdict(), "at": each.at.isoformat() if each.at else None, "spot": each.spot and each.spot._asdict()}
        for each in entries
    ]
    return json.dumps({"contract": 1, "entries": told}, ensure_ascii=False, indent=1, default=str)
