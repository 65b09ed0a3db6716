"""What is said about an open workbook: the sentences that the ribbon speaks, too, from one file."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import Any

from collabxl.errors import CollabxlError
from collabxl.resources import resource
from collabxl.text import Text, t


@cache
def _said() -> dict[str, dict[str, dict[str, str]]]:
    return tomllib.loads(resource("macros", "i18n.toml").read_text(encoding="utf-8"))


def words(key: str) -> Text:
    """Return the sentence of a key such as ``err.busy``; its fields are ``{0}``, ``{1}`` …; KeyError for no key."""
    table, _, name = key.partition(".")
    found = _said()[table][name]
    return t(found["zh"], found["en"])


class LiveError(CollabxlError):
    """An open workbook cannot be reached, read or written; ``key`` is that of its sentence and stays stable."""

    def __init__(self, key: str, *args: Any) -> None:
        super().__init__(words(key), **{str(at): value for at, value in enumerate(args)})
        self.key = key
        self.told = args
