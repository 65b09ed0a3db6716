"""collabxl: departments work together through the spreadsheet they already have.

Its public verbs and types are those of ``collabxl.api``: ``check_workbooks``, ``sync_workbooks``, ``Settings``,
``Outcome`` … (``dir(collabxl)`` has them all). Each is loaded when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from collabxl import api

__version__ = "0.1.0"

if TYPE_CHECKING:
    from collabxl.api import *  # noqa: F403 - all of it, and only that
else:  # what follows would let a type checker take any name for one of ours, or none
    __all__ = ["__version__", *api.__all__]

    def __getattr__(name: str) -> Any:
        found = globals()[name] = api.public(name, __name__)
        return found


def __dir__() -> list[str]:
    return ["__version__", *api.__all__]
