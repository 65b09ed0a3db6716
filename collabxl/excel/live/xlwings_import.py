"""xlwings as far as it is free software; nobody else imports it.

xlwings tries its PRO part on every import, which is under another licence: it is blocked here before that.
"""

from __future__ import annotations

import atexit
import sys
from importlib import import_module
from typing import Any

from collabxl.errors import UsageError
from collabxl.text import t

_MISSING = t(
    '没有安装 xlwings，连不上打开的工作簿。请运行 pip install "collabxl[excel]"',
    'xlwings is not installed, so open workbooks cannot be reached. Run pip install "collabxl[excel]"',
)


def xlwings() -> Any:
    """Return the package xlwings without its PRO part; UsageError if it is not installed."""
    sys.modules.setdefault("xlwings.pro", None)  # type: ignore[arg-type]
    try:
        package = import_module("xlwings")
    except ImportError as error:
        raise UsageError(_MISSING) from error
    if sys.platform == "win32":  # at exit it would end every Excel without a window, other people's, too
        atexit.unregister(import_module("xlwings._xlwindows").cleanup)
    return package
