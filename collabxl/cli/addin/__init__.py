"""``collabxl addin``: the Excel ribbon built, installed, removed and looked at; one module a command, named below."""

from __future__ import annotations

from collabxl.cli.addin.group import command

__all__ = ["command"]
