"""``collabxl remind``: who has to see to what, as a table, mail drafts, a calendar or a message to a chat."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from collabxl.cli.bilingual import BilingualCommand, BilingualOption, lang_of
from collabxl.cli.mail_output import LETTER, SEND, mail_settings, server_for, tell, warn
from collabxl.cli.main import DONE, UNREADABLE, say
from collabxl.cli.options import CONFIG, MAIL_PASSWORD, PASSWORDS, TODAY, TargetPath, passwords_of, today_of
from collabxl.cli.table import table
from collabxl.errors import UsageError
from collabxl.schema.sheets import Tasks
from collabxl.text import Lang, t

if TYPE_CHECKING:
    from collabxl.api import LetterDraft, ProjectDelays, UnreadFile
    from collabxl.mail.server import Server
    from collabxl.reminders.chat import Robot

FORMS = ("eml", "ics", "chat")
_HEADS = (
    t("部门", "Department"),
    Tasks.owner.title,
    Tasks.id.title,
    t("任务", "Task"),
    t("截止", "Due"),
    t("情况", "State"),
    t("还缺", "Lacks"),
)
_WIDEST = 40
"""Columns of a cell: enough for all that a task can lack."""
_NOTHING = t("没有逾期、快到期或缺说明的任务", "Nothing is late, due soon, or lacks an explanation")
_WRITTEN = t("已写入 {path}", "{path} written")
_POSTED = t("已交给 {service}", "Handed to {service}")
_NOT_POSTED = t(
    "{service} 没有收下（{reason}）。请检查机器人地址、关键词设置和网络",
    "{service} did not take it ({reason}). Check the robot's address and keywords, and the network",
)
_NO_ROBOTS = t(
    "读不了 {path}。应是 UTF-8 文本，每行一个机器人地址",
    "Cannot read {path}. It should be UTF-8 text, one address of a robot a line",
)
_NO_FOLDER = t("--as 要用 --output 指明文件夹", "--as takes a folder: name it with --output")


@click.command(
    "remind",
    cls=BilingualCommand,
    says=t(
        "延期预警：按部门和人列出逾期、快到期、预测延期的任务，以及缺延期原因、补救措施、新日期的任务。"
        "可写成邮件草稿、日历，直接发邮件，或发到钉钉、企业微信、飞书群。工作簿不会被改动。",
        "Delay warnings: by department and person what is late, due soon or forecast late, and what lacks a reason, a "
        "remedy or a new date; as mail drafts, a calendar, mail sent at once, or a message to a chat. No workbook is "
        "changed.",
    ),
)
@click.argument("paths", nargs=-1, required=True)
@click.option(
    "--output",
    cls=BilingualOption,
    type=TargetPath(file_okay=False),
    says=t("写进这个文件夹，而不是屏幕", "Write into this folder instead of the screen"),
)
@click.option(
    "--as",
    "forms",
    cls=BilingualOption,
    type=click.Choice(FORMS),
    multiple=True,
    says=t(
        "写成邮件草稿（默认）、日历或群消息文本，可以写几次",
        "Mail drafts (default), a calendar, or the text of a chat message; may be given several times",
    ),
)
@click.option(
    "--by",
    cls=BilingualOption,
    type=click.Choice(["department", "person"]),
    default="department",
    says=t("一个部门一封邮件（默认），或一人一封", "One mail a department (default), or one a person"),
)
@click.option(
    "--chat",
    cls=BilingualOption,
    multiple=True,
    says=t(
        "发到群机器人：它的 Webhook 地址，或 @文件（每行一个地址，别人看不到）；可以写几次",
        "Post to a chat robot: its webhook, or @FILE with one a line, which others do not see; may be given several "
        "times",
    ),
)
@SEND
@LETTER
@MAIL_PASSWORD
@PASSWORDS
@TODAY
@CONFIG
@click.pass_context
def command(
    context: click.Context,
    /,
    paths: tuple[str, ...],
    output: Path | None,
    forms: tuple[str, ...],
    **options: Any,
) -> None:
    """Warn of delays."""
    from collabxl.workers.pool import warm_up

    warm_up()
    from collabxl.api import delay_message, find_delays
    from collabxl.mail.wording import load_wording
    from collabxl.reminders.chat import Robot
    from collabxl.reminders.drafts import notices

    lang, today, settings = lang_of(context), today_of(options), mail_settings(options)
    if forms and output is None:
        raise UsageError(_NO_FOLDER)
    server = server_for(settings.mail, options) if options["send"] else None
    words = load_wording(options["letter"] or "remind")
    robots = [Robot(address) for each in options["chat"] for address in _addresses(each)]
    read = find_delays(paths, today=today, settings=settings, passwords=passwords_of(options))
    books, fine = _readable(read, lang)
    letters = notices(books, options["by"], words, today)
    if server is not None:
        letters, sent = _send_letters(letters, server, lang)
        fine = fine and sent
    if output is not None:
        _write(books, output, forms or ("eml",), lang, today, letters)
    elif server is not None:
        warn(letters, lang)
    elif not robots:
        for line in _table_lines(books, lang):
            click.echo(line)
    if robots:
        fine = _post(delay_message(books, today=today, lang=lang), robots, lang) and fine
    context.exit(DONE if fine else UNREADABLE)


def _readable(read: Iterable[ProjectDelays | UnreadFile], lang: Lang) -> tuple[list[ProjectDelays], bool]:
    """Return the workbooks that could be read and whether all could; tell of the others."""
    from collabxl.api import UnreadFile

    books: list[ProjectDelays] = []
    fine = True
    for each in read:
        if isinstance(each, UnreadFile):
            fine = False
            say(each.error, lang, each.path)
        else:
            books.append(each)
    return books, fine


def _send_letters(letters: list[LetterDraft], server: Server, lang: Lang) -> tuple[list[LetterDraft], bool]:
    """Send letters and tell what became of them; return those left to be sent by hand, and whether all went out."""
    from collabxl.exchange.posting import post_letters, unsent_posts

    posted = post_letters(letters, server, lang)
    return unsent_posts(posted), tell(posted, lang) == DONE


def _table_lines(books: list[ProjectDelays], lang: Lang) -> Iterator[str]:
    from collabxl.reminders.groups import groups
    from collabxl.reminders.words import lacks_text, state_text
    from collabxl.text.printable import clean

    for book in books:
        yield clean(f"{book.path} · {book.project}")
        rows = []
        for group in groups(book):
            for case in group.cases:
                due = case.due.isoformat() if case.due else ""
                rows.append(
                    [*group.labels(lang), case.id, case.name, due, state_text(case, lang), lacks_text(case, lang)]
                )
        yield from (
            table([head.to(lang) for head in _HEADS], rows, widest=_WIDEST) if rows else [f"  {_NOTHING.to(lang)}"]
        )


def _write(
    books: list[ProjectDelays],
    folder: Path,
    forms: tuple[str, ...],
    lang: Lang,
    today: dt.date,
    letters: list[LetterDraft],
) -> None:
    """Write what was asked for and tell the files; a form that has nothing to say makes none, but for the calendar."""
    from collabxl.api import delay_calendar, delay_message, write_letters
    from collabxl.reminders.words import TITLE
    from collabxl.storage import save
    from collabxl.text.printable import clean

    drafts = [replace(post, path=folder / post.path) for post in letters] if "eml" in forms else []
    files: dict[str, bytes] = {}
    if "ics" in forms:
        files[f"{TITLE.to(lang)}.ics"] = delay_calendar(books, today=today, lang=lang)
    if "chat" in forms and (text := delay_message(books, today=today, lang=lang)):
        files[f"{TITLE.to(lang)}.txt"] = f"{text}\n".encode()
    folder.mkdir(parents=True, exist_ok=True)
    write_letters(drafts)
    for name, content in files.items():
        save.replace(folder / name, content)
    paths = [*(post.path for post in drafts), *(folder / name for name in files)]
    for path in paths:
        click.echo(_WRITTEN.fill(lang, {"path": clean(str(path))}))
    if not paths:
        click.echo(_NOTHING.to(lang))
    warn(drafts, lang)


def _addresses(told: str) -> list[str]:
    """Return the robots that one ``--chat`` names; a usage error if its file cannot be read."""
    if not told.startswith("@"):
        return [told]
    try:
        lines = Path(told[1:]).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(_NO_ROBOTS, path=told[1:]) from error
    return [line.strip() for line in lines if line.strip()]


def _post(text: str, robots: list[Robot], lang: Lang) -> bool:
    """Post a text, if there is something to say, and tell what became of it; return whether all took it."""
    from collabxl.text.printable import clean

    if not text:
        click.echo(_NOTHING.to(lang))
        return True
    posted = [robot.post(text) for robot in robots]
    for each in posted:
        said = {"service": each.service, "reason": each.reason}
        click.echo(clean((_POSTED if each.accepted else _NOT_POSTED).fill(lang, said)), err=not each.accepted)
    return all(each.accepted for each in posted)
