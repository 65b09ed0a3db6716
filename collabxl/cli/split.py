"""``collabxl split``: one copy a department, ready to be sent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from collabxl.cli.bilingual import BilingualCommand, BilingualOption, lang_of
from collabxl.cli.mail_output import LETTER, SEND, mail_settings, server_for, tell, warn
from collabxl.cli.main import DONE
from collabxl.cli.options import CONFIG, MAIL_PASSWORD, TODAY, TargetPath, settings_of, today_of
from collabxl.text import Lang, t

if TYPE_CHECKING:
    from collabxl.api import LetterDraft, SplitResult
    from collabxl.mail.server import Server

_COPY = t(
    "{file}：{department}，可填 {own} 行，只读 {seen} 行，留空行 {ready} 行",
    "{file}: {department}, {own} {own:row|rows} of its own, {seen} to read, {ready} blank",
)
_LEFT = t(
    "有 {count} 行不属于任何部门，留在主表里，没有发给任何人：{rows}。请填好部门后重新拆分",
    "{count} {count:row belongs|rows belong} to no department and went to nobody: {rows}. Fill in their "
    "departments and split again",
)
_DRAFTS = t(
    "写好 {count} 封邮件草稿，双击打开，看过再发", "{count} {count:draft|drafts} written; open one, look, and send it"
)
_LEFT_OVER = t(
    "没有发出的 {count} 封留作草稿，可以手工发送：{files}",
    "The {count} that did not go out are left as drafts: {files}",
)
_WITHHELD = t(
    "{department} 自己填了别的部门的任务 {tasks}（{sheet} {id} {column}），还没有人认可，副本里看不到。"
    "认可用 --accept {department}",
    "{department} itself names {tasks} of others ({sheet} {id} {column}); nobody has accepted that, so its copy does "
    "not show them. To accept: --accept {department}",
)
_SHOWN = 10


@click.command(
    "split",
    cls=BilingualCommand,
    says=t(
        "按部门拆分主表：每个部门一份不含宏的工作簿，自己的行可以填，依赖的行只能看，别的部门的内容不在里面。",
        "Split a master: one workbook a department, without macros. Its own rows are open, what they depend on can be "
        "read, and nothing else of other departments is in it.",
    ),
)
@click.argument("master", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--output",
    cls=BilingualOption,
    type=TargetPath(file_okay=False),
    required=True,
    says=t("副本放进这个文件夹", "Write the copies into this folder"),
)
@click.option(
    "--only",
    cls=BilingualOption,
    multiple=True,
    says=t("只拆分这个部门，可以写几次", "Only this department; may be given several times"),
)
@click.option(
    "--force", cls=BilingualOption, is_flag=True, says=t("覆盖已有的副本", "Overwrite copies that are there already")
)
@click.option(
    "--accept",
    cls=BilingualOption,
    multiple=True,
    says=t(
        "认可这个部门自己填的跨部门依赖，副本里给它看；可以写几次",
        "Accept the dependencies on others that this department typed itself, and show it those tasks; several times",
    ),
)
@click.option(
    "--mail",
    cls=BilingualOption,
    is_flag=True,
    says=t("在每份副本旁边写一封邮件草稿（.eml）", "Write a mail draft (.eml) beside every copy"),
)
@SEND
@LETTER
@MAIL_PASSWORD
@TODAY
@CONFIG
@click.pass_context
def command(
    context: click.Context, /, master: Path, output: Path, only: tuple[str, ...], force: bool, **options: Any
) -> None:
    """Split a master."""
    from collabxl.workers.pool import warm_up

    warm_up()
    from collabxl.api import split
    from collabxl.exchange.letters import FIELDS, copy_letters
    from collabxl.mail.wording import load_wording

    lang, today, sends = lang_of(context), today_of(options), options["send"]
    writes = sends or options["mail"]
    settings = mail_settings(options) if writes else settings_of(options)
    server = server_for(settings.mail, options) if sends else None
    words = load_wording(options["letter"] or "split")
    words.check(FIELDS)
    made = split(master, output, today=today, settings=settings, only=only, force=force, accept=options["accept"])
    for line in _split_lines(made, lang):
        click.echo(line)
    if writes:
        context.exit(_mail_copies(copy_letters(made, words, today=today, settings=settings), server, lang))


def _mail_copies(posts: list[LetterDraft], server: Server | None, lang: Lang) -> int:
    """Send letters, or without a server write them as drafts, and tell of it; return the exit code."""
    from collabxl.api import write_letters
    from collabxl.exchange.posting import post_letters, unsent_posts
    from collabxl.text.printable import clean

    posted = post_letters(posts, server, lang) if server else None
    drafts = posts if posted is None else unsent_posts(posted)
    write_letters(drafts)
    warn(posts, lang)
    if posted is None:
        click.echo(_DRAFTS.fill(lang, {"count": len(drafts)}))
        return DONE
    code = tell(posted, lang)
    if drafts:
        files = [clean(str(post.path)) for post in drafts]
        click.echo(_LEFT_OVER.fill(lang, {"count": len(drafts), "files": files}), err=True)
    return code


def _split_lines(made: SplitResult, lang: Lang) -> Iterator[str]:
    from collabxl.exchange.value_labels import cell_labels
    from collabxl.text.printable import clean

    for copy in made.copies:
        own, seen = (sum(map(len, rows.values())) for rows in (copy.share.own, copy.share.visible))
        said = {"file": clean(str(copy.path)), "department": clean(copy.share.department), "own": own, "seen": seen}
        yield _COPY.fill(lang, {**said, "ready": copy.ready})
    for each in made.withheld[:_SHOWN]:
        sheet, id, column = cell_labels(each.link.spot, lang)
        where = {"sheet": sheet, "id": id, "column": column}
        told = {"department": each.link.department, "tasks": list(each.tasks), **where}
        yield clean(_WITHHELD.fill(lang, told))
    if made.left:
        rows = [clean(f"{row.sheet} {row.id or row.row}") for row in made.left]
        shown = [*rows[:_SHOWN], *(["…"] if len(rows) > _SHOWN else [])]
        yield _LEFT.fill(lang, {"count": len(rows), "rows": shown})
