"""Replacing a file in another store: written beside, then renamed over the old one, where the store can.

What each store gives, and does not:
- s3 and other object stores: one upload replaces the whole object at its end or not at all.
- smb: the server renames over the old file in one step; a cut before that leaves the old file and perhaps a ``.cx-…``.
- webdav: MOVE with Overwrite; RFC 4918 lets a server delete the old file first, so a server that dies in between can
  leave only what was written beside it.
- whatever else fsspec knows: its ``mv``, which may be a copy and a deletion.
Nowhere is there a lock: who writes between our last look and the rename is overwritten, and owner files of Excel are
seen where they are files (smb, webdav). Rights and attributes are those that the store gives to a new file.
"""

from __future__ import annotations

import secrets
from contextlib import suppress
from typing import Any

from collabxl.errors import FileError
from collabxl.storage.remote.store import Store, open_store
from collabxl.storage.remote.store_errors import translate_errors
from collabxl.text import t

WHOLE_UPLOADS = frozenset({"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "adl", "oss", "obs", "oci"})
"""The stores in which an upload takes an object's place only when it is whole."""
SMB_PORT = 445
_CHANGED = t("{path} 在处理期间被改动，未写入。请重新运行", "{path} changed meanwhile; not written. Run again")
_HELD = t(
    "{path} 正被打开（旁边有 {owner}），未写入。请关闭后重试",
    "{path} is open ({owner} lies beside it); not written. Close it and try again",
)


def replace(address: str, content: bytes, *, was: bytes, backup: bool = False) -> None:
    """Put ``content`` in the place of ``was``, whole where the store can; FileError of kind locked if it changed."""
    with translate_errors(address):
        store = open_store(address)
        _refuse_if_open(store, address)
        if bytes(store.fs.cat_file(store.path)) != was:
            raise FileError("locked", _CHANGED, path=address)
        if backup:
            store.fs.pipe_file(f"{store.path}.bak", was)
        _write(store, content)


def _refuse_if_open(store: Store, address: str) -> None:
    if _protocols(store.fs) & WHOLE_UPLOADS:
        return
    folder, _, name = store.path.rpartition("/")
    for owner in (f"~${name}", f".~lock.{name}#"):
        if store.fs.exists(f"{folder}/{owner}"):
            raise FileError("locked", _HELD, path=address, owner=owner)


def _write(store: Store, content: bytes) -> None:
    if _protocols(store.fs) & WHOLE_UPLOADS:
        store.fs.pipe_file(store.path, content)
        return
    folder, _, _ = store.path.rpartition("/")
    beside = f"{folder}/.cx-{secrets.token_hex(4)}.tmp"
    try:
        store.fs.pipe_file(beside, content)
        _rename_over(store, beside)
    except BaseException:
        with suppress(Exception):
            store.fs.rm_file(beside)
        raise


def _rename_over(store: Store, beside: str) -> None:
    protocols = _protocols(store.fs)
    if "smb" in protocols:
        import smbclient

        smbclient.replace(_unc(store, beside), _unc(store, store.path), port=store.fs.port or SMB_PORT)
    elif "webdav" in protocols:
        store.fs.client.move(beside, store.path, overwrite=True)
    else:
        store.fs.mv(beside, store.path)


def _unc(store: Store, path: str) -> str:
    """Return a path as Windows writes it: \\\\host\\share\\…"""
    windows = path.replace("/", "\\")
    return f"\\\\{store.fs.host}{windows}"


def _protocols(fs: Any) -> set[str]:
    return {fs.protocol} if isinstance(fs.protocol, str) else set(fs.protocol)
