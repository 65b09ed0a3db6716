"""Names of parts: how they are compared, where their relationships stand, where a target leads."""

from __future__ import annotations

import posixpath
from urllib.parse import unquote


def normalize_part_name(name: str) -> str:
    """Return the one spelling under which a part's name is compared: no leading slash, ``/``, no ``%``, lower case."""
    return posixpath.normpath("/" + unquote(name.replace("\\", "/"))).lstrip("/").lower()


def rels_of(part: str) -> str:
    """Return the name of the part that holds the relationships of ``part``."""
    folder, name = posixpath.split(part.replace("\\", "/"))
    return posixpath.join(folder, "_rels", name + ".rels")


def relative_target(part: str, target: str) -> str:
    """Return the way from a part to another as a relationship of the first writes it."""
    return posixpath.relpath("/" + target, _folder(part))


def resolve_target(part: str, target: str) -> str | None:
    """Return the part to which a relationship of another leads, as its target spells it; None for a mere place."""
    way = unquote(target.partition("#")[0].replace("\\", "/"))
    return posixpath.normpath(posixpath.join(_folder(part), way)).lstrip("/") if way else None


def _folder(part: str) -> str:
    return posixpath.dirname("/" + part.replace("\\", "/").lstrip("/"))
