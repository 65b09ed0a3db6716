"""``collabxl addin install``: the add-in written to where Excel loads it, told where collabxl and its jobs are."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from collabxl import __version__
from collabxl.cli.bilingual import BilingualCommand, BilingualOption, chosen_language, lang_of
from collabxl.errors import UsageError
from collabxl.text import Text, t

_NO_PROGRAM = t(
    "找不到 collabxlw。请用 pip install 安装 collabxl，或用 --exe 写明它在哪里",
    "There is no collabxlw. Install collabxl with pip, or say where it is with --exe",
)
_WRITTEN = t("已写入 {path}", "Wrote {path}")
_NEXT: dict[str, Text] = {
    "win32": t(
        "下次打开 Excel，就有“协同”选项卡。没有的话，请运行 collabxl doctor",
        "When Excel is next opened it has the tab collabxl. If not, run collabxl doctor",
    ),
    "darwin": t(
        "下次打开 Excel，就有“协同”选项卡。第一次点按钮时系统会问是否允许操作 Excel，请选“允许”",
        "When Excel is next opened it has the tab collabxl. "
        "At the first click the system asks whether it may work with Excel: allow it",
    ),
}


@click.command(
    "install",
    cls=BilingualCommand,
    says=t(
        "把加载项装进 Excel 的启动文件夹，不改注册表，不需要管理员权限。用 --lang 选定界面语言，不选就跟 Excel 走。",
        "Put the add-in into Excel's start-up folder: no registry, no administrator. Choose its language with --lang, "
        "or it speaks Excel's.",
    ),
)
@click.option(
    "--to",
    cls=BilingualOption,
    type=click.Path(path_type=Path),
    says=t("写到这个文件或文件夹，不装进 Excel", "Write it to this file or folder instead of into Excel"),
)
@click.option(
    "--exe",
    cls=BilingualOption,
    says=t(
        "collabxlw 在哪里；可以写 %ProgramFiles% 这样的变量，默认是这次安装的",
        "Where collabxlw is, names like %ProgramFiles% allowed; default this installation's",
    ),
)
@click.option(
    "--jobs",
    cls=BilingualOption,
    says=t("放任务的文件夹；可以写 %LOCALAPPDATA% 这样的变量", "The folder of jobs, names like %LOCALAPPDATA% allowed"),
)
@click.pass_context
def command(context: click.Context, /, to: Path | None, exe: str | None, jobs: str | None) -> None:
    """Install the add-in."""
    from collabxl.excel.addin.install import install
    from collabxl.excel.addin.locations import program, user_places, vba_path
    from collabxl.excel.addin.stamp import Stamp

    lang, places = lang_of(context), user_places()
    exe = exe or str(program() or "")
    if not exe:
        raise UsageError(_NO_PROGRAM)
    stamp = Stamp(exe, jobs or vba_path(places.jobs), __version__, chosen_language(context) or "auto")
    for path in install(places, stamp, to):
        click.echo(_WRITTEN.fill(lang, {"path": str(path)}))
    if to is None:
        click.echo(_NEXT[sys.platform].to(lang))
