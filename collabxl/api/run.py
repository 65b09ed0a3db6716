"""What the verbs have in common: the day a run counts as today, its settings, its passwords."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from collabxl.errors import UsageError
from collabxl.text import t

if TYPE_CHECKING:
    from collabxl.schema.settings import Settings

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
TODAY_VARIABLE = "COLLABXL_TODAY"
"""The environment variable that says which day counts as today where nobody else does."""
NO_DAY = t("“{value}”不是日期，请写成 2024-08-01", "“{value}” is no date; write it like 2024-08-01")
FIRST_DAY, LAST_DAY = dt.date(1900, 3, 1), dt.date(9990, 12, 31)
"""From the first day that all programs count alike to one that has years of working days behind it."""
NO_DAY_WE_COUNT = t(
    f"“{{value}}”太远，请用 {FIRST_DAY} 到 {LAST_DAY} 之间的日期",
    f"“{{value}}” is too far away; take a day from {FIRST_DAY} to {LAST_DAY}",
)


def parse_day(word: str) -> dt.date:
    """Return a day written as 2024-08-01; UsageError for what is none, and for one too far away to count with."""
    try:
        if not _DAY.fullmatch(word):
            raise ValueError(word)
        day = dt.date.fromisoformat(word)
    except ValueError as error:
        raise UsageError(NO_DAY, value=word) from error
    if not FIRST_DAY <= day <= LAST_DAY:
        raise UsageError(NO_DAY_WE_COUNT, value=word)
    return day


def day_of(today: dt.date | None) -> dt.date:
    """Return the day a run counts as today: ``today``, else that of COLLABXL_TODAY, else the system's."""
    if today is not None:
        return today
    word = os.environ.get(TODAY_VARIABLE)
    if not word:
        return dt.date.today()
    return parse_day(word)


def settings_of(settings: Settings | Mapping[str, Any] | None) -> Settings:
    """Return the settings of a run; SettingsError for a mapping that says what collabxl does not know.

    Raises UsageError for a word that names no rule, so that a verb says so when it is called.
    """
    from collabxl.rules.engine.run import refuse_unknown_rules
    from collabxl.schema.settings import Settings, settings_from

    if settings is None:
        return Settings()
    chosen = settings_from(settings) if isinstance(settings, Mapping) else settings
    refuse_unknown_rules(chosen)
    return chosen


def texts(given: str | Iterable[str]) -> tuple[str, ...]:
    """Return texts, such as passwords or names, as a tuple; one by itself is one, not its letters."""
    return (given,) if isinstance(given, str) else tuple(given)
