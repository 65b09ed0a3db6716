"""Saving: old or new and never torn, one writer at a time, nothing left behind, and a sentence for every refusal."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from collabxl import FileError
from collabxl.storage import disk, names, save
from collabxl.text import LANGS
from tests.editing import edit

posix = pytest.mark.skipif(os.name == "nt", reason="modes, links and flock of POSIX systems")
HOLD = """
import sys
from pathlib import Path
from collabxl.storage import save as saving
with saving.write_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""
NO_FLOCK = """
import errno, fcntl
def unknown(*_):
    raise OSError(errno.ENOTSUP, "Operation not supported")
fcntl.flock = unknown
"""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "任务分工表（2024年7月）.xlsx"
    path.write_bytes(b"old")
    return path


@pytest.fixture
def holder(book: Path, request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that holds the lock of ``book`` until its stdin is closed."""
    code = getattr(request, "param", "") + HOLD
    process = subprocess.Popen([sys.executable, "-c", code, book], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout
    assert process.stdout.readline() == b"held\n"
    yield process
    process.kill()
    process.wait()


def refused(act: Callable[[], object]) -> FileError:
    with pytest.raises(FileError) as caught:
        act()
    for lang in LANGS:
        assert "{" not in caught.value.say(lang)
    return caught.value


def beside(path: Path) -> set[str]:
    return {each.name for each in path.parent.iterdir()} - {path.name}


def test_a_file_is_made_and_replaced_and_nothing_stays_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "new.xlsx"
    for content in (b"", b"one", b"two" * 1_000_000):
        save.replace(path, content)
        assert path.read_bytes() == content
        assert not beside(path)


def test_an_edit_writes_only_what_changed(book: Path) -> None:
    assert edit(book, lambda old: old + b"er") is True
    before = book.stat()
    assert edit(book, lambda old: old, backup=True) is False
    assert (book.read_bytes(), book.stat().st_ino) == (b"older", before.st_ino)
    assert not beside(book)


def test_a_backup_keeps_what_was_there_and_is_no_input(book: Path) -> None:
    save.replace(book, b"new", backup=True)
    assert (book.read_bytes(), save.backup_path(book).read_bytes()) == (b"new", b"old")
    edit(book, lambda old: old + b"er", backup=True)
    assert (book.read_bytes(), save.backup_path(book).read_bytes()) == (b"newer", b"new")
    assert beside(book) == {f"{book.name}.bak"}
    save.replace(book.with_name("fresh.xlsx"), b"new", backup=True)
    assert not book.with_name("fresh.xlsx.bak").exists()


def test_a_file_changed_meanwhile_is_not_written(book: Path) -> None:
    assert refused(lambda: save.replace(book, b"ours", was=b"other", backup=True)).kind == "locked"
    assert book.read_bytes() == b"old"
    assert not beside(book)
    assert refused(lambda: save.replace(book.with_name("gone.xlsx"), b"ours", was=b"old")).kind == "locked"


def test_a_change_in_the_last_instant_is_seen(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.fsync

    def late(handle: int) -> None:
        real(handle)
        book.write_bytes(b"theirs")

    monkeypatch.setattr(os, "fsync", late)
    assert refused(lambda: save.replace(book, b"ours", was=b"old")).kind == "locked"
    assert book.read_bytes() == b"theirs"
    assert not beside(book)


@posix
def test_the_target_of_a_link_is_written_and_the_link_stays(book: Path) -> None:
    link = book.with_name("link.xlsx")
    link.symlink_to(book.name)
    save.replace(link, b"new")
    assert link.is_symlink()
    assert book.read_bytes() == b"new"
    loop = book.with_name("loop.xlsx")
    loop.symlink_to(loop.name)
    assert refused(lambda: save.replace(loop, b"new")).kind == "unsupported"


@posix
@pytest.mark.parametrize("mode", [0o640, 0o664, 0o600, 0o755])
def test_the_mode_is_kept(book: Path, mode: int) -> None:
    book.chmod(mode)
    save.replace(book, b"new", backup=True)
    assert stat.S_IMODE(book.stat().st_mode) == mode
    assert stat.S_IMODE(save.backup_path(book).stat().st_mode) == mode


@posix
def test_a_new_file_has_the_mode_that_any_program_gives(tmp_path: Path) -> None:
    path, other = tmp_path / "new.xlsx", tmp_path / "other"
    save.replace(path, b"new")
    other.write_bytes(b"")
    assert path.stat().st_mode == other.stat().st_mode


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root gives files away")
def test_owner_and_group_are_kept(book: Path) -> None:
    os.chown(book, 1234, 2345)
    save.replace(book, b"new")
    assert (book.stat().st_uid, book.stat().st_gid) == (1234, 2345)


@posix
def test_a_group_that_cannot_be_kept_does_not_let_others_in(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    book.chmod(0o664)
    monkeypatch.setattr(os, "chown", denied)
    save.replace(book, b"new")
    assert stat.S_IMODE(book.stat().st_mode) == 0o644


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="extended attributes as on Linux")
def test_extended_attributes_are_kept(book: Path) -> None:
    try:
        os.setxattr(book, "user.origin", b"mail")
    except OSError as error:
        pytest.skip(f"no extended attributes here: {error}")
    save.replace(book, b"new")
    assert os.getxattr(book, "user.origin") == b"mail"


def test_a_read_only_file_is_refused_even_for_root(book: Path) -> None:
    book.chmod(0o444)
    error = refused(lambda: save.replace(book, b"new"))
    assert error.kind == "permission"
    assert "只读" in error.say("zh")
    assert book.read_bytes() == b"old"
    assert not beside(book)


def test_a_hard_link_is_refused_and_both_names_keep_their_file(book: Path) -> None:
    other = book.with_name("other.xlsx")
    os.link(book, other)
    error = refused(lambda: save.replace(book, b"new"))
    assert error.kind == "unsupported"
    assert "2" in error.say("en")
    assert (other.read_bytes(), other.stat().st_ino) == (b"old", book.stat().st_ino)


def test_a_folder_or_a_device_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "folder.xlsx"
    folder.mkdir()
    assert refused(lambda: save.replace(folder, b"new")).kind == "unsupported"
    if os.name != "nt":
        assert refused(lambda: save.replace(Path("/dev/null"), b"new")).kind == "unsupported"


def test_what_is_not_there_or_has_no_name_is_said(tmp_path: Path) -> None:
    assert refused(lambda: save.replace(tmp_path / f"{'长' * 200}.xlsx", b"new")).kind == "permission"
    assert refused(lambda: save.replace(tmp_path / "no" / "a.xlsx", b"new")).kind == "not-found"
    assert refused(lambda: edit(tmp_path / "a.xlsx", bytes.upper)).kind == "not-found"
    assert not list(tmp_path.iterdir())


def test_a_disk_that_cannot_be_read_is_said(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Path) -> bytes:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(Path, "read_bytes", broken)
    error = refused(lambda: edit(book, bytes.upper))
    assert error.kind == "permission"
    assert "Input/output error" in error.say("en")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_we_may_not_write_is_refused_by_the_write_alone(book: Path) -> None:
    book.parent.chmod(0o555)
    try:
        assert edit(book, bytes) is False
        assert refused(lambda: edit(book, bytes.upper)).kind == "permission"
    finally:
        book.parent.chmod(0o755)


WIDE = b"\x02" + b"??".ljust(54) + b"\x02\x00" + "王琳".encode("utf-16-le").ljust(108)


@pytest.mark.parametrize(
    ("pattern", "content", "name"),
    [
        ("~${}", b"\x04Anna".ljust(55), "Anna"),
        ("~${}", WIDE, "王琳"),
        ("~${}", b"", "~${}"),
        (".~lock.{}#", b",Anna,host,today,file;", "Anna"),
        (".~lock.{}#", "王琳,wang,host,today,file;".encode(), "王琳"),
        (".~{}", b"\x00\x01", ".~{}"),
        ("~${}", b"\x36" + bytes(range(200)), "~${}"),
        ("~${}", b"\xff" * 100_000, "~${}"),
        ("~${}", b"\x03\x1b[2".ljust(55) + b"\xff\xff" * 60, "~${}"),
        (".~lock.{}#", b"\x1b[31m,x;", ".~lock.{}#"),
        (".~lock.{}#", b"A" * 100_000, ".~lock.{}#"),
    ],
)
def test_who_has_it_open_is_named(book: Path, pattern: str, content: bytes, name: str) -> None:
    owner = book.with_name(pattern.format(book.name))
    owner.write_bytes(content)
    error = refused(lambda: save.replace(book, b"new"))
    assert error.kind == "locked"
    assert name.format(book.name) in error.say("zh")
    assert owner.name in error.say("en")
    assert save.owner_name(book) == name.format(book.name)
    assert book.read_bytes() == b"old"
    owner.unlink()
    save.replace(book, b"new")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_a_pipe_that_bears_an_owner_file_s_name_is_not_waited_for(book: Path) -> None:
    os.mkfifo(book.with_name(f"~${book.name}"))
    assert refused(lambda: save.replace(book, b"new")).kind == "locked"


def test_a_second_writer_waits_and_then_names_the_first(book: Path, holder: subprocess.Popen[bytes]) -> None:
    started, link = time.monotonic(), book.with_name("link.xlsx")
    link.symlink_to(book)
    with pytest.raises(FileError) as caught, save.write_lock(link, wait=0.3):
        pytest.fail("two hold one lock")
    assert time.monotonic() - started >= 0.3
    assert caught.value.kind == "locked"
    assert str(holder.pid) in caught.value.say("zh")
    assert os.uname().nodename in caught.value.say("en")


def test_a_second_writer_goes_on_when_the_first_is_done(book: Path, holder: subprocess.Popen[bytes]) -> None:
    assert holder.stdin
    threading.Timer(0.3, holder.stdin.close).start()
    assert edit(book, bytes.upper) is True
    holder.wait()
    assert not beside(book)


def test_a_killed_holder_holds_nothing(book: Path, holder: subprocess.Popen[bytes]) -> None:
    holder.kill()
    holder.wait()
    assert beside(book), "the killed one left its lock file"
    with save.write_lock(book, wait=0):
        pass
    assert not beside(book)


def test_threads_wait_for_each_other_and_one_thread_nests(book: Path) -> None:
    with save.write_lock(book), save.write_lock(book, wait=0):
        caught: list[FileError] = []

        def try_it() -> None:
            try:
                with save.write_lock(book, wait=0.1):
                    pass
            except FileError as error:
                caught.append(error)

        thread = threading.Thread(target=try_it)
        thread.start()
        thread.join()
        assert [error.kind for error in caught] == ["locked"]
        save.replace(book, b"new", was=b"old")
    assert not beside(book)


def test_what_killed_runs_left_is_swept_but_nothing_that_is_in_use(book: Path, holder: subprocess.Popen[bytes]) -> None:
    other = book.with_name("other.xlsx")
    other.write_bytes(b"old")
    in_use = names.temp_path(book)
    for temp in (in_use, names.temp_path(other), names.temp_path(book.with_name("third.xlsx"))):
        temp.write_bytes(b"torn")
    stale = names.lock_path(book.parent, names.tag_of(book.with_name("fourth.xlsx")))
    stale.write_bytes(b"")
    (mine := book.with_name(".cx-notes.txt")).write_bytes(b"not ours")
    with save.write_lock(other):
        pass
    assert beside(book) == {other.name, mine.name, in_use.name, names.lock_path(book.parent, names.tag_of(book)).name}
    assert holder.stdin
    holder.stdin.close()
    holder.wait()
    save.replace(book, b"new")
    assert beside(book) == {other.name, mine.name}


def test_a_lock_file_that_lost_its_name_is_no_lock(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = names.lock_path(book.parent, names.tag_of(book))
    real, calls = os.path.samestat, []

    def first_time_another(*stats: Any) -> bool:
        calls.append(stats)
        return len(calls) > 1 and real(*stats)

    monkeypatch.setattr(os.path, "samestat", first_time_another)
    with save.write_lock(book, wait=1):
        assert len(calls) == 2
        assert file.exists()
    assert not beside(book)


@posix
@pytest.mark.parametrize("holder", [NO_FLOCK], indirect=True)
def test_without_locks_of_the_system_the_file_itself_is_the_lock(
    book: Path, holder: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object) -> None:
        raise OSError(errno.ENOTSUP, "Operation not supported")

    monkeypatch.setattr("fcntl.flock", unknown)
    with pytest.raises(FileError) as caught, save.write_lock(book, wait=0.1):
        pytest.fail("two hold one lock")
    assert f"pid {holder.pid} " in caught.value.say("en")
    holder.kill()
    holder.wait()
    save.replace(book, b"new")
    assert book.read_bytes() == b"new"
    assert not beside(book)


def test_windows_is_given_time_and_then_told_who_is_in_the_way(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, tries = os.replace, []

    def in_use(*paths: Any) -> None:
        tries.append(paths)
        if len(tries) < wanted:
            error = PermissionError(errno.EACCES, "The process cannot access the file")
            error.winerror = 32  # type: ignore[attr-defined]
            raise error
        real(*paths)

    monkeypatch.setattr(os, "replace", in_use)
    monkeypatch.setattr(disk, "_PAUSES", (0, 0, 0))
    wanted = 3
    save.replace(book, b"new")
    assert book.read_bytes() == b"new"
    wanted = 99
    assert refused(lambda: save.replace(book, b"newer")).kind == "locked"
    assert book.read_bytes() == b"new"
    assert not beside(book)


@posix
def test_a_folder_that_cannot_be_synced_is_no_failure_but_one_that_fails_is(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync

    def fail(number: int) -> Callable[[int], None]:
        def sync(handle: int) -> None:
            if stat.S_ISDIR(os.fstat(handle).st_mode):
                raise OSError(number, os.strerror(number))
            real(handle)

        return sync

    monkeypatch.setattr(os, "fsync", fail(errno.EINVAL))
    save.replace(book, b"new")
    monkeypatch.setattr(os, "fsync", fail(errno.EIO))
    error = refused(lambda: save.replace(book, b"newer"))
    assert isinstance(error, save.DurabilityError)
    assert book.read_bytes() == b"newer"
    assert not beside(book)


@posix
def test_a_limit_on_the_size_of_files_is_a_sentence(book: Path) -> None:
    code = (
        "import resource, sys; from pathlib import Path; from collabxl import errors\n"
        "from collabxl.storage import save as saving\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try: saving.replace(Path(sys.argv[1]), b'x' * 5000)\n"
        "except errors.FileError as error: print(error.kind, error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, book], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.startswith("too-large No room")
    assert book.read_bytes() == b"old"
    assert not beside(book)
