"""What an archive says of itself: ``manifest.json`` names every file in it with its kind, size and SHA-256."""

from __future__ import annotations

import unicodedata
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from collabxl.errors import FileError
from collabxl.text import t
from collabxl.text.printable import is_invisible

NAME = "manifest.json"
FOLDER = "project/"
"""Where the project's own files are, as they lay around the master: unpacked, work can go on there."""
LARGEST = 16 * 2**20
"""Bytes of a manifest: some 60,000 files."""
Kind = Literal["workbook", "ledger", "copy", "version", "quarantine", "document", "mail", "page"]

_NOT_OURS = t(
    "里面没有可用的 manifest.json（{why}），不是 collabxl archive 写的归档，或已损坏",
    "It has no manifest.json that can be used ({why}): no archive written by collabxl, or a damaged one",
)


class ArchiveFile(BaseModel):
    """One file of an archive; ``revision`` is that of a workbook or copy."""

    model_config = ConfigDict(frozen=True)

    path: str
    kind: Kind
    size: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    department: str | None = None
    revision: str | None = None


class Versions(BaseModel):
    """What wrote the archive, the workbook and the ledger; None for a part that says or has none."""

    model_config = ConfigDict(frozen=True)

    collabxl: str
    workbook: str | None = None
    ledger: str | None = None


class Manifest(BaseModel):
    """The manifest; ``workbook`` is the master's path in the archive."""

    model_config = ConfigDict(frozen=True)

    contract: Literal[1] = 1
    format: Literal["collabxl-archive"] = "collabxl-archive"
    project: str | None
    workbook: str
    workbook_id: str | None
    revision: str | None
    language: Literal["zh", "en"]
    versions: Versions
    files: tuple[ArchiveFile, ...]

    def content(self) -> bytes:
        """Return it as JSON, the same bytes for the same manifest."""
        return (self.model_dump_json(indent=1) + "\n").encode()


def manifest_of(content: bytes) -> Manifest:
    """Return the manifest that JSON tells; FileError of kind corrupt if it is none, names nonsense or a name twice."""
    try:
        made = Manifest.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise manifest_error(f"{where}: {first['msg']}" if where else first["msg"]) from error
    names = [file.path for file in made.files]
    if len(set(names)) != len(names) or any(map(escapes_folder, names)):
        raise manifest_error("files")
    return made


def manifest_error(why: str) -> FileError:
    """Return the error for a zip without a manifest of ours."""
    return FileError("corrupt", _NOT_OURS, why=why)


def normalize_name(name: str) -> str:
    """Return a name as archives spell it: macOS and others give the same letters in different ways."""
    return unicodedata.normalize("NFC", name)


def escapes_folder(name: str) -> bool:
    """Return whether a name would unpack to some other place than its folder, or hides where."""
    strange = any(letter in "\\:" or is_invisible(letter) for letter in name)
    return strange or any(part in ("", ".", "..") for part in name.split("/"))
