"""``collabxl doctor``: whether the ribbon can work here, line by line, and what to do where it cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from collabxl.cli.bilingual import BilingualCommand, BilingualOption, lang_of
from collabxl.cli.main import DONE, FOUND
from collabxl.text import Lang, t

if TYPE_CHECKING:
    from collabxl.excel.doctor import Sign

_WORDS = {"ok": t("正常", "ok"), "warn": t("注意", "warn"), "fail": t("不行", "fail")}


@click.command(
    "doctor",
    cls=BilingualCommand,
    says=t(
        "逐项检查 Excel 里的“协同”选项卡能不能用，不行的说明怎么办；只看，不改动任何东西。有“不行”时退出码为 1。",
        "Look at everything that the tab in Excel needs, and say what to do where it is not well; changes nothing. "
        "Exits with 1 if something fails.",
    ),
)
@click.option(
    "--selftest",
    "tested",
    cls=BilingualOption,
    is_flag=True,
    says=t("另外真的交一个任务给 collabxl 试一试", "Also hand a real job to collabxl"),
)
@click.option(
    "--format",
    "form",
    cls=BilingualOption,
    type=click.Choice(["text", "json"]),
    default="text",
    says=t("输出格式", "How to print"),
)
@click.pass_context
def command(context: click.Context, /, tested: bool, form: str) -> None:
    """Tell how the ribbon is."""
    from collabxl.excel.addin.locations import user_places
    from collabxl.excel.doctor import examine
    from collabxl.excel.doctor.installation import button_program
    from collabxl.excel.doctor.selftest import selftest

    lang, places = lang_of(context), user_places()
    signs = examine(places)
    if tested and (exe := button_program(places)):
        signs.append(selftest(exe, places.jobs, lang))
    click.echo(_json(signs, lang) if form == "json" else "\n".join(_lines(signs, lang)))
    context.exit(FOUND if any(sign.state == "fail" for sign in signs) else DONE)


def _lines(signs: list[Sign], lang: Lang) -> list[str]:
    from rich.cells import set_cell_size

    lines = []
    for sign in signs:
        lines.append(f"{set_cell_size(_WORDS[sign.state].to(lang), 4)}  {sign.say(lang)}")
        if cure := sign.cure(lang):
            lines.append(f"      → {cure}")
    return lines


def _json(signs: list[Sign], lang: Lang) -> str:
    import json

    from collabxl import __version__
    from collabxl.reports.json_model import CONTRACT

    told = [{"state": sign.state, "message": sign.say(lang), "cure": sign.cure(lang)} for sign in signs]
    return json.dumps({"contract": CONTRACT, "version": __version__, "signs": told}, ensure_ascii=False, indent=1)
