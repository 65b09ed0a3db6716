"""``collabxl addin status``: whether the add-in is installed, which one, and what it was told."""

from __future__ import annotations

from pathlib import Path

import click

from collabxl import __version__
from collabxl.cli.bilingual import BilingualCommand, BilingualOption, lang_of
from collabxl.text import t

_NONE = t("没有装：{path} 不在。请运行 collabxl addin install", "Not installed: {path} is not there. Run addin install")
_THERE = t("已装：{path}", "Installed: {path}")
_TOLD = t(
    "版本 {version}（collabxl 是 {ours}）；程序 {exe}；任务文件夹 {jobs}；语言 {lang}",
    "Version {version} (collabxl is {ours}); program {exe}; folder of jobs {jobs}; language {lang}",
)
_STRANGER = t("{path} 不是 collabxl 的加载项", "{path} is no add-in of collabxl")
_CHANGED = t(
    "内容和这个版本带来的不同。请运行 collabxl addin install",
    "It differs from what this version ships. Run collabxl addin install",
)


@click.command(
    "status", cls=BilingualCommand, says=t("看加载项装了没有；不改动任何东西。", "Look at the add-in; changes nothing.")
)
@click.option(
    "--to",
    cls=BilingualOption,
    type=click.Path(path_type=Path),
    says=t("看这个文件，不看 Excel 里的", "Look at this file instead of Excel's"),
)
@click.pass_context
def command(context: click.Context, /, to: Path | None) -> None:
    """Tell how the add-in is installed."""
    from collabxl.excel.addin.install import NO_EXCEL, find_addin
    from collabxl.excel.addin.locations import user_places

    lang, path = lang_of(context), to or user_places().addin
    if path is None:
        click.echo(NO_EXCEL.to(lang))
        return
    found = find_addin(path)
    if found is None:
        click.echo(_NONE.fill(lang, {"path": str(path)}))
        return
    if found.stamp is None:
        click.echo(_STRANGER.fill(lang, {"path": str(path)}))
        return
    click.echo(_THERE.fill(lang, {"path": str(path)}))
    click.echo(_TOLD.fill(lang, {"ours": __version__, **found.stamp._asdict()}))
    if not found.genuine:
        click.echo(_CHANGED.to(lang))
