"""What the ledger's tables hold, as values again: each reader raises ValueError where a column makes no sense."""

from __future__ import annotations

import datetime as dt
from typing import Any, get_args

from collabxl.exchange.records import Kind, LedgerEntry, SentCopy
from collabxl.exchange.three_way import Return, Row, Rows, Spot, Value
from collabxl.rules.engine.ledger_reader import from_json
from collabxl.schema.sheets import STANDARD

_KINDS: tuple[str, ...] = get_args(Kind)


def numbers(*columns: Any) -> tuple[Any, ...]:
    """Return columns that are whole numbers or nothing."""
    for column in columns:
        _require(column is None or isinstance(column, int), column)
    return columns


def texts(*columns: Any) -> tuple[Any, ...]:
    """Return columns that are texts."""
    for column in columns:
        _require(isinstance(column, str), column)
    return columns


def intent_of(number: Any, before: Any, after: Any, revision: Any) -> tuple[int, str, str, int]:
    """Return a write that did not report back: its number, the digests before and after, the revision meant."""
    return (*numbers(number), *texts(before, after), *numbers(revision))


def sent_copy_of(id: Any, department: Any, revision: Any, at: Any, file: Any, base: Any, rows: Any) -> SentCopy:
    """Return a copy as it was sent."""
    texts(id, department, file)
    (told,) = numbers(revision)
    return SentCopy(id, department, int(told), dt.datetime.fromisoformat(at), file, rows_of(base), ids_of(rows))


def rows_of(text: Any) -> Rows:
    """Return rows by sheet and 编号."""
    rows: Any = from_json(text)
    for listed in _require_mapping(rows).values():
        for row in _require_mapping(listed).values():
            for value in _require_mapping(row).values():
                _require(_is_value(value), value)
    return rows  # type: ignore[no-any-return]


def ids_of(text: Any) -> dict[str, list[str]]:
    """Return lists of 编号 by sheet."""
    made: Any = from_json(text)
    for listed in _require_mapping(made).values():
        _require(isinstance(listed, list), listed)
        texts(*listed)
    return made  # type: ignore[no-any-return]


def return_of(intent: Any, revision: Any, rows: Any, saved: Any, renumbered: Any) -> tuple[int | None, int, Return]:
    """Return what a return said, the write that it led to and the revision it belongs to."""
    numbers(intent, revision)
    changed: Any = from_json(renumbered)
    for listed in _require_mapping(changed).values():
        texts(*_require_mapping(listed).values())
    return intent, int(revision), Return(rows_of(rows), dt.datetime.fromisoformat(saved), changed)


def entry_of(number: Any, at: Any, kind: Any, *told: Any) -> LedgerEntry:
    """Return one thing that happened."""
    department, sender, file, mail, copy, sheet, row, key, was, now, note, undoes, said, intent = told
    _require(kind in _KINDS, kind)
    numbers(number, undoes, intent)
    texts(department, sender, file, mail)
    spot = None
    if sheet is not None:
        texts(sheet, row)
        spot = Spot(sheet, row, key)
        meta = STANDARD.sheet(spot.sheet).meta
        _require(key is None or meta.column(key).is_typed, key)
    values = (value_of(was), value_of(now))
    when = dt.datetime.fromisoformat(at)
    return LedgerEntry(
        kind, department, sender, file, mail, copy, spot, *values, note or "", undoes, number, when,
        None if said is None else row_of(said), intent,
    )  # fmt: skip


def value_of(text: Any) -> Value:
    """Return the value of a cell."""
    value: Any = from_json(text)
    _require(_is_value(value), value)
    return value  # type: ignore[no-any-return]


def row_of(text: Any) -> Row:
    """Return one row."""
    row: Any = from_json(text)
    for value in _require_mapping(row).values():
        _require(_is_value(value), value)
    return row  # type: ignore[no-any-return]


def _require_mapping(made: Any) -> dict[str, Any]:
    _require(isinstance(made, dict), made)
    return made  # type: ignore[no-any-return]


def _is_value(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float | bool | dt.date)


def _require(holds: bool, column: Any) -> None:
    if not holds:
        raise ValueError(repr(column)[:80])
