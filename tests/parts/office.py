"""A LibreOffice that runs without a window, in which workbooks are open."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

from collabxl import UsageError
from collabxl.excel.live.libreoffice.office import PIPE, desktop, uno
from tests.parts import require

SECONDS = 60
LIMIT = 600
"""Seconds after which it is killed: calls over its bridge would wait for ever for one that stands still."""


@contextmanager
def running(folder: Path) -> Iterator[None]:
    """Let a LibreOffice with a profile of its own run, which this process and those it starts find meanwhile.

    Another one may run around it.
    """
    soffice = shutil.which("soffice")
    require(soffice, "LibreOffice")
    require(_has_uno(), "python3-uno for this Python")
    pipe, before = f"collabxl-test-{uuid.uuid4().hex[:12]}", os.environ.get(PIPE)
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
            if before is None:
                del os.environ[PIPE]
            else:
                os.environ[PIPE] = before


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
