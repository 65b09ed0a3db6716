"""Copies that were not taken are kept beside the master as they came, each with the reason; no program opens them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from collabxl.mail.attachment_names import safe_name
from collabxl.mail.message_model import ReturnedWorkbook
from collabxl.storage import save

SUFFIX = ".quarantine"
"""What the folder and the files in it end with, so that neither a double click nor the next run opens them."""


def keep(master: Path, came: ReturnedWorkbook, *said: str) -> Path:
    """Keep what came in the folder beside a master, and beside it where it is from and why; return its file.

    The same bytes are kept once. Raises FileError if the folder cannot be written.
    """
    folder = master.with_name(master.stem + SUFFIX)
    digest = hashlib.sha256(came.content).hexdigest()[:12]
    file = folder / f"{digest} {safe_name(came.name)}{SUFFIX}"
    if not file.exists():
        folder.mkdir(exist_ok=True)
        told = "".join(f"{line}\n" for line in said if line)
        save.replace(file.with_name(f"{file.name}.txt"), told.encode())
        save.replace(file, came.content)
    return file
