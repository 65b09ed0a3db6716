"""A full disk: the old file stays, nothing lies beside it, and the command says so with exit code 3."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from collabxl import FileError
from collabxl.storage import save
from tests.torture import ROOT, beside, book, say

ROOM = 400 * 1024


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A disk of 400 KB."""
    folder = tmp_path / "small"
    folder.mkdir()
    root = [] if hasattr(os, "geteuid") and os.geteuid() == 0 else ["sudo", "-n"]
    mount = [*root, "mount", "-t", "tmpfs", "-o", f"size={ROOM},mode=777", "tmpfs", str(folder)]
    try:
        done = subprocess.run(mount, capture_output=True, text=True, timeout=30)
        mounted, reason = done.returncode == 0, done.stderr.strip()
    except OSError as error:
        mounted, reason = False, str(error)
    if not mounted:  # a right that the machine does not give, not a part that could be installed
        pytest.skip(f"no small disk can be mounted here ({reason}): it takes root, or sudo without a password")
    yield folder
    subprocess.run([*root, "umount", str(folder)], check=True, timeout=30)


def test_a_full_disk_keeps_the_old_file(small: Path) -> None:
    path = book(small)
    before = path.read_bytes()
    for backup in (False, True):
        with pytest.raises(FileError) as caught:
            save.replace(path, before + os.urandom(len(before)), backup=backup)
        assert caught.value.kind == "too-large"
        assert path.read_bytes() == before
        assert not beside(path)
    save.replace(path, before[:50_000])


def test_the_control_destroys_it(small: Path) -> None:
    path = book(small)
    before = path.read_bytes()
    with pytest.raises(OSError, match="No space"):
        path.write_bytes(before + os.urandom(len(before)))
    assert path.read_bytes() != before
    say(f"full disk: the control left {path.stat().st_size} of {len(before)} bytes, torn")


def test_sync_on_a_full_disk_is_exit_3(small: Path) -> None:
    path = book(small, "seed.xlsx")
    filler = small / "filler"
    filler.write_bytes(b"x" * (shutil.disk_usage(small).free - 4096))
    before = path.read_bytes()
    done = subprocess.run(
        [sys.executable, "-m", "collabxl", "--lang", "en", "sync", str(path), "--today", "2024-08-01"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 3, done.stdout + done.stderr
    assert "No room on the disk" in done.stderr
    assert "Traceback" not in done.stderr
    assert path.read_bytes() == before
    assert beside(path) == [filler.name]
