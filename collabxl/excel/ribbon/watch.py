"""Looking after the ribbon's jobs where Excel may not start programs: whoever watches takes them instead."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from collabxl.excel.ribbon.jobs import BEAT, waiting_jobs
from collabxl.workers.interrupt import is_interrupted

TICK = 0.3
"""Seconds between two looks; Excel takes a watch for gone whose beat is five seconds old."""


def watch(folder: Path, command: list[str]) -> Iterator[str]:
    """Hand out the ids of jobs as each is done, by a process of its own, until the user wishes to stop.

    A process a job: one that is stuck in Excel ends itself, and the watch goes on. ``command`` is what starts one.
    """
    try:
        while not is_interrupted():
            (folder / BEAT).touch()
            for id in waiting_jobs(folder)[:1]:
                with subprocess.Popen([*command, "--job", id, "--jobs", str(folder)]) as process:
                    while process.poll() is None:
                        (folder / BEAT).touch()
                        time.sleep(TICK)
                yield id
            time.sleep(TICK)
    finally:
        (folder / BEAT).unlink(missing_ok=True)


def own_command() -> list[str]:
    """Return what starts this very program for one job."""
    return [sys.executable, "-m", "collabxl", "ribbon-run"]
