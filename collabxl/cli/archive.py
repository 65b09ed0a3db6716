"""``collabxl archive``: a whole project into one zip, and such a zip held against its manifest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from collabxl.cli.bilingual import BilingualCommand, BilingualOption, lang_of
from collabxl.cli.main import DONE, FOUND
from collabxl.cli.options import CONFIG, TODAY, TargetPath, settings_of, today_of
from collabxl.errors import UsageError
from collabxl.text import Lang, Text, t
from collabxl.text.printable import clean

if TYPE_CHECKING:
    from collabxl.api import ArchiveFault, ArchiveResult, Verdict

FAULTS: dict[ArchiveFault, Text] = {
    "missing": t("缺少", "missing"),
    "changed": t("被改过", "changed"),
    "damaged": t("损坏，读不出", "damaged, cannot be read"),
    "extra": t("多出来", "not in the manifest"),
    "twice": t("同名两份，分不清哪份算数", "there twice; nobody can say which counts"),
    "unsafe": t("名字指向文件夹之外或是链接，不要解压", "leads out of the folder, or is a link; do not unpack"),
}
_COUNT = t("{kind}：{count} 个", "{kind}: {count}")
_LEFT = t(
    "没有放进去（属于另一个工作簿、是链接或读不了；要的话用 --add）：{files}",
    "Left out (another workbook's, a link, or unreadable; --add takes it in): {files}",
)
_HELD = t("主表正被 {holder} 打开，归档的是上次保存的内容", "{holder} has the master open; archived as last saved")
_UNMADE = t("没有写过的文书这次没有生成：{why}", "Documents that nobody had written were not made: {why}")
_WRITTEN = t("已写入 {path}，{count} 个文件，{size}", "{path} written: {count} {count:file|files}, {size}")
_SUM = t("SHA-256 {digest}（记下它，就能证明归档没有换过）", "SHA-256 {digest} (keep it: it proves this very archive)")
_WHOLE = t(
    "{path} 完好：{count} 个文件与清单一致", "{path} is whole: {count} {count:file is|files are} as the manifest says"
)
_BROKEN = t("{path} 与清单有 {count} 处不符", "{path} differs from its manifest in {count} {count:place|places}")
_ONLY_NAME = t("--verify 只要归档文件，不能同时用 {option}", "--verify takes the archive alone, without {option}")


@click.command(
    "archive",
    cls=BilingualCommand,
    says=t(
        "把一个项目的全部文件放进一个 zip：主表、账本、副本、隔离区、文书、邮件，附目录页和 SHA-256 清单；"
        "确认函、周报等还没写过的文书当场生成。--verify 核对这样一个 zip：缺什么、改了什么、多了什么。",
        "Put all files of a project into one zip: master, ledger, copies, quarantine, documents, mails, with an index "
        "and a manifest of SHA-256 sums; documents that nobody has written are made. --verify tells of such a zip what "
        "is missing, changed or there besides.",
    ),
)
@click.argument("master", metavar="MASTER", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--output",
    cls=BilingualOption,
    type=TargetPath(dir_okay=False),
    says=t("写到哪个文件；默认主表旁的 主表名.archive.zip", "The file to write; default NAME.archive.zip beside it"),
)
@click.option(
    "--add",
    cls=BilingualOption,
    type=click.Path(path_type=Path),
    multiple=True,
    says=t("别处的文件或文件夹也放进去，可以写几次", "Also take in this file or folder; may be given several times"),
)
@click.option(
    "--no-documents",
    cls=BilingualOption,
    is_flag=True,
    says=t("不生成还没写过的文书", "Make no documents that nobody has written"),
)
@click.option(
    "--force", cls=BilingualOption, is_flag=True, says=t("覆盖已有的归档", "Overwrite an archive that is there")
)
@click.option(
    "--verify",
    cls=BilingualOption,
    is_flag=True,
    says=t("核对这个归档，不写任何文件", "Hold this archive against its manifest; writes nothing"),
)
@TODAY
@CONFIG
@click.pass_context
def command(context: click.Context, /, master: Path, verify: bool, **options: Any) -> None:
    """Archive a project, or verify an archive."""
    lang = lang_of(context)
    if verify:
        for name in ("output", "add", "no_documents", "force"):
            if options[name]:
                raise UsageError(_ONLY_NAME, option=f"--{name.replace('_', '-')}")
        from collabxl.api import verify_archive

        verdict = verify_archive(master)
        _say(_verify_lines(verdict, master, lang))
        context.exit(FOUND if verdict.differences else DONE)
    from collabxl.workers.pool import warm_up

    warm_up()
    from collabxl.api import archive_project

    made = archive_project(
        master,
        output=options["output"],
        added=options["add"],
        force=options["force"],
        today=None if options["no_documents"] else today_of(options),
        settings=settings_of(options),
    )
    if made.holder:
        click.echo(clean(_HELD.fill(lang, {"holder": made.holder})), err=True)
    if made.unmade:
        click.echo(clean(_UNMADE.fill(lang, {"why": made.unmade.say(lang)})), err=True)
    _say(_archive_lines(made, lang))


def _archive_lines(made: ArchiveResult, lang: Lang) -> Iterator[str]:
    from collections import Counter

    from collabxl.archive.page import KINDS, size_of

    counts = Counter(file.kind for file in made.manifest.files)
    for kind, words in KINDS.items():
        if counts[kind]:
            yield _COUNT.fill(lang, {"kind": words, "count": counts[kind]})
    if made.left:
        yield _LEFT.fill(lang, {"files": [str(path) for path in made.left]})
    size = size_of(made.path.stat().st_size)
    yield _WRITTEN.fill(lang, {"path": str(made.path), "count": len(made.manifest.files), "size": size})
    yield _SUM.fill(lang, {"digest": made.digest})


def _verify_lines(verdict: Verdict, path: Path, lang: Lang) -> Iterator[str]:
    for fault, name in verdict.differences:
        yield f"{FAULTS[fault].to(lang)}: {name}"
    count = len(verdict.differences) or len(verdict.manifest.files)
    yield (_BROKEN if verdict.differences else _WHOLE).fill(lang, {"path": str(path), "count": count})
    yield f"SHA-256 {verdict.digest}"


def _say(lines: Iterator[str]) -> None:

    for line in lines:
        click.echo(clean(line))
