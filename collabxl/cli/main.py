"""The group of all commands, and the one place that turns errors into sentences and exit codes."""

from __future__ import annotations

import gc
import os
import sys
from itertools import pairwise
from typing import TYPE_CHECKING, TextIO

import click

from collabxl import __version__
from collabxl.cli.bilingual import BilingualGroup, BilingualOption, chosen_language, lang_of, language
from collabxl.errors import CollabxlError, FileError, speak_of_options
from collabxl.text import LANGS, Lang, t
from collabxl.text.printable import clean

if TYPE_CHECKING:
    from collabxl.reports.tally import Tally

DONE, FOUND, USAGE, UNREADABLE, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit codes of the contract; 130 is what a shell expects after Ctrl-C."""

_NO_ROOM = t(
    "输出写不完（{reason}）。请腾出空间，或用 --output 写到别处，再运行一次",
    "The output could not be written whole ({reason}). Make room or write it elsewhere with --output, then run again",
)
_LOCKED = t(
    "文件设有打开密码，不写入：解密后的内容绝不写回。请先去掉密码，或用 check --password-file 只做检查",
    "The file needs a password to open and is not written: nothing is ever written back decrypted. "
    "Remove the password first, or check it only, with check --password-file",
)

STALE = t(
    "工作簿里的公式还显示改动前的结果，用 Excel、WPS 打开时会重新计算",
    "Formulas in the workbook still show their results of before; Excel or WPS computes them when it opens the file",
)

OBJECTS_A_COLLECTION = 500_000
"""A run makes many objects and hardly a cycle; looking for cycles as often as Python does costs a third of its time."""

HOMES = {
    "new": ("collabxl.cli.new", t("新建一个协同工作簿", "Build a workbook")),
    "templates": ("collabxl.cli.templates", t("列出场景模板", "List the scenario templates")),
    "check": (
        "collabxl.cli.check",
        t("检查工作簿，列出要改的地方；不改动文件", "Check workbooks and list what to mend; changes nothing"),
    ),
    "sync": (
        "collabxl.cli.sync",
        t("检查并把汇总写回工作簿，其余内容原样不动", "Check, then write the summary back; all else stays as it is"),
    ),
    "fix": (
        "collabxl.cli.fix",
        t("自动修正有把握的问题，逐格列出改动", "Fix what is certain, and show every change cell by cell"),
    ),
    "split": (
        "collabxl.cli.split",
        t("按部门拆分主表，每个部门一份", "Split a master into one copy a department"),
    ),
    "merge": (
        "collabxl.cli.merge",
        t("把交回的副本逐格合并进主表", "Merge copies that came back into the master, cell by cell"),
    ),
    "log": (
        "collabxl.cli.log",
        t("看谁改了哪一格，撤销一条改动", "See who changed which cell, and take a change back"),
    ),
    "remind": (
        "collabxl.cli.remind",
        t(
            "延期预警：谁的任务逾期、快到期、缺原因或补救",
            "Warn of what is late, due soon or unexplained",
        ),
    ),
    "report": (
        "collabxl.cli.report",
        t("确认函、计划表、纪要等六份文件；所有项目的看板", "Letter, schedule, minutes …; a dashboard"),
    ),
    "archive": (
        "collabxl.cli.archive",
        t("整个项目归档成一个 zip，或核对归档", "A whole project into one zip, or verify such a zip"),
    ),
    "addin": (
        "collabxl.cli.addin",
        t("Excel 里的“协同”选项卡：安装、去掉、查看", "The tab collabxl in Excel: install it, remove it, look at it"),
    ),
    "doctor": (
        "collabxl.cli.doctor",
        t("看 Excel 里的选项卡能不能用，不行怎么办", "Whether the tab in Excel can work, and what to do if not"),
    ),
    "explain": ("collabxl.cli.explain", t("列出规则，或说明其中几条", "List the rules, or explain some")),
    "schema": ("collabxl.cli.schema", t("工作表的 JSON Schema 和数据字典", "The sheets as JSON Schema or dictionary")),
    "live": (
        "collabxl.cli.live",
        t("检查或刷新正在 Excel 里打开的工作簿", "Check or refresh a workbook that is open in Excel"),
    ),
    "watch": (
        "collabxl.cli.watch",
        t(
            "替 Excel 的功能区接任务，用在不许 Excel 启动程序的电脑上",
            "Do the ribbon's jobs where Excel may start no programs",
        ),
    ),
}
HIDDEN = {"ribbon-run": "collabxl.cli.ribbon"}


@click.group(
    cls=BilingualGroup,
    says=t("用大家已有的表格做跨部门协同。", "Departments work together through the spreadsheet they already have."),
    homes=HOMES,
    hidden=HIDDEN,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--lang",
    cls=BilingualOption,
    type=click.Choice(LANGS),
    is_eager=True,
    says=t("界面语言；默认取 COLLABXL_LANG 或系统语言", "Language; else COLLABXL_LANG, else the system's"),
)
@click.version_option(__version__, prog_name="collabxl", cls=BilingualOption, says=t("显示版本", "Show the version"))
@click.pass_context
def cli(context: click.Context, lang: str | None) -> None:
    """Hold the commands; the language is read from the context by whoever speaks, and asked for by whoever reads."""
    context.with_resource(speak_of_options())
    told = chosen_language(context)
    if told:
        from collabxl.workers.executor import requested_language

        token = requested_language.set(told)
        context.call_on_close(lambda: requested_language.reset(token))


def main() -> None:
    """Run the command line and exit with the contract's code."""
    for stream in (sys.stdout, sys.stderr):
        _speak_utf8(stream)
    gc.set_threshold(OBJECTS_A_COLLECTION)
    with speak_of_options():
        code = _run()
    sys.exit(code)


def _run() -> int:
    """Run the command that the arguments name; return the contract's exit code, whatever happens."""
    try:
        try:
            code: int = cli.main(standalone_mode=False)
        except click.exceptions.Exit as leave:
            code = leave.exit_code
        if sys.stdout:
            sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        code = USAGE
    except (click.Abort, KeyboardInterrupt):
        code = INTERRUPTED
    except CollabxlError as error:
        context = click.get_current_context(silent=True)
        say(error, lang_of(context) if context else language(_language_option()))
        code = UNREADABLE if isinstance(error, FileError) else USAGE
    except BrokenPipeError:
        sys.stderr.close()
        code = DONE
    except OSError as error:
        code = _report_full_disk(error)
    return code


def _report_full_disk(error: OSError) -> int:
    """Say that what was to be printed has no place, such as a full disk; what is left of it must not fail at exit."""
    say(FileError("permission", _NO_ROOM, reason=error.strerror or str(error)), language(_language_option()))
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)
    return UNREADABLE


def say(error: CollabxlError, lang: Lang, path: str = "") -> None:
    """Write an error as one line that names the file and the kind."""
    kind = f"[{error.kind}] " if isinstance(error, FileError) else ""
    words = error.say(lang)
    where = f"{path}: " if path and path not in words else ""
    click.echo(clean(f"collabxl: {where}{kind}{words}"), err=True)


def say_unwritten(error: FileError, lang: Lang, path: str) -> None:
    """Write why a file was not written; one that has a password could not even be read for that."""
    say(FileError("encrypted", _LOCKED) if error.kind == "encrypted" else error, lang, path)


def exit_code(tally: Tally, fail_on: str) -> int:
    """Return the contract's exit code of a run; a file that could not be read or written wins over findings."""
    if tally.interrupted:
        return INTERRUPTED
    return UNREADABLE if tally.unreadable else FOUND if tally.fails(fail_on) else DONE


def _language_option() -> str | None:
    return next((after for before, after in pairwise(sys.argv) if before == "--lang"), None)


def _speak_utf8(stream: TextIO) -> None:
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
