"""What stores raise – every library its own – as the contract's kinds of errors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from collabxl.errors import CollabxlError, FileError, missing_file_error
from collabxl.text import t

_LATE = re.compile("time.?d? ?out|connect|unreachable|resolve|temporar|name or service", re.IGNORECASE)
_FORBIDDEN = re.compile(
    r"credential|auth|denied|forbidden|logon|permission|signature|access ?key|\b40[13]\b", re.IGNORECASE
)
_URL = re.compile(r"\S+://\S+")
_REFUSED = t(
    "没有权限打开 {path}：{reason}。请检查账号、密钥和环境变量",
    "No permission to open {path}: {reason}. Check the account, its keys and the environment's variables",
)
_SILENT = t(
    "{path} 所在的服务器没有回应：{reason}。请检查地址和网络后重试",
    "The server of {path} does not answer: {reason}. Check the address and the network and try again",
)
_FAILED = t(
    "读写 {path} 失败：{reason}。请检查地址", "{path} could not be read or written: {reason}. Check the address"
)
LONGEST_REASON = 200


@contextmanager
def translate_errors(address: str) -> Iterator[None]:
    """Turn whatever a store raises within into FileError: not-found, permission or timeout."""
    try:
        yield
    except CollabxlError:
        raise
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        raise missing_file_error(address) from error
    except Exception as error:  # the libraries behind fsspec share no ancestor
        raise _translate(address, error) from error


def _translate(address: str, error: Exception) -> FileError:
    told = _URL.sub("", f"{type(error).__name__} {error}")  # names of files say nothing of the fault
    reason = " ".join((str(error) or type(error).__name__).split())[:LONGEST_REASON]
    if isinstance(error, PermissionError) or _FORBIDDEN.search(told):
        return FileError("permission", _REFUSED, path=address, reason=reason)
    if isinstance(error, TimeoutError | ConnectionError) or _LATE.search(told):
        return FileError("timeout", _SILENT, path=address, reason=reason)
    return FileError("not-found", _FAILED, path=address, reason=reason)
