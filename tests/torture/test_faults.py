"""Every step of a save fails once, as its 1st, 2nd … nth call: the file is old or new, the temp gone, it is said."""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from collabxl import FileError
from collabxl.storage import save
from tests.editing import edit
from tests.parts import require
from tests.torture import LONG, ROOT, beside, book, say
from tests.torture.writer import SENTINEL, naively

OLD, NEW = b"old" * 1000, b"new" * 1000
NUMBERS = [errno.ENOSPC, errno.EIO, errno.EACCES]
STEPS = ["open", "write", "fsync", "close", "replace", "chmod", "chown", "stat", "unlink", "scandir", "ftruncate"]


class Fault:
    """Lets the nth call of a function of ``os`` fail, and counts them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, step: str, nth: int, number: int) -> None:
        self.calls = 0
        self._real: Callable[..., Any] = getattr(os, step)
        self._step, self._nth, self._number = step, nth, number
        monkeypatch.setattr(os, step, self)

    def __call__(self, *args: Any, **named: Any) -> Any:
        self.calls += 1
        if self.calls != self._nth:
            return self._real(*args, **named)
        if self._step == "close":  # a close that fails has closed nevertheless
            self._real(*args, **named)
        raise OSError(self._number, os.strerror(self._number))


def outcome(path: Path, act: Callable[[], object]) -> str:
    """Return what became of a save: saved, unsure or the kind of its refusal; anything else is raised."""
    try:
        act()
    except save.DurabilityError:
        assert path.read_bytes() == NEW
        return "unsure"
    except FileError as error:
        assert path.read_bytes() == OLD
        return error.kind
    assert path.read_bytes() == NEW
    return "saved"


@pytest.mark.parametrize("backup", [False, True])
@pytest.mark.parametrize("step", [step for step in STEPS if hasattr(os, step)])
def test_every_call_of_a_step_may_fail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, backup: bool
) -> None:
    path, seen = tmp_path / "file.xlsx", Counter[str]()
    allowed = {f"{path.name}.bak"} if backup else set()
    for number in NUMBERS:
        for nth in range(1, 200):
            path.write_bytes(OLD)
            with monkeypatch.context() as patch:
                fault = Fault(patch, step, nth, number)
                seen[outcome(path, lambda: edit(path, lambda _: NEW, backup=backup))] += 1
            if step in {"stat", "unlink"}:  # what cannot be removed, or not locked after all, is swept by the next
                save.replace(path, NEW)
            assert set(beside(path)) <= allowed, (step, nth, number)
            if fault.calls < nth:
                break
        else:
            pytest.fail(f"more than 200 calls of {step}")
    say(f"{step}{' with backup' if backup else ''}: {dict(seen)}")
    if step in {"write", "fsync", "replace"}:
        assert sum(seen.values()) > seen["saved"], "no fault was injected"


def test_the_control_loses_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file.xlsx"
    path.write_bytes(OLD)
    real = Path.open

    def fail(self: Path, mode: str = "r", *args: Any) -> Any:
        opened = real(self, mode, *args)
        if "w" in mode:
            opened.close()
            raise OSError(errno.EIO, "Input/output error")
        return opened

    monkeypatch.setattr(Path, "open", fail)
    with pytest.raises(OSError, match="Input/output"):
        naively(path, lambda _: NEW)
    monkeypatch.undo()
    assert path.read_bytes() == b""


CALLS = {"write": "write,pwrite64", "fsync": "fsync,fdatasync", "rename": "rename,renameat,renameat2"}
if LONG:
    CALLS |= {"close": "close", "open": "openat", "unlink": "unlink,unlinkat"}


@pytest.fixture(scope="module")
def strace() -> str:
    """strace, where it may watch."""
    found = shutil.which("strace")
    require(found, "strace")
    if subprocess.run([str(found), "-qq", "true"], capture_output=True, timeout=30).returncode:
        pytest.skip("strace may not trace processes here")
    return str(found)


def traced(strace: str, path: Path, way: str, calls: str, inject: str | None = None) -> tuple[int, list[str]]:
    """Return the code of one real save under strace and its system calls from the sentinel on."""
    log = path.parent.parent / "strace.log"
    known = ",".join(f"?{call}" for call in calls.split(","))  # not every processor has every call
    words = [strace, "-qq", "-o", str(log), "-e", f"trace={known},?access,?faccessat,?faccessat2"]
    if inject:
        words += ["-e", f"inject={known}:{inject}"]
    words += [sys.executable, "-B", "-m", "tests.torture.writer", "once", str(path), way]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, timeout=120, env={**os.environ, "PYTHONHASHSEED": "0"})
    return done.returncode, log.read_text(errors="replace").splitlines()


def counted(log: list[str], calls: str) -> tuple[int, int]:
    """Return how many of some system calls came before the sentinel, and how many after."""
    sentinel = next(number for number, line in enumerate(log) if SENTINEL in line)
    wanted = re.compile(rf"(?:{calls.replace(',', '|')})\(")
    before = sum(bool(wanted.match(line)) for line in log[:sentinel])
    return before, sum(bool(wanted.match(line)) for line in log[sentinel:])


def injections(before: int, after: int) -> Iterator[tuple[str, int]]:
    """Return which call fails with what: all of them, or a few in the short form."""
    places = range(1, after + 1) if LONG else sorted({1, after // 2 + 1, after})
    for place in places:
        for name in ("ENOSPC", "EIO") if LONG else ("EIO",):
            yield name, before + place


@pytest.mark.parametrize("way", ["collabxl", "backup"] if LONG else ["backup"])
@pytest.mark.parametrize("call", CALLS)
def test_system_calls_that_fail(tmp_path: Path, strace: str, call: str, way: str) -> None:
    path = book(tmp_path / "book", "seed.xlsx")
    old, new = path.read_bytes(), path.read_bytes().swapcase()
    _, log = traced(strace, path, way, CALLS[call])
    seen = Counter[str]()
    for name, when in injections(*counted(log, CALLS[call])):
        path.write_bytes(old)
        code, log = traced(strace, path, way, CALLS[call], f"error={name}:when={when}")
        assert any("INJECTED" in line for line in log), "nothing was injected"
        assert code in {0, 3, 4}, (call, name, when, log[-20:])
        assert path.read_bytes() == (old if code == 3 else new)
        if call == "unlink":
            save.replace(path, new)
        assert set(beside(path)) <= {f"{path.name}.bak"}, (call, name, when)
        seen[{0: "saved", 3: "refused", 4: "unsure"}[code]] += 1
    say(f"strace {call} ({way}): {dict(seen)}")
    assert seen, "no call was found to fail"


def test_a_failing_write_makes_the_control_lose_the_file(tmp_path: Path, strace: str) -> None:
    path = book(tmp_path / "book", "seed.xlsx")
    old, new = path.read_bytes(), path.read_bytes().swapcase()
    _, log = traced(strace, path, "naive", CALLS["write"])
    before, _ = counted(log, CALLS["write"])
    path.write_bytes(old)
    code, _ = traced(strace, path, "naive", CALLS["write"], f"error=EIO:when={before + 1}")
    assert code == 1
    assert path.read_bytes() not in (old, new)
