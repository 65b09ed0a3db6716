"""What is said about an open workbook: the sentences that the ribbon speaks, too, from one file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from collabxl.errors import CollabxlError
from collabxl.storage.data_files import resource_path
from collabxl.text import Text


@cache
def all_sentences() -> Mapping[str, Text]:
    """Return every text of the ribbon and of its messages by its key, ``table.name``."""
    said = tomllib.loads(resource_path("macros", "i18n.toml").read_text(encoding="utf-8"))
    return MappingProxyType(
        {f"{table}.{name}": Text(**both) for table, texts in said.items() for name, both in texts.items()}
    )


def sentence(key: str) -> Text:
    """Return the sentence of a key such as ``err.busy``; its fields are ``{0}``, ``{1}`` …; KeyError for no key."""
    return all_sentences()[key]


class LiveError(CollabxlError):
    """An open workbook cannot be reached, read or written; ``key`` is that of its sentence and stays stable."""

    def __init__(self, key: str, *args: Any) -> None:
        super().__init__(sentence(key), **{str(at): value for at, value in enumerate(args)})
        self.key = key
        self.values = args
