"""A Dask cluster as the crew that reads: every file on a worker, from a folder that all share or from an address."""

from __future__ import annotations

import importlib.metadata
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from collabxl.errors import UsageError
from collabxl.text import t
from collabxl.workers.executor import ReadExecutor, current_executor

SECONDS = 15
"""How long a scheduler has to answer, and to have a worker."""
_NEEDS = t(
    "--scheduler 需要 Dask。请运行 pip install 'collabxl[cluster]'",
    "--scheduler needs Dask. Run: pip install 'collabxl[cluster]'",
)
_SILENT = t(
    "{seconds} 秒内连不上调度器 {address}（{reason}）。地址形如 tcp://主机:8786，请检查 dask scheduler 是否在运行",
    "The scheduler {address} does not answer within {seconds} seconds ({reason}). An address looks like "
    "tcp://host:8786; check that dask scheduler runs there",
)
_EMPTY = t(
    "调度器 {address} 没有 worker。请用 dask worker {address} 启动一些",
    "The scheduler {address} has no workers. Start some: dask worker {address}",
)
_OTHER = t(
    "{address} 的 worker 上没有 collabxl {version}（{reason}）。请在每台机器上安装同一版本",
    "The workers of {address} lack collabxl {version} ({reason}). Install the same version on every machine",
)


@contextmanager
def dask_executor(address: str) -> Iterator[ReadExecutor]:
    """Let the workers of a Dask cluster read while this lasts; UsageError if they cannot.

    The workers see paths as they are given here, so files lie in a folder that all share, or at addresses. What a
    worker cannot get at, and whatever becomes of the cluster, is read here.
    """
    quiet = logging.getLogger("distributed")
    level = quiet.level
    quiet.setLevel(logging.CRITICAL)
    client = _connect(address)
    try:
        crew = ReadExecutor(client.get_executor(), sum(client.nthreads().values()), is_remote=True)
        before = current_executor.set(crew)
        try:
            yield crew
        finally:
            current_executor.reset(before)
            crew.executor.shutdown(wait=False)
    finally:
        client.close(timeout=SECONDS)
        quiet.setLevel(level)


def version() -> str:
    """Return the version of collabxl where this is called: on a worker."""
    return importlib.metadata.version("collabxl")


def _connect(address: str) -> Any:
    try:
        from distributed import Client
        from distributed.comm.addressing import get_address_host_port
    except ImportError as error:
        raise UsageError(_NEEDS) from error
    try:
        get_address_host_port(address)  # a client of a wrong address fails late and noisily
        client: Any = Client(address, timeout=SECONDS, set_as_default=False, name="collabxl")
    except Exception as error:  # an address of no known kind, a name of no machine, nobody there
        raise UsageError(_SILENT, address=address, seconds=SECONDS, reason=type(error).__name__) from error
    try:
        _refuse_unless_ready(client, address)
    except BaseException:
        client.close(timeout=SECONDS)
        raise
    return client


def _refuse_unless_ready(client: Any, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=SECONDS)
    except TimeoutError as error:
        raise UsageError(_EMPTY, address=address) from error
    ours = version()
    try:
        others = set(client.run(version).values()) - {ours}
    except Exception as error:  # the worker's own, most often ModuleNotFoundError
        raise UsageError(_OTHER, address=address, version=ours, reason=str(error)) from error
    if others:
        raise UsageError(_OTHER, address=address, version=ours, reason=", ".join(sorted(others)))
