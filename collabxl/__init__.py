"""collabxl: departments work together through the spreadsheet they already have.

The public verbs, each loaded when it is first used: ``build_workbook``, ``read_workbooks``, ``check_workbooks``,
``sync_workbooks``, ``fix_workbooks``, ``split``, ``merge_copies``, ``undo``, ``archive_project`` and
``verify_archive``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from collabxl.archive.pack import archive_project
    from collabxl.archive.verify import verify_archive
    from collabxl.batch import check_workbooks, read_workbooks
    from collabxl.compose import build_workbook
    from collabxl.fix import fix_workbooks
    from collabxl.share.exchange import merge_copies
    from collabxl.share.split import split
    from collabxl.share.undo import undo
    from collabxl.sync import sync_workbooks

_HOMES = {
    "build_workbook": "collabxl.compose",
    "read_workbooks": "collabxl.batch",
    "check_workbooks": "collabxl.batch",
    "sync_workbooks": "collabxl.sync",
    "fix_workbooks": "collabxl.fix",
    "split": "collabxl.share.split",
    "merge_copies": "collabxl.share.exchange",
    "undo": "collabxl.share.undo",
    "archive_project": "collabxl.archive.pack",
    "verify_archive": "collabxl.archive.verify",
}
__all__ = [
    "__version__",
    "archive_project",
    "build_workbook",
    "check_workbooks",
    "fix_workbooks",
    "merge_copies",
    "read_workbooks",
    "split",
    "sync_workbooks",
    "undo",
    "verify_archive",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'collabxl' has no attribute {name!r}")
