"""``collabxl addin uninstall``: what installing wrote, deleted."""

from __future__ import annotations

import click

from collabxl.cli.bilingual import BilingualCommand, lang_of
from collabxl.text import t

_GONE = t("已删除 {path}", "Deleted {path}")
_NOTHING = t("没有装加载项，不用删除", "The add-in is not installed; there is nothing to delete")


@click.command(
    "uninstall",
    cls=BilingualCommand,
    says=t("删除加载项和没做完的任务，别的都不动。", "Delete the add-in and what is left of its jobs, nothing else."),
)
@click.pass_context
def command(context: click.Context, /) -> None:
    """Take the add-in away."""
    from collabxl.excel.addin.install import uninstall
    from collabxl.excel.addin.locations import user_places

    lang = lang_of(context)
    gone = uninstall(user_places())
    for path in gone:
        click.echo(_GONE.fill(lang, {"path": str(path)}))
    if not gone:
        click.echo(_NOTHING.to(lang))
