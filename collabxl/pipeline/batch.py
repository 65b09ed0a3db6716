"""Many workbooks in one run: paths become readings, readings become chunks, every chunk is checked as one."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from collabxl.errors import FileError
from collabxl.formulas import layout
from collabxl.reading.tables import Tables, build_tables
from collabxl.reading.workbook import Reading
from collabxl.rules.cross_project.registry import ProjectRegistry
from collabxl.rules.engine.ledger_reader import read_past_values
from collabxl.rules.engine.outcome import Outcome, outcomes
from collabxl.rules.engine.run import CheckResult, check
from collabxl.schema.settings import Settings
from collabxl.storage.paths import SUFFIXES, Paths, find_addresses, find_files, local_path, path_list
from collabxl.storage.remote import is_address
from collabxl.text import Lang, Text, t
from collabxl.text.printable import clean
from collabxl.workers.executor import requested_language
from collabxl.workers.isolation import isolate_failures
from collabxl.workers.pool import readings

_NOTHING = t("文件夹 {path} 里没有工作簿", "The folder {path} holds no workbooks")
REPORT = t(
    "这是 collabxl 写的报告，不是协同工作簿。请给出要检查的工作簿",
    "This is a report that collabxl wrote, not a project workbook. Name the workbooks to check",
)
_LEFT_OUT = t(
    "跳过了 collabxl 自己写的 {count} 份报告：{paths}。请检查它们所讲的工作簿",
    "{count} {count:report that collabxl wrote was|reports that collabxl wrote were} left out: {paths}. "
    "Check the workbooks they tell of",
)
_ASIDE = t(
    "跳过了文件夹里的 {count} 个链接或隐藏文件：{paths}。要检查就直接写出它的路径",
    "{count} links or hidden files in folders were left out: {paths}. Name one by its path to check it",
)
_UNCOMPUTED = t(
    "{count} 个工作簿里有公式还没有计算，这里也算不了，这些单元格当作未知：{paths}。请用 Excel 打开并保存后再检查",
    "Formulas wait to be computed and cannot be computed here, in {count} {count:workbook|workbooks}; "
    "such cells count as not "
    "known: {paths}. Open and save them in Excel, then check again",
)
_BELOW = t(
    "{count} 个工作簿预备的行已用完，往下填的行照样检查和统计，但没有下拉、检查列和颜色：{paths}。"
    "请把这些行移到上面空着的行；都满了就把后续任务另建一个工作簿，用 项目名::编号 互相依赖",
    "In {count} {count:workbook|workbooks} the prepared rows have run out; rows below them are checked "
    "and counted, but have no "
    "drop-downs, no Check and no colours: {paths}. Move them into free rows above; if there are none, start a workbook "
    "for what follows and let tasks wait for each other as project::ID",
)
_TWINS = t(
    "{count} 个工作簿里有隐藏的工作表和看得见的同名或近似，只读了看得见的：{paths}。请取消隐藏看一看，不要的就删除",
    "In {count} {count:workbook|workbooks} a hidden sheet is called like one that can be seen; only the "
    "latter was read: {paths}. "
    "Unhide it and look, delete it if it is of no use",
)
_SHOWN = 5
_log = logging.getLogger("collabxl")
Watch = Callable[[Sequence[str | FileError]], Iterable[str | FileError]]
"""Hands on the files of a run, each when it is about to be read."""
ROWS_A_CHUNK = 100_000
"""Rows checked together: enough to spread pandas' cost, few enough to keep memory flat."""
BOOKS_A_CHUNK = 300
"""Workbooks checked together, however small they are."""


def find_workbooks(paths: Paths, aside: list[Path] | None = None) -> list[str | FileError]:
    """Return the workbooks that files, folders, patterns and addresses name, each once, and errors for what is none.

    Links and hidden files that folders hold are put ``aside``.
    """
    aside = [] if aside is None else aside
    found: dict[str, str | FileError] = {}
    for path in map(str, path_list(paths)):
        here = local_path(path) if is_address(path) else Path(path)
        named = find_files(here, SUFFIXES, _NOTHING, aside) if here else find_addresses(path, SUFFIXES, _NOTHING)
        for file in named:
            found.setdefault(str(file), file if isinstance(file, FileError) else str(file))
    return list(found.values())


def named_workbooks(paths: Paths) -> set[str]:
    """Return the names under which ``workbooks`` lists those of ``paths`` that are files."""
    return {str(path) if is_address(str(path)) else str(Path(path)) for path in path_list(paths)}


def warn_skipped_reports(reports: Mapping[str, Lang]) -> None:
    """Warn, once a run, of reports of ours that folders and patterns held and that were left out, by their paths."""
    _tell(_LEFT_OUT, reports)


def warn_files_aside(aside: Iterable[Path]) -> None:
    """Warn, once a run, of links and hidden files that folders held and that were left out, by their paths."""
    _tell(_ASIDE, {str(path): requested_language.get() or "zh" for path in aside})


def with_warnings(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """Return chunks, and warn once after them of workbooks that people should know more about than findings tell.

    That is formulas of which nobody knows what they show, rows below the prepared ones, and hidden sheets that are
    called like one that was read.
    """
    twins: dict[str, Lang] = {}
    unknown: dict[str, Lang] = {}
    full: dict[str, Lang] = {}
    for chunk in chunks:
        for reading in (outcome.reading for outcome in chunk.outcomes if outcome.reading):
            if reading.uncomputed:
                unknown[reading.path] = reading.lang
            if reading.unread:
                twins[f"{reading.path}: {', '.join(reading.unread)}"] = reading.lang
            if reading.is_built and any(layout.below(page.key, page.rows) for page in reading.sheets):
                full[reading.path] = reading.lang
        yield chunk
        del chunk  # not held while the next one is read
    _tell(_TWINS, twins)
    _tell(_UNCOMPUTED, unknown)
    _tell(_BELOW, full)


def _tell(says: Text, files: Mapping[str, Lang]) -> None:
    if files:
        paths = [clean(path) for path in list(files)[:_SHOWN]] + ["…"] * (len(files) > _SHOWN)
        _log.warning(says.fill(next(iter(files.values())), {"count": len(files), "paths": paths}))


def read_workbooks(paths: Paths, *, jobs: int | None = None, passwords: tuple[str, ...] = ()) -> Tables:
    """Return the frames of workbooks; raises the first FileError met."""
    read, given = [], path_list(paths)
    for each in _read_files(find_workbooks(given), named=named_workbooks(given), jobs=jobs, passwords=passwords):
        if isinstance(each, Outcome):
            assert each.error is not None
            raise each.error
        read.append(each)
    return build_tables(read)


def check_workbooks(
    paths: Paths,
    *,
    today: dt.date,
    settings: Settings | None = None,
    jobs: int | None = None,
    passwords: tuple[str, ...] = (),
    watch: Watch = iter,
    among: Paths = (),
) -> Iterator[Outcome]:
    """Return the outcome of every workbook, in the order asked for; memory stays that of one chunk.

    A file that cannot be read is an outcome with an error; nothing is raised for it. ``passwords`` are tried in order
    on files that need one; ``watch`` hands on the files one by one as they are read. Names such as 项目名::编号 are
    looked up in all of ``paths`` and in the workbooks ``among`` which they are.
    """
    check = partial(check_chunks, paths, today=today, settings=settings, jobs=jobs, passwords=passwords)
    for chunk in with_warnings(check(watch=watch, among=among)):
        yield from chunk.outcomes
        del chunk  # not held while the next one is read


class Chunk(NamedTuple):
    """Workbooks that were checked together: their outcomes in order, and what the check found by workbook number.

    ``derived`` is what the caller makes of all of them at once. A workbook with which that or a rule went wrong is an
    outcome with an error of kind internal and has no number.
    """

    outcomes: list[Outcome]
    checked: CheckResult
    by_number: dict[int, Outcome]
    derived: Any = None


See = Callable[[CheckResult, dict[int, Outcome]], Any]
"""Makes of the workbooks of a chunk, checked and numbered, what the caller wants of them."""


def check_chunks(
    paths: Paths,
    *,
    today: dt.date,
    settings: Settings | None = None,
    jobs: int | None = None,
    passwords: tuple[str, ...] = (),
    masters: Mapping[str, Path] | None = None,
    watch: Watch = iter,
    among: Paths = (),
    see: See | None = None,
    impose: bool = False,
) -> Iterator[Chunk]:
    """Return the workbooks in chunks of BOOKS_A_CHUNK, or of about ROWS_A_CHUNK rows, each checked as one.

    Rules about what cells held before ask the ledger beside a workbook; ``masters`` names the one whose draft it is.
    If the user wishes to stop, what is read is checked, unless it names projects that nobody has looked for yet.
    ``impose`` checks workbooks that keep limits with those of the settings, which they are about to get.
    As many parameters as ``check_workbooks``, and three more: it is the same call, a chunk at a time.
    """
    given = path_list(paths)
    aside: list[Path] = []
    files = find_workbooks(given, aside)
    reports: dict[str, Lang] = {}
    reader = partial(_read_files, named=named_workbooks(given), jobs=jobs, passwords=passwords, reports=reports)
    run = [file for file in dict.fromkeys([*files, *find_workbooks(among)]) if isinstance(file, str)]
    register = ProjectRegistry(run, lambda named: map(_readings, _chunks(reader(named))), today)
    for items in _chunks(reader(files, watch=watch)):
        own = _readings(items)
        guests = register.referenced_workbooks(own)
        if register.is_cut_short:
            return
        rules = partial(_check_chunk, guests, register, masters, today=today, settings=settings, impose=impose)
        chunk = check_as_chunk(items, rules, today, see)
        if register.is_cut_short:
            return
        yield chunk
        del items, own, guests, rules, chunk  # not held while the next chunk is read
    warn_skipped_reports(reports)
    warn_files_aside(aside)


def _check_chunk(
    guests: Sequence[Reading],
    register: ProjectRegistry,
    masters: Mapping[str, Path] | None,
    ones: Sequence[Reading],
    *,
    today: dt.date,
    settings: Settings | None,
    impose: bool,
) -> CheckResult:
    outside, former = register.external_frames(ones), read_past_values(dict(enumerate(ones)), masters)
    all_of_them = build_tables([*ones, *guests])
    return check(all_of_them, today=today, settings=settings, former=former, outside=outside, impose=impose)


def _readings(items: Iterable[Outcome | Reading]) -> list[Reading]:
    return [item for item in items if isinstance(item, Reading)]


def check_as_chunk(
    items: Sequence[Outcome | Reading],
    rules: Callable[[Sequence[Reading]], CheckResult],
    today: dt.date,
    see: See | None = None,
) -> Chunk:
    """Return workbooks that were read, wherever they are, checked as one chunk by ``rules``."""

    def attempt(ones: Sequence[Reading]) -> tuple[CheckResult, dict[int, Outcome], Any]:
        checked = rules(ones)
        found = outcomes(checked, today)
        numbered = {wb: found[wb] for wb in range(len(ones))}
        return checked, numbered, see(checked, numbered) if see is not None else None

    own = _readings(items)
    (checked, numbered, seen), faults = isolate_failures(own, attempt)
    sound = iter(numbered.values())
    told = iter([Outcome(one.path, error=faults[at]) if at in faults else next(sound) for at, one in enumerate(own)])
    return Chunk([item if isinstance(item, Outcome) else next(told) for item in items], checked, numbered, seen)


def _chunks(read: Iterator[Outcome | Reading]) -> Iterator[list[Outcome | Reading]]:
    items: list[Outcome | Reading] = []
    rows = 0
    for item in read:
        items.append(item)
        rows += sum(len(page.rows) for page in item.sheets) if isinstance(item, Reading) else 0
        if rows >= ROWS_A_CHUNK or len(items) >= BOOKS_A_CHUNK:
            yield items
            items, rows = [], 0
    if items:
        yield items


def _read_files(
    files: Sequence[str | FileError],
    *,
    named: Collection[str],
    jobs: int | None,
    passwords: tuple[str, ...] = (),
    watch: Watch = iter,
    reports: dict[str, Lang] | None = None,
) -> Iterator[Outcome | Reading]:
    """Return what files say; ``reports`` of ours are put aside there unless one was ``named`` itself."""
    wanted = [file for file in files if isinstance(file, str)]
    read = readings(wanted, jobs=jobs, count=len(wanted), passwords=passwords)
    for file in watch(files):
        if isinstance(file, FileError):
            yield Outcome(str(file.fields.get("path", "")), error=file)
            continue
        result = next(read, None)
        if result is None:  # the user wishes to stop
            return
        if isinstance(result, Reading) and result.is_report:
            if file not in named:
                if reports is not None:
                    reports[file] = result.lang
                continue
            result = FileError("not-a-project", REPORT, lang=result.lang)
        yield Outcome(file, error=result) if isinstance(result, FileError) else result
