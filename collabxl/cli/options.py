"""The options that check and sync share, and the types they are parsed into."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from collabxl.api.run import TODAY_VARIABLE, parse_day
from collabxl.cli.bilingual import BilingualOption, lang_of
from collabxl.cli.default_settings import discover_settings
from collabxl.errors import UsageError
from collabxl.text import Lang, t

if TYPE_CHECKING:
    from collabxl.api import MailAccess
    from collabxl.schema.settings import Settings

Command = Callable[..., Any]


class DayParam(click.ParamType[dt.date]):
    """A day as ISO 8601 writes it with hyphens."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        """Return the day; a usage error tells how to write one, which is the one way messages write days."""
        try:
            return parse_day(value)
        except UsageError as error:
            self.fail(error.say(lang_of(ctx) if ctx else "en"), param, ctx)


_DASH = "-"
_NO_DASH = t(
    "“-”不是文件名：这里要写成文件，不能写到屏幕。真叫这个名字的文件请写 ./-",
    "“-” is no name of a file, and this cannot go to the screen. For a file of that name say ./-",
)


class TargetPath(click.Path):
    """Where something is written; ``-`` stands for the screen where ``screen`` allows it, and is refused elsewhere."""

    def __init__(self, *, screen: bool = False, **attributes: Any) -> None:
        super().__init__(path_type=Path, **attributes)
        self.screen = screen

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path, None for the screen; a usage error for ``-`` where nothing goes there."""
        if str(value) != _DASH:
            return super().convert(value, param, ctx)
        if not self.screen:
            self.fail(_NO_DASH.to(lang_of(ctx) if ctx else "en"), param, ctx)
        return None


_COMMAS = re.compile(r"[,，、;；\s]+")
_NO_CODES = t("没有写规则。请写代码或它的开头，如 DP,DL401", "Names no rule. Say codes or their beginnings: DP,DL401")


class CodesParam(click.ParamType[tuple[str, ...]]):
    """Rule codes or their beginnings, separated by commas, those of Chinese keyboards too."""

    name = "codes"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """Return the codes in upper case; a usage error for none, which would mean all."""
        codes = tuple(code.upper() for code in _COMMAS.split(value) if code)
        return codes or self.fail(_NO_CODES.to(lang_of(ctx) if ctx else "en"), param, ctx)


def _option(*names: str, zh: str, en: str, **attributes: Any) -> Callable[[Command], Command]:
    return click.option(*names, cls=BilingualOption, says=t(zh, en), **attributes)


TODAY = _option(
    "--today",
    type=DayParam(),
    envvar=TODAY_VARIABLE,
    zh="按哪一天检查（2024-08-01）；默认今天",
    en="Check as of this day (2024-08-01); default today",
)
ENGINE = _option(
    "--engine",
    type=click.Choice(["excel", "libreoffice"]),
    default="excel",
    envvar="COLLABXL_ENGINE",
    zh="工作簿在哪个程序里打开；libreoffice 是试验性的",
    en="The program the workbook is open in; libreoffice is experimental",
)
CONFIG = _option(
    "--config",
    type=click.Path(path_type=Path),
    zh="设置文件；默认 ./collabxl.toml，只用于它所在文件夹里的工作簿，不用它的邮件服务器",
    en="Settings; default ./collabxl.toml, for workbooks in its folder only, and not for its mail server",
)
PASSWORDS = _option(
    "--password-file",
    type=click.Path(path_type=Path),
    zh="打开密码，每行一个，依次试用；文件只在内存中解密",
    en="Passwords to open with, one a line, tried in turn; files are decrypted in memory only",
)
JOBS = _option("--jobs", type=click.IntRange(1, 64), zh="同时读几个文件", en="How many files to read at once")
_CHECKING = (
    TODAY,
    _option(
        "--select",
        type=CodesParam(),
        zh="只用这些规则，可写开头：DP,DL401",
        en="Only these rules; beginnings will do: DP,DL401",
    ),
    _option("--ignore", type=CodesParam(), zh="不用这些规则", en="Leave these rules out"),
    _option(
        "--pack",
        type=click.Choice(["basic", "standard", "strict"]),
        zh="规则包；默认 standard",
        en="Pack of rules; default standard",
    ),
    _option(
        "--fail-on",
        type=click.Choice(["error", "warning", "never"]),
        zh="到哪一级就以 1 退出；默认 error",
        en="Exit with 1 from this severity on; default error",
    ),
    JOBS,
    _option(
        "--scheduler",
        metavar="ADDRESS",
        zh="由这个 Dask 集群读文件（tcp://主机:8786）；文件放在共享文件夹或网络存储",
        en="Let this Dask cluster read (tcp://host:8786); files in a shared folder or store",
    ),
    PASSWORDS,
    CONFIG,
)


RESUME = _option(
    "--resume",
    is_flag=True,
    zh="跳过上次 --resume 以来没有改动的文件，结果照样列出；记在 --output 旁的 .resume 文件或用户缓存里",
    en="Skip files unchanged since the last --resume, their results are told all the same; "
    "kept beside --output (.resume) or in your cache folder",
)
_GIVEN_UP = t(
    "集群 {address} 不再回应，其余文件由本机读取", "The cluster {address} no longer answers; the rest was read here"
)

DRY_RUN = _option("--dry-run", is_flag=True, zh="只说会做什么，不写文件", en="Say what would be done, write nothing")
BACKUP = _option("--backup", is_flag=True, zh="写之前把旧文件留一份在旁边", en="Keep a copy of the old file beside it")


MAIL_PASSWORD = _option(
    "--mail-password-file",
    type=click.Path(path_type=Path),
    zh="邮箱密码（授权码）所在的文件；也可以设环境变量 COLLABXL_MAIL_PASSWORD",
    en="File with the mailbox's password; or set COLLABXL_MAIL_PASSWORD",
)
_MAIL_VARIABLE = "COLLABXL_MAIL_PASSWORD"


def access_of(addresses: Iterable[str], options: dict[str, Any]) -> MailAccess | None:
    """Return how to log in to the mail servers among ``addresses``, None if there are none."""
    if not any("://" in address for address in addresses):
        return None
    from collabxl.api import MailAccess

    return MailAccess(mail_password_of(options))


def mail_password_of(options: dict[str, Any]) -> str:
    """Return the password of a mailbox, from the file or the environment; a usage error if there is none."""
    from collabxl.mail.server import password_from

    return password_from(options["mail_password_file"], _MAIL_VARIABLE)


def check_options(command: Command) -> Command:
    """Give a command the options of a check."""
    for option in reversed(_CHECKING):
        command = option(command)
    return command


@contextmanager
def use_cluster(options: dict[str, Any], lang: Lang) -> Iterator[None]:
    """Let the cluster of ``--scheduler`` read while this lasts, and say if it had to be given up."""
    if options["scheduler"] is None:
        yield
        return
    from collabxl.workers.dask import dask_executor

    with dask_executor(options["scheduler"]) as crew:
        yield
    if crew.is_abandoned:
        click.echo(f"collabxl: {_GIVEN_UP.fill(lang, {'address': options['scheduler']})}", err=True)


def settings_of(options: dict[str, Any]) -> Settings:
    """Return the settings of a run: those of ``--config`` or of ./collabxl.toml, with the command line's on top."""
    from collabxl.schema.settings import load_settings

    named = ("select", "ignore", "pack", "fail_on")
    said = {name: options[name] for name in named if options.get(name) is not None}
    if options["config"] is None:
        return discover_settings(click.get_current_context(), said)
    return load_settings(options["config"]).model_copy(update=said)


def passwords_of(options: dict[str, Any]) -> tuple[str, ...]:
    """Return the passwords of ``--password-file`` in their order; a usage error if it cannot be read."""
    path: Path | None = options["password_file"]
    if path is None:
        return ()
    try:
        lines = path.read_bytes().decode("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        says = t(
            "读不了密码文件 {path}。应是 UTF-8 文本，每行一个密码",
            "Cannot read the password file {path}. It should be UTF-8 text, one password a line",
        )
        raise UsageError(says, path=str(path)) from error
    return tuple(line for line in lines if line.strip())


def today_of(options: dict[str, Any]) -> dt.date:
    """Return the day a run counts as today."""
    day: dt.date = options["today"] or dt.date.today()
    return day
