"""A Dask scheduler and workers as real processes on loopback, and a look at how far they are."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.pipeline.stores import ended, free_port, listens

ROOT = Path(__file__).parents[2]


def started(*words: str, **variables: str) -> subprocess.Popen[bytes]:
    """Start a program of Dask's."""
    return subprocess.Popen(
        [sys.executable, "-m", *words, "--no-dashboard"],
        cwd=ROOT,
        env={**os.environ, **variables},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@contextmanager
def cluster(workers: int, folder: Path, **variables: str) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Start a scheduler and workers of one thread each; yields the address and the workers."""
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    with ExitStack() as stack:
        scheduler = started("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port))
        stack.enter_context(ended(scheduler))
        listens(port, scheduler)
        words = (
            "distributed.cli.dask_worker",
            address,
            "--nthreads",
            "1",
            "--no-nanny",
            "--local-directory",
            str(folder),
        )
        crew = [started(*words, **variables) for _ in range(workers)]
        for worker in crew:
            stack.enter_context(ended(worker))
        with connected(address) as client:
            client.wait_for_workers(workers, timeout=120)
        yield address, crew


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """Connect to a scheduler as a client of our own."""
    from distributed import Client

    client = Client(address, set_as_default=False)
    try:
        yield client
    finally:
        client.close()


def read_so_far(dask_scheduler: Any) -> int:
    """Return how many tasks have been done: asked of the scheduler."""
    return sum(prefix.state_counts["memory"] for prefix in dask_scheduler.task_prefixes.values())


@contextmanager
def killed_after(done: int, address: str, worker: subprocess.Popen[bytes]) -> Iterator[None]:
    """Kill a worker with SIGKILL, from another thread, once the cluster has done so many tasks."""

    def watch() -> None:
        with connected(address) as client:
            before = client.run_on_scheduler(read_so_far)
            while client.run_on_scheduler(read_so_far) - before < done:
                time.sleep(0.02)
        worker.kill()

    watching = threading.Thread(target=watch)
    watching.start()
    yield
    watching.join(timeout=60)
    assert worker.wait(timeout=10) < 0
