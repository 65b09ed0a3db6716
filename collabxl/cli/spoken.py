"""click in two languages: commands and options whose help is a ``Text``, said in the language of the run."""

from __future__ import annotations

import locale
import os
from importlib import import_module
from typing import Any

import click

from collabxl.text import Lang, Text


def language(told: str | None = None) -> Lang:
    """Return the language to speak: told, else COLLABXL_LANG, else the system's, else Chinese."""
    system = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), None)
    words = told or os.environ.get("COLLABXL_LANG") or (locale.getlocale()[0] if system is None else system) or ""
    word = words.lower()
    no_language = not word or word.split(".")[0] in ("c", "posix")
    return "zh" if no_language or word.startswith(("zh", "chinese")) else "en"


def lang_of(context: click.Context) -> Lang:
    """Return the language of a run."""
    return language(context.find_root().params.get("lang"))


class SpokenOption(click.Option):
    """An option whose help is said in the language of the run."""

    def __init__(self, *args: Any, says: Text, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.says = says

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the option's line of help."""
        self.help = self.says.to(lang_of(ctx))
        return super().get_help_record(ctx)


class SpokenCommand(click.Command):
    """A command whose help is said in the language of the run."""

    def __init__(self, *args: Any, says: Text, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.says = says

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the command does."""
        self.help = self.says.to(lang_of(ctx))
        super().format_help_text(ctx, formatter)


class SpokenGroup(click.Group):
    """A group whose commands are imported when called; ``homes`` tells where each lives and what it does."""

    def __init__(self, *args: Any, says: Text, homes: dict[str, tuple[str, Text]], **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.says = says
        self.homes = homes

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, in the order of the road."""
        return list(self.homes)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return one command, imported now."""
        if cmd_name not in self.homes:
            return None
        home, _ = self.homes[cmd_name]
        command: click.Command = import_module(home).command
        return command

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the program does."""
        self.help = self.says.to(lang_of(ctx))
        super().format_help_text(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write one line a command, without importing it."""
        lang = lang_of(ctx)
        with formatter.section("命令" if lang == "zh" else "Commands"):
            formatter.write_dl([(name, says.to(lang)) for name, (_, says) in self.homes.items()])
