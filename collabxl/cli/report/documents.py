"""``collabxl report letter | schedule | …``: the documents of the process, a file a workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from collabxl.cli.main import DONE, UNREADABLE, say
from collabxl.cli.options import CONFIG, PASSWORDS, TODAY, Command, Day, passwords_of, settings_of, today_of
from collabxl.cli.spoken import SpokenCommand, SpokenOption, lang_of
from collabxl.errors import FileError, UsageError, no_permission
from collabxl.isolated import one_workbook
from collabxl.paths import free
from collabxl.remote import is_address
from collabxl.report.documents.kinds import KINDS
from collabxl.report.documents.writers import FORMATS
from collabxl.text import Lang, Text, t

if TYPE_CHECKING:
    from collabxl.documents import Told
    from collabxl.report.documents.words import Asked

_WRITTEN = t("已写入 {path}", "{path} written")
_UNCHANGED = t("{path} 已是最新，没有改动", "{path} is up to date already")
_THERE = t(
    "{path} 已经在那里，内容不同，没有覆盖（可能有人填写过）。要覆盖请加 --force，或用 --output 另起名字",
    "{path} is there already and says something else; it was not replaced, as somebody may have filled it in. Add "
    "--force to replace it, or choose another name with --output",
)
_ENDING = t(
    "{path}：文件名要以 {known} 结尾，或给出一个文件夹",
    "{path}: the name ends in one of {known}, or is that of a folder",
)
_TWO_FORMATS = t("--format {form} 与文件名 {path} 不一致。请只写一个", "--format {form} and {path} disagree. Give one")
_MANY = t(
    "{path} 是一个文件，而这里有多个工作簿。请用 --output 给出文件夹",
    "{path} is one file, but there are several workbooks. Name a folder with --output",
)
_ELSEWHERE = t(
    "工作簿不在这台机器上。请用 --output 给出文件夹", "The workbook is not on this machine. Name a folder with --output"
)
_NO_PAGE_TEMPLATE = t(
    "--template 是 Word 模板，只用于 docx 和 pdf",
    "--template is a Word template, for docx and pdf only",
)
_REVERSED = t(
    "--from {first} 晚于 --to {last}。请对调",
    "--from {first} is after --to {last}. Put them the other way round",
)


def _options(kind: str) -> Iterator[Callable[[Command], Command]]:
    def option(*names: str, says: Text, **attributes: Any) -> Callable[[Command], Command]:
        return click.option(*names, cls=SpokenOption, says=says, **attributes)

    yield click.argument("paths", nargs=-1, required=True)
    where = t(
        "写到这个文件（按结尾定格式）或文件夹；默认放在工作簿旁边",
        "This file, whose name tells the format, or this folder; default beside the workbook",
    )
    yield option("--output", type=click.Path(path_type=Path), says=where)
    yield option("--format", "form", type=click.Choice(FORMATS), says=t("格式；默认 docx", "Format; default docx"))
    template = t(
        "自己的 Word 模板：{{ title }}、{{ project }} 等字段，{{p body }} 处放正文",
        "Your own Word template: fields such as {{ title }}, {{ project }}; {{p body }} takes the body",
    )
    yield option("--template", type=click.Path(path_type=Path, dir_okay=False), says=template)
    yield option("--force", is_flag=True, says=t("覆盖已有的不同文件", "Replace a file that says something else"))
    if KINDS[kind].of_a_period:
        yield option("--from", "first", type=Day(), says=t("从哪天起（2024-07-01）", "From this day on (2024-07-01)"))
        yield option("--to", "last", type=Day(), says=t("到哪天为止", "Until this day"))
    yield from (PASSWORDS, TODAY, CONFIG)


def _command(kind: str) -> click.Command:
    def written(context: click.Context, /, **options: Any) -> None:
        _write(context, kind, options)

    title, holds, _ = KINDS[kind]
    says = t(
        f"《{title.zh}》：{holds.zh}。每个工作簿一份，写成 Word、PDF 或网页。",
        f"{title.en}: {holds.en}. One a workbook, as a Word document, PDF or page.",
    )
    command = click.command(kind, cls=SpokenCommand, says=says)
    made: Any = click.pass_context(written)
    for option in reversed([*_options(kind)]):
        made = option(made)
    return command(made)


letter, schedule, minutes, risk, retro, status = map(_command, KINDS)


def _write(context: click.Context, kind: str, options: dict[str, Any]) -> None:
    """Write a document for every workbook, tell so, and leave with the contract's code."""
    from collabxl.read.guard import get_ready

    get_ready()
    from collabxl.documents import documents_of
    from collabxl.report.documents.writers import writer

    lang = lang_of(context)
    form, output = _form_of(options), _folder_or_file(options)
    write, failed, taken = writer(form, options["template"]), False, set[Path]()
    made = documents_of(
        options["paths"],
        kind,
        today=today_of(options),
        settings=settings_of(options),
        passwords=passwords_of(options),
        asked=_asked(options),
    )
    for told in made:
        try:
            if told.document is None:
                assert told.error is not None
                raise told.error
            target = _target(told, form, output, taken)
            with one_workbook():
                content = write(told.document)
            _put(target, content, lang, force=options["force"])
        except FileError as error:
            failed = True
            say(error, lang, told.path)
    context.exit(UNREADABLE if failed else DONE)


def _form_of(options: dict[str, Any]) -> str:
    """Return the format: that of ``--format``, else of the file's name, else docx; a usage error if they disagree."""
    output, asked = options["output"], options["form"]
    named = output.suffix.lower().removeprefix(".") if output is not None and not _is_folder(output) else ""
    if named and named not in FORMATS:
        raise UsageError(_ENDING, path=str(output), known=[f".{each}" for each in FORMATS])
    if named and asked and named != asked:
        raise UsageError(_TWO_FORMATS, form=asked, path=str(output))
    form: str = asked or named or "docx"
    if form == "html" and options["template"] is not None:
        raise UsageError(_NO_PAGE_TEMPLATE)
    return form


def _asked(options: dict[str, Any]) -> Asked:
    """Return the days that the document is to tell of, as far as the command line says some."""
    from collabxl.report.documents.words import Asked

    asked = Asked(options.get("first"), options.get("last"))
    if asked.first and asked.last and asked.first > asked.last:
        raise UsageError(_REVERSED, first=asked.first, last=asked.last)
    return asked


def _folder_or_file(options: dict[str, Any]) -> Path | None:
    """Return where documents go; a usage error for a file that several would have to share."""
    from collabxl.batch import workbooks

    output: Path | None = options["output"]
    if output is not None and not _is_folder(output) and len(workbooks(options["paths"])) > 1:
        raise UsageError(_MANY, path=str(output))
    if output is None and any(map(is_address, options["paths"])):
        raise UsageError(_ELSEWHERE)
    if output is not None and output.is_file() and not output.suffix:
        raise UsageError(_ENDING, path=str(output), known=[f".{each}" for each in FORMATS])
    return output


def _is_folder(output: Path) -> bool:
    return output.is_dir() or not output.suffix


def _target(told: Told, form: str, output: Path | None, taken: set[Path]) -> Path:
    """Return where a document goes: the file asked for, or a name of its own in the folder or beside its workbook."""
    from collabxl.filing import name_of
    from collabxl.saving.filenames import file_name

    assert told.document is not None
    if output is not None and not _is_folder(output):
        return output
    name = file_name(Path(name_of(told.path)).stem, told.document.title, suffix=f".{form}")
    return free((output or Path(told.path).parent) / name, taken)


def _put(target: Path, content: bytes, lang: Lang, *, force: bool) -> None:
    """Write a document, but not over one that says something else unless forced to; tell what was done."""
    from collabxl.filing import content_of
    from collabxl.printable import clean
    from collabxl.saving import replace

    told = {"path": clean(str(target))}
    there = content_of(str(target)) if target.is_file() else None
    if there == content:
        click.echo(_UNCHANGED.fill(lang, told))
        return
    if there is not None and not force:
        raise FileError("permission", _THERE, path=str(target))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise no_permission(str(target.parent)) from error
    replace(target, content)
    click.echo(_WRITTEN.fill(lang, told))
