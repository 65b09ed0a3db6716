"""``collabxl split``: one copy a department, ready to be sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from collabxl.cli.main import DONE, UNREADABLE
from collabxl.cli.options import CONFIG, TODAY, Day, settings_of, today_of
from collabxl.cli.posting import posted, posting, sender_of
from collabxl.cli.spoken import SpokenCommand, SpokenOption, lang_of
from collabxl.text import Lang, t

if TYPE_CHECKING:
    from collabxl.share.letters import Sender
    from collabxl.share.split import Splitting

WEEK = dt.timedelta(days=7)
_DRAFT = t("邮件草稿 {file}", "Draft {file}")
_NO_ADDRESS = t(
    "邮件草稿 {file}（“部门对接人”里没有{person}的邮箱，请自己填收件人）",
    "Draft {file} (Contacts has no mail address of {person}: fill in the recipient)",
)
_COPY = t(
    "{file}：{department}，可填 {own} 行，只读 {seen} 行，留空行 {ready} 行",
    "{file}: {department}, {own} rows of its own, {seen} to read, {ready} blank ones",
)
_LEFT = t(
    "有 {count} 行不属于任何部门，留在主表里，没有发给任何人：{rows}。请填好部门后重新拆分",
    "{count} rows belong to no department and went to nobody: {rows}. Fill in their departments and split again",
)
_SHOWN = 10


@click.command(
    "split",
    cls=SpokenCommand,
    says=t(
        "按部门拆分主表：每个部门一份不含宏的工作簿，自己的行可以填，依赖的行只能看，别的部门的内容不在里面。",
        "Split a master: one workbook a department, without macros. Its own rows are open, what they depend on can be "
        "read, and nothing else of other departments is in it.",
    ),
)
@click.argument("master", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--output",
    cls=SpokenOption,
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    says=t("副本放进这个文件夹", "Write the copies into this folder"),
)
@click.option(
    "--only",
    cls=SpokenOption,
    multiple=True,
    says=t("只拆分这个部门，可以写几次", "Only this department; may be given several times"),
)
@click.option(
    "--force", cls=SpokenOption, is_flag=True, says=t("覆盖已有的副本", "Overwrite copies that are there already")
)
@click.option(
    "--mail",
    cls=SpokenOption,
    is_flag=True,
    says=t(
        "每份副本旁边写一封 .eml 邮件草稿，收件人取自“部门对接人”",
        "Write a mail draft (.eml) beside every copy, to the department's contact",
    ),
)
@click.option(
    "--reply-by",
    cls=SpokenOption,
    type=Day(),
    says=t("信里写的交回日期；默认七天后", "The day to return copies by, as the letters say; default in a week"),
)
@posting
@TODAY
@CONFIG
@click.pass_context
def command(
    context: click.Context, /, master: Path, output: Path, only: tuple[str, ...], force: bool, **options: Any
) -> None:
    """Split a master."""
    from collabxl.read.guard import get_ready

    get_ready()
    from collabxl.share.split import split

    sender = sender_of(options, today_of(options))
    made = split(master, output, today=today_of(options), settings=settings_of(options), only=only, force=force)
    lang = lang_of(context)
    for line in _told(made, lang):
        click.echo(line)
    if options["mail"] or options["send"]:
        context.exit(_mailed(made, master, sender, options, lang))


def _mailed(made: Splitting, master: Path, sender: Sender, options: dict[str, Any], lang: Lang) -> int:
    """Write the letters that go with the copies, send them if that is asked for, and return the exit code."""
    from collabxl.share.ledger import Ledger
    from collabxl.share.letters import with_copies, written

    letters = with_copies(made, sender, options["reply_by"] or sender.today + WEEK)
    files = [copy.path.with_suffix(".eml") for copy in made.copies]
    for letter, file in zip(letters, written(zip(letters, files, strict=True)), strict=True):
        words = _DRAFT if letter.to[0].address else _NO_ADDRESS
        click.echo(words.fill(lang, {"file": str(file), "person": letter.to[0].name}))
    if not options["send"]:
        return DONE
    with Ledger(master) as ledger:
        return DONE if posted(letters, options, ledger, lang) else UNREADABLE


def _told(made: Splitting, lang: Lang) -> Iterator[str]:
    from collabxl.report.plain import clean

    for copy in made.copies:
        own, seen = (sum(map(len, rows.values())) for rows in (copy.share.own, copy.share.seen))
        said = {"file": clean(str(copy.path)), "department": clean(copy.share.department), "own": own, "seen": seen}
        yield _COPY.fill(lang, {**said, "ready": copy.ready})
    if made.left:
        rows = [clean(f"{row.sheet} {row.id or row.row}") for row in made.left]
        shown = [*rows[:_SHOWN], *(["…"] if len(rows) > _SHOWN else [])]
        yield _LEFT.fill(lang, {"count": len(rows), "rows": shown})
