"""Where the files that are not code lie: inside the installed package, or beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parents[1]


def resource_path(*names: str) -> Path:
    """Return the path of a template, macro or sample; FileNotFoundError if there is none of that name."""
    for root in (PACKAGE, PACKAGE.parent):
        path = root.joinpath(*names)
        if path.exists():
            return path
    raise FileNotFoundError("/".join(names))
