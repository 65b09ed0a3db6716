"""Run rules over tables: every rule asks for its frames by name, its hits become findings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import pandas as pd

from collabxl.errors import CollabxlError
from collabxl.reading.frame_columns import plain_texts
from collabxl.reading.tables import Tables, input_frames
from collabxl.reading.workbook import Reading
from collabxl.rules import RULES
from collabxl.rules.engine.catalogue import find_rules
from collabxl.rules.engine.external_frames import external_frames
from collabxl.rules.engine.findings import Finding, Hit, locate_hits
from collabxl.rules.engine.frames import Frames, depends_on
from collabxl.rules.engine.past_values import past_values_frame as earlier
from collabxl.rules.engine.rule import PACKS, EveryColumn, Rule, Severity
from collabxl.rules.engine.waivers import apply_waivers, unknown_rules
from collabxl.schema.columns import Column
from collabxl.schema.kinds import Choice
from collabxl.schema.settings import Limits, Settings, valid_limits
from collabxl.schema.sheets import STANDARD, Waivers
from collabxl.text import shorten
from collabxl.workers.isolation import PartError


@dataclass(frozen=True)
class CheckResult:
    """What a check found: the findings by workbook, and the frames the rules made on the way."""

    findings: dict[int, list[Finding]]
    frames: Frames
    tables: Tables
    limits: Mapping[int, Limits]
    """By workbook, those it was checked with: a built one keeps its own."""


@plain_texts
def check(
    tables: Tables,
    *,
    today: dt.date,
    settings: Settings | None = None,
    former: pd.DataFrame | None = None,
    outside: Mapping[str, pd.DataFrame] | None = None,
    impose: bool = False,
) -> CheckResult:
    """Return the findings of all workbooks in ``tables`` as of ``today``, those waived marked as such.

    ``former`` has what cells held before (past_values.py), ``outside`` what the plan of other workbooks tells of what
    is waited for there (external_frames.py); rules about either are silent without it. A built workbook is checked
    with the limits that it keeps, unless those of the settings are to be imposed on it.
    """
    chosen = settings or Settings()
    waivers = tables.frames[Waivers.meta.key]
    before = earlier() if former is None else former
    facts = {
        **tables.facts,
        "misfits": _misfits(tables, waivers),
        "past_values": before,
        **(outside or external_frames()),
    }
    limits = {wb: _limits_for(reading, chosen, impose=impose) for wb, reading in tables.readings.items()}
    usual, *others = [*dict.fromkeys(limits.values())] or [chosen.limits]
    frames = Frames({**input_frames(tables), **facts, "today": today, "limits": usual})
    tries = _FramesByLimits(frames, usual, others)
    severities = _severities(chosen)
    parts = {wb for wb, reading in tables.readings.items() if reading.is_copy}
    hits = (
        hit
        for rule in select_rules(chosen)
        for own, known in tries.of(rule)
        for hit in _named_hits(rule, known, severities.get(rule.code))
        if (own is None or limits[hit.wb] == own) and (rule.in_copies or hit.wb not in parts)
    )
    return CheckResult(apply_waivers(locate_hits(hits, tables), waivers, today), frames, tables, limits)


class _FramesByLimits:
    """The frames of a run under each of the limits that its workbooks have."""

    def __init__(self, frames: Frames, usual: Limits, others: Sequence[Limits]) -> None:
        self._frames, self._several = {usual: frames}, (usual, *others) if others else ()
        self._usual = frames

    def of(self, rule: Rule) -> Iterator[tuple[Limits | None, Frames]]:
        """Yield what a rule is to be tried on: once, or once for each of the limits if it goes by them."""
        if not self._several or not depends_on(rule.needs, "limits"):
            yield None, self._usual
            return
        for each in self._several:
            if each not in self._frames:
                self._frames[each] = self._usual.with_value("limits", each)
            yield each, self._frames[each]


def stored_limits(reading: Reading) -> Limits:
    """Return the limits that a built workbook keeps; the usual ones for those of before, which keep none."""
    return valid_limits({key: value for key, (value, _) in reading.stored_limits.items()})


def _limits_for(reading: Reading, settings: Settings, *, impose: bool) -> Limits:
    """Return the limits that a workbook is checked with: those that its own formulas go by."""
    if not reading.is_built:
        return settings.limits
    return stored_limits(reading).model_copy(update=settings.chosen_limits if impose and reading.stored_limits else {})


def _misfits(tables: Tables, waivers: pd.DataFrame) -> pd.DataFrame:
    """Return what the reader found not to fit, and the words of 豁免 that only the rules know to be none."""
    read, unknown = tables.facts["misfits"], unknown_rules(waivers)
    return pd.concat([read, unknown], ignore_index=True) if len(unknown) else read


def select_rules(settings: Settings) -> list[Rule]:
    """Return the rules a run uses; UsageError for a word that names none.

    ``select`` takes rules of any pack, ``ignore`` wins over it; without ``select`` the pack decides.
    """
    packs = PACKS[: PACKS.index(settings.pack) + 1]
    wanted = [rule.code for word in settings.select for rule in find_rules(word)]
    unwanted = [rule.code for word in settings.ignore for rule in find_rules(word)]
    return [
        rule
        for rule in RULES
        if (rule.code in wanted if settings.select else rule.pack in packs) and rule.code not in unwanted
    ]


def refuse_unknown_rules(settings: Settings) -> None:
    """Raise UsageError for a word of the settings, be it of select, ignore or severity, that names no rule."""
    select_rules(settings)
    _severities(settings)


def _severities(settings: Settings) -> dict[str, Severity]:
    """Return the severities that the settings give to rules: of two words for a rule, the longer one decides."""
    told = sorted(settings.severity.items(), key=lambda item: len(item[0]))
    return {rule.code: severity for word, severity in told for rule in find_rules(word)}


def _named_hits(rule: Rule, frames: Frames, severity: Severity | None) -> Iterator[Hit]:
    """Return a rule's hits; a mistake in it bears its code."""
    try:
        yield from _hits(rule, frames, severity)
    except CollabxlError:
        raise
    except Exception as error:
        raise PartError(rule.code) from error


def _hits(rule: Rule, frames: Frames, severity: Severity | None) -> Iterator[Hit]:
    """Return a rule's hits; a rule is a filter of the first frame it asks for, so an empty one is not even tried.

    ``severity`` is what the settings make of them, whatever the rule says.
    """
    if isinstance(rule.at, EveryColumn):
        others = [frames[need] for need in rule.needs[2:]]
        for sheet in STANDARD.input_sheets:
            rows = frames[sheet.meta.key]
            for column in filter(rule.at.fits, sheet.meta.columns if len(rows) else ()):
                yield from _make_hits(rule, rule.hits(rows, column, *others), column, severity)
        return
    if len(frames[rule.needs[0]]):
        found = rule.hits(*(frames[need] for need in rule.needs))
        yield from _make_hits(rule, found, rule.at if isinstance(rule.at, Column) else None, severity)


def _make_hits(rule: Rule, found: pd.DataFrame, column: Column | None, severity: Severity | None) -> Iterator[Hit]:
    if not len(found):
        return iter(())
    places = _places(found, column) if column is not None else _own_places(found)
    severities = (severity or own or rule.severity for own in _optional(found, "severity"))
    better, raw = _optional(found, "better"), _optional(found, "raw")
    return map(Hit, repeat(rule), *places, severities, _args(rule, found, column), better, raw)


def _places(found: pd.DataFrame, column: Column) -> tuple[Iterable[Any], ...]:
    """Return workbook, sheet, row, key and column number of hits on a column."""
    wbs, rows = (found.index.get_level_values(level).tolist() for level in ("wb", "row"))
    return wbs, repeat(column.sheet.meta.key), rows, repeat(column.key), repeat(None)


def _own_places(found: pd.DataFrame) -> tuple[Iterable[Any], ...]:
    """Return the same of hits that say where they are."""
    return found.wb.tolist(), found.sheet.tolist(), *(_optional(found, name) for name in ("row", "key", "at"))


def _args(rule: Rule, found: pd.DataFrame, column: Column | None) -> Iterable[dict[str, Any]]:
    """Return for each hit what its texts say of it; what people typed at length is told in part."""
    said = [map(shorten, _plain(found[name], name, column)) for name in rule.fields]
    return [dict(zip(rule.fields, values, strict=True)) for values in zip(*said, strict=True)] if said else repeat({})


def _optional(found: pd.DataFrame, name: str) -> Sequence[Any]:
    return _none_for_nan(found[name]) if name in found else [None] * len(found)


def _plain(values: pd.Series[Any], name: str, column: Column | None) -> Iterable[Any]:
    """Return the values of a field as plain Python: days as dates, words as texts, nothing as None."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        assert column is not None
        kind = column.sheet.meta.column(name).value_kind
        assert isinstance(kind, Choice)
        titles = [*(kind.words.title_of(key) for key in values.cat.categories), None]
        return [titles[code] for code in values.cat.codes]
    if values.dtype.kind == "M":
        days: list[dt.date | None] = values.to_numpy("datetime64[D]").tolist()
        return days
    return _none_for_nan(values)


def _none_for_nan(values: pd.Series[Any]) -> list[Any]:
    """Return values with None where pandas, which knows texts without a value only as NaN, has none."""
    return [None if value != value else value for value in values.tolist()]
