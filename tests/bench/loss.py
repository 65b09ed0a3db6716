"""What saving a workbook loses: openpyxl, LibreOffice, exceljs and collabxl on the same files.

    python -m tests.bench.loss [FOLDER]

Each tool edits one cell, adds a sheet and saves (LibreOffice only saves); then the packages before and after are
counted feature by feature (tests.bench.counting). Without FOLDER, or where it is not there, only the workbooks that
tests.bench.rich makes are measured. The table goes to tests/bench/LOSS.md, progress and what collabxl lost or refused,
file by file, to the terminal. About ten minutes for 500 files. `make bench-loss` installs what is missing; LibreOffice,
exceljs and a FOLDER that are not there are left out.
"""

from __future__ import annotations

import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tests.bench import rich
from tests.bench.counting import profile
from tests.bench.features import TITLES, Profile, losses
from tests.bench.tools import NEW, TITLE, TOOLS, Job, Ours, Refusal, limited, versions

RESULT = Path(__file__).with_name("LOSS.md")
CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "files"
SUFFIXES = (".xlsx", ".xlsm")
LAST_ROW = 1_048_576
QUIET = {"cached", "printers", "properties", "chart styles", "pivot extensions", "ignored", "other parts"}
"""What does not count in the line of files that lose what people made."""


class Workbook(NamedTuple):
    """A file of the bench and what it has."""

    path: Path
    profile: Profile


class Entries(NamedTuple):
    """How many entries of a package kept all their bytes, kept their content, and were there; and who changed."""

    raw: int
    content: int
    had: int
    changed: frozenset[str]


class Saving(NamedTuple):
    """What one tool made of one workbook: what it said, and what was lost if there is a result."""

    workbook: Workbook
    said: Any
    losses: dict[str, tuple[int, int]] | None = None
    entries: Entries | None = None
    done: bool = False
    """Whether the new sheet and the edited cell are in the result."""

    @property
    def lost(self) -> set[str]:
        """The features that lost something."""
        return {feature for feature, (lost, _) in (self.losses or {}).items() if lost}


def workbooks(paths: Iterable[Path]) -> list[Workbook]:
    """Return the files that are whole packages with a workbook and a worksheet in it, with what they have."""
    found = [(path, limited(_profile, path)) for path in paths]
    return [Workbook(path, has) for path, has in found if isinstance(has, Profile) and has.first[0]]


def _profile(path: Path, only: tuple[str, ...] | None = None) -> Profile:
    return profile(path.read_bytes(), only)


def measure(tool: str, books: list[Workbook], folder: Path) -> list[Saving]:
    """Return what a tool makes of each workbook."""
    folder.mkdir()
    jobs = [_job(book, folder / f"{number:04}{book.path.suffix.lower()}") for number, book in enumerate(books)]
    said = TOOLS[tool](jobs)
    return [_saving(book, job, words) for book, job, words in zip(books, jobs, said, strict=True)]


def _job(book: Workbook, target: Path) -> Job:
    sheet, last = book.profile.first
    titles = (TITLE, *(f"{TITLE} ({number})" for number in range(2, 99)))
    free = next(title for title in titles if title not in book.profile.titles)
    return Job(book.path, target, sheet, min(last + 2, LAST_ROW), free)


def _saving(book: Workbook, job: Job, said: Any) -> Saving:
    if isinstance(said, Refusal) or not job.target.exists():
        return Saving(book, said)
    after = limited(_profile, job.target, book.profile.titles)
    if isinstance(after, Refusal):
        return Saving(book, Refusal(f"result unreadable: {after.reason}"))
    lost = losses(book.profile, after, (job.sheet, job.row, 1))
    done = bool(after.added) and bool(after.features.get("constants", {}).get((job.sheet, job.row, 1, str(NEW))))
    return Saving(book, said, lost, _entries(book.path, job.target), done)


def _entries(source: Path, target: Path) -> Entries:
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(target) as after:
        names = set(after.namelist())
        old = before.infolist()
        raw = {info.filename for info in old if info.filename in names and _same_record(before, after, info)}
        content = {info.filename for info in old if info.filename in names and _same_content(before, after, info)}
        return Entries(len(raw), len(raw | content), len(old), frozenset(info.filename for info in old) - raw)


def _same_record(before: zipfile.ZipFile, after: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    return _record(before, info) == _record(after, after.getinfo(info.filename))


def _record(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """Return an entry as it lies in the archive: its local header, name, extra field and compressed bytes."""
    file = archive.fp
    assert file is not None
    file.seek(info.header_offset)
    head = file.read(30)
    return (
        head
        + file.read(int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little"))
        + file.read(info.compress_size)
    )


def _same_content(before: zipfile.ZipFile, after: zipfile.ZipFile, info: zipfile.ZipInfo) -> bool:
    other = after.getinfo(info.filename)
    return (info.CRC, info.file_size) == (other.CRC, other.file_size)


def table(measured: dict[str, list[Saving]]) -> Iterator[str]:
    """Yield the lines of one table: a row a feature, a column a tool."""
    yield "| | " + " | ".join(measured) + " |"
    yield "| --- |" + " ---: |" * len(measured)
    every = list(measured.values())
    yield _row("文件 files", [str(len(savings)) for savings in every])
    yield _row("存不了 not saved", [str(len(savings) - len(_saved(savings))) for savings in every])
    yield _row("新表和改动都在 with new sheet and edit", [str(sum(each.done for each in savings)) for savings in every])
    yield _row("**有损的文件 files that lose something**", [_share(savings, set(TITLES)) for savings in every])
    yield _row("其中丢了人做的内容 … that people made¹", [_share(savings, set(TITLES) - QUIET) for savings in every])
    for feature, (zh, en) in TITLES.items():
        cells = [_cell(_saved(savings), feature) for savings in every]
        if any(cells):
            yield _row(f"{zh} {en}" if zh != en else zh, cells)
    yield _row("逐字节不变的部件 entries with the same bytes", [_kept(_saved(savings), "raw") for savings in every])
    yield _row("内容不变的部件 … the same content", [_kept(_saved(savings), "content") for savings in every])


def _row(head: str, cells: list[str]) -> str:
    return f"| {head} | " + " | ".join(cells) + " |"


def _saved(savings: list[Saving]) -> list[Saving]:
    return [saving for saving in savings if saving.losses is not None]


def _share(savings: list[Saving], features: set[str]) -> str:
    saved = _saved(savings)
    return f"{sum(bool(saving.lost & features) for saving in saved)} / {len(saved)}"


def _cell(savings: list[Saving], feature: str) -> str:
    """Return ``files losing/having · items lost/had``, bold if any were lost; empty if no file has the feature."""
    counts = [saving.losses[feature] for saving in savings if saving.losses and feature in saving.losses]
    lost, had = sum(lost for lost, _ in counts), sum(had for _, had in counts)
    if not had:
        return ""
    text = f"{sum(lost > 0 for lost, _ in counts)}/{len(counts)} · {lost:,}/{had:,}"
    return f"**{text}**" if lost else text


def _kept(savings: list[Saving], how: str) -> str:
    entries = [saving.entries for saving in savings if saving.entries]
    return f"{sum(getattr(each, how) for each in entries):,} / {sum(each.had for each in entries):,}"


def ours(savings: list[Saving]) -> Iterator[str]:
    """Yield what is to be said of our own saving: refusals by reason, and changes that were not declared."""
    refused = Counter(saving.said.reason for saving in savings if isinstance(saving.said, Refusal))
    if refused:
        yield f"collabxl 拒绝写入 refuses: {_listed(refused)}."
    unedited = Counter(s.said.refused.reason for s in savings if isinstance(s.said, Ours) and s.said.refused)
    if unedited:
        yield f"只加汇总、不改单元格 adds 汇总 but will not edit the cell: {_listed(unedited)}."
    undeclared = sum(bool(_undeclared(saving)) for saving in savings)
    yield f"改了却未声明的文件 files with an entry changed and not declared: {undeclared}."


def _undeclared(saving: Saving) -> frozenset[str]:
    if not isinstance(saving.said, Ours) or saving.entries is None:
        return frozenset()
    return saving.entries.changed - saving.said.declared


def _listed(counted: Counter[str]) -> str:
    return ", ".join(f"{reason} {count}" for reason, count in sorted(counted.items()))


def report(books: list[Workbook], tools: dict[str, str], folder: Path) -> list[str]:
    """Return the lines about one set of workbooks; what collabxl lost or refused is printed file by file."""
    measured = {}
    for tool in tools:
        measured[tool] = measure(tool, books, folder / tool)
        why = _listed(Counter(saving.said.reason for saving in measured[tool] if isinstance(saving.said, Refusal)))
        print(f"{tool}: {len(_saved(measured[tool]))} of {len(books)} saved{why and '; '}{why}", flush=True)
    for saving in measured["collabxl"]:
        if saving.lost or isinstance(saving.said, Refusal) or _undeclared(saving):
            print(f"  {saving.workbook.path.name}: {saving.said} {sorted(saving.lost)} {sorted(_undeclared(saving))}")
    return [*table(measured), "", *ours(measured["collabxl"]), ""]


HEAD = """# 保存时丢了什么 · What saving loses

`python -m tests.bench.loss{arguments}`, {versions}.

每个工具打开同一个文件，改一个单元格，加一张表，另存；然后逐项比较前后两个压缩包。
LibreOffice 只另存；它没有窗口，因此不保留窗格。每格：丢失的文件/有此内容的文件 · 丢失的条目/原有的条目；
存不了的文件不计入那一列。不比较字体、颜色和宽度。

Each tool opens the same file, edits one cell, adds a sheet and saves (LibreOffice only saves); the packages before and
after are then counted. A cell says files losing/having · items lost/had, of the files that the tool saved.
Fonts, colours and widths are not compared. LibreOffice runs without a window, and then keeps no panes.
"""
FOOT = """¹ 不计程序自己写的：缓存值、打印机设置、文档属性、图表样式部件、透视表扩展、忽略的错误、其他部件。
Not counting what programs write by themselves: cached values, printer settings, document properties, chart style
parts, pivot extensions, ignored errors, other parts.
"""


def main(folder: Path | None) -> None:
    """Measure the workbooks we make, then those of the folder, and write the table."""
    tools = versions()
    there = folder is not None and folder.is_dir()
    arguments = f" {folder}" if there else ""
    lines = [HEAD.format(arguments=arguments, versions=", ".join(tools.values()))]
    with tempfile.TemporaryDirectory() as scratch:
        made = workbooks(rich.write_all(Path(scratch) / "made"))
        (Path(scratch) / "a").mkdir()
        lines += [f"## {len(made)} 个自制工作簿 made by tests.bench.rich\n", *report(made, tools, Path(scratch) / "a")]
        if there and folder:
            paths = [path for path in sorted(folder.iterdir()) if path.suffix.lower() in SUFFIXES]
            found = workbooks(paths)
            (Path(scratch) / "b").mkdir()
            head = f"## {len(found)} 个公开测试文件 from public test suites\n\n"
            left = f"{len(paths) - len(found)} 个不是完整的工作簿 of {len(paths)} are no whole workbooks: left out.\n"
            lines += [head + left, *report(found, tools, Path(scratch) / "b")]
    RESULT.write_text("\n".join([*lines, FOOT]), encoding="utf-8")
    print(RESULT.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
