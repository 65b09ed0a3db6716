"""One bad copy never blocks the others: if no master can be made with all that came, those it fails with are left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from collabxl.errors import FileError
from collabxl.exchange.write_master import MasterWriteError
from collabxl.reading.workbook import Reading
from collabxl.text import Text, t

T = TypeVar("T")
Readings = Sequence[Reading | FileError]
_BLOCKS = t(
    "采用它的内容后主表写不成（{why}），所以没有采用。请该部门改正后再交",
    "With what it says no master can be written ({why}); nothing was taken. Let the department mend and return it",
)
_NOT_YET = FileError("unsupported", t("还没有试", "Not tried yet"))


def attempt_without_failures(attempt: Callable[[Readings, bool], T], found: Readings, dry_run: bool) -> T:
    """Return what an attempt with all that was ``found`` makes, else with all but what it fails with.

    ``attempt`` takes what was found, and whether it is only a trial that writes nothing.
    """
    try:
        return attempt(found, dry_run)
    except MasterWriteError:
        good: list[Reading | FileError] = [_NOT_YET if isinstance(each, Reading) else each for each in found]
    for at, each in enumerate(found):
        if isinstance(each, Reading):
            good[at] = each
            try:
                attempt(good, True)
            except MasterWriteError as error:
                good[at] = FileError("unsupported", _BLOCKS, why=Text(error.say("zh"), error.say("en")))
    return attempt(good, dry_run)
