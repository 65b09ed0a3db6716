"""Parquet: the rows of rows.py in typed columns, written by groups, for pandas, DuckDB, Spark or Power BI."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any

from collabxl.errors import UsageError
from collabxl.reports.formats import ReportRun
from collabxl.reports.formats.rows import COLUMNS, rows, value_text
from collabxl.rules.engine.outcome import Outcome
from collabxl.text import t

if TYPE_CHECKING:
    import pyarrow

ROWS_A_GROUP = 10_000
NUMBERS, YES_NO = ("row",), ("fixable", "waived")
"""What is no text; ``value`` and ``args`` are texts as ``value_text`` writes them."""
_MISSING = t(
    "写 parquet 需要 pyarrow。请运行 pip install 'collabxl[parquet]'",
    "Writing parquet takes pyarrow. Run pip install 'collabxl[parquet]'",
)


def one(outcome: Outcome, run: ReportRun) -> pyarrow.Table:
    """Return the rows of a workbook."""
    import pyarrow

    told = [
        {**row, "value": value_text(row["value"]), "args": value_text(row["args"])} for row in rows(outcome, run.lang)
    ]
    return pyarrow.Table.from_pylist(told, _schema(pyarrow, run))


def fill(parts: Iterator[pyarrow.Table], run: ReportRun, file: IO[bytes]) -> None:
    """Write one row a finding; UsageError if pyarrow is not installed."""
    try:
        import pyarrow
        from pyarrow.parquet import ParquetWriter
    except ImportError as error:
        raise UsageError(_MISSING) from error
    schema = _schema(pyarrow, run)
    with ParquetWriter(file, schema, compression="zstd") as writer:
        for group in _groups(parts, schema.empty_table(), pyarrow.concat_tables):
            writer.write_table(group.combine_chunks())


def _schema(arrow: Any, run: ReportRun) -> pyarrow.Schema:
    kinds = {**dict.fromkeys(NUMBERS, arrow.int32()), **dict.fromkeys(YES_NO, arrow.bool_())}
    fields = [(name, kinds.get(name, arrow.string())) for name in COLUMNS]
    about = {"collabxl.version": run.version, "collabxl.today": run.today.isoformat(), "collabxl.lang": run.lang}
    return arrow.schema(fields, metadata=about)


def _groups(parts: Iterator[pyarrow.Table], empty: pyarrow.Table, joined: Any) -> Iterator[pyarrow.Table]:
    """Return the rows in groups, each full but the last."""
    waiting, rows_waiting = [empty], 0
    for table in parts:
        waiting.append(table)
        rows_waiting += table.num_rows
        while rows_waiting >= ROWS_A_GROUP:
            group = joined(waiting)
            yield group.slice(0, ROWS_A_GROUP)
            waiting, rows_waiting = [group.slice(ROWS_A_GROUP)], rows_waiting - ROWS_A_GROUP
    if rows_waiting:
        yield joined(waiting)
