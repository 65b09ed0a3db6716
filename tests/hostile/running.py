"""Runs a command and measures what it and its children really took.

Through a small process of its own: what a child took, says the system, includes what its parent had when it was made.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

SCALE = 1 if sys.platform == "darwin" else 1024


class Run(NamedTuple):
    """A finished command: its exit code, what it printed, and the most memory any of its processes took, in bytes."""

    code: int
    out: str
    err: str
    peak: int


def run(*command: str, seconds: float = 300) -> Run:
    """Return what came of a command; the peak is 0 where the system does not tell."""
    with tempfile.TemporaryDirectory() as folder:
        peak = Path(folder) / "peak"
        done = subprocess.run(
            [sys.executable, __file__, str(peak), *command], capture_output=True, timeout=seconds, check=False
        )
        took = int(peak.read_text()) if peak.exists() else 0
    return Run(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"), took)


def main(peak: str, *command: str) -> int:
    """Run a command, leave its peak in a file, and return its exit code."""
    code = subprocess.call(command)
    if sys.platform != "win32":
        import resource

        Path(peak).write_text(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * SCALE))
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
