"""What the verbs have in common: the day a run counts as today, its settings, its passwords."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from collabxl.errors import UsageError
from collabxl.text import t

if TYPE_CHECKING:
    from collabxl.schema.settings import Settings

TODAY_VARIABLE = "COLLABXL_TODAY"
"""The environment variable that says which day counts as today where nobody else does."""
NO_DAY = t("“{value}”不是日期，请写成 2024-08-01", "“{value}” is no date; write it like 2024-08-01")


def day_of(today: dt.date | None) -> dt.date:
    """Return the day a run counts as today: ``today``, else that of COLLABXL_TODAY, else the system's."""
    if today is not None:
        return today
    word = os.environ.get(TODAY_VARIABLE)
    if not word:
        return dt.date.today()
    try:
        return dt.date.fromisoformat(word)
    except ValueError as error:
        raise UsageError(NO_DAY, value=word) from error


def settings_of(settings: Settings | Mapping[str, Any] | None) -> Settings:
    """Return the settings of a run; SettingsError for a mapping that says what collabxl does not know."""
    from collabxl.schema.settings import Settings, settings_from

    if settings is None:
        return Settings()
    return settings_from(settings) if isinstance(settings, Mapping) else settings


def texts(given: str | Iterable[str]) -> tuple[str, ...]:
    """Return texts, such as passwords or names, as a tuple; one by itself is one, not its letters."""
    return (given,) if isinstance(given, str) else tuple(given)
