"""A LibreOffice that runs without a window, in which workbooks are open."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

from collabxl.errors import UsageError
from collabxl.live.libreoffice.office import PIPE, desktop, uno
from tests.parts import require

SECONDS = 60
LIMIT = 600
"""Seconds after which it is killed: calls over its bridge would wait for ever for one that stands still."""


@contextmanager
def running(folder: Path) -> Iterator[None]:
    """Let a LibreOffice with a profile of its own run, which this process and those it starts are to find."""
    soffice = shutil.which("soffice")
    require(soffice, "LibreOffice")
    require(_has_uno(), "python3-uno for this Python")
    pipe = f"collabxl-test-{os.getpid()}"
    words = ["--headless", "--norestore", "--nologo", f"-env:UserInstallation={(folder / 'profile').as_uri()}"]
    os.environ[PIPE] = pipe
    command = [str(soffice), *words, f"--accept=pipe,name={pipe};urp;"]
    with subprocess.Popen(command, start_new_session=True) as process:
        alarm = Timer(LIMIT, os.killpg, (process.pid, signal.SIGKILL))
        alarm.daemon = True
        alarm.start()
        try:
            _await()
            yield
        finally:
            alarm.cancel()
            desktop().terminate()
            process.wait(timeout=SECONDS)
            del os.environ[PIPE]


def _await() -> None:
    until = time.monotonic() + SECONDS
    while True:
        try:
            desktop()
            return
        except UsageError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def _has_uno() -> bool:
    try:
        uno()
    except UsageError:
        return False
    return True
