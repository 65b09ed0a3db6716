"""What a run says of limits that a workbook keeps otherwise than the settings have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from collabxl.text import Lang, format_number, t

if TYPE_CHECKING:
    from collabxl.api import Outcome
    from collabxl.schema.settings import Settings

_KEEPS = t(
    "{path}：[limits] 与工作簿里的不同，按工作簿里的算（{kept}）。要换成设置里的，请运行 sync",
    "{path}: its limits are not those of [limits]; it is checked with its own ({kept}). A sync gives it the others",
)
_GETS = t(
    "{path}：工作簿里的阈值已换成 [limits] 的（原来是 {kept}）",
    "{path}: the limits in the workbook become those of [limits] (before: {kept})",
)
_HAS_NONE = t(
    "{path}：由更早的版本生成，公式里的阈值改不了，按 {kept} 算，不按 [limits]",
    "{path}: built by an earlier version, whose formulas have their limits fixed; {kept} hold, not [limits]",
)


def say_limits(outcome: Outcome, settings: Settings, lang: Lang, *, imposed: bool) -> None:
    """Say on stderr where a built workbook keeps other limits than were chosen, and which of the two hold."""
    from collabxl.rules.engine.run import stored_limits

    reading = outcome.reading
    if reading is None or not reading.is_built or not settings.chosen_limits:
        return
    own = stored_limits(reading).model_dump()
    other = {key: own[key] for key, wanted in settings.chosen_limits.items() if own[key] != wanted}
    if other:
        says = (_GETS if imposed else _KEEPS) if reading.stored_limits else _HAS_NONE
        listed = ", ".join(f"{key} = {format_number(value)}" for key, value in other.items())
        click.echo(f"collabxl: {says.fill(lang, {'path': outcome.path, 'kept': listed})}", err=True)
