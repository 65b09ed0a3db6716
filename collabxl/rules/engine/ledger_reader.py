"""What cells of a master held before, as far as the ledger beside it tells; read without changing anything."""

from __future__ import annotations

import datetime as dt
import json
import logging
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path, PurePath
from typing import Any, NamedTuple, TypeVar
from urllib.parse import quote

import pandas as pd

from collabxl.reading.workbook import Reading
from collabxl.rules.engine.past_values import PastValue, past_values_frame
from collabxl.text import Lang, t

SUFFIX = ".ledger.sqlite"
MACROS = ".xlsm"
TRACKED_KEYS = ("due", "expected", "progress", "status")
"""The columns whose former values a ledger keeps."""
T = TypeVar("T")
_log = logging.getLogger("collabxl")
_UNREADABLE = t(
    "账本 {path} 读不了（{why}）：没有检查与以前的值有关的规则",
    "The ledger {path} cannot be read ({why}): rules about former values were not checked",
)
_HELD = "SELECT sheet, row, key, value, day FROM held ORDER BY id"
_CHANGED = """SELECT at, sheet, row, key, was, now FROM entries
    WHERE kind IN ('taken', 'settled', 'undone') AND key IS NOT NULL
    AND (intent IS NULL OR intent IN (SELECT id FROM intents WHERE state='done')) ORDER BY id"""


class LedgerChange(NamedTuple):
    """A cell of a master that a merge changed: the day, sheet, 编号, column, and the values."""

    day: dt.date
    sheet: str
    id: str
    key: str
    was: Any
    now: Any


def ledger_path(master: Path) -> Path:
    """Return where the ledger of a master lies; m.xlsx and m.xlsm have one each.

    One of a workbook with macros that bears the plain name, as earlier versions called it, is that workbook's as long
    as no m.xlsx lies beside it.
    """
    plain = master.with_name(master.stem + SUFFIX)
    if master.suffix.casefold() != MACROS:
        return plain
    own = master.with_name(master.name + SUFFIX)
    is_earlier = not own.exists() and plain.exists() and not master.with_suffix(".xlsx").exists()
    return plain if is_earlier else own


def sqlite_uri(ledger: PurePath) -> str:
    """Return an absolute path as SQLite takes an address: with no host in it, for a folder shared by Windows, too."""
    path = quote(ledger.as_posix(), safe="/:", errors="surrogateescape")
    return f"file://{'' if path.startswith('/') else '/'}{path}"


def read_past_values(readings: Mapping[int, Reading], masters: Mapping[str, Path] | None = None) -> pd.DataFrame:
    """Return what cells of workbooks held before, as rules ask for it; ``masters`` says whose draft a file is."""
    found: list[PastValue] = []
    for wb, reading in readings.items():
        if "workbook_id" in reading.identity and not reading.is_copy:
            path = (masters or {}).get(reading.path, Path(reading.path))
            found.extend(
                PastValue(wb, *told) for told in _query_ledger(ledger_path(path), _HELD, _past_value, reading.lang)
            )
    return past_values_frame(found)


def merge_changes(reading: Reading) -> list[LedgerChange]:
    """Return which cells of a master were changed through merges, oldest first; none without a ledger beside it."""
    if "workbook_id" not in reading.identity:
        return []
    return _query_ledger(ledger_path(Path(reading.path)), _CHANGED, _change, reading.lang)


def _change(at: str, sheet: str, id: str, key: str, was: str, now: str) -> LedgerChange:
    return LedgerChange(dt.datetime.fromisoformat(at).date(), sheet, id, key, from_json(was), from_json(now))


def _past_value(sheet: str, row: str, key: str, value: str, day: str) -> tuple[str, str, str, Any, dt.date]:
    held = from_json(value)
    if not isinstance(held, str | int | float | dt.date):
        raise TypeError(f"held: {value[:80]}")
    return str(sheet), str(row), str(key), held, dt.date.fromisoformat(day)


def _query_ledger(ledger: Path, query: str, read: Callable[..., T], lang: Lang) -> list[T]:
    """Return what a ledger answers, each row as ``read`` takes its columns.

    There is nothing where there is no ledger, and a warning where it cannot be read or makes no sense.
    Only while another program writes are its files beside the ledger looked at; else nothing is made for reading.
    """
    if not ledger.is_file():
        return []
    is_written = ledger.with_name(ledger.name + "-wal").exists()
    address = f"{sqlite_uri(ledger.absolute())}?mode=ro" + ("" if is_written else "&immutable=1")
    try:
        with closing(sqlite3.connect(address, uri=True)) as base:
            return [read(*row) for row in base.execute(query)]
    except (sqlite3.Error, ValueError, TypeError) as error:
        _log.warning(_UNREADABLE.fill(lang, {"path": str(ledger), "why": str(error)}))
        return []


def to_json(value: Any) -> str:
    """Return a value of a cell, or rows of them, as JSON; days are objects of one field."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_encode_day)


def from_json(text: str) -> Any:
    """Return what ``to_text`` was given."""
    return json.loads(text, object_hook=_decode_day)


def _encode_day(value: Any) -> dict[str, str]:
    if isinstance(value, dt.date):
        return {"day": value.isoformat()}
    raise TypeError(f"{value!r} is no value of a cell")


def _decode_day(made: dict[str, Any]) -> Any:
    return dt.date.fromisoformat(made["day"]) if made.keys() == {"day"} else made
