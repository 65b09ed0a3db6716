"""What a command costs: CPU and peak memory of its processes, on one processor, commands in turn.

A process begins with the memory of the one that starts it, so whoever measures must stay small: no pandas here.
"""

from __future__ import annotations

import os
import platform
import re
import statistics
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

CPU_INFO = Path("/proc/cpuinfo")


class Cost(NamedTuple):
    """CPU seconds, user and system, of a command and all its children; the MiB of the largest of these processes."""

    cpu: float
    memory: float


def cost(command: Sequence[str]) -> Cost:
    """Return what a command costs; it may say that it found something (1), but not break down."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, preexec_fn=_pin)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode in (0, 1), command
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 2**10)


def in_turn(runs: int, *commands: Sequence[str]) -> list[Cost]:
    """Return the median cost of each command, all run in turn."""
    costs = [[cost(command) for command in commands] for _ in range(runs)]
    return [Cost(*map(statistics.median, zip(*column, strict=True))) for column in zip(*costs, strict=True)]


def _pin() -> None:
    """Two busy hyperthreads slow each other: CPU seconds of a program that uses both would say less than they seem."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def machine() -> str:
    """Return what this was measured on."""
    model = re.search("model name.*: (.*)", CPU_INFO.read_text()) if CPU_INFO.exists() else None
    processor = model[1] if model else platform.machine()
    return f"{processor}, {os.cpu_count()} CPU, {platform.system()}, Python {platform.python_version()}"
