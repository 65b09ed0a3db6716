"""Parquet: the rows of rows.py in typed columns, written by groups, for pandas, DuckDB, Spark or Power BI."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import IO, TYPE_CHECKING, Any

from collabxl.errors import UsageError
from collabxl.report.formats import Run
from collabxl.report.formats.rows import COLUMNS, Row, rows, worded
from collabxl.report.outcome import Outcome
from collabxl.text import t

if TYPE_CHECKING:
    import pyarrow

ROWS_A_GROUP = 10_000
NUMBERS, YES_NO = ("row",), ("fixable", "waived")
"""What is no text; ``value`` and ``args`` are texts as ``worded`` writes them."""
_MISSING = t(
    "写 parquet 需要 pyarrow。请运行 pip install 'collabxl[parquet]'",
    "Writing parquet takes pyarrow. Run pip install 'collabxl[parquet]'",
)


def fill(outcomes: Iterator[Outcome], run: Run, file: IO[bytes]) -> None:
    """Write one row a finding; UsageError if pyarrow is not installed."""
    try:
        import pyarrow
        from pyarrow.parquet import ParquetWriter
    except ImportError as error:
        raise UsageError(_MISSING) from error
    schema = _schema(pyarrow, run)
    with ParquetWriter(file, schema, compression="zstd") as writer:
        for group in _groups(row for outcome in outcomes for row in rows(outcome, run.lang)):
            writer.write_table(pyarrow.Table.from_pylist(group, schema))


def _schema(arrow: Any, run: Run) -> pyarrow.Schema:
    kinds = {**dict.fromkeys(NUMBERS, arrow.int32()), **dict.fromkeys(YES_NO, arrow.bool_())}
    fields = [(name, kinds.get(name, arrow.string())) for name in COLUMNS]
    about = {"collabxl.version": run.version, "collabxl.today": run.today.isoformat(), "collabxl.lang": run.lang}
    return arrow.schema(fields, metadata=about)


def _groups(found: Iterator[Row]) -> Iterator[list[Row]]:
    """Return the rows as they are written, in groups."""
    while group := list(islice(found, ROWS_A_GROUP)):
        yield [{**row, "value": worded(row["value"]), "args": worded(row["args"])} for row in group]
