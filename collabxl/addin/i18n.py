"""The words of the ribbon and of its messages: one file for the add-in's sheet and for whoever else speaks."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from collabxl.resources import resource
from collabxl.text import Text


@cache
def words() -> Mapping[str, Text]:
    """Return every text of macros/i18n.toml by its key, ``table.name``; its fields are called ``0``, ``1`` …"""
    said = tomllib.loads(resource("macros", "i18n.toml").read_text(encoding="utf-8"))
    return MappingProxyType(
        {f"{table}.{name}": Text(**both) for table, texts in said.items() for name, both in texts.items()}
    )
