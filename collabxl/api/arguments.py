"""What the public verbs may be called with: a wrong argument is told by its name, with what is allowed instead."""

from __future__ import annotations

import datetime as dt
import inspect
import os
import reprlib
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any, NamedTuple, ParamSpec, TypeVar

from collabxl.api import public
from collabxl.api.run import FIRST_DAY, LAST_DAY
from collabxl.errors import UsageError
from collabxl.text import LANGS, Text, t

Called = ParamSpec("Called")
Made = TypeVar("Made")


class _ArgumentKind(NamedTuple):
    fits: Callable[[Any], bool]
    says: Text


def _is_path(value: object) -> bool:
    return isinstance(value, str | os.PathLike) and bool(os.fspath(value)) and isinstance(os.fspath(value), str)


def _are_paths(value: object) -> bool:
    """Return whether a value is a path or a collection of some; what can be gone through only once is not looked at."""
    if isinstance(value, str | os.PathLike):
        return _is_path(value)
    if isinstance(value, bytes | Mapping) or not isinstance(value, Iterable):
        return False
    return all(map(_is_path, value)) if isinstance(value, list | tuple | set | frozenset) else True


def _is_of(*names: str) -> Callable[[object], bool]:
    """Return whether a value is one of ours, of types by their public names; loaded when a value is looked at."""
    return lambda value: isinstance(value, tuple(public(name, "collabxl") for name in names))


def _are_of(name: str) -> Callable[[object], bool]:
    """Return whether a value is a collection of ours; what can be gone through only once is not looked at."""
    is_one = _is_of(name)

    def are(value: object) -> bool:
        if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
            return False
        return all(map(is_one, value)) if isinstance(value, list | tuple | set | frozenset) else True

    return are


def _are_settings(value: object) -> bool:
    return isinstance(value, Mapping) or _is_of("Settings")(value)


def _are_outcomes(value: object) -> bool:
    return _is_of("Outcome")(value) or _are_of("Outcome")(value)


def _are_texts(value: object) -> bool:
    """Return whether a value is a text or a collection of some; what can be gone through only once is not looked at."""
    if isinstance(value, str):
        return True
    if isinstance(value, bytes | Mapping) or not isinstance(value, Iterable):
        return False
    return all(isinstance(each, str) for each in value) if isinstance(value, list | tuple | set | frozenset) else True


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


_A_PATH = _ArgumentKind(
    _is_path, t("一个路径：文本或 pathlib.Path，不为空", "a path: a text or a pathlib.Path, not empty")
)
_PATHS = _ArgumentKind(
    _are_paths, t("一个路径或若干路径的列表：文本或 pathlib.Path", "a path or a list of some: texts or pathlib.Path")
)
_A_DAY = _ArgumentKind(
    lambda value: isinstance(value, dt.date) and not isinstance(value, dt.datetime) and FIRST_DAY <= value <= LAST_DAY,
    t(
        f"{FIRST_DAY} 到 {LAST_DAY} 之间的日期，如 datetime.date(2024, 8, 1)",
        f"a day from {FIRST_DAY} to {LAST_DAY}, such as datetime.date(2024, 8, 1)",
    ),
)
_A_LANGUAGE = _ArgumentKind(lambda value: value in LANGS, t("“zh”或“en”", "“zh” or “en”"))
_A_TEXT = _ArgumentKind(lambda value: isinstance(value, str), t("一段文本", "a text"))
_TEXTS = _ArgumentKind(_are_texts, t("一段文本或若干段文本的列表", "a text or a list of some"))
_YES_OR_NO = _ArgumentKind(lambda value: isinstance(value, bool), t("True 或 False", "True or False"))


def _named(name: str) -> Text:
    return t(f"collabxl.{name}", f"collabxl.{name}")


def _several(name: str) -> Text:
    return t(f"若干 collabxl.{name} 的列表", f"a list of collabxl.{name}")


ALLOWED: Mapping[str, _ArgumentKind] = {
    "today": _A_DAY,
    "start": _A_DAY,
    "first": _A_DAY,
    "last": _A_DAY,
    "settings": _ArgumentKind(
        _are_settings,
        t(
            "collabxl.Settings，或写着同样内容的字典",
            "collabxl.Settings or a dict that says the same",
        ),
    ),
    "limits": _ArgumentKind(_is_of("Limits"), _named("Limits")),
    "jobs": _ArgumentKind(_is_count, t("1 或更大的整数", "a whole number, 1 or more")),
    "number": _ArgumentKind(_is_count, t("1 或更大的整数", "a whole number, 1 or more")),
    "lang": _A_LANGUAGE,
    "spoken": _A_LANGUAGE,
    "passwords": _TEXTS,
    "departments": _TEXTS,
    "only": _TEXTS,
    "accept": _TEXTS,
    "words": _TEXTS,
    "sheets": _TEXTS,
    "name": _A_TEXT,
    "lead": _A_TEXT,
    "kind": _A_TEXT,
    "form": _A_TEXT,
    "identity": _A_TEXT,
    "row": _A_TEXT,
    "force": _YES_OR_NO,
    "dry_run": _YES_OR_NO,
    "annotate": _YES_OR_NO,
    "backup": _YES_OR_NO,
    "documents": _YES_OR_NO,
    "watch": _ArgumentKind(
        callable,
        t(
            "接收文件列表、逐个交回文件的函数，如 tqdm",
            "a function that hands on a list of files one by one, such as tqdm",
        ),
    ),
    "outcome": _ArgumentKind(_is_of("Outcome"), _named("Outcome")),
    "outcomes": _ArgumentKind(_are_outcomes, _several("Outcome")),
    "books": _ArgumentKind(_are_of("ProjectDelays"), _several("ProjectDelays")),
    "letters": _ArgumentKind(_are_of("LetterDraft"), _several("LetterDraft")),
    "made": _ArgumentKind(_is_of("SplitResult"), _named("SplitResult")),
    "access": _ArgumentKind(_is_of("MailAccess"), _named("MailAccess")),
    "path": _A_PATH,
    "output": _A_PATH,
    "template": _A_PATH,
    "wording": _A_PATH,
    "resume": _A_PATH,
    "paths": _PATHS,
    "sources": _PATHS,
    "added": _PATHS,
    "among": _PATHS,
}
"""By the name of a parameter, which is the same in all verbs."""
_WRONG = t(
    "参数 {name} 不能是 {value}（{kind}）。应为{allowed}", "{name} cannot be {value} ({kind}). It takes {allowed}"
)


def checked_arguments(verb: Callable[Called, Made]) -> Callable[Called, Made]:
    """Return a verb that raises UsageError for an argument of a wrong kind before it does anything."""
    signature = inspect.signature(verb)

    @wraps(verb)
    def checked(*given: Called.args, **named: Called.kwargs) -> Made:
        for name, value in signature.bind(*given, **named).arguments.items():
            allowed = ALLOWED.get(name)
            if allowed and value is not signature.parameters[name].default and not allowed.fits(value):
                raise UsageError(
                    _WRONG, name=name, value=reprlib.repr(value), kind=type(value).__name__, allowed=allowed.says
                )
        return verb(*given, **named)

    return checked
