"""Every join of the rules: frames made from frames, once a run, on demand.

A function marked ``@derived`` may be asked for by its name, as a rule asks for a sheet. Every join stays inside one
workbook; a position is a row of the tasks frame, counted from 0, NONE where there is none.
"""

from __future__ import annotations

import inspect
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Sized
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from collabxl.reading.frame_columns import bool_array, object_array
from collabxl.rules.engine.frame_table import LINKED
from collabxl.rules.engine.predicates import is_alive, is_open
from collabxl.rules.matching.ids import NONE
from collabxl.rules.matching.names import TaskNames
from collabxl.scheduling.arrays import as_days
from collabxl.scheduling.calendar import CalendarExceptions, WorkingDays
from collabxl.schema.columns import Column, FormHeader
from collabxl.schema.sheets import STANDARD
from collabxl.text import MOST_LISTED, Lang, TruncatedList, truncate_list

DERIVED: dict[str, Callable[..., Any]] = {}
FrameMaker = TypeVar("FrameMaker", bound=Callable[..., Any])


def derived_frame(make: FrameMaker) -> FrameMaker:
    """Let rules ask for what ``make`` returns by its name, which the table of frames declares."""
    DERIVED[make.__name__] = make
    return make


class Frames:
    """Everything a rule may ask for in one run; a derived frame is made once, and only if a rule wants it."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        self._known = dict(known)

    def with_value(self, name: str, value: Any) -> Frames:
        """Return the same with something else that is known; what does not follow from it is not made again."""
        kept = {each: known for each, known in self._known.items() if not depends_on((each,), name)}
        return Frames({**kept, name: value})

    def __getitem__(self, name: str) -> Any:
        if name not in self._known:
            make = DERIVED[name]
            self._known[name] = make(*(self[need] for need in inspect.signature(make).parameters))
        return self._known[name]


def depends_on(needs: Iterable[str], name: str) -> bool:
    """Return whether anything of what is asked for is made from what is called ``name``."""
    return any(
        need == name or (need in DERIVED and depends_on(inspect.signature(DERIVED[need]).parameters, name))
        for need in needs
    )


def wbs(frame: pd.DataFrame) -> NDArray[np.int64]:
    """Return the workbook of each row."""
    found: NDArray[np.int64] = frame.index.get_level_values("wb").to_numpy()
    return found


def row_numbers(frame: pd.DataFrame) -> NDArray[np.int64]:
    """Return Excel's row number of each row."""
    found: NDArray[np.int64] = frame.index.get_level_values("row").to_numpy()
    return found


def repeat_day(today: Any, frame: Sized) -> NDArray[np.datetime64]:
    """Return one day as often as a frame has rows, or an array entries."""
    return np.full(len(frame), np.datetime64(today, "D"))


def by_workbook(frame: pd.DataFrame, values: pd.Series[Any]) -> pd.Series[Any]:
    """Return for each row of a frame the value of its workbook, missing where there is none; ``values`` is by wb."""
    books = wbs(frame)
    if not len(values):
        return pd.Series(values.reindex(books).array, index=frame.index)
    ordered = values.sort_index()
    at = np.searchsorted(ordered.index.to_numpy(), books).clip(max=len(ordered) - 1)
    there = pd.Series(ordered.index.to_numpy()[at] == books, index=frame.index)
    return pd.Series(ordered.array.take(at), index=frame.index).where(there)


def duplicate_rows(frame: pd.DataFrame, words: pd.Series[Any]) -> pd.DataFrame:
    """Return the rows whose word stands more than once in their workbook, with the numbers of its ``rows``."""
    codes, known = pd.factorize(words.to_numpy())
    keys = pd.Index(wbs(frame) * (len(known) + 1) + codes)
    at = np.flatnonzero((codes >= 0) & keys.duplicated(keep=False))
    together: dict[int, list[int]] = defaultdict(list)
    for key, row in zip(keys[at].tolist(), row_numbers(frame)[at].tolist(), strict=True):
        together[key].append(row)
    told = {key: truncate_list(sorted(numbers)) for key, numbers in together.items()}
    return frame.take(at).assign(rows=object_array(told[key] for key in keys[at].tolist()))


def collapse_rows(found: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Return the first of the rows that came from one row of a sheet, with all that they tell in ``columns`` listed.

    A cell that names a thousand tasks is one finding, not a thousand. What is told but once stays as it is; lists
    become one.
    """
    again = found.index.duplicated()
    if not again.any():
        return found
    first = found[~again]
    place = first.index.get_indexer(found.index)
    return first.assign(
        **{column: object_array(_grouped_values(place, found[column], len(first))) for column in columns}
    )


def cell_values(collapsed: Any) -> Sequence[Any]:
    """Return what ``collapse_rows`` left in a cell as a sequence, be it one value, a list or a shortened one."""
    if isinstance(collapsed, TruncatedList):
        return collapsed.values
    return collapsed if isinstance(collapsed, list) else [collapsed]


def limit_per_row(found: pd.DataFrame) -> pd.DataFrame:
    """Return at most MOST_LISTED of the rows that came from one row of a sheet, the first ones."""
    return found[found.groupby(level=["wb", "row"], sort=False).cumcount().to_numpy() < MOST_LISTED]


def _grouped_values(place: NDArray[np.intp], values: pd.Series[Any], many: int) -> Iterator[Any]:
    """Return for each place its one value, or its values as a list."""
    told: list[dict[Any, None]] = [{} for _ in range(many)]
    are_lists = any(isinstance(value, list) for value in values)
    for at, value in zip(place.tolist(), values, strict=True):
        told[at].update(dict.fromkeys(value if are_lists else [value if value == value else None]))
    return (next(iter(each)) if len(each) == 1 and not are_lists else truncate_list(each) for each in told)


def truly_empty(found: pd.DataFrame, misfits: pd.DataFrame, column: Column) -> pd.DataFrame:
    """Return the rows in which the cell of ``column`` is really empty, not only unreadable."""
    wrong = misfits[(misfits.sheet == column.sheet.meta.key) & (misfits.key == column.key)]
    if found.empty or wrong.empty:
        return found
    told = set(zip(wrong.wb, wrong.row, strict=True))
    return found[bool_array(spot not in told for spot in found.index)]


def distinct_words(frame: pd.DataFrame, key: str) -> tuple[list[tuple[int, Any]], NDArray[np.intp]]:
    """Return a column's words as (wb, word or None), each once a workbook, and of each row the place of its own."""
    codes, words = pd.factorize(frame[key].to_numpy())
    pairs, which = np.unique(wbs(frame) * (len(words) + 1) + codes + 1, return_inverse=True)
    books, coded = (each.tolist() for each in np.divmod(pairs, len(words) + 1))
    known = [None, *words]
    return [(wb, known[code]) for wb, code in zip(books, coded, strict=True)], which


def languages(books: pd.DataFrame) -> dict[int, Lang]:
    """Return the language of every workbook."""
    return dict(zip(books.wb, books.lang, strict=True))


def header_titles(found: pd.DataFrame, books: pd.DataFrame, keys: str = "key") -> list[str | None]:
    """Return the header word, in its workbook's language, of the column each row names in ``keys``."""
    lang = languages(books)
    return [
        declared_column(sheet, key).title.to(lang[wb]) if key is not None else None
        for wb, sheet, key in zip(found.wb, found.sheet, found[keys], strict=True)
    ]


def declared_column(sheet: str, key: str) -> FormHeader | Column:
    """Return what is declared of a column, or of a column of a form: its title and the other words for it."""
    meta = STANDARD.sheet(sheet).meta
    if meta.form_headers and key in meta.form_headers._fields:
        head: FormHeader = getattr(meta.form_headers, key)
        return head
    return meta.column(key)


def take_columns(frame: pd.DataFrame, at: NDArray[np.int64], columns: Iterable[str], prefix: str) -> dict[str, Any]:
    """Return columns of the rows at the positions ``at`` under prefixed names, missing where the position is NONE."""
    if not len(frame):
        return {prefix + name: frame[name].reindex([None] * len(at)).array for name in columns}
    if (at >= 0).all():
        return {prefix + name: frame[name].array.take(at) for name in columns}
    there = pd.Series(at >= 0)
    safe = np.where(at >= 0, at, 0)
    return {prefix + name: pd.Series(frame[name].array.take(safe)).where(there).array for name in columns}


@derived_frame
def working_days(calendar: pd.DataFrame) -> WorkingDays:
    """The working days of every workbook, by its own 工作日历."""
    known = calendar[calendar.date.notna() & calendar.kind.notna()]
    worked = (known.kind == "work").to_numpy(bool)
    return WorkingDays(CalendarExceptions(wbs(known), known.date.to_numpy("datetime64[D]"), worked))


@derived_frame
def task_names(tasks: pd.DataFrame) -> TaskNames:
    """The tasks of every workbook by 编号, name and deliverable."""
    return TaskNames(tasks)


@derived_frame
def period(project: pd.DataFrame) -> pd.DataFrame:
    """First and last day of every project, indexed by wb; NaT where the form does not tell."""
    both = [found or (None, None) for found in project.period]
    ends = {"first": as_days(first for first, _ in both), "last": as_days(last for _, last in both)}
    return pd.DataFrame(ends, index=pd.Index(wbs(project), name="wb"))


@derived_frame
def progress_with_task(progress: pd.DataFrame, tasks: pd.DataFrame, task_names: TaskNames) -> pd.DataFrame:
    """The progress rows with the task each is about.

    Adds ``of_at`` (position of the task), ``newest`` (whether the row counts), and of the task ``of_id``, ``of_name``,
    ``of_department``, ``of_due`` and ``of_status``.
    """
    at = task_names.find_tasks(wbs(progress), progress.task, progress.task_name)
    newest = at >= 0
    if len(np.unique(at[newest])) == newest.sum():
        return _join_tasks(progress, tasks, at, newest)
    order = pd.DataFrame({"at": at, "updated": progress.updated.array, "row": row_numbers(progress)})
    order = order[order["at"] >= 0].sort_values(["at", "updated", "row"], na_position="first")
    newest[:] = False
    newest[order.drop_duplicates("at", keep="last").index] = True
    return _join_tasks(progress, tasks, at, newest)


def _join_tasks(
    progress: pd.DataFrame, tasks: pd.DataFrame, at: NDArray[np.int64], newest: NDArray[np.bool_]
) -> pd.DataFrame:
    of_task = take_columns(tasks, at, ("id", "name", "department", "due", "status"), "of_")
    return progress.assign(of_at=at, newest=newest, **of_task)


@derived_frame
def latest_progress(progress_with_task: pd.DataFrame) -> pd.DataFrame:
    """The newest progress row of every task."""
    return progress_with_task if progress_with_task.newest.all() else progress_with_task[progress_with_task.newest]


@derived_frame
def tasks_now(tasks: pd.DataFrame, latest_progress: pd.DataFrame) -> pd.DataFrame:
    """The tasks with where they stand by their newest progress row: columns ``now_…``, missing without such a row.

    ``share`` is the part done, 0 to 1: the progress row's, else 1 for a done task and 0 for any other.
    """
    at = np.full(len(tasks), NONE, dtype=np.int64)
    at[latest_progress.of_at.to_numpy()] = np.arange(len(latest_progress))
    columns = ("status", "progress", "started", "finished", "expected", "updated")
    joined = tasks.assign(tracked=at >= 0, **take_columns(latest_progress, at, columns, "now_"))
    share = joined.now_progress.where(joined.now_progress.notna(), (joined.status == "done").astype(float))
    return joined.assign(share=share.clip(0, 1))


@derived_frame
def links(tasks_now: pd.DataFrame, task_names: TaskNames) -> pd.DataFrame:
    """One row a dependency that a task names: the task's columns LINKED, and of its predecessor ``before_…``.

    ``token`` is the name as typed, ``how`` how it was understood, ``candidates`` the positions of the tasks it may mean
    where that is not certain (of many, the task itself may be among them), ``from_at`` and ``to_at`` the positions of
    task and predecessor, ``before`` its label.
    """
    found = task_names.mentions(wbs(tasks_now), tasks_now.after, by_themselves=True)
    before = take_columns(tasks_now, found.to, ("due", "status", "now_started", "now_finished"), "before_")
    nothing = np.full(len(found.at), None)
    doubtful = nothing.copy()
    for place, positions in found.several.items():
        doubtful[place] = positions
    return (
        tasks_now[list(LINKED)]
        .take(found.at)
        .assign(
            token=found.token,
            how=found.how,
            candidates=doubtful,
            before=np.where(found.to >= 0, task_names.labels[found.to], nothing),
            from_at=found.at,
            to_at=found.to,
            **before,
        )
    )


def named_tasks(frame: pd.DataFrame, column: str, directory: TaskNames) -> pd.DataFrame:
    """Return one row a task that ``column`` of a frame names; ``token``, ``how`` and ``to_at`` are as in links."""
    found = directory.mentions(wbs(frame), frame[column])
    return frame.take(found.at).assign(token=found.token, how=found.how, to_at=found.to)


@derived_frame
def task_counts(tasks: pd.DataFrame) -> pd.DataFrame:
    """Of every workbook with tasks, by wb: how many ``tasks`` are not cancelled, and how many of them are ``open``."""
    alive = tasks["name"].notna() & is_alive(tasks.status)
    counted = pd.DataFrame({"tasks": alive, "open": alive & is_open(tasks.status)})
    return counted.groupby(level="wb").sum()
