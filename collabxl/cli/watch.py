"""``collabxl watch``: does the ribbon's jobs as long as it runs."""

from __future__ import annotations

from pathlib import Path

import click

from collabxl.cli.bilingual import BilingualCommand, BilingualOption, lang_of
from collabxl.excel.folders import jobs_folder
from collabxl.text import t
from collabxl.workers.interrupt import graceful_interrupt

_WATCHING = t(
    "正在等 Excel 的任务（{folder}）。让这个窗口开着，按 Ctrl-C 停下",
    "Waiting for jobs of Excel ({folder}). Leave this window open; Ctrl-C stops it",
)
_DONE = t("做完 {id}", "{id} is done")


@click.command(
    "watch",
    cls=BilingualCommand,
    says=t(
        "替 Excel 的功能区接任务。安全策略不许 Excel 启动别的程序时，开着它，按钮就能用。",
        "Do the ribbon's jobs. Where a policy forbids Excel to start programs, the buttons work while this runs.",
    ),
)
@click.option(
    "--jobs",
    cls=BilingualOption,
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=jobs_folder,
    says=t("任务所在的文件夹；默认就是加载项用的那个", "The folder of jobs; by default the one the add-in uses"),
)
@click.pass_context
def command(context: click.Context, /, jobs: Path) -> None:
    """Watch the folder of jobs."""
    from collabxl.excel.ribbon.watch import own_command, watch

    lang = lang_of(context)
    with graceful_interrupt():
        click.echo(_WATCHING.fill(lang, {"folder": str(jobs)}))
        for id in watch(jobs, own_command()):
            click.echo(_DONE.fill(lang, {"id": id}))
