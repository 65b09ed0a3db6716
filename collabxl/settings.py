"""What collabxl.toml may say: a closed model; an unknown word is an error that names the nearest known one."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from collabxl.errors import SettingsError, no_permission, not_found
from collabxl.text import t

FILE = "collabxl.toml"


class Limits(BaseModel):
    """The thresholds of the rules; days are working days where the rule says so."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    due_soon_days: int = Field(default=3, ge=0)
    """DL402: working days before the due date."""
    stale_days: int = Field(default=7, ge=1)
    """ST508: calendar days without an update."""
    review_days: int = Field(default=30, ge=1)
    """RK904: calendar days since a risk was last reviewed."""
    high_risk: int = Field(default=15, ge=1, le=25)
    """RK9xx: possibility times impact from which a risk is high."""
    medium_risk: int = Field(default=8, ge=1, le=25)
    """RK903: possibility times impact from which a risk is medium."""


class Settings(BaseModel):
    """One run's choices: which rules, how strict, with which thresholds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pack: Literal["basic", "standard", "strict"] = "standard"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: Literal["error", "warning", "never"] = "error"
    limits: Limits = Limits()


def load(path: Path | None = None) -> Settings:
    """Return the settings of ``path``, or of ./collabxl.toml if it is there; raises SettingsError."""
    file = path or Path(FILE)
    if path is None and not file.is_file():
        return Settings()
    try:
        said = tomllib.loads(file.read_text(encoding="utf-8"))
        return Settings.model_validate(said)
    except FileNotFoundError as error:
        raise not_found(str(file)) from error
    except PermissionError as error:
        raise no_permission(str(file)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            t("{path} 不是有效的 TOML：{why}", "{path} is no valid TOML: {why}"), path=str(file), why=str(error)
        ) from error
    except ValidationError as error:
        raise _refused(file, error) from error


def _refused(file: Path, error: ValidationError) -> SettingsError:
    from rapidfuzz import process

    first = error.errors()[0]
    where = ".".join(str(step) for step in first["loc"])
    if first["type"] != "extra_forbidden":
        says = t("{path}：{key} 的值不对（{why}）", "{path}: wrong value for {key} ({why})")
        return SettingsError(says, path=str(file), key=where, why=first["msg"])
    known = [*Settings.model_fields, *Limits.model_fields]
    near = process.extractOne(str(first["loc"][-1]), known, score_cutoff=50)
    says = t("{path}：不认识 {key}，可用的有：{known}", "{path}: unknown key {key}; known are {known}")
    if near:
        says = t("{path}：不认识 {key}，是不是 {near}？", "{path}: unknown key {key}; did you mean {near}?")
    return SettingsError(says, path=str(file), key=where, near=near[0] if near else None, known=known)
