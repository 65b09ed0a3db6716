"""A Dask cluster reads: the findings are those of a run here, whatever becomes of a worker."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from collabxl import check_workbooks, outcome_json, sync_workbooks
from collabxl.workers.dask import dask_executor
from tests.bench.workbooks import write
from tests.pipeline import clusters, stores
from tests.torture import say, scaled
from tools.samples.__main__ import SAMPLES

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the cluster of the test is started on POSIX")
TODAY = dt.date(2024, 8, 1)
COUNT = scaled(60, 2000)
POISON = 20
"""One file in so many is none."""
Cluster = tuple[str, list[subprocess.Popen[bytes]]]


def told(*paths: object) -> list[str]:
    """Return what a check says, as JSON."""
    return [json.dumps(outcome_json(outcome)) for outcome in check_workbooks(map(str, paths), today=TODAY)]


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """An S3 server with COUNT workbooks, some of them spoilt; its variables are those of this process, too."""
    folder = tmp_path_factory.mktemp("books")
    with stores.s3() as variables, pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(8) as pool:
        for name, value in variables.items():
            patch.setenv(name, value)
        client = stores.bucket(variables)

        def put(number: int) -> None:
            path = folder / f"{number:05}.xlsx"
            write(path, random.Random(number), 10 + number % 7)
            content = path.read_bytes()
            spoilt = content[: len(content) // 2] if number % POISON == POISON - 1 else content
            client.put_object(Bucket="plans", Key=path.name, Body=spoilt)

        list(pool.map(put, range(COUNT)))
        yield variables


@pytest.fixture(scope="module")
def crew(bucket: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with clusters.cluster(2, tmp_path_factory.mktemp("dask"), **bucket) as made:
        yield made


def run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "collabxl", "--lang", "en", *words, "--today", TODAY.isoformat()]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=120, check=False)


def test_a_sync_is_read_there_and_written_here(crew: Cluster, tmp_path: Path) -> None:
    address, _ = crew
    path = tmp_path / "seed.xlsx"
    path.write_bytes((SAMPLES / "seed.xlsx").read_bytes())
    with dask_executor(address):
        assert [each.state for each in sync_workbooks([path], today=TODAY)] == ["written"]


def test_what_only_this_machine_has_is_read_here(crew: Cluster) -> None:
    import fsspec

    fsspec.filesystem("memory").pipe_file("/here/seed.xlsx", (SAMPLES / "seed.xlsx").read_bytes())
    with dask_executor(crew[0]):
        (outcome,) = check_workbooks(["memory://here"], today=TODAY)
    assert outcome.error is None
    assert outcome.findings


def test_the_command_line_names_the_scheduler(crew: Cluster) -> None:
    done = run("check", str(SAMPLES / "seed.xlsx"), "--scheduler", crew[0], "--format", "jsonl")
    assert done.stderr == ""
    assert done.returncode == 1
    assert json.loads(done.stdout)["project"]


def test_a_worker_killed_half_way_changes_nothing(crew: Cluster) -> None:
    here = told("s3://plans")
    address, workers = crew
    with dask_executor(address) as hired, clusters.killed_after(COUNT // 2, address, workers[0]):
        there = told("s3://plans")
    errors = [json.loads(line)["error"] for line in there]
    say(f"{len(there)} workbooks from S3 by two Dask workers, one killed: {sum(map(bool, errors))} unreadable")
    assert there == here
    assert len(there) == COUNT
    assert [number for number, error in enumerate(errors) if error] == list(range(POISON - 1, COUNT, POISON))
    assert not hired.is_abandoned


@pytest.mark.parametrize(
    ("address", "word"),
    [("tcp://127.0.0.1:9", "dask scheduler"), ("nowhere", "tcp://host:8786"), ("gopher://a:1", "tcp://host:8786")],
)
def test_a_scheduler_that_is_not_there_is_told(address: str, word: str) -> None:
    done = run("check", str(SAMPLES / "seed.xlsx"), "--scheduler", address)
    assert done.returncode == 2
    assert word in done.stderr
    assert "Traceback" not in done.stderr


def test_a_cluster_that_goes_away_leaves_the_rest_to_this_machine(tmp_path: Path) -> None:
    paths = [SAMPLES / "seed.xlsx"] * 30
    with clusters.cluster(1, tmp_path) as (address, workers), dask_executor(address) as hired:
        read: list[Any] = []
        from collabxl.workers.pool import readings

        for number, reading in enumerate(readings(map(str, paths))):
            read.append(reading)
            if number == 5:
                workers[0].kill()
                hired.is_abandoned = True
    assert len(read) == 30
    assert {type(each).__name__ for each in read} == {"Reading"}
