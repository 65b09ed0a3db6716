"""Many readings as frames: one frame a sheet, indexed by (wb, row), ``row`` being Excel's own number.

Everything a rule may ask for is a frame here, the user's mistakes included; addresses are looked up once, at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from collabxl.ooxml.a1 import LAST_COLUMN
from collabxl.reading.frame_columns import object_array, plain_texts
from collabxl.reading.records import json_rows
from collabxl.reading.sheet import REMARKS, SheetReading
from collabxl.reading.workbook import Reading
from collabxl.scheduling.arrays import as_days
from collabxl.schema.columns import Column, Schema, Sheet
from collabxl.schema.kinds import Auto, Choice, Day, Number, Percent, YesNo
from collabxl.schema.sheets import STANDARD


@dataclass(frozen=True)
class Tables:
    """The frames of a run and what the reader saw around them.

    ``frames``: by sheet key, index (wb, row), one column a key of the declaration, missing values as None, NaN or NaT;
    words as categories of their keys, days as datetime64[s], shares from 0 to 1, text as objects.
    ``facts``: small frames about the books themselves: books, sheets, headers, misfits, blanks, asides, hidden, merged,
    lost.
    """

    readings: dict[int, Reading]
    frames: dict[str, pd.DataFrame]
    facts: dict[str, pd.DataFrame]

    def sheet_reading(self, wb: int, sheet: str) -> SheetReading | None:
        """Return one sheet of one workbook as it was read."""
        return next((page for page in self.readings[wb].sheets if page.key == sheet), None)

    def rows(self, wb: int) -> dict[str, Any]:
        """Return what one workbook holds as plain values for JSON, as ``collabxl schema`` describes it."""
        return json_rows(self.frames, wb)


@plain_texts
def build_tables(readings: Iterable[Reading], *, first: int = 0, book: Schema = STANDARD) -> Tables:
    """Return the frames of several workbooks, numbered from ``first``."""
    numbered = dict(enumerate(readings, first))
    pages = [(wb, page) for wb, reading in numbered.items() for page in reading.sheets]
    frames = {
        sheet.meta.key: _frame(sheet, [(wb, page) for wb, page in pages if page.key == sheet.meta.key])
        for sheet in book.data_sheets
    }
    ours = {sheet.meta.key for sheet in book.data_sheets if sheet.meta.generated}
    return Tables(numbered, frames, _facts(numbered, [(wb, page) for wb, page in pages if page.key not in ours]))


def input_frames(tables: Tables) -> dict[str, pd.DataFrame]:
    """Return the frames without what formulas of ours showed last: that may be of before, and says nothing new."""
    frames = dict(tables.frames)
    for sheet in STANDARD.data_sheets:
        for column in sheet.meta.columns if len(frames[sheet.meta.key]) else ():
            if isinstance(column.kind, Auto):
                frame = frames[sheet.meta.key]
                shown = _is_computed(frame, column, tables.readings)
                if shown.any():
                    frames[sheet.meta.key] = frame.assign(**{column.key: _blank_where(frame[column.key], shown)})
    return frames


def _is_computed(frame: pd.DataFrame, column: Column, readings: dict[int, Reading]) -> NDArray[np.bool_]:
    """Return in which rows a formula of a built workbook says what stands in a column."""
    parts = []
    for reading in readings.values():
        for page in (page for page in reading.sheets if page.key == column.sheet.meta.key):
            rows, place = np.array(page.rows, dtype=np.int64), page.places.get(column.key)
            runs = page.computed_runs.get(place.column, ()) if place and reading.is_built else ()
            inside = [(rows >= first) & (rows <= last) for first, last in runs]
            parts.append(np.logical_or.reduce([np.zeros(len(rows), dtype=bool), *inside]))
    assert sum(map(len, parts)) == len(frame)
    return np.concatenate(parts)


def _blank_where(values: pd.Series[Any], which: NDArray[np.bool_]) -> pd.Series[Any]:
    if values.dtype == object:
        kept = zip(values.tolist(), which.tolist(), strict=True)
        return pd.Series(
            object_array(None if blank else value for value, blank in kept), index=values.index, dtype=object
        )
    return values.mask(which)


def _frame(sheet: type[Sheet], pages: Sequence[tuple[int, SheetReading]]) -> pd.DataFrame:
    sizes = [len(page.rows) for _, page in pages]
    wbs = np.repeat(np.array([wb for wb, _ in pages], dtype=np.int64), sizes)
    rows = np.fromiter(chain.from_iterable(page.rows for _, page in pages), dtype=np.int64, count=sum(sizes))
    index = pd.MultiIndex.from_arrays([wbs, rows], names=["wb", "row"])
    columns = {column.key: _column(column, pages, sizes, index) for column in sheet.meta.columns}
    return pd.DataFrame(columns, index=index)


def _column(
    column: Column, pages: Sequence[tuple[int, SheetReading]], sizes: Sequence[int], index: pd.MultiIndex
) -> pd.Series[Any]:
    if any(column.key in page.columns for _, page in pages):
        parts = (
            page.columns.get(column.key) or repeat(None, size) for (_, page), size in zip(pages, sizes, strict=True)
        )
        values: Sequence[Any] = list(chain.from_iterable(parts))
    else:
        values = [None] * len(index)
    match column.value_kind:
        case Choice(words):
            codes = {key: code for code, key in enumerate(words.keys)} | {None: -1}
            coded = np.array([codes[value] for value in values], dtype=np.int8)
            array: Any = pd.Categorical.from_codes(coded, categories=pd.Index(words.keys, dtype=object))
        case Day():
            array = as_days(values)
        case Number() | Percent():
            array = np.array(values, dtype=np.float64)
        case YesNo():
            array = np.array([value is True for value in values], dtype=bool)
        case _:
            return pd.Series(object_array(values), index=index, dtype=object)
    return pd.Series(array, index=index)


def _facts(readings: dict[int, Reading], pages: Sequence[tuple[int, SheetReading]]) -> dict[str, pd.DataFrame]:
    return {
        "books": _fact_frame(
            ["wb", "lang", "schema", "rivals", "identity"],
            (
                (wb, book.lang, book.identity.get("schema"), book.rivals, book.identity.get("workbook_id"))
                for wb, book in readings.items()
            ),
        ),
        "sheets": _fact_frame(
            ["wb", "sheet", "title", "how", "header", "next", "present"],
            ((wb, page.key, page.title, page.how, *_header_extent(page), frozenset(page.places)) for wb, page in pages),
        ),
        "headers": _fact_frame(
            ["wb", "sheet", "row", "at", "text", "key", "how", "nearest", "chosen"],
            (fact for wb, page in pages for fact in _odd_headers(wb, page)),
        ),
        "misfits": _fact_frame(
            ["wb", "sheet", "row", "key", "fault", "raw", "better", "sure"],
            ((wb, page.key, *misfit) for wb, page in pages for misfit in page.misfits),
        ),
        "blank_rows": _fact_frame(
            ["wb", "sheet", "row"], ((wb, page.key, row) for wb, page in pages for row in page.blank_rows)
        ),
        "hidden_rows": _fact_frame(
            ["wb", "sheet", "row", "count"],
            ((wb, page.key, page.hidden_rows[0], len(page.hidden_rows)) for wb, page in pages if page.hidden_rows),
        ),
        "merged_cells": _fact_frame(
            ["wb", "sheet", "row", "at", "last"],
            ((wb, page.key, *merged) for wb, page in pages for merged in page.merged_cells),
        ),
        "non_rows": _fact_frame(
            ["wb", "sheet", "row", "kind", "says"],
            ((wb, page.key, *aside) for wb, page in pages for aside in page.non_rows),
        ),
        "validation_gaps": _fact_frame(
            ["wb", "sheet", "row", "key", "count", "as_built"],
            ((wb, page.key, *lost) for wb, page in pages for lost in page.coverage_gaps),
        ),
    }


def _header_extent(page: SheetReading) -> tuple[int, int]:
    if page.header is None:
        return 1, 1
    last = max((place.column for place in page.header.cells if place.key not in REMARKS), default=0)
    return page.header.row, min(last + 1, LAST_COLUMN)


def _odd_headers(wb: int, page: SheetReading) -> Iterable[tuple[Any, ...]]:
    if page.header is None:
        return
    if STANDARD.sheet(page.key).meta.form_headers:
        for key, place in page.places.items():
            if place.how != "exact":
                yield wb, page.key, place.row, place.column - 1, place.text, key, place.how, None, True
    for place in page.header.cells:
        is_chosen = place.key is None or page.places.get(place.key, place) is place
        if place.how != "exact" or not is_chosen:
            yield wb, page.key, place.row, place.column, place.text, place.key, place.how, place.nearest, is_chosen


def _fact_frame(names: list[str], rows: Iterable[tuple[Any, ...]]) -> pd.DataFrame:
    listed = list(rows)
    columns = list(zip(*listed, strict=True)) if listed else [()] * len(names)
    made: dict[str, Any] = {}
    for name, values in zip(names, columns, strict=True):
        if name in ("wb", "row", "at", "last", "count", "header", "next"):
            made[name] = np.array(values, dtype=np.int64)
            continue
        if name in ("chosen", "sure", "as_built"):
            made[name] = np.array(values, dtype=bool)
            continue
        made[name] = pd.Series(object_array(values), dtype=object)
    return pd.DataFrame(made)
