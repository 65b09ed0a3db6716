"""What can go wrong that is not a finding, as exceptions with fields and a sentence in the reader's language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Literal

from collabxl.text import Lang, Text, t

_ON_COMMAND_LINE: ContextVar[bool] = ContextVar("on_command_line", default=False)
_PARAMETERS: Mapping[str, str] = {
    "--force": "force=True",
    "--output": "output",
    "--format": "form",
    "--from": "first",
    "--to": "last",
    "--password-file": "passwords",
    "--resume": "resume",
    "--accept": "accept",
}
"""What options are called where a script calls a verb; ``{--force}`` in a sentence is the one or the other."""


@contextmanager
def speak_of_options() -> Iterator[None]:
    """Let errors call a choice by the command line's option while this lasts, not by the parameter of a verb."""
    token = _ON_COMMAND_LINE.set(True)
    try:
        yield
    finally:
        _ON_COMMAND_LINE.reset(token)


def _choices() -> Mapping[str, str]:
    """Return what the choices of a verb are called by whoever called it."""
    return dict(zip(_PARAMETERS, _PARAMETERS, strict=True)) if _ON_COMMAND_LINE.get() else _PARAMETERS


ErrorKind = Literal[
    "not-found",
    "permission",
    "locked",
    "not-a-workbook",
    "encrypted",
    "corrupt",
    "too-large",
    "timeout",
    "unsupported",
    "not-a-project",
    "internal",
]

MailFault = Literal["address", "unreachable", "certificate", "no-tls", "login", "folder", "dropped", "refused"]


class CollabxlError(Exception):
    """A mistake that its maker can mend: says what is wrong and what to do, never a traceback."""

    def __init__(self, says: Text, **fields: Any) -> None:
        super().__init__(says, fields)
        self.says = says
        self.fields = fields

    def say(self, lang: Lang) -> str:
        """Return the sentence in ``lang``; a choice is named as whoever called knows it, as option or parameter."""
        choices = _choices()
        fields = {name: choices.get(value, value) if name == "option" else value for name, value in self.fields.items()}
        return self.says.fill(lang, {**choices, **fields})

    def __str__(self) -> str:
        return self.say("en")

    def __reduce__(self) -> tuple[Any, ...]:
        return _revive, (type(self), self.says, self.fields, self.__dict__)


class UsageError(CollabxlError):
    """The command or the call asks for something that does not exist."""


class SettingsError(CollabxlError):
    """collabxl.toml says something that collabxl does not know."""


class SchemaError(CollabxlError):
    """The declaration of the sheets contradicts itself; a mistake of ours, found at import."""


class FileError(CollabxlError):
    """One file could not be read or written; ``kind`` is one of the contract's words, listed in ``ErrorKind``."""

    def __init__(self, kind: ErrorKind, says: Text, **fields: Any) -> None:
        super().__init__(says, **fields)
        self.kind = kind

    @property
    def path(self) -> str | None:
        """The file, as far as who raised it knew."""
        return self.fields.get("path")

    def __str__(self) -> str:
        words = self.say("en")
        return words if self.path is None or self.path in words else f"{self.path}: {words}"


class MailError(CollabxlError):
    """A mail server could not be asked, or would not do what it was asked; ``fault`` says which and stays stable."""

    def __init__(self, fault: MailFault, says: Text, **fields: Any) -> None:
        super().__init__(says, **fields)
        self.fault = fault


class PackageError(FileError):
    """A file that cannot be written without loss; ``code`` names the reason and stays stable."""

    def __init__(self, code: str, says: Text, *, kind: ErrorKind = "unsupported", **fields: Any) -> None:
        super().__init__(kind, says, **fields)
        self.code = code


def _revive(made: type[CollabxlError], says: Text, fields: dict[str, Any], state: dict[str, Any]) -> CollabxlError:
    error = made.__new__(made)
    Exception.__init__(error, says, fields)
    error.__dict__.update(state)
    return error


def missing_file_error(path: str) -> FileError:
    """Return the error for a path where nothing is."""
    return FileError(
        "not-found",
        t("找不到文件：{path}。请检查路径和文件名", "No such file: {path}. Check the path and the name"),
        path=path,
    )


def no_regular_file(path: str) -> FileError:
    """Return the error for a pipe, a device or a socket, which might never end."""
    says = t(
        "{path} 不是普通文件（是管道、设备或套接字），不会读取。请给出工作簿本身",
        "{path} is a pipe, a device or a socket and is not read. Name the workbook itself",
    )
    return FileError("not-a-workbook", says, path=path)


def leads_nowhere(path: str) -> FileError:
    """Return the error for a link to what is not there."""
    says = t(
        "{path} 是链接，指向的文件不存在。请恢复那个文件，或删去链接",
        "{path} is a link to a file that is not there. Bring that file back or delete the link",
    )
    return FileError("not-found", says, path=path)


def permission_error(path: str) -> FileError:
    """Return the error for a file that the system does not let us open."""
    says = t("没有权限打开：{path}。请检查文件权限", "No permission to open {path}. Check the file's permissions")
    return FileError("permission", says, path=path)
