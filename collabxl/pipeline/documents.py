"""From paths to documents: every workbook is checked, seen as its 汇总 sees it, told in words, written to a file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Literal, NamedTuple

from collabxl.errors import FileError, UsageError, permission_error
from collabxl.pipeline.batch import Chunk, check_chunks, find_workbooks, named_workbooks, with_warnings
from collabxl.pipeline.formula_values import summary_view
from collabxl.reports.documents.blocks import Document
from collabxl.reports.documents.kinds import KINDS, render_document
from collabxl.reports.documents.material import Material, material
from collabxl.reports.documents.words import RequestedPeriod
from collabxl.reports.documents.writers import FORMATS, document_writer
from collabxl.rules.engine.ledger_reader import merge_changes
from collabxl.rules.engine.outcome import Outcome
from collabxl.schema.settings import Settings
from collabxl.storage.file_access import base_name, read_content
from collabxl.storage.file_names import file_name
from collabxl.storage.paths import Paths, free_path, path_list
from collabxl.storage.remote import is_address
from collabxl.storage.save import replace
from collabxl.summary import views
from collabxl.text import t
from collabxl.workers.isolation import isolate_workbook

_NO_KIND = t("没有 {kind} 这种文件，可用的有：{known}", "There is no document {kind}; there are {known}")
_NO_FORM = t("没有 {form} 这种格式，可用的有：{known}", "There is no format {form}; there are {known}")
_THERE = t(
    "{path} 已经在那里，内容不同，没有覆盖（可能有人填写过）。要覆盖请加 {--force}，或用 {--output} 另起名字",
    "{path} is there already and says something else; it was not replaced, as somebody may have filled it in. Add "
    "{--force} to replace it, or choose another name with {--output}",
)
_ENDING = t(
    "{path}：文件名要以 {known} 结尾，或给出一个文件夹",
    "{path}: the name ends in one of {known}, or is that of a folder",
)
_TWO_FORMATS = t(
    "{--format} {form} 与文件名 {path} 不一致。请只写一个", "{--format} {form} and {path} disagree. Give one"
)
_MANY = t(
    "{path} 是一个文件，而这里有多个工作簿。请用 {--output} 给出文件夹",
    "{path} is one file, but there are several workbooks. Name a folder with {--output}",
)
_ELSEWHERE = t(
    "工作簿不在这台机器上。请用 {--output} 给出文件夹",
    "The workbook is not on this machine. Name a folder with {--output}",
)
_NO_PAGE_TEMPLATE = t(
    "--template 是 Word 模板，只用于 docx 和 pdf",
    "--template is a Word template, for docx and pdf only",
)
_REVERSED = t(
    "{--from} {first} 晚于 {--to} {last}。请对调",
    "{--from} {first} is after {--to} {last}. Put them the other way round",
)
_A_COPY = t(
    "这是部门副本，只有项目的一部分，写不出整个项目的文件。请给出主表",
    "This is a department's copy and has but a part of the project. Name its master",
)


class MaterialResult(NamedTuple):
    """One workbook: what documents are made from, or why there is nothing."""

    path: str
    material: Material | None = None
    error: FileError | None = None


class DocumentResult(NamedTuple):
    """What became of one workbook: its document, or why there is none."""

    path: str
    document: Document | None = None
    error: FileError | None = None


def documents_of(
    paths: Paths,
    kind: str,
    *,
    today: dt.date,
    settings: Settings | None = None,
    jobs: int | None = None,
    passwords: tuple[str, ...] = (),
    asked: RequestedPeriod | None = None,
) -> Iterator[DocumentResult]:
    """Return a document of one of KINDS for every workbook, in the order asked for; nothing is raised for a file.

    Departments' copies that a folder holds are left out. ``asked`` are the days to tell of, if the kind has some. As
    many parameters as a check has, and the kind and days besides.
    """
    for path, made_of, error in materials_of(paths, today=today, settings=settings, jobs=jobs, passwords=passwords):
        document = None
        if made_of is not None:
            try:
                with isolate_workbook():
                    document = render_document(kind, made_of, asked)
            except FileError as fault:
                error = fault
        yield DocumentResult(path, document, error)


def materials_of(
    paths: Paths,
    *,
    today: dt.date,
    settings: Settings | None = None,
    jobs: int | None = None,
    passwords: tuple[str, ...] = (),
) -> Iterator[MaterialResult]:
    """Return what any number of documents about each workbook are made from; likewise."""
    chosen, given = settings or Settings(), path_list(paths)
    named = named_workbooks(given)
    see = partial(views, today=today)
    for chunk in with_warnings(
        check_chunks(given, today=today, settings=chosen, jobs=jobs, passwords=passwords, see=see)
    ):
        numbers = {outcome.path: wb for wb, outcome in chunk.by_number.items()}
        for outcome in chunk.outcomes:
            if outcome.error is not None:
                yield MaterialResult(outcome.path, error=outcome.error)
            elif not _is_copy(outcome):
                yield _material_of(outcome.path, chunk, numbers[outcome.path])
            elif outcome.path in named:
                yield MaterialResult(outcome.path, error=FileError("unsupported", _A_COPY))


def _material_of(path: str, chunk: Chunk, wb: int) -> MaterialResult:
    try:
        with isolate_workbook():
            known = merge_changes(chunk.checked.tables.readings[wb])
            return MaterialResult(path, material(summary_view(chunk.derived[wb]), chunk.checked, wb, known))
    except FileError as fault:
        return MaterialResult(path, error=fault)


def _is_copy(outcome: Outcome) -> bool:
    return outcome.reading is not None and outcome.reading.is_copy


State = Literal["written", "unchanged", "not-written"]


class WrittenDocument(NamedTuple):
    """What became of one workbook's document: its file and whether that had to be written, or why there is none."""

    path: str
    file: Path | None
    state: State
    error: FileError | None = None


@dataclass(frozen=True)
class Destination:
    """Where documents go and in which format: a file, a folder, or beside each workbook; checked when it is made.

    ``output`` is a folder if it is one or has no suffix. Raises UsageError for a format that does not exist or is not
    the one of the file's name.
    """

    output: Path | None = None
    form: str | None = None
    template: Path | None = None
    force: bool = False
    taken: set[Path] = field(default_factory=set)
    """What this run has written already."""

    def __post_init__(self) -> None:
        if self.form is not None and self.form not in FORMATS:
            raise UsageError(_NO_FORM, form=self.form, known=list(FORMATS))
        known = [f".{each}" for each in FORMATS]
        if self._ending and self._ending not in FORMATS:
            raise UsageError(_ENDING, path=str(self.output), known=known)
        if self._ending and self.form and self._ending != self.form:
            raise UsageError(_TWO_FORMATS, form=self.form, path=str(self.output))
        if self.format == "html" and self.template is not None:
            raise UsageError(_NO_PAGE_TEMPLATE)

    @property
    def format(self) -> str:
        """The format: the one asked for, else that of the file's name, else docx."""
        return self.form or self._ending or "docx"

    @property
    def _ending(self) -> str:
        """How the name of the one file ends, empty if there is none."""
        return "" if self.output is None or self._is_folder else self.output.suffix.lower().removeprefix(".")

    @cached_property
    def _is_folder(self) -> bool:
        return self.output is not None and (self.output.is_dir() or not self.output.suffix)

    def refuse(self, paths: Paths) -> None:
        """Raise UsageError if documents of these workbooks cannot all go there."""
        given = path_list(paths)
        if self.output is not None and not self._is_folder and len(find_workbooks(given)) > 1:
            raise UsageError(_MANY, path=str(self.output))
        if self.output is None and any(is_address(str(path)) for path in given):
            raise UsageError(_ELSEWHERE)
        if self.output is not None and self.output.is_file() and not self.output.suffix:
            raise UsageError(_ENDING, path=str(self.output), known=[f".{each}" for each in FORMATS])

    def file_of(self, path: str, document: Document) -> Path:
        """Return where a workbook's document goes: the file asked for, or a name of its own in the folder."""
        if self.output is not None and not self._is_folder:
            return self.output
        name = file_name(Path(base_name(path)).stem, document.title, suffix=f".{self.format}")
        return free_path((self.output or Path(path).parent) / name, self.taken)

    def put(self, file: Path, content: bytes) -> State:
        """Write a document, but not over one that says something else unless forced to; FileError if that cannot be."""
        there = read_content(str(file)) if file.is_file() else None
        if there == content:
            return "unchanged"
        if there is not None and not self.force:
            raise FileError("permission", _THERE, path=str(file))
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise permission_error(str(file.parent)) from error
        replace(file, content)
        return "written"


def period_of(first: dt.date | None, last: dt.date | None) -> RequestedPeriod:
    """Return the days that a document is to tell of, as far as somebody says; UsageError if they are reversed."""
    if first and last and first > last:
        raise UsageError(_REVERSED, first=first, last=last)
    return RequestedPeriod(first, last)


def write_documents(documents: Iterator[DocumentResult], destination: Destination) -> Iterator[WrittenDocument]:
    """Write documents one by one and return what became of each; nothing is raised for a file.

    UsageError, before anything is read, where what writes the format is not installed.
    """
    return _write_document(documents, destination, document_writer(destination.format, destination.template))


def _write_document(
    documents: Iterator[DocumentResult], destination: Destination, write: Callable[[Document], bytes]
) -> Iterator[WrittenDocument]:
    for path, document, error in documents:
        try:
            if document is None:
                assert error is not None
                raise error
            file = destination.file_of(path, document)
            with isolate_workbook():
                content = write(document)
            yield WrittenDocument(path, file, destination.put(file, content))
        except FileError as fault:
            yield WrittenDocument(path, None, "not-written", fault)


def refuse_unknown(kind: str) -> None:
    """Raise UsageError for a kind of document that does not exist."""
    if kind not in KINDS:
        raise UsageError(_NO_KIND, kind=kind, known=list(KINDS))
