"""The verbs about workbooks: build, read, check, sync, fix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collabxl.api.arguments import checked_arguments
from collabxl.api.run import day_of, settings_of, texts
from collabxl.errors import UsageError
from collabxl.text import t

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import Any

    from collabxl.pipeline.batch import Watch
    from collabxl.pipeline.fix import FixResult
    from collabxl.pipeline.sync import SyncResult
    from collabxl.reading.tables import Tables
    from collabxl.rules.engine.outcome import Outcome
    from collabxl.schema.settings import Limits, Settings
    from collabxl.storage.paths import Paths
    from collabxl.text import Lang
    from collabxl.workbook.content import Row

_SUFFIX = ".xlsx"
_ENDING = t("{path} 应以 .xlsx 结尾", "{path} should end in .xlsx")
_THERE = t("{path} 已存在；要覆盖请加 {--force}", "{path} is there already; {--force} overwrites it")


@checked_arguments
def new_workbook(
    path: str | Path,
    *,
    template: str | Path | None = None,
    name: str | None = None,
    start: dt.date | None = None,
    lead: str | None = None,
    departments: str | Iterable[str] = (),
    lang: Lang | None = None,
    spoken: Lang = "zh",
    today: dt.date | None = None,
    force: bool = False,
) -> None:
    """Build a new project's workbook at ``path``, which ends in .xlsx: the five sheets, empty or from a template.

    ``template`` is the name of a scenario (``list_templates``), a .toml file of one's own, or an older .xlsx whose plan
    moves to the new ``start``. ``name`` and ``lead`` go into the form. ``departments`` are names, or one text with the
    names separated by commas: the first initiates the project; with a template they are added to its own. ``start`` is
    the first day; without a template the period is three months from it, with one it is ``today`` by default. ``lang``
    is the workbook's language; without it that of an older workbook counts, else ``spoken``.

    As many parameters as the command has options. Raises UsageError for a path that does not end in .xlsx or is there
    already, unless ``force``, and for a template that does not exist or contradicts itself (the message names the
    nearest one); FileError if the template cannot be read or ``path`` cannot be written.
    """
    _refuse_target(path, force=force)
    from collabxl.pipeline.templates.instantiate import Wishes, blank, draft_from_template
    from collabxl.rules.matching.names import split_names

    named = split_names(departments) if isinstance(departments, str) else tuple(departments)
    wishes, day = Wishes(name, start, lead, named), day_of(today)
    if template is None:
        draft = blank(wishes, lang or spoken)
    else:
        draft = draft_from_template(str(template), wishes, day, told=lang, spoken=spoken)
    build_workbook(path, project=draft.project, rows=draft.rows, lang=draft.lang, today=day, force=force)


def _refuse_target(path: str | Path, *, force: bool) -> None:
    """Raise UsageError for a path that no workbook is to be built at."""
    from pathlib import Path

    out = Path(path)
    if out.suffix.lower() != _SUFFIX:
        raise UsageError(_ENDING, path=str(out))
    if out.exists() and not force:
        raise UsageError(_THERE, path=str(out))


@checked_arguments
def build_workbook(
    path: str | Path,
    *,
    project: Row,
    rows: Mapping[str, Sequence[Row]] | None = None,
    lang: Lang = "zh",
    today: dt.date | None = None,
    identity: str | None = None,
    limits: Limits | None = None,
    force: bool = False,
) -> None:
    """Build a workbook at ``path``, which ends in .xlsx, from plain values; checks and 汇总 are as of ``today``.

    ``project`` has the fields of the form by their keys (``name``, ``initiator``, ``departments``, ``period`` …),
    ``rows`` the rows of each sheet by its key: ``{"tasks": [{"name": "A", "due": date(2024, 8, 9)}]}``. Values are
    texts, numbers, bools and dates, also those of numpy and pandas; days may be texts as ISO 8601 writes them, a period
    is a text or its two days; a list of texts becomes one text. Shares are from 0 to 1, words of a list are given by
    their key (``done``) or in either language; missing keys stay empty. Keys and lists: ``json_schema``. So what
    ``read_workbooks(…).rows(0)`` returns can be built again: ``project`` is its ``project``, ``rows`` the rest.

    Each row stands in the prepared row of its ``id``; without one in the next row. Calendar and contacts are made from
    the form unless ``rows`` brings them; what formulas compute is computed anew. ``identity`` is the workbook's id, by
    default a new UUID. ``limits`` are those that its formulas go by, and whoever checks it.

    As many parameters as a workbook has properties. Raises UsageError for a ``path`` that does not end in .xlsx or is
    there already, unless ``force``, for a key that no sheet or column has (the message names the nearest one), for a
    value that no cell can hold, for an ``id`` that no prepared row has, and for more rows than a sheet has ready;
    FileError if ``path`` cannot be written.
    """
    _refuse_target(path, force=force)
    from collabxl.pipeline.new_workbook import build_workbook
    from collabxl.schema.settings import USUAL

    day, kept = day_of(today), USUAL if limits is None else limits
    build_workbook(path, project=project, rows=rows, lang=lang, today=day, identity=identity, limits=kept)


@checked_arguments
def read_workbooks(paths: Paths, *, jobs: int | None = None, passwords: str | Iterable[str] = ()) -> Tables:
    """Return what workbooks hold as pandas frames; one frame a sheet, all workbooks in it.

    ``paths`` is one path or several: files, folders, patterns, addresses such as ``s3://…``. The frames are indexed by
    (``wb``, ``row``): the workbook's number in the order of ``tables.readings``, and Excel's own row number. Their
    columns are the keys of the declaration; days are datetime64[s], shares floats from 0 to 1, words of a list
    categories of their keys, texts objects; what is missing is None, NaN or NaT. ``tables.rows(0)`` gives one workbook
    as plain values for JSON. ``jobs`` is how many files are read at once; ``passwords`` are tried in turn.

    Raises the first FileError met.
    """
    from collabxl.pipeline.batch import read_workbooks

    return read_workbooks(paths, jobs=jobs, passwords=texts(passwords))


@checked_arguments
def check_workbooks(
    paths: Paths,
    *,
    today: dt.date | None = None,
    settings: Settings | Mapping[str, Any] | None = None,
    jobs: int | None = None,
    passwords: str | Iterable[str] = (),
    watch: Watch = iter,
    among: Paths = (),
    resume: str | Path | None = None,
) -> Iterator[Outcome]:
    """Return the outcome of every workbook, one by one in the order asked for; no file is changed.

    Memory stays that of some hundred workbooks, however many there are. ``watch`` is given the files and hands them on
    one by one as they are read (tqdm will do). Names such as 项目名::编号 are looked up in all of ``paths`` and in the
    workbooks ``among`` which they are. ``resume`` names a file in which outcomes are kept: workbooks that have not
    changed since the last run with it are told from there and not read; ``among`` does not count then.

    As many parameters as the command has options. Nothing is raised for a file: what cannot be read is an outcome with
    an ``error``. Raises UsageError for a rule that does not exist, SettingsError for settings that do not.
    """
    from pathlib import Path

    day, chosen, words = day_of(today), settings_of(settings), texts(passwords)
    if resume is not None:
        from collabxl.pipeline.resume import resume_check

        return resume_check(paths, Path(resume), today=day, settings=chosen, jobs=jobs, passwords=words, watch=watch)
    from collabxl.pipeline.batch import check_workbooks

    return check_workbooks(paths, today=day, settings=chosen, jobs=jobs, passwords=words, watch=watch, among=among)


@checked_arguments
def sync_workbooks(
    paths: Paths,
    *,
    today: dt.date | None = None,
    settings: Settings | Mapping[str, Any] | None = None,
    output: str | Path | None = None,
    dry_run: bool = False,
    annotate: bool = False,
    backup: bool = False,
    jobs: int | None = None,
    passwords: str | Iterable[str] = (),
    watch: Watch = iter,
) -> Iterator[SyncResult]:
    """Check workbooks and write 汇总 and the rows' findings into each; return what became of each, one by one.

    Nothing but that is touched, and a second run writes nothing. With ``output``, a folder, copies are written there
    instead. ``annotate`` gives a workbook typed by hand a column 检查, too. ``backup`` keeps the old file beside it as
    ``name.xlsx.bak``. ``dry_run`` writes nothing and says what would be. ``watch`` as in ``check_workbooks``. Nothing
    is done before the first result is asked for.

    As many parameters as the command has options. Nothing is raised for a file: what cannot be read or written is an
    outcome with an ``error`` and stays as it is. A file with a password is checked if one of ``passwords`` opens it,
    and never written. Raises UsageError and SettingsError as ``check_workbooks`` does.
    """
    from collabxl.pipeline.sync import sync_workbooks

    return sync_workbooks(
        paths,
        today=day_of(today),
        settings=settings_of(settings),
        output=output,
        dry_run=dry_run,
        annotate=annotate,
        backup=backup,
        jobs=jobs,
        passwords=texts(passwords),
        watch=watch,
    )


@checked_arguments
def fix_workbooks(
    paths: Paths,
    *,
    today: dt.date | None = None,
    settings: Settings | Mapping[str, Any] | None = None,
    dry_run: bool = False,
    backup: bool = False,
    jobs: int | None = None,
    passwords: str | Iterable[str] = (),
) -> Iterator[FixResult]:
    """Apply the safe fixes that findings carry; return for every workbook its fixes and its outcome afterwards.

    A fix changes no meaning: a date typed as text, a synonym, stray blanks, lost drop-downs. ``dry_run`` writes nothing
    and says what would be; ``backup`` keeps the old file beside it as ``name.xlsx.bak``. Nothing is done before the
    first result is asked for.

    As many parameters as the command has options. Nothing is raised for a file: what cannot be read or written is an
    outcome with an ``error`` and stays as it is. A file with a password is checked if one of ``passwords`` opens it,
    and never written. Raises UsageError and SettingsError as ``check_workbooks`` does.
    """
    from collabxl.pipeline.fix import fix_workbooks

    day, chosen, words = day_of(today), settings_of(settings), texts(passwords)
    return fix_workbooks(paths, today=day, settings=chosen, dry_run=dry_run, backup=backup, jobs=jobs, passwords=words)
