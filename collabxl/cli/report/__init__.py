"""``collabxl report KIND``: what is told about workbooks in files of their own; one module a kind, named below."""

from __future__ import annotations

from collabxl.cli.report.group import command

__all__ = ["command"]
