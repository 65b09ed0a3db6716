"""What frictionless is told to do: read every list, prove its types and word lists. Nothing more.

python -m tests.bench.by_frictionless FOLDER
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from frictionless import Detector, Resource, Schema
from frictionless.formats import ExcelControl

from collabxl.schema.columns import Column
from collabxl.schema.kinds import Choice, Day, Number, Percent
from tests.bench.lists import LISTS


def field_of(column: Column) -> dict[str, Any]:
    """Return what frictionless is to prove of a column."""
    name = column.title.zh
    match column.value_kind:
        case Day():
            return {"name": name, "type": "date"}
        case Number(low, high):
            return {"name": name, "type": "number", "constraints": {"minimum": low, "maximum": high}}
        case Percent():
            return {"name": name, "type": "number", "constraints": {"minimum": 0, "maximum": 1}}
        case Choice(words):
            return {"name": name, "type": "string", "constraints": {"enum": [word.title.zh for word in words.words]}}
        case _:
            return {"name": name, "type": "any"}


SCHEMAS = {sheet.meta.title.zh: {"fields": list(map(field_of, sheet.meta.typed_columns))} for sheet in LISTS}


def errors(path: str) -> Iterator[Any]:
    """Yield what frictionless says about a workbook in the working folder."""
    for title, schema in SCHEMAS.items():
        resource = Resource(
            path=path,
            control=ExcelControl(sheet=title),
            schema=Schema.from_descriptor(schema),
            detector=Detector(schema_sync=True),
        )
        yield from resource.validate().flatten(["rowNumber", "fieldName", "type"])


if __name__ == "__main__":
    os.chdir(sys.argv[1])  # frictionless trusts only paths below the working folder
    for each in sorted(Path().glob("*.xlsx")):
        print(each.name, list(errors(each.name)))
