"""``collabxl addin build``: the add-in from its VBA sources, the same bytes every time."""

from __future__ import annotations

from pathlib import Path

import click

from collabxl.cli.bilingual import BilingualCommand, BilingualOption, lang_of
from collabxl.cli.options import TargetPath
from collabxl.text import t


@click.command(
    "build",
    cls=BilingualCommand,
    says=t(
        "从 VBA 源码和功能区描述生成 collabxl.xlam；同样的源码每次生成同样的字节。安装不需要它。",
        "Build collabxl.xlam from its VBA sources and its ribbon; the same sources give the same bytes. "
        "Installing does not need it.",
    ),
)
@click.option(
    "--output",
    cls=BilingualOption,
    type=TargetPath(dir_okay=False),
    default=Path("collabxl.xlam"),
    says=t("写到哪里；默认当前文件夹的 collabxl.xlam", "Where to; default collabxl.xlam in this folder"),
)
@click.pass_context
def command(context: click.Context, /, output: Path) -> None:
    """Build the add-in."""
    from collabxl.excel.addin.build import build
    from collabxl.storage.save import replace

    replace(output, build())
    click.echo(t("已生成 {path}", "Built {path}").fill(lang_of(context), {"path": str(output)}))
