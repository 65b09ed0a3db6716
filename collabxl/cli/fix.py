"""``collabxl fix``: apply the safe fixes that findings carry, and show what becomes of every cell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from collabxl.cli.bilingual import BilingualCommand, lang_of
from collabxl.cli.main import STALE, exit_code, say_unwritten
from collabxl.cli.options import BACKUP, DRY_RUN, check_options, settings_of, today_of, use_cluster
from collabxl.reports.tally import Tally
from collabxl.text import Lang, Text, format_percent, format_value, t

if TYPE_CHECKING:
    from collabxl.api import Fix, FixResult

_SAYS: dict[str, Text] = {
    "written": t("{path}：已修正 {count} 处；剩下{found}", "{path}: {count} fixed; left: {found}"),
    "dry": t("{path}：将修正 {count} 处；剩下{found}", "{path}: {count} would be fixed; left: {found}"),
    "none": t("{path}：没有可以自动修正的地方（{found}）", "{path}: nothing to fix automatically ({found})"),
}
_RESTORED = t("下拉、输入限制和颜色提示已恢复", "drop-downs, limits and colours restored")
_RESTORED_DRY = t("将恢复下拉、输入限制和颜色提示", "drop-downs, limits and colours would be restored")
_EMPTY = t("（空）", "(empty)")


@click.command(
    "fix",
    cls=BilingualCommand,
    says=t(
        "自动修正有把握的问题（日期文本、同义词、多余空格、丢失的下拉等），逐格列出改了什么；其余内容原样不动。",
        "Fix what is certain (dates as text, synonyms, stray blanks, lost drop-downs …), cell by cell; all else stays.",
    ),
)
@click.argument("paths", nargs=-1, required=True)
@check_options
@DRY_RUN
@BACKUP
@click.pass_context
def command(context: click.Context, /, paths: tuple[str, ...], dry_run: bool, backup: bool, **options: Any) -> None:
    """Apply safe fixes."""
    from collabxl.workers.pool import warm_up

    warm_up()
    from collabxl.api import fix_workbooks

    lang = lang_of(context)
    settings, today = settings_of(options), today_of(options)
    tally = Tally()
    with use_cluster(options, lang):
        for fixed in fix_workbooks(
            paths, today=today, settings=settings, dry_run=dry_run, backup=backup, jobs=options["jobs"]
        ):
            tally.count(fixed.outcome)
            if fixed.outcome.error is not None:
                say_unwritten(fixed.outcome.error, lang, fixed.outcome.path)
                continue
            for line in _result_lines(fixed, dry_run, lang):
                click.echo(line)
    if tally.workbooks > 1:
        click.echo(tally.say(lang))
    context.exit(exit_code(tally, settings.fail_on))


def _result_lines(fixed: FixResult, dry_run: bool, lang: Lang) -> Iterator[str]:
    from collabxl.rules.engine.severities import counts_text
    from collabxl.text.printable import clean

    state = "none" if not fixed.fixes else "dry" if dry_run else "written"
    found = counts_text(fixed.outcome.counts, lang)
    yield _SAYS[state].fill(lang, {"path": clean(fixed.outcome.path), "count": len(fixed.fixes), "found": found})
    for fix in fixed.fixes:
        yield f"  {clean(fix.sheet)}!{fix.cell}  {fix.code}  {_change_text(fix, dry_run, lang)}"
    if fixed.stale:
        yield f"  {STALE.to(lang)}"
    for refusal in fixed.refused:
        finding = refusal.finding
        words = t("未修正：{reason}", "not fixed: {reason}").fill(lang, {"reason": refusal.error.say(lang)})
        yield f"  {clean(finding.sheet_title or '')}!{finding.cell}  {finding.rule.code}  {clean(words)}"


def _change_text(fix: Fix, dry_run: bool, lang: Lang) -> str:
    if fix.restored:
        return (_RESTORED_DRY if dry_run else _RESTORED).to(lang)
    new = format_percent(fix.new) if fix.share else _value_text(fix.new, lang)
    return f"{_value_text(fix.old, lang)} → {new}"


def _value_text(value: Any, lang: Lang) -> str:
    from collabxl.text.printable import clean, name_invisible

    if value is None or value == "":
        return _EMPTY.to(lang)
    return f"“{clean(name_invisible(value))}”" if isinstance(value, str) else format_value(value, lang)
