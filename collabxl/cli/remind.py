"""``collabxl remind``: who has to see to what, by mail, calendar or chat."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from collabxl.cli.main import DONE, UNREADABLE, say
from collabxl.cli.options import CONFIG, TODAY, settings_of, today_of
from collabxl.cli.posting import posted, posting, sender_of
from collabxl.cli.spoken import SpokenCommand, SpokenOption, lang_of
from collabxl.errors import UsageError
from collabxl.text import Lang, t

if TYPE_CHECKING:
    from collabxl.share.letters import Sender
    from collabxl.share.reminders import Notice

_TOLD = t("{path}：{department}，{count} 项需要处理", "{path}: {department}, {count} need attention")
_NOTHING = t("没有需要提醒的", "There is nothing to remind anybody of")
_FILE = t("已写 {file}", "{file} written")


@click.command(
    "remind",
    cls=SpokenCommand,
    says=t(
        "延期预警：按部门和责任人列出逾期、即将到期、缺延期原因或补救措施的任务，写成邮件草稿（.eml）和日历（.ics），"
        "也可以直接发邮件或发到钉钉、企业微信、飞书群。工作簿不会被改动。",
        "Delay warnings: what is overdue, due soon or lacks a reason or remedy, by department and person, as mail "
        "drafts (.eml) and calendars (.ics), or sent by mail or to DingTalk, WeCom and Feishu. No workbook is changed.",
    ),
)
@click.argument("paths", nargs=-1, required=True)
@click.option(
    "--output",
    cls=SpokenOption,
    type=click.Path(path_type=Path, file_okay=False),
    says=t("草稿和日历放进这个文件夹", "Write drafts and calendars into this folder"),
)
@click.option("--ics", cls=SpokenOption, is_flag=True, says=t("也写 .ics 日历", "Write calendars (.ics) as well"))
@click.option(
    "--chat",
    cls=SpokenOption,
    multiple=True,
    envvar="COLLABXL_CHAT",
    says=t(
        "发到这个群：dingtalk://令牌、wecombot://密钥、feishu://令牌；可以写几次",
        "Post to this chat: dingtalk://TOKEN, wecombot://KEY, feishu://TOKEN; may be given several times",
    ),
)
@posting
@TODAY
@CONFIG
@click.pass_context
def command(
    context: click.Context, /, paths: tuple[str, ...], output: Path | None, chat: tuple[str, ...], **options: Any
) -> None:
    """Remind departments."""
    from collabxl.read.guard import get_ready

    get_ready()
    from collabxl.batch import check_chunks
    from collabxl.share.reminders import notices

    lang, sender = lang_of(context), sender_of(options, today_of(options))
    if options["ics"] and output is None:
        raise UsageError(t("--ics 需要 --output", "--ics needs --output"))
    listed: list[Notice] = []
    failed = False
    for chunk in check_chunks(paths, today=sender.today, settings=settings_of(options)):
        for outcome in chunk.outcomes:
            if outcome.error is not None:
                failed = True
                say(outcome.error, lang, outcome.path)
        listed.extend(notices(chunk))
    _tell(listed, lang)
    if output is not None:
        _write(listed, output, sender, ics=options["ics"], lang=lang)
    failed |= bool(chat) and not _post(listed, chat, lang)
    failed |= options["send"] and not _send(listed, sender, options, lang)
    context.exit(UNREADABLE if failed else DONE)


def _tell(listed: Sequence[Notice], lang: Lang) -> None:
    from collabxl.report.plain import clean

    for notice in listed:
        said = {"path": clean(notice.outcome.path), "department": clean(notice.department)}
        click.echo(_TOLD.fill(lang, {**said, "count": len(notice.reminders)}))
    if not listed:
        click.echo(_NOTHING.to(lang))


def _write(listed: Sequence[Notice], output: Path, sender: Sender, *, ics: bool, lang: Lang) -> None:
    from collabxl.saving import replace
    from collabxl.share.dates import calendar
    from collabxl.share.letters import about_delays, written
    from collabxl.share.mail.naming import safe_name

    for notice in listed:
        name = safe_name(f"{Path(notice.outcome.path).stem}_{notice.department}.eml")
        files = written([(about_delays(notice, sender), output / name)])
        if ics:
            files.append(files[0].with_suffix(".ics"))
            replace(files[1], calendar(notice, sender.today))
        for file in files:
            click.echo(_FILE.fill(lang, {"file": str(file)}))


def _post(listed: Sequence[Notice], chat: Sequence[str], lang: Lang) -> bool:
    from collabxl.share.chat import Chats

    chats = Chats(chat)
    errors = [error for notice in listed for error in chats.post(notice)]
    for error in errors:
        say(error, lang)
    return not errors


def _send(listed: Sequence[Notice], sender: Sender, options: dict[str, Any], lang: Lang) -> bool:
    """Send the letters; a workbook with a ledger remembers what was sent, so that nothing goes out twice a day."""
    from contextlib import ExitStack

    from collabxl.history import beside
    from collabxl.share.ledger import Ledger
    from collabxl.share.letters import about_delays

    sent = True
    for notice in listed:
        path = Path(notice.outcome.path)
        with ExitStack() as stack:
            ledger = stack.enter_context(Ledger(path)) if beside(path).exists() else None
            sent &= posted([about_delays(notice, sender)], options, ledger, lang)
    return sent
