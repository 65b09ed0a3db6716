"""Real stores for the tests: an S3 server (moto), a WebDAV server (wsgidav) and, where Samba is installed, a share."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import fsspec

from tests.parts import require

KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "eu-central-1"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    """Wait until somebody answers at a port."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise AssertionError(f"{process.args} did not start")


@contextmanager
def ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Let a process end with the block."""
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=20)


@contextmanager
def s3() -> Iterator[dict[str, str]]:
    """Start an S3 server with a bucket named ``plans``; yields the variables by which clients find it."""
    port = free_port()
    variables = {**KEYS, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}"}
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with ended(server):
        listens(port, server)
        bucket(variables).create_bucket(
            Bucket="plans", CreateBucketConfiguration={"LocationConstraint": KEYS["AWS_DEFAULT_REGION"]}
        )
        fsspec.get_filesystem_class("s3").clear_instance_cache()  # of another server that a test began before
        yield variables


def bucket(variables: dict[str, str]) -> Any:
    """Return a client of an S3 server that is none of ours."""
    import boto3

    return boto3.client(
        "s3",
        endpoint_url=variables["AWS_ENDPOINT_URL"],
        aws_access_key_id=variables["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=variables["AWS_SECRET_ACCESS_KEY"],
        region_name=variables["AWS_DEFAULT_REGION"],
    )


@contextmanager
def webdav(folder: Path) -> Iterator[str]:
    """Serve a folder by WebDAV to one user, ``lead`` with the password ``secret``; yields the address."""
    from cheroot.wsgi import Server
    from wsgidav.wsgidav_app import WsgiDAVApp

    port = free_port()
    app = WsgiDAVApp(
        {
            "provider_mapping": {"/": str(folder)},
            "simple_dc": {"user_mapping": {"*": {"lead": {"password": "secret"}}}},
            "verbose": 0,
            "logging": {"enable": False},
        }
    )
    server = Server(("127.0.0.1", port), app)
    server.prepare()
    serving = threading.Thread(target=server.serve, daemon=True)
    serving.start()
    try:
        yield f"dav://127.0.0.1:{port}"
    finally:
        server.stop()
        serving.join(timeout=20)


@contextmanager
def samba(folder: Path) -> Iterator[str]:
    """Serve a folder by a real Samba to the user root with the password ``secret``; yields the share's address."""
    smbd, smbpasswd = (shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin") for name in ("smbd", "smbpasswd"))
    require(smbd and smbpasswd, "Samba")
    require(os.geteuid() == 0, "Samba, run by root,")
    port, home = free_port(), folder.parent / "samba"
    home.mkdir()
    private = [f"{name} = {home}" for name in ("lock directory", "state directory", "cache directory", "pid directory")]
    settings = [
        "[global]",
        *private,
        f"private dir = {home}",
        f"ncalrpc dir = {home}/ncalrpc",
        f"log file = {home}/log",
        "disable netbios = yes",
        f"smb ports = {port}",
        "bind interfaces only = yes",
        "interfaces = 127.0.0.1/8",
        f"[{folder.name}]",
        f"path = {folder}",
        "read only = no",
    ]
    file = home / "smb.conf"
    file.write_text("\n".join(settings), encoding="utf-8")
    told = b"secret\nsecret\n"
    add = [str(smbpasswd), "-c", str(file), "-a", "-s", "root"]
    subprocess.run(add, input=told, check=True, capture_output=True)
    command = [str(smbd), "--foreground", "--no-process-group", f"--configfile={file}"]
    quiet = subprocess.DEVNULL
    server = subprocess.Popen(command, stdout=quiet, stderr=quiet, start_new_session=True)  # it ends its whole group
    with ended(server):
        listens(port, server)
        yield f"smb://127.0.0.1:{port}/{folder.name}"
