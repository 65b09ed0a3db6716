"""What a careful script does with pandas and pandera: read every list, prove its types and word lists. Nothing more.

python -m tests.bench.by_pandera openpyxl|calamine FOLDER
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pandera.pandas as pa

from collabxl.schema.columns import Column
from collabxl.schema.kinds import Choice, Day, Number, Percent
from tests.bench.lists import LISTS

Engine = Literal["openpyxl", "calamine"]


def column_of(column: Column) -> pa.Column:
    """Return what pandera is to prove of a column."""
    match column.value_kind:
        case Day():
            return pa.Column("datetime64[ns]", coerce=True, nullable=True, required=False)
        case Number(low, high):
            return pa.Column(float, pa.Check.in_range(low, high), coerce=True, nullable=True, required=False)
        case Percent():
            return pa.Column(float, pa.Check.in_range(0, 1), coerce=True, nullable=True, required=False)
        case Choice(words):
            titles = [word.title.zh for word in words.words]
            return pa.Column(None, pa.Check.isin(titles), nullable=True, required=False)
        case _:
            return pa.Column(nullable=True, required=False)


SCHEMAS = {
    sheet.meta.title.zh: pa.DataFrameSchema({column.title.zh: column_of(column) for column in sheet.meta.typed_columns})
    for sheet in LISTS
}


def failures(path: Path, engine: Engine) -> Iterator[Any]:
    """Yield the cells of a workbook that are of the wrong type or not in their list."""
    frames = pd.read_excel(path, sheet_name=list(SCHEMAS), engine=engine)
    for title, frame in frames.items():
        try:
            SCHEMAS[title].validate(frame, lazy=True)
        except pa.errors.SchemaErrors as errors:
            yield from errors.failure_cases.to_dict("records")


if __name__ == "__main__":
    told, folder = sys.argv[1:]
    for each in sorted(Path(folder).glob("*.xlsx")):
        print(each.name, list(failures(each, "openpyxl" if told == "openpyxl" else "calamine")))
