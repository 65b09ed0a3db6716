"""Verifying: every way in which an archive can differ from its manifest, and zips that mean harm."""

from __future__ import annotations

import json
import shutil
import stat
import struct
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from collabxl import ArchiveFault, FileError, UsageError, archive_project, verify_archive
from collabxl.archive.manifest import FOLDER, NAME
from collabxl.archive.unzip import LARGEST_DIRECTORY
from collabxl.cli.main import cli
from tests.cli.test_cli import run
from tools.samples.__main__ import SAMPLES

Change = Callable[[dict[str, bytes]], object]
BOOK, NOTE = f"{FOLDER}a.xlsx", f"{FOLDER}a.txt"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    book = Path(shutil.copy(SAMPLES / "seed.xlsx", folder / "a.xlsx"))
    (folder / "a.txt").write_bytes(b"note " * 1000)
    return archive_project(book).path


def entries(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(path: Path, files: dict[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", how) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, how)
    return path


def found(path: Path) -> list[tuple[ArchiveFault, str]]:
    return [tuple(each) for each in verify_archive(path).differences]


def refused(path: Path) -> FileError:
    with pytest.raises(FileError) as error:
        verify_archive(path)
    for lang in ("zh", "en"):
        assert error.value.say(lang)
    return error.value


def test_packed_again_by_another_program_it_is_as_good(whole: Path, tmp_path: Path) -> None:
    again = packed(tmp_path / "a.zip", {FOLDER: b"", **dict(reversed(entries(whole).items()))})
    assert found(again) == []


CHANGES: dict[str, tuple[Change, list[tuple[ArchiveFault, str]]]] = {
    "missing": (lambda files: files.pop(NOTE), [("missing", NOTE)]),
    "one bit": (lambda files: files.update({BOOK: files[BOOK][:-1] + b"\1"}), [("changed", BOOK)]),
    "longer": (lambda files: files.update({NOTE: files[NOTE] + b"x"}), [("changed", NOTE)]),
    "extra": (lambda files: files.update({"project/b.txt": b""}), [("extra", "project/b.txt")]),
    "renamed": (lambda files: files.update({"b": files.pop(NOTE)}), [("missing", NOTE), ("extra", "b")]),
    "up": (lambda files: files.update({"../../evil": b"x"}), [("unsafe", "../../evil")]),
    "root": (lambda files: files.update({"/etc/evil": b"x"}), [("unsafe", "/etc/evil")]),
    "folder": (lambda files: files.update({"../a/": b""}), [("unsafe", "../a/")]),
    "drive": (lambda files: files.update({"C:evil": b"x"}), [("unsafe", "C:evil")]),
    "windows": (lambda files: files.update({"a\\..\\evil": b"x"}), [("unsafe", "a\\..\\evil")]),
    "reversed": (lambda files: files.update({"a\u202etxt.exe": b"x"}), [("unsafe", "a\u202etxt.exe")]),
}


@pytest.mark.parametrize("case", CHANGES)
def test_every_difference_is_named(whole: Path, tmp_path: Path, case: str) -> None:
    change, expected = CHANGES[case]
    files = entries(whole)
    change(files)
    assert found(packed(tmp_path / "a.zip", files)) == expected


def test_a_name_that_is_there_twice_and_a_link(whole: Path, tmp_path: Path) -> None:
    twice = Path(shutil.copy(whole, tmp_path / "twice.zip"))
    with zipfile.ZipFile(twice, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr(NOTE, b"another")
    assert found(twice) == [("twice", NOTE)]
    linked, link = Path(shutil.copy(whole, tmp_path / "link.zip")), zipfile.ZipInfo("project/link")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(linked, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    assert found(linked) == [("unsafe", "project/link")]


def test_bytes_that_rotted_are_damaged_and_cost_only_their_file(whole: Path, tmp_path: Path) -> None:
    content = bytearray(whole.read_bytes())
    content[content.index(b"note note") + 100] ^= 1
    rotten = tmp_path / "a.zip"
    rotten.write_bytes(content)
    assert found(rotten) == [("damaged", NOTE)]


def told(whole: Path, **more: object) -> bytes:
    return json.dumps({**json.loads(entries(whole)[NAME]), **more}).encode()


def test_a_manifest_that_is_none_is_told_so(whole: Path, tmp_path: Path) -> None:
    files = entries(whole)
    (first, *_) = json.loads(files[NAME])["files"]
    manifests = [
        b"", b"{}", b"[" * 100_000, b"\xff\xfe", told(whole, contract=2), told(whole, files=[first, first]),
        told(whole, files=[{**first, "path": "../a"}]), told(whole, files=[{**first, "sha256": "0"}]),
        told(whole, files=[{**first, "size": -1}]), b" " * (17 * 2**20),
    ]  # fmt: skip
    for number, manifest in enumerate(manifests):
        error = refused(packed(tmp_path / f"{number}.zip", {**files, NAME: manifest}))
        assert (error.kind, "no archive written by collabxl" in str(error)) == ("corrupt", True), number
    del files[NAME]
    assert refused(packed(tmp_path / "none.zip", files)).kind == "corrupt"


def test_what_is_no_zip_or_cut_off_is_corrupt(whole: Path, tmp_path: Path) -> None:
    content = whole.read_bytes()
    for number, broken in enumerate((b"", b"PK", b"hello" * 100, content[:-30], content[:1000], b"PK\5\6" * 10)):
        path = tmp_path / f"{number}.zip"
        path.write_bytes(broken)
        assert refused(path).kind == "corrupt", number
    assert refused(tmp_path / "none.zip").kind == "not-found"


@pytest.mark.slow
def test_what_bombs_or_fills_the_memory_is_not_unpacked(whole: Path, tmp_path: Path) -> None:
    size = 300 * 2**20
    bomb, zeros = tmp_path / "bomb.zip", {"path": NOTE, "kind": "mail", "size": size, "sha256": "0" * 64}
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(NAME, told(whole, files=[zeros]))
        with archive.open(NOTE, "w") as file:
            for _ in range(size // 2**20):
                file.write(bytes(2**20))
    assert refused(bomb).kind == "too-large"
    vast = tmp_path / "vast.zip"
    vast.write_bytes(struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 9, 9, LARGEST_DIRECTORY + 1, 0, 0))
    assert refused(vast).kind == "too-large"
    wide = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 9, 9, LARGEST_DIRECTORY + 1, 0)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, 0, 1)
    vast.write_bytes(wide + locator + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 9, 9, 0, 0, 0))
    assert refused(vast).kind == "too-large"


def test_what_needs_a_password_or_an_unknown_packing_is_damaged(whole: Path, tmp_path: Path) -> None:
    files = entries(whole)
    note = files.pop(NOTE)
    locked = packed(tmp_path / "a.zip", files)
    with zipfile.ZipFile(locked, "a", zipfile.ZIP_LZMA) as archive:
        archive.writestr(NOTE, note)
    assert found(locked) == [("damaged", NOTE)]


def test_mutants_give_a_verdict_or_a_reason(whole: Path, tmp_path: Path) -> None:
    """Bytes of the zip's own structure, each changed on its own; no other exception comes out."""
    content, mutant = whole.read_bytes(), tmp_path / "a.zip"
    start = struct.unpack_from("<L", content, content.rindex(b"PK\5\6") + 16)[0]
    verdicts = 0
    for at in [*range(30), *range(start, len(content), 3)]:
        mutant.write_bytes(content[:at] + bytes([content[at] ^ 0x55]) + content[at + 1 :])
        try:
            verdicts += bool(verify_archive(mutant).differences)
        except FileError:
            verdicts += 1
    assert verdicts > 20


def test_the_command_s_exit_codes_and_words(whole: Path, tmp_path: Path) -> None:
    files = entries(whole)
    del files[NOTE]
    lacking = packed(tmp_path / "a.zip", {**files, "b\x1b[2J": b""})
    done = run("archive", "--verify", str(lacking), COLLABXL_LANG="zh")
    assert done.returncode == 1
    assert f"缺少: {NOTE}" in done.stdout
    assert "\x1b" not in done.stdout
    broken = run("archive", "--verify", str(SAMPLES / "seed.findings.txt"))
    assert broken.returncode == 3
    assert "[corrupt]" in broken.stderr
    with pytest.raises(UsageError, match="--verify takes the archive alone"):
        cli.main(["archive", "--verify", str(whole), "--force"], standalone_mode=False)
