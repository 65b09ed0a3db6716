"""What collabxl.toml may say: a closed model; an unknown word is an error that names the nearest known one."""

from __future__ import annotations

import reprlib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Gt, Le
from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import InitErrorDetails, PydanticCustomError

from collabxl.errors import SettingsError, missing_file_error, permission_error
from collabxl.schema.sheets import LIMIT
from collabxl.text import Text, t

FILE = "collabxl.toml"
MOST = 9_999
"""The most that a number of days or rows can be: more is a slip, and too much to count with."""

UNKNOWN = "extra_forbidden"
"""pydantic's own word for a key that no model has."""
NO_NUMBER = "bool_for_number"
CROSSED = "medium_above_high"
"""Our words for what pydantic would take: true for 1, and limits that contradict each other."""


class StrictModel(BaseModel):
    """A model that takes no other keys than its own: it refuses them all at once, each with the nearest known one."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown(cls, said: Any) -> Any:
        unknown = [key for key in said if key not in cls.model_fields] if isinstance(said, dict) else []
        if unknown:
            raise ValidationError.from_exception_data(cls.__name__, [_unknown(cls, key, said[key]) for key in unknown])
        return said

    @field_validator("*", mode="before")
    @classmethod
    def _refuse_truth(cls, value: Any, info: ValidationInfo) -> Any:
        """Refuse true and false for a number, which Python would count as 1 and 0."""
        if isinstance(value, bool) and cls.model_fields[info.field_name or ""].annotation in (int, float):
            raise PydanticCustomError(NO_NUMBER, "A number is wanted")
        return value


def _unknown(model: type[BaseModel], key: Any, value: Any) -> InitErrorDetails:
    near = _nearest(str(key), model)
    words = f"There is no such key; did you mean {near}?" if near else "There is no such key"
    return InitErrorDetails(type=PydanticCustomError(UNKNOWN, words), loc=(key,), input=value)


def _nearest(key: str, model: type[BaseModel]) -> str | None:
    """Return the key of a model that an unknown one comes nearest to, None if none is near."""
    from rapidfuzz import process

    found = process.extractOne(key, [*model.model_fields], score_cutoff=50)
    return found[0] if found else None


class Limits(StrictModel):
    """The thresholds of the rules; days are working days where the rule says so.

    The description of each begins with the codes of the rules that it is for.
    """

    due_soon_days: int = Field(default=3, ge=0, le=MOST)
    """DL402: working days before the due date."""
    stale_days: int = Field(default=7, ge=1, le=MOST)
    """ST508: calendar days without an update."""
    review_days: int = Field(default=30, ge=1, le=MOST)
    """RK904: calendar days since a risk was last reviewed."""
    high_risk: int = Field(default=15, ge=1, le=25)
    """RK901, RK903: possibility times impact from which a risk is high."""
    medium_risk: int = Field(default=8, ge=1, le=25, validate_default=True)
    """RK903: possibility times impact from which a risk is medium."""
    risky_tasks: int = Field(default=5, ge=1, le=MOST)
    """RK909: tasks from which a project is expected to have risks."""
    busy_tasks: int = Field(default=3, ge=1, le=MOST)
    """PP703: open tasks that one person can have at a time."""
    meeting_days: int = Field(default=8, ge=1, le=MOST)
    """MT805: calendar days without a meeting."""
    slips: int = Field(default=2, ge=1, le=MOST)
    """DY604: moves of a due date to a later day."""
    burn_rate: float = Field(default=1, gt=0, le=MOST)
    """SQ952: share of a buffer that is used over share of its chain that is done; more is a warning."""
    buffer_used: float = Field(default=2 / 3, gt=0, le=1)
    """SQ952: share of a buffer that may be used before it is an error: the last third is for acting."""
    long_task_days: int = Field(default=44, ge=1, le=MOST)
    """SQ954: working days; two months, the limit of DCMA's 14-point assessment, check 8 (high duration)."""
    execution_index: float = Field(default=0.95, gt=0, le=1)
    """SQ956: tasks done over tasks due by today; the limit of DCMA's 14-point assessment, check 14 (BEI)."""

    @field_validator("medium_risk")
    @classmethod
    def _refuse_crossed(cls, value: int, info: ValidationInfo) -> int:
        """Refuse a risk that would be high before it is medium."""
        high = info.data.get("high_risk", value)
        if value > high:
            raise PydanticCustomError(CROSSED, "medium_risk is above high_risk", {"high": high})
        return value


USUAL = Limits()
"""The limits where nobody chose others."""


def limit_name(key: str) -> str:
    """Return the name by which a workbook's formulas know a limit."""
    return LIMIT + key


def valid_limits(told: Mapping[str, object]) -> Limits:
    """Return limits as a workbook tells them, the usual ones where it tells none or what is no limit."""
    known = {key: value for key, value in told.items() if key in Limits.model_fields}
    try:
        return Limits.model_validate(known)
    except ValidationError as error:
        wrong = {each["loc"][0] for each in error.errors()}
        if any(each["type"] == CROSSED for each in error.errors()):  # either may be the wrong one
            wrong.add("high_risk")
        return valid_limits({key: value for key, value in known.items() if key not in wrong})


class MailSettings(StrictModel):
    """How letters go out, and what they promise; no password, that is told by a file or a variable."""

    host: str = ""
    """The SMTP server; also COLLABXL_SMTP_HOST."""
    port: int = Field(default=0, ge=0, le=65535)
    """Its port, 465 or with STARTTLS 587 unless said otherwise; also COLLABXL_SMTP_PORT."""
    starttls: bool = False
    """Whether encryption begins after the first words, as on port 587; there is no sending without."""
    user: str = ""
    """The name to log in by; also COLLABXL_SMTP_USER."""
    sender: str = ""
    """The address to send from, that of ``user`` unless said otherwise; also COLLABXL_SMTP_SENDER."""
    name: str = ""
    """Who signs, the project's lead unless said otherwise."""
    reply_days: int = Field(default=5, ge=1, le=MOST)
    """Working days until a copy is wanted back."""
    due_days: int = Field(default=14, ge=0, le=MOST)
    """Calendar days ahead within which tasks count as due in a letter."""

    @property
    def address(self) -> str:
        """The address that letters come from, empty if none is known."""
        return self.sender or (self.user if "@" in self.user else "")


class Settings(StrictModel):
    """One run's choices: which rules, how strict, with which thresholds."""

    pack: Literal["basic", "standard", "strict"] = "standard"
    """Which rules are used; each pack holds those of the ones before it."""
    select: tuple[str, ...] = ()
    """Only these rules, of any pack: codes, beginnings of codes or names."""
    ignore: tuple[str, ...] = ()
    """Rules that are not used, likewise; wins over ``select``."""
    fail_on: Literal["error", "warning", "never"] = "error"
    """The severity from which on a command exits with 1."""
    severity: dict[str, Literal["error", "warning", "info"]] = {}
    """Severities other than the rules' own, by code, beginning of a code or name; the longer word wins."""
    limits: Limits = Limits()
    """Those of workbooks that keep none of their own; a sync gives them to those that do."""
    mail: MailSettings = MailSettings()

    @property
    def chosen_limits(self) -> dict[str, float]:
        """The limits that somebody chose, by name."""
        return self.limits.model_dump(exclude_unset=True)


_TABLES: dict[str, type[BaseModel]] = {"": Settings} | {
    name: field.annotation
    for name, field in Settings.model_fields.items()
    if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
}
"""The tables of collabxl.toml by name; what stands before the first of them has none."""
_ELSEWHERE = t("{path}：不认识 {key}；它要写在 {homes}", "{path}: unknown key {key}; it belongs to {homes}")
_DID_YOU_MEAN = t(
    "{path}：不认识 {key}，是不是 {near}？写在 {table}",
    "{path}: unknown key {key}; did you mean {near}? It belongs to {table}",
)
_UNKNOWN = t(
    "{path}：不认识 {key}，{table} 可用的有：{known}", "{path}: unknown key {key}; known in {table} are {known}"
)
_WRONG = t("{path}：{key} 不能是 {value}。应为{allowed}", "{path}: {key} cannot be {value}. It takes {allowed}")
_CROSSED = t(
    "{path}：{key} 是 {value}，高于 high_risk 的 {high}：风险会先成为高再成为中。请调低它，或调高 high_risk",
    "{path}: {key} is {value}, above high_risk, {high}: a risk would be high before it is medium. Lower it or raise "
    "high_risk",
)


def load_settings(path: Path | None = None) -> Settings:
    """Return the settings of ``path``, or of ./collabxl.toml if it is there; raises SettingsError."""
    file = path or Path(FILE)
    if path is None and not file.is_file():
        return Settings()
    if file.is_dir():
        raise SettingsError(t("{path} 是文件夹，不是文件", "{path} is a folder, not a file"), path=str(file))
    try:
        said = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise missing_file_error(str(file)) from error
    except PermissionError as error:
        raise permission_error(str(file)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            t("{path} 不是有效的 TOML：{why}", "{path} is no valid TOML: {why}"), path=str(file), why=str(error)
        ) from error
    return settings_from(said, str(file))


def settings_from(said: Mapping[str, Any], path: str = "settings") -> Settings:
    """Return settings as a mapping says them, nested as in collabxl.toml; SettingsError names ``path`` and the key."""
    try:
        return Settings.model_validate(dict(said))
    except ValidationError as error:
        raise _settings_error(path, error) from error


def _settings_error(path: str, error: ValidationError) -> SettingsError:
    first = error.errors()[0]
    where = ".".join(str(step) for step in first["loc"])
    if first["type"] == CROSSED:
        return SettingsError(_CROSSED, path=path, key=where, value=first["input"], high=first["ctx"]["high"])
    if first["type"] != UNKNOWN:
        key, allowed = _wanted(tuple(map(str, first["loc"])))
        return SettingsError(_WRONG, path=path, key=key, value=reprlib.repr(first["input"]), allowed=allowed)
    *inside, word = map(str, first["loc"])
    table = ".".join(inside)
    homes = [_table_name(name) for name, model in _TABLES.items() if word in model.model_fields]
    near = _nearest(word, _TABLES[table])
    fields = {
        "path": path,
        "key": where,
        "table": _table_name(table),
        "known": [*_TABLES[table].model_fields],
        "homes": homes,
    }
    if homes:
        return SettingsError(_ELSEWHERE, **fields)
    if near:
        return SettingsError(_DID_YOU_MEAN, near=near, **fields)
    return SettingsError(_UNKNOWN, **fields)


def _wanted(steps: tuple[str, ...]) -> tuple[str, Text]:
    """Return the key that a wrong value stands at, and what is allowed there, in words."""
    model, inside = (_TABLES[steps[0]], 1) if steps[0] in _TABLES and len(steps) > 1 else (Settings, 0)
    field = model.model_fields[steps[inside]]
    if get_origin(field.annotation) is dict and len(steps) > inside + 1:
        return ".".join(steps[: inside + 2]), _allowed_values(field, get_args(field.annotation)[1])
    return ".".join(steps[: inside + 1]), _allowed_values(field, field.annotation)


def _allowed_values(field: FieldInfo, kind: Any) -> Text:
    """Return what a key of that kind takes, in words."""
    if kind in (int, float):
        return _allowed_numbers(field, t("整数", "a whole number") if kind is int else t("数", "a number"))
    if kind is bool:
        return t("true 或 false", "true or false")
    if kind is str:
        return t("一段文本", "a text")
    if get_origin(kind) is Literal:
        words = get_args(kind)
        return t("、".join(words), f"one of {', '.join(words)}")
    if get_origin(kind) is tuple:
        return t('文本的列表，如 ["DP", "DL401"]', 'a list of texts, such as ["DP", "DL401"]')
    if get_origin(kind) is dict:
        words = get_args(get_args(kind)[1])
        return t(f"规则代码对应 {'、'.join(words)} 的表", f"a table from codes of rules to {', '.join(words)}")
    return t("一张表", "a table")


def _allowed_numbers(field: FieldInfo, kind: Text) -> Text:
    low = next((bound.ge for bound in field.metadata if isinstance(bound, Ge)), None)
    above = next((bound.gt for bound in field.metadata if isinstance(bound, Gt)), None)
    high = next((bound.le for bound in field.metadata if isinstance(bound, Le)), None)
    if low is not None:
        return t(f"{low} 到 {high} 的{kind.zh}", f"{kind.en} from {low} to {high}")
    return t(f"大于 {above}、不超过 {high} 的{kind.zh}", f"{kind.en} above {above}, at most {high}")


def _table_name(table: str) -> Text:
    """Return a table as collabxl.toml heads it."""
    return (
        t(f"[{table}]", f"[{table}]")
        if table
        else t("文件开头（任何 [表] 之前）", "the top of the file, before any [table]")
    )
