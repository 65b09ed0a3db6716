"""Where jobs, logs and what an undo needs are kept."""

from __future__ import annotations

import sys
from pathlib import Path

from platformdirs import user_state_path

_GROUP = Path("Library/Group Containers/UBF8T346G9.Office/collabxl")
"""On macOS the one folder that Excel's sandbox and other programs both reach without asking."""


def _home() -> Path:
    return Path.home() / _GROUP if sys.platform == "darwin" else user_state_path("collabxl", appauthor=False)


def jobs_folder() -> Path:
    """Return the folder in which the ribbon leaves its jobs, made if need be."""
    return _made(_home() / "jobs")


def logs_folder() -> Path:
    """Return the folder of logs, made if need be."""
    return _made(_home() / "logs")


def kept_folder(book: str) -> Path:
    """Return the folder of what was in a workbook before its last refresh, by the workbook's path or name."""
    from hashlib import sha256

    return _made(_home() / "kept" / sha256(book.encode()).hexdigest()[:16])


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
