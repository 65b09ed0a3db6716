"""A running LibreOffice: found by the name of its pipe, spoken to over UNO."""

from __future__ import annotations

import builtins
import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from collabxl.errors import CollabxlError, UsageError
from collabxl.text import t

PIPE = "COLLABXL_LIBREOFFICE_PIPE"
"""The environment variable that names the pipe, if it is not called collabxl."""
_WHERE_UNO_MAY_BE = (
    "/usr/lib/python3/dist-packages",
    "/usr/lib64/libreoffice/program",
    "/usr/lib/libreoffice/program",
)
_NO_UNO = t(
    "这个 Python 没有 LibreOffice 的 uno 模块。在 Debian、Ubuntu 上请安装 python3-uno，并用系统自带的 Python 版本",
    "This Python has no module uno of LibreOffice. On Debian or Ubuntu install python3-uno and use the system's Python",
)
_NOT_RUNNING = t(
    '没有可以连接的 LibreOffice。请这样打开它：soffice --accept="pipe,name={pipe};urp;"',
    'There is no LibreOffice to talk to. Start it with soffice --accept="pipe,name={pipe};urp;"',
)


def uno() -> Any:
    """Return the module uno; UsageError if this Python has none.

    It is looked for behind all that is our own. It replaces ``__import__`` for a way to import that we do not use: that
    is put back, for it would be everybody's.
    """
    before = builtins.__import__
    for place in ("", *_WHERE_UNO_MAY_BE):
        if place and place not in sys.path:
            sys.path.append(place)
        try:
            return import_module("uno")
        except ImportError:
            continue
        finally:
            builtins.__import__ = before
    raise UsageError(_NO_UNO)


def service(name: str) -> Any:
    """Return a service of the running LibreOffice by its name; UsageError if none runs."""
    pipe = os.environ.get(PIPE, "collabxl")
    here = uno().getComponentContext()
    resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
    try:
        there = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
    except uno().getClass("com.sun.star.connection.NoConnectException") as error:
        raise UsageError(_NOT_RUNNING, pipe=pipe) from error
    return there.ServiceManager.createInstanceWithContext(name, there)


def desktop() -> Any:
    """Return the desktop of the running LibreOffice, which knows what is open."""
    return service("com.sun.star.frame.Desktop")


class LibreOfficeError(CollabxlError):
    """LibreOffice would not do what it was asked."""


def call_uno(call: Callable[..., Any], *args: Any) -> Any:
    """Return what a call of UNO returns; what it raises cannot pass everywhere and becomes a LibreOfficeError."""
    try:
        return call(*args)
    except uno().getClass("com.sun.star.uno.Exception") as error:
        raise LibreOfficeError(
            t("LibreOffice 拒绝了：{why}", "LibreOffice refused: {why}"), why=error.Message
        ) from None


def properties(**named: Any) -> tuple[Any, ...]:
    """Return named values as UNO takes them."""
    made = []
    for name, value in named.items():
        each = uno().createUnoStruct("com.sun.star.beans.PropertyValue")
        each.Name, each.Value = name, value
        made.append(each)
    return tuple(made)
