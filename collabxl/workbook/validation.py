"""What a cell accepts: a kind becomes a data validation with its input and error messages; lists are always ranges."""

from __future__ import annotations

from typing import Any

from collabxl.formulas.formula_fields import EARLIEST, LATEST
from collabxl.formulas.named_ranges import DEPARTMENTS, TASK_IDS, YES_NO, list_name
from collabxl.schema.columns import Column, Ref, Refs
from collabxl.schema.kinds import Choice, Day, Number, Percent, YesNo
from collabxl.schema.sheets import Contacts
from collabxl.text import Lang, Text, format_number, t

_TITLE = t("填写有误", "Not accepted")
_PICK = t("请从列表中选择", "Please pick from the list")
_DATE = t("请填日期，如 2024-07-15", "Please type a date such as 2024-07-15")
_SHARE = t("请填 0% 到 100%", "Please type 0 % to 100 %")
_RANGE = t("请填 {low} 到 {high}", "Please type {low} to {high}")


def validation(column: Column, lang: Lang) -> dict[str, Any] | None:
    """Return the data validation of a column for XlsxWriter, None where anything may be typed."""
    if not column.is_validated:
        return None
    match column.kind:
        case Choice(words):
            return _list(list_name(words), lang)
        case YesNo():
            return _list(YES_NO, lang)
        case Ref(to) | Refs(to) if to is Contacts.department:
            return _list(DEPARTMENTS, lang) | {"error_type": "warning"}
        case Ref():
            return _list(TASK_IDS, lang) | {"error_type": "warning"}
        case Refs():
            return _list(TASK_IDS, lang) | {"show_error": False} | _input(column, lang)
        case Day():
            limits = {"validate": "date", "criteria": "between", "minimum": EARLIEST, "maximum": LATEST}
            told = column.deadline or bool(
                column.sheet.meta.form_headers
            )  # a message hides the neighbours: once is enough
            return limits | _error(_DATE, lang) | (_input(column, lang) if told else {})
        case Percent():
            limits = {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1}
            return limits | _error(_SHARE, lang) | _input(column, lang)
        case Number(low, high, whole):
            kind = "integer" if whole else "decimal"
            ends = {"minimum": format_number(low), "maximum": format_number(high)}
            limits = {"validate": kind, "criteria": "between", **ends}
            return limits | _error(_RANGE, lang, low=low, high=high) | _input(column, lang)
        case kind:
            raise TypeError(f"{kind} has no limits")


def _list(name: str, lang: Lang) -> dict[str, Any]:
    return {"validate": "list", "source": f"={name}"} | _error(_PICK, lang)


def _error(says: Text, lang: Lang, **ends: float) -> dict[str, Any]:
    return {"error_title": _TITLE.to(lang), "error_message": says.fill(lang, ends)}


def _input(column: Column, lang: Lang) -> dict[str, Any]:
    return {"input_title": column.title.to(lang), "input_message": column.help.to(lang)}
