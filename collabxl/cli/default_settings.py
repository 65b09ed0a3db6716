"""./collabxl.toml, found and not named: it counts for what lies beside or below it, and it is told of."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from collabxl.cli.bilingual import lang_of
from collabxl.errors import UsageError
from collabxl.storage.remote import is_address
from collabxl.text import Lang, format_value, t

if TYPE_CHECKING:
    from collabxl.schema.settings import MailSettings, Settings

SERVER = ("host", "port", "starttls", "user")
"""Where a password is sent to, and for whom."""
_APPLIES = t("用了找到的设置 {path}{what}", "The settings found in {path} apply{what}")
_SAYS = t("：{listed}", ": {listed}")
_APART = t(
    "没有用找到的设置 {path}：{file} 不在那个文件夹里。要用就写 --config {path}",
    "The settings found in {path} do not apply: {file} lies elsewhere. To use them say --config {path}",
)
_NOT_NAMED = t(
    "{path} 是找到的，不是指名的：密码不会发往它写的邮件服务器。确实要用，请写 --config {path}",
    "{path} was found, not named: no password is sent to the mail server that it names. If that is the one you want, "
    "say --config {path}",
)


def discover_settings(context: click.Context, said: Mapping[str, Any]) -> Settings:
    """Return the settings of ./collabxl.toml, if there are any that may apply, with ``said`` on top; tell of them."""
    from collabxl.schema.settings import FILE, Settings, load_settings

    if not Path(FILE).is_file():
        return Settings().model_copy(update=dict(said))
    lang, path = lang_of(context), str(Path(FILE).resolve())
    apart = next((path for path in _named_workbooks(context) if not _is_below(path)), None)
    if apart is not None:
        click.echo(f"collabxl: {_APART.fill(lang, {'path': path, 'file': apart})}", err=True)
        return Settings().model_copy(update=dict(said))
    settings = load_settings()
    if context.params.get("send") and settings.mail.host and not os.environ.get("COLLABXL_SMTP_HOST"):
        raise UsageError(_NOT_NAMED, path=path)
    listed = list(_setting_lines(settings, said, lang))
    what = _SAYS.fill(lang, {"listed": listed}) if listed else ""
    click.echo(f"collabxl: {_APPLIES.fill(lang, {'path': path, 'what': what})}", err=True)
    return settings.model_copy(update={**said, "mail": _without_server(settings.mail)})


def _named_workbooks(context: click.Context) -> Iterator[str]:
    """Return the workbooks that a command was given."""
    yield from map(str, context.params.get("paths") or ())
    if (master := context.params.get("master")) is not None:
        yield str(master)


def _is_below(path: str) -> bool:
    """Return whether a path lies in the current folder, wherever links in it lead."""
    return not is_address(path) and Path(path).resolve().is_relative_to(Path.cwd().resolve())


def _setting_lines(settings: Settings, said: Mapping[str, Any], lang: Lang) -> Iterator[str]:
    """Return what settings change about rules, as the file writes it, as far as the command line does not."""
    changed = settings.model_dump(exclude_defaults=True, exclude={"mail", *said})
    for name, value in changed.items():
        if isinstance(value, dict):
            yield from (f"{name}.{key} = {format_value(each, lang)}" for key, each in value.items())
        else:
            yield f"{name} = {format_value(value, lang)}"


def _without_server(mail: MailSettings) -> MailSettings:
    return mail.model_copy(update={name: type(mail).model_fields[name].default for name in SERVER})
