"""What the commands that write letters share: who sends them, by which server, and telling what became of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from email.utils import parseaddr
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from collabxl.cli.main import say
from collabxl.cli.options import MAIL_PASSWORD, access_of
from collabxl.cli.spoken import SpokenOption
from collabxl.errors import UsageError
from collabxl.text import Lang, Text, t

if TYPE_CHECKING:
    from collabxl.share.letters import Sender
    from collabxl.share.mail.letter import Letter
    from collabxl.share.mail.outbox import Delivery
    from collabxl.share.mail.parcel import Memory

Command = Callable[..., Any]
_STATES: dict[str, Text] = {
    "sent": t("已发给{name} <{address}>：{subject}", "Sent to {name} <{address}>: {subject}"),
    "sent-before": t("以前已发给{name} <{address}>：{subject}", "Sent before to {name} <{address}>: {subject}"),
    "unsure": t(
        "不确定{name} <{address}>是否收到：{subject}", "It is not certain that {name} <{address}> got: {subject}"
    ),
    "unsent": t("没有发给{name} <{address}>：{subject}", "Not sent to {name} <{address}>: {subject}"),
}
_NEEDS = t(
    "--send 需要 --server 和 --from（或环境变量 COLLABXL_SMTP、COLLABXL_MAIL_FROM）",
    "--send needs --server and --from (or COLLABXL_SMTP and COLLABXL_MAIL_FROM)",
)
_UNREADABLE = t("发件人“{sender}”看不懂。请写成 姓名 <地址>", "Cannot read the sender “{sender}”. Write NAME <ADDRESS>")
_OPTIONS = (
    click.option(
        "--send",
        cls=SpokenOption,
        is_flag=True,
        says=t("写好后就发出去，要给 --server 和 --from", "Send the letters; needs --server and --from"),
    ),
    click.option(
        "--server",
        cls=SpokenOption,
        envvar="COLLABXL_SMTP",
        says=t("发信服务器，如 smtps://用户名@服务器", "The server to send by, such as smtps://user@server"),
    ),
    click.option(
        "--from",
        "sender",
        cls=SpokenOption,
        envvar="COLLABXL_MAIL_FROM",
        default="",
        says=t("发件人，如 “王经理 <wang@example.com>”", "Who writes, such as “A. Manager <a@example.com>”"),
    ),
    click.option(
        "--template",
        cls=SpokenOption,
        type=click.Path(path_type=Path, dir_okay=False),
        says=t("自己的信件模板（.toml）", "A template of your own for the letters (.toml)"),
    ),
    MAIL_PASSWORD,
)


def posting(command: Command) -> Command:
    """Give a command the options of letters."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def sender_of(options: dict[str, Any], today: Any) -> Sender:
    """Return who writes; a usage error for letters that are to be sent by nobody or from nowhere."""
    from collabxl.share.letters import Sender
    from collabxl.share.mail.parcel import Person

    person = Person(*parseaddr(options["sender"]))
    if options["sender"] and not person.address:
        raise UsageError(_UNREADABLE, sender=options["sender"])
    if options["send"] and not (options["server"] and person.address):
        raise UsageError(_NEEDS)
    return Sender(person, today, options["template"])


def posted(letters: Sequence[Letter], options: dict[str, Any], memory: Memory | None, lang: Lang) -> bool:
    """Send letters, say what became of each, and return whether all went out."""
    from collabxl.share.mail.outbox import send
    from collabxl.share.mail.server import Access, Server

    server = Server.of(options["server"], access_of([options["server"]], options) or Access())
    deliveries = send(letters, server, memory=memory)
    for line in _told(deliveries, lang):
        click.echo(line)
    for delivery in deliveries:
        if delivery.error is not None:
            say(delivery.error, lang)
    return all(delivery.state in ("sent", "sent-before") for delivery in deliveries)


def _told(deliveries: Sequence[Delivery], lang: Lang) -> Iterator[str]:
    from collabxl.report.plain import clean

    for each in deliveries:
        name, address = map(clean, each.recipient)
        yield _STATES[each.state].fill(lang, {"name": name, "address": address, "subject": clean(each.letter.subject)})
