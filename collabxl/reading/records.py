"""One workbook's frames as plain values for JSON: rows by the keys of their columns, empty cells left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pandas as pd

from collabxl.schema.columns import Kind
from collabxl.schema.kinds import Day, Number, Period, YesNo
from collabxl.schema.serials import EPOCH
from collabxl.schema.sheets import STANDARD


def json_rows(frames: Mapping[str, pd.DataFrame], wb: int) -> dict[str, Any]:
    """Return the rows of every sheet, and of a form its one row, if it is there; days as ISO 8601 writes them."""
    found: dict[str, Any] = {}
    for sheet in STANDARD.data_sheets:
        kinds = {column.key: column.value_kind for column in sheet.meta.columns}
        frame = frames[sheet.meta.key]
        records = frame[frame.index.get_level_values("wb") == wb].to_dict("records")
        listed = [
            {key: _json_value(record[key], kind) for key, kind in kinds.items() if _is_filled(record[key])}
            for record in records
        ]
        if not sheet.meta.form_headers:
            found[sheet.meta.key] = listed
        elif listed:
            found[sheet.meta.key] = listed[0]
    return found


def _is_filled(value: Any) -> bool:
    return value is not None and value == value


def _json_value(value: Any, kind: Kind) -> Any:
    match kind:
        case Day():
            return value.date().isoformat()
        case Period():
            return [dt.date.fromordinal(day + EPOCH).isoformat() for day in value]
        case Number() if value.is_integer():
            return int(value)
        case YesNo():
            return bool(value)
        case _:
            return value
