"""Files in other stores – s3://, smb://, webdav:// and whatever else fsspec knows: found, read whole, replaced whole.

Credentials come from where each store's own tools look: AWS_* and ~/.aws, FSSPEC_SMB_USERNAME and FSSPEC_SMB_PASSWORD,
WEBDAV_USERNAME and WEBDAV_PASSWORD, or fsspec's configuration. None belongs into an address, which is printed.
"""

from __future__ import annotations

from collabxl.storage.remote.store import ends_with, in_any_case, is_address, is_pattern, opened, refuse_password
from collabxl.storage.remote.store_errors import faults
from collabxl.storage.remote.writing import replace

__all__ = [
    "ends_with",
    "found",
    "in_any_case",
    "is_address",
    "is_pattern",
    "load",
    "refuse_password",
    "replace",
    "size",
]


def found(address: str, suffixes: tuple[str, ...]) -> list[str] | None:
    """Return the addresses of files with ``suffixes`` in a folder, or of those that a pattern fits; None for a file.

    A file that is named outright is not looked at.
    """
    with faults(address):
        if ends_with(address, suffixes) and not is_pattern(address):
            return None
        store = opened(address)
        if is_pattern(address):
            seen = store.fs.glob(in_any_case(store.path, suffixes), detail=True)
        elif store.fs.isdir(store.path):
            seen = store.fs.find(store.path, detail=True)
        else:
            return None
        files = sorted(path for path, facts in seen.items() if facts["type"] == "file")
        return [store.address(path) for path in files if ends_with(path, suffixes)]


def size(address: str) -> int:
    """Return how many bytes a file has; FileError if there is none that can be read."""
    with faults(address):
        store = opened(address)
        return int(store.fs.info(store.path)["size"] or 0)


def load(address: str) -> bytes:
    """Return the bytes of a file; FileError if there is none that can be read."""
    with faults(address):
        store = opened(address)
        return bytes(store.fs.cat_file(store.path))
