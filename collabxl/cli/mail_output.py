"""What the commands that write letters share: by which server they go out, and telling what became of them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from collabxl.cli.bilingual import BilingualOption
from collabxl.cli.main import DONE, UNREADABLE
from collabxl.cli.options import mail_password_of, settings_of
from collabxl.text import Lang, t

if TYPE_CHECKING:
    from collabxl.api import LetterDraft
    from collabxl.exchange.posting import SentLetter
    from collabxl.mail.message_model import Person
    from collabxl.mail.server import Server
    from collabxl.schema.settings import MailSettings, Settings

SEND = click.option(
    "--send",
    cls=BilingualOption,
    is_flag=True,
    says=t(
        "直接发给部门对接人；服务器写在 --config 所指文件的 [mail] 里，或用 COLLABXL_SMTP_HOST、_PORT、_USER、_SENDER",
        "Send them to the contacts; the server stands under [mail] in the file that --config names, or in "
        "COLLABXL_SMTP_HOST, _PORT, _USER, _SENDER",
    ),
)
LETTER = click.option(
    "--letter",
    cls=BilingualOption,
    type=click.Path(path_type=Path),
    says=t("用这个 .toml 里的邮件文字", "Take the letters' words from this .toml file"),
)
_STATES = {
    "sent": t("{department}：已发给 {who}", "{department}: sent to {who}"),
    "sent-before": t("{department}：之前已发给 {who}，没有重发", "{department}: {who} has it already, not sent again"),
    "unsent": t("{department}：没有发给 {who}。{error}", "{department}: not sent to {who}. {error}"),
    "unsure": t("{department}：{who} 可能没有收到。{error}", "{department}: {who} may not have got it. {error}"),
}
_NO_ADDRESS = t(
    "{department}没有邮箱（部门对接人），信里没有收件人：{path}",
    "{department} has no mail address in Contacts; its letter lacks the recipient: {path}",
)


def mail_settings(options: dict[str, Any]) -> Settings:
    """Return the settings of a run that writes letters, with what the environment says of mail."""
    from collabxl.exchange.posting import apply_environment

    settings = settings_of(options)
    return settings.model_copy(update={"mail": apply_environment(settings.mail, sends=options["send"])})


def server_for(mail: MailSettings, options: dict[str, Any]) -> Server:
    """Return the server that settings and options name; a usage error if they name none."""
    from collabxl.exchange.posting import server_of
    from collabxl.mail.server import MailAccess

    return server_of(mail, MailAccess(mail_password_of(options) if mail.user else ""))


def tell(posted: Iterable[SentLetter], lang: Lang) -> int:
    """Tell what every recipient got; return the exit code."""
    from collabxl.text.printable import clean

    code = DONE
    for each in posted:
        code = UNREADABLE if each.has_failed else code
        for delivery in each.deliveries:
            error = delivery.error.say(lang) if delivery.error else ""
            said = {"department": each.post.department, "who": _who(delivery.recipient), "error": error}
            click.echo(clean(_STATES[delivery.state].fill(lang, said)), err=delivery.error is not None)
    return code


def warn(posts: Iterable[LetterDraft], lang: Lang) -> None:
    """Tell of addresses that are wrong, and of departments that have none."""
    from collabxl.text.printable import clean

    for post in posts:
        for error in post.addressee.wrong:
            click.echo(clean(f"{post.department}: {error.say(lang)}"), err=True)
        if not post.addressee.people:
            said = {"department": post.department, "path": str(post.path)}
            click.echo(clean(_NO_ADDRESS.fill(lang, said)), err=True)


def _who(person: Person) -> str:
    return f"{person.name} <{person.address}>" if person.name else person.address
