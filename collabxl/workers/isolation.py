"""A mistake of ours costs the workbook it happens with, never the run: it is found out which, and the others go on."""

from __future__ import annotations

import logging
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from traceback import walk_tb
from typing import TypeVar

from collabxl.errors import CollabxlError, FileError
from collabxl.text import Text, shorten, t

T = TypeVar("T")
Item = TypeVar("Item")
Faults = dict[int, FileError]
"""What went wrong, by the position of the workbook it went wrong with."""

_INTERNAL = t(
    "处理这个工作簿时 collabxl 自己出了错（{part}，{fault}）；其他工作簿不受影响，这个文件没有改动。"
    "请把这句话和工作簿发给我们",
    "collabxl itself went wrong with this workbook ({part}, {fault}); all others are done and this file is "
    "unchanged. Please send us this sentence and the workbook",
)
TELLING_FAILED = t(
    "写这个工作簿的结果时 collabxl 自己出了错（{part}，{fault}）；其他工作簿不受影响。请把这句话和工作簿发给我们",
    "collabxl itself went wrong while telling about this workbook ({part}, {fault}); all others are told. Please send "
    "us this sentence and the workbook",
)
_HERE = Path(__file__).parents[1]
_log = logging.getLogger("collabxl")


class PartError(Exception):
    """A mistake of ours in a part of the program that has a name, such as a rule; raised from what went wrong."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


def internal_error(error: Exception, says: Text = _INTERNAL) -> FileError:
    """Return a mistake of ours as the error of one workbook: in which part, and what."""
    if is_ours(error):
        assert isinstance(error, FileError)
        return error
    cause = error.__cause__ if isinstance(error, PartError) and isinstance(error.__cause__, Exception) else error
    part = error.part if isinstance(error, PartError) else _failing_module(error)
    _log.debug("collabxl went wrong in %s", part, exc_info=error)
    return FileError("internal", says, part=part, fault=shorten(f"{type(cause).__name__}: {cause}"))


def isolate_failures(ones: Sequence[Item], attempt: Callable[[Sequence[Item]], T]) -> tuple[T, Faults]:
    """Return what is made of all but those with which it goes wrong, and what went wrong with each of these.

    What is said to people, a CollabxlError, goes through; so does what goes wrong with none of them.
    """
    faults: Faults = {}
    while True:
        left = [at for at in range(len(ones)) if at not in faults]
        try:
            return attempt([ones[at] for at in left]), faults
        except Exception as error:
            if not left or (isinstance(error, CollabxlError) and not is_ours(error)):
                raise
            _log.debug("a chunk of %s workbooks is searched", len(left), exc_info=error)
            faults |= _culprits(left, lambda some: _failure_of(lambda: attempt([ones[at] for at in some])))


def is_ours(error: Exception) -> bool:
    """Return whether an error says that we made a mistake, and with which workbook."""
    return isinstance(error, FileError) and error.kind == "internal"


@contextmanager
def isolate_workbook(says: Text = _INTERNAL) -> Iterator[None]:
    """Let a mistake of ours be the error of the workbook at hand; raises FileError of kind internal."""
    try:
        yield
    except (CollabxlError, OSError):
        raise
    except Exception as error:
        raise internal_error(error, says) from error


def _culprits(those: Sequence[int], fault_of: Callable[[Sequence[int]], FileError | None]) -> Faults:
    """Return with whom it goes wrong, by halves; where only together, the first with whom it does so."""
    fault = fault_of(those)
    if fault is None:
        return {}
    if len(those) == 1:
        return {those[0]: fault}
    middle = len(those) // 2
    found = {**_culprits(those[:middle], fault_of), **_culprits(those[middle:], fault_of)}
    if found:
        return found
    last = bisect_left(range(len(those)), True, key=lambda at: fault_of(those[: at + 1]) is not None)
    return {those[last]: fault}


def _failure_of(attempt: Callable[[], object]) -> FileError | None:
    try:
        attempt()
    except Exception as error:
        if isinstance(error, CollabxlError) and not is_ours(error):
            raise
        return internal_error(error)
    return None


def _failing_module(error: Exception) -> str:
    """Return the module of ours in which something went wrong."""
    ours = [Path(frame.f_code.co_filename) for frame, _ in walk_tb(error.__traceback__)]
    inside = [file.relative_to(_HERE) for file in ours if file.is_relative_to(_HERE)]
    return ".".join(inside[-1].with_suffix("").parts) if inside else type(error).__module__
