"""Where jobs, logs and what an undo needs are kept."""

from __future__ import annotations

import sys
from pathlib import Path

from platformdirs import user_state_path

OFFICE = Path("Library", "Group Containers", "UBF8T346G9.Office")
"""On macOS the one folder that Excel's sandbox and other programs both reach without asking."""


def state_folder(system: str = sys.platform) -> Path:
    """Return where all of it is kept, there or not yet."""
    return Path.home() / OFFICE / "collabxl" if system == "darwin" else user_state_path("collabxl", appauthor=False)


def jobs_folder() -> Path:
    """Return the folder in which the ribbon leaves its jobs, made if need be."""
    return _make(state_folder() / "jobs")


def logs_folder() -> Path:
    """Return the folder of logs, made if need be."""
    return _make(state_folder() / "logs")


def undo_folder(book: str) -> Path:
    """Return the folder of what was in a workbook before its last refresh, by the workbook's path or name."""
    from hashlib import sha256

    return _make(state_folder() / "kept" / sha256(book.encode()).hexdigest()[:16])


def _make(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # what is kept names people: nobody else's business
    return folder
