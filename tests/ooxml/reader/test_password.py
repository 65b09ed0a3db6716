"""A file with a password is opened in memory by the one that fits, and the password is seen nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from collabxl import FileError, Reading
from collabxl.ooxml.reader.password import decrypt, is_encrypted
from collabxl.workers.pool import Worker
from tests.hostile.cases import PASSWORD, encrypted, healthy


def test_the_first_password_that_fits_opens() -> None:
    locked = encrypted()
    assert is_encrypted(locked)
    assert decrypt(locked, ["wrong", PASSWORD, "late"]).startswith(b"PK")
    assert decrypt(healthy(), ["any"]) == healthy()


@pytest.mark.parametrize(("passwords", "says"), [((), "passwords"), (("a", "b"), "none of the 2")])
def test_no_password_and_wrong_ones_are_told_apart(passwords: tuple[str, ...], says: str) -> None:
    with pytest.raises(FileError, match=says) as caught:
        decrypt(encrypted(), passwords)
    assert caught.value.kind == "encrypted"
    assert caught.value.say("zh")


@pytest.mark.parametrize("cut", [2_000, 8_000, 20_000])
def test_a_damaged_locked_file_is_refused(cut: int) -> None:
    with pytest.raises(FileError) as caught:
        decrypt(encrypted()[:-cut], [PASSWORD])
    assert caught.value.kind == "encrypted"


def test_the_password_stands_in_no_command_line_and_no_environment(tmp_path: Path) -> None:
    path = tmp_path / "locked.xlsx"
    path.write_bytes(encrypted())
    worker = Worker()
    try:
        assert isinstance(worker.read(str(path), (PASSWORD,)), Reading)
        process = Path(f"/proc/{worker.start().pid}")
        if not process.exists():
            pytest.skip("processes are not files here")
        for seen in ("cmdline", "environ"):
            assert PASSWORD.encode() not in (process / seen).read_bytes()
    finally:
        worker.close()
