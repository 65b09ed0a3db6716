"""click in two languages: commands and options whose help is a ``Text``, said in the language of the run."""

from __future__ import annotations

import locale
import os
from importlib import import_module
from typing import Any

import click

from collabxl.text import Lang, Text, t

_USAGE = t("用法：", "Usage: ")
_OPTIONS = t("选项", "Options")
_COMMANDS = t("命令", "Commands")
_HELP = t("显示帮助", "Show this help")
_ENVIRONMENT = "COLLABXL_LANG"


def language(told: str | None = None) -> Lang:
    """Return the language to speak: told, else COLLABXL_LANG, else the system's, else Chinese."""
    word = (told or os.environ.get(_ENVIRONMENT) or _system()).lower()
    no_language = not word or word.split(".")[0] in ("c", "posix")
    return "zh" if no_language or word.startswith(("zh", "chinese")) else "en"


def _system() -> str:
    """Return the system's language: Windows keeps it apart, elsewhere an empty environment has none."""
    if os.name == "nt":
        return locale.getlocale()[0] or ""
    return next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")


def lang_of(context: click.Context) -> Lang:
    """Return the language of a run."""
    return language(context.find_root().params.get("lang"))


def chosen_language(context: click.Context) -> Lang | None:
    """Return the language that the user chose, None if it is only the system's."""
    return lang_of(context) if context.find_root().params.get("lang") or os.environ.get(_ENVIRONMENT) else None


class BilingualOption(click.Option):
    """An option whose help is said in the language of the run."""

    def __init__(self, *args: Any, says: Text, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.says = says

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the option's line of help."""
        self.help = self.says.to(lang_of(ctx))
        return super().get_help_record(ctx)


class _BilingualHelp(click.Command):
    """What commands and groups have in common: usage, help and headings in the language of the run."""

    says: Text

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write how to call it."""
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=_USAGE.to(lang_of(ctx)))

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what it does."""
        self.help = self.says.to(lang_of(ctx))
        super().format_help_text(ctx, formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write one line an option."""
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        records = [record for option in options if (record := option.get_help_record(ctx))]
        with formatter.section(_OPTIONS.to(lang_of(ctx))):
            formatter.write_dl(records)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the option that shows this help."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _HELP.to(lang_of(ctx))
        return option


class BilingualCommand(_BilingualHelp):
    """A command whose help is said in the language of the run."""

    def __init__(self, *args: Any, says: Text, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.says = says


class BilingualGroup(_BilingualHelp, click.Group):
    """A group whose commands are imported when called; ``homes`` tells where each lives and what it does.

    Where several live in one module, its name follows that of the module: ``module:name``. ``hidden`` are commands that
    programs call, not people.
    """

    def __init__(
        self,
        *args: Any,
        says: Text,
        homes: dict[str, tuple[str, Text]],
        hidden: dict[str, str] | None = None,
        **attributes: Any,
    ) -> None:
        super().__init__(*args, **attributes)
        self.says = says
        self.homes = homes
        self.hidden_homes = hidden or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, in the order of the road."""
        return list(self.homes)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return one command, imported now."""
        home = self.homes[cmd_name][0] if cmd_name in self.homes else self.hidden_homes.get(cmd_name)
        if home is None:
            return None
        module, _, name = home.partition(":")
        command: click.Command = getattr(import_module(module), name or "command")
        return command

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write one line an option, then one a command."""
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write one line a command, without importing it."""
        lang = lang_of(ctx)
        with formatter.section(_COMMANDS.to(lang)):
            formatter.write_dl([(name, says.to(lang)) for name, (_, says) in self.homes.items()])
