"""From an address to the store that has it, and the path there."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

from collabxl.errors import FileError
from collabxl.text import t

WEBDAV = {"dav": "http", "webdav": "https", "davs": "https", "webdavs": "https"}
"""How a WebDAV server is spoken to, by the scheme of an address."""
_NEEDS = t(
    "{scheme}:// 需要另装一个软件包。请运行 pip install 'collabxl[cloud]'",
    "{scheme}:// needs a further package. Run: pip install 'collabxl[cloud]'",
)
_UNKNOWN = t(
    "不认识 {scheme}:// 开头的地址。可用 s3://、smb://、webdav://，或 fsspec 支持的其他存储",
    "Unknown kind of address: {scheme}://. Use s3://, smb://, webdav:// or another store that fsspec knows",
)
_TELLS_PASSWORD = t(
    "地址里不要写密码，它会被打印出来。请改用环境变量 {variable}",
    "No password in an address, please: addresses are printed. Set {variable} instead",
)


class Store(NamedTuple):
    """A file system of fsspec and a path in it; ``prefix`` is what an address has before a path."""

    fs: Any
    path: str
    prefix: str

    def address(self, path: str) -> str:
        """Return the address of a path in the same store."""
        return self.prefix + path


def is_address(path: str) -> bool:
    """Return whether a path as people give it is an address in some store."""
    return "://" in path


def is_pattern(path: str) -> bool:
    """Return whether a path as people give it may stand for several."""
    return any(letter in path for letter in "*?[")


def has_suffix(name: str, suffixes: tuple[str, ...]) -> bool:
    """Return whether a name has one of the suffixes, however it is written: .XLSX is .xlsx."""
    return name.lower().endswith(suffixes)


def case_insensitive_pattern(pattern: str, suffixes: tuple[str, ...]) -> str:
    """Return a pattern that takes its suffix, if it ends with one of ``suffixes``, however a file writes it."""
    suffix = next((each for each in suffixes if has_suffix(pattern, (each,))), "")
    letters = (f"[{each}{each.upper()}]" if each.isalpha() else each for each in suffix)
    return pattern[: len(pattern) - len(suffix)] + "".join(letters)


def refuse_password(address: str) -> None:
    """Raise FileError for an address that tells a password; the path that the error names does not."""
    scheme, _, rest = address.partition("://")
    place, stroke, path = rest.partition("/")
    login, _, host = place.rpartition("@")
    user, tells, _ = login.partition(":")
    if tells:
        scheme = scheme.lower()
        variable = "FSSPEC_SMB_PASSWORD" if scheme == "smb" else "WEBDAV_PASSWORD" if scheme in WEBDAV else "…"
        path = f"{scheme}://{user}@{host}{stroke}{path}"
        raise FileError("unsupported", _TELLS_PASSWORD, path=path, variable=variable)


def open_store(address: str) -> Store:
    """Return the store of an address; FileError of kind unsupported if that cannot be spoken to from here."""
    refuse_password(address)
    scheme, _, rest = address.rstrip("/").partition("://")
    scheme = scheme.lower()
    try:
        import fsspec
    except ImportError as error:
        raise FileError("unsupported", _NEEDS, scheme=scheme) from error
    try:
        if scheme in WEBDAV:
            return _webdav(scheme, rest)
        fs, path = fsspec.core.url_to_fs(f"{scheme}://{rest}")
    except ImportError as error:
        raise FileError("unsupported", _NEEDS, scheme=scheme) from error
    except ValueError as error:
        if "Protocol not known" not in str(error):
            raise
        raise FileError("unsupported", _UNKNOWN, scheme=scheme) from error
    return Store(fs, path, f"{scheme}://{rest}".removesuffix(path))


def _webdav(scheme: str, rest: str) -> Store:
    """Return a WebDAV server as a store; fsspec knows no hosts in its addresses."""
    from webdav4.fsspec import WebdavFileSystem

    host, _, path = rest.partition("/")
    login = os.environ.get("WEBDAV_USERNAME"), os.environ.get("WEBDAV_PASSWORD", "")
    fs = WebdavFileSystem(f"{WEBDAV[scheme]}://{host}", auth=login if login[0] else None)
    return Store(fs, path, f"{scheme}://{host}/")
