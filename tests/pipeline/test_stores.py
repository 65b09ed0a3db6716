"""Workbooks in other stores: the same findings as of files here, the same bytes written back, errors in clear words."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from collabxl import check_workbooks, fix_workbooks, outcome_json, sync_workbooks
from tests.pipeline import stores
from tools.samples.__main__ import SAMPLES

TODAY = dt.date(2024, 8, 1)
NAMES = ("filled.xlsx", "seed.xlsx")


def findings(*paths: object) -> list[object]:
    """Return what a check says, without the paths."""
    found = check_workbooks(map(str, paths), today=TODAY, jobs=1)
    return [{**outcome_json(outcome), "path": None} for outcome in found]


@pytest.fixture(scope="module")
def server() -> Iterator[dict[str, str]]:
    with stores.s3() as variables, pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        yield variables


@pytest.fixture
def s3(server: dict[str, str]) -> str:
    client = stores.bucket(server)
    for name in NAMES:
        client.put_object(Bucket="plans", Key=f"q3/部门/{name}", Body=(SAMPLES / name).read_bytes())
    client.put_object(Bucket="plans", Key="q3/部门/~$seed.xlsx", Body=b"owner")
    client.put_object(Bucket="plans", Key="q3/readme.txt", Body=b"text")
    return "s3://plans/q3"


@pytest.fixture
def share(tmp_path: Path) -> Path:
    """A folder to serve, with the samples in its folder ``plans``."""
    folder = tmp_path / "served"
    (folder / "plans").mkdir(parents=True)
    for name in NAMES:
        shutil.copy(SAMPLES / name, folder / "plans" / name)
    return folder


def test_a_bucket_a_pattern_and_a_file_find_what_files_here_do(s3: str) -> None:
    here = findings(*(SAMPLES / name for name in NAMES))
    assert findings(s3) == here
    assert findings("s3://plans/q3/*/*.xlsx") == here
    assert findings(f"{s3}/部门/seed.xlsx") == here[1:]


def same_as_here(written: bytes, tmp_path: Path) -> bool:
    """Return whether a store has what a sync here writes."""
    here = Path(shutil.copy(SAMPLES / "seed.xlsx", tmp_path / "here.xlsx"))
    list(sync_workbooks([here], today=TODAY))
    return here.read_bytes() == written


def test_a_sync_writes_into_the_bucket_what_it_writes_here_and_a_second_one_nothing(
    s3: str, server: dict[str, str], tmp_path: Path
) -> None:
    address = f"{s3}/部门/seed.xlsx"
    states = [each.state for _ in range(2) for each in sync_workbooks([address], today=TODAY, backup=True)]
    assert states == ["written", "unchanged"]
    client = stores.bucket(server)
    assert same_as_here(client.get_object(Bucket="plans", Key="q3/部门/seed.xlsx")["Body"].read(), tmp_path)
    kept = client.get_object(Bucket="plans", Key="q3/部门/seed.xlsx.bak")["Body"].read()
    assert kept == (SAMPLES / "seed.xlsx").read_bytes()


def test_a_webdav_server_is_read_and_written(share: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBDAV_USERNAME", "lead")
    monkeypatch.setenv("WEBDAV_PASSWORD", "secret")
    with stores.webdav(share) as address:
        assert findings(f"{address}/plans") == findings(*(SAMPLES / name for name in NAMES))
        assert [each.state for each in sync_workbooks([f"{address}/plans/seed.xlsx"], today=TODAY)] == ["written"]
    assert same_as_here((share / "plans" / "seed.xlsx").read_bytes(), tmp_path)
    assert sorted(path.name for path in (share / "plans").iterdir()) == sorted(NAMES)


def test_a_wrong_password_is_told_as_a_matter_of_permission(share: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBDAV_USERNAME", "lead")
    monkeypatch.setenv("WEBDAV_PASSWORD", "wrong")
    with stores.webdav(share) as address:
        (outcome,) = check_workbooks([f"{address}/plans/seed.xlsx"], today=TODAY)
    assert outcome.error is not None
    assert outcome.error.kind == "permission"


def test_a_windows_share_is_read_and_written_and_an_open_workbook_left_alone(
    share: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(fsspec.config.conf, "smb", {"username": "root", "password": "secret"})
    with stores.samba(share / "plans") as address:
        assert findings(address) == findings(*(SAMPLES / name for name in NAMES))
        (share / "plans" / "~$filled.xlsx").write_bytes(b"owner")
        found = list(sync_workbooks([address], today=TODAY))
    assert [each.state for each in found] == ["not-written", "written"]
    assert found[0].outcome.error is not None
    assert found[0].outcome.error.kind == "locked"
    assert same_as_here((share / "plans" / "seed.xlsx").read_bytes(), tmp_path)
    assert not list((share / "plans").glob(".cx-*"))


def test_a_file_address_is_a_path(tmp_path: Path) -> None:
    path = Path(shutil.copy(SAMPLES / "seed.xlsx", tmp_path / "七月 plan.xlsx"))
    (outcome,) = check_workbooks([path.as_uri()], today=TODAY)
    assert outcome.path == str(path)
    assert outcome.findings


def test_memory_is_a_store_as_any_other() -> None:
    fs = fsspec.filesystem("memory")
    fs.pipe_file("/plans/messy.xlsx", (SAMPLES / "messy.xlsx").read_bytes())
    assert findings("memory://plans") == findings(SAMPLES / "messy.xlsx")
    (fixed,) = fix_workbooks(["memory://plans/messy.xlsx"], today=TODAY, jobs=1)
    assert fixed.written
    assert fs.find("/plans") == ["/plans/messy.xlsx"]
    assert fs.cat_file("/plans/messy.xlsx") != (SAMPLES / "messy.xlsx").read_bytes()


def test_what_changed_since_it_was_read_is_not_overwritten() -> None:
    fs = fsspec.filesystem("memory")
    fs.pipe_file("/busy/seed.xlsx", (SAMPLES / "seed.xlsx").read_bytes())
    fs.pipe_file("/busy/filled.xlsx", (SAMPLES / "filled.xlsx").read_bytes())
    run = sync_workbooks(["memory://busy"], today=TODAY, jobs=1)
    next(run)
    fs.pipe_file("/busy/seed.xlsx", b"somebody else's")
    (last,) = run
    assert last.outcome.error is not None
    assert last.outcome.error.kind == "locked"
    assert fs.cat_file("/busy/seed.xlsx") == b"somebody else's"


@pytest.mark.parametrize(
    ("address", "kind", "word"),
    [
        ("s3://plans/q3/none.xlsx", "not-found", "s3://plans/q3/none.xlsx"),
        ("s3://plans/nowhere/", "not-found", "nowhere"),
        ("s3://no-such-bucket/a.xlsx", "not-found", "no-such-bucket"),
        ("gs://plans/a.xlsx", "unsupported", "pip install 'collabxl[cloud]'"),
        ("gopher://plans/a.xlsx", "unsupported", "gopher://"),
        ("smb://lead:secret@host/plans/a.xlsx", "unsupported", "FSSPEC_SMB_PASSWORD"),
        ("dav://127.0.0.1:9/plans/a.xlsx", "timeout", "127.0.0.1:9"),
        ("dav://127.0.0.1:9/plans/author-401.xlsx", "timeout", "127.0.0.1:9"),
    ],
)
def test_what_cannot_be_had_is_told_and_the_others_are_checked(s3: str, address: str, kind: str, word: str) -> None:
    outcome, seed = check_workbooks([address, f"{s3}/部门/seed.xlsx"], today=TODAY)
    assert outcome.error is not None
    assert outcome.error.kind == kind
    assert word in f"{outcome.path} {outcome.error.say('en')}"
    assert "secret" not in f"{outcome.path} {outcome.error.say('zh')}"
    assert seed.findings


def test_a_bucket_that_refuses_is_a_matter_of_permission(s3: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from botocore.exceptions import ClientError, NoCredentialsError

    from collabxl import FileError
    from collabxl.storage.remote.store_errors import translate_errors

    refusals = [NoCredentialsError(), ClientError({"Error": {"Code": "403", "Message": "Forbidden"}}, "HeadObject")]
    for refusal in refusals:
        with pytest.raises(FileError) as found, translate_errors(s3):
            raise refusal
        assert found.value.kind == "permission"


def test_help_loads_no_store() -> None:
    loaded = "[name for name in ('fsspec', 's3fs', 'distributed', 'pandas', 'lxml') if name in sys.modules]"
    call = "cli(['check', '--help'], standalone_mode=False)"
    code = f"import sys; from collabxl.cli.main import cli; {call}; print({loaded})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True)
    assert done.stdout.splitlines()[-1] == "[]"
