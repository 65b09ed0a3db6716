"""Saving under torture: killed, out of room, failing system calls, two writers; each beside a control that must lose.

``make test`` runs a short form, ``make torture`` (COLLABXL_TORTURE=long) the long one. A control is a naive way of
saving put through the same: a harness that cannot make it fail proves nothing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

LONG = os.environ.get("COLLABXL_TORTURE") == "long"
ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"


def scaled(short: int, long: int) -> int:
    """Return how often something is done in the form that is run."""
    return long if LONG else short


def say(figures: str) -> None:
    """Print the figures of a test; ``make torture`` shows them."""
    print(f"\n  {figures}")


def book(folder: Path, name: str = "filled.xlsx") -> Path:
    """Return a copy of a sample in a folder of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copy(SAMPLES / name, folder))


def beside(path: Path) -> list[str]:
    """Return what lies beside a file: nothing should."""
    return sorted(each.name for each in path.parent.iterdir() if each != path)


def started(*words: object) -> subprocess.Popen[bytes]:
    """Start a process of ``writer.py`` in a session of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.torture.writer", *map(str, words)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
