"""collabxl: departments work together through the spreadsheet they already have.

The public verbs, each loaded when it is first used: ``build_workbook``, ``read_workbooks``, ``check_workbooks``,
``sync_workbooks`` and ``fix_workbooks``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from collabxl.batch import check_workbooks, read_workbooks
    from collabxl.compose import build_workbook
    from collabxl.fix import fix_workbooks
    from collabxl.sync import sync_workbooks

_HOMES = {
    "build_workbook": "collabxl.compose",
    "read_workbooks": "collabxl.batch",
    "check_workbooks": "collabxl.batch",
    "sync_workbooks": "collabxl.sync",
    "fix_workbooks": "collabxl.fix",
}
__all__ = ["__version__", "build_workbook", "check_workbooks", "fix_workbooks", "read_workbooks", "sync_workbooks"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'collabxl' has no attribute {name!r}")
