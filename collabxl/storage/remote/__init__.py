"""Files in other stores – s3://, smb://, webdav:// and whatever else fsspec knows: found, read whole, replaced whole.

Credentials come from where each store's own tools look: AWS_* and ~/.aws, FSSPEC_SMB_USERNAME and FSSPEC_SMB_PASSWORD,
WEBDAV_USERNAME and WEBDAV_PASSWORD, or fsspec's configuration. None belongs into an address, which is printed.
"""

from __future__ import annotations

from collabxl.storage.remote.store import (
    case_insensitive_pattern,
    has_suffix,
    is_address,
    is_pattern,
    open_store,
    refuse_password,
)
from collabxl.storage.remote.store_errors import translate_errors
from collabxl.storage.remote.writing import replace

__all__ = [
    "case_insensitive_pattern",
    "find_files",
    "has_suffix",
    "is_address",
    "is_pattern",
    "load",
    "refuse_password",
    "replace",
    "size",
]


def find_files(address: str, suffixes: tuple[str, ...]) -> list[str] | None:
    """Return the addresses of files with ``suffixes`` in a folder, or of those that a pattern fits; None for a file.

    A file that is named outright is not looked at.
    """
    with translate_errors(address):
        if has_suffix(address, suffixes) and not is_pattern(address):
            return None
        store = open_store(address)
        if is_pattern(address):
            seen = store.fs.glob(case_insensitive_pattern(store.path, suffixes), detail=True)
        elif store.fs.isdir(store.path):
            seen = store.fs.find(store.path, detail=True)
        else:
            return None
        files = sorted(path for path, facts in seen.items() if facts["type"] == "file")
        return [store.address(path) for path in files if has_suffix(path, suffixes)]


def size(address: str) -> int:
    """Return how many bytes a file has; FileError if there is none that can be read."""
    with translate_errors(address):
        store = open_store(address)
        return int(store.fs.info(store.path)["size"] or 0)


def load(address: str) -> bytes:
    """Return the bytes of a file; FileError if there is none that can be read."""
    with translate_errors(address):
        store = open_store(address)
        return bytes(store.fs.cat_file(store.path))
