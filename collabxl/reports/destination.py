"""Where a report goes: the format that a file's name asks for, and the workbooks whose place no report takes."""

from __future__ import annotations

from pathlib import Path

from collabxl.errors import FileError, UsageError
from collabxl.reports.formats import FORMATS
from collabxl.storage.paths import SUFFIXES
from collabxl.text import t

TEXT = "text"
BY_SUFFIX = {"": TEXT, ".txt": TEXT, ".xml": "junit"} | {f".{form}": form for form in FORMATS if form != "junit"}
"""The format that a file's name asks for."""
_ZIP, _CONTAINER = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_NO_SUFFIX = t(
    "不知道 {path} 该是什么格式。后缀请用 {known} 之一，或用 {--format} 指定",
    "Nothing tells the format of {path}. Use one of the suffixes {known}, or say {--format}",
)
_NO_REPORT = t(
    "{path} 已经在那里，而且不是报告，不覆盖。请用 {option} 另起一个名字",
    "{path} is there already and no report, so it is not replaced. Choose another name with {option}",
)
_WRONG_END = t(
    "{path}：这种报告的文件名要以 {suffix} 结尾。请改成 {better}",
    "{path}: the name of such a report ends in {suffix}. Call it {better}",
)


def form_of(form: str | None, output: Path | None) -> str:
    """Return the format of a report: the one that is asked for, else that of its file's suffix, else text."""
    if form is not None or output is None:
        return form or TEXT
    found = BY_SUFFIX.get(output.suffix.lower())
    if found is None:
        raise UsageError(_NO_SUFFIX, path=str(output), known=[suffix for suffix in BY_SUFFIX if suffix])
    return found


def refuse_ending(output: Path, suffix: str) -> None:
    """Raise UsageError if the name of a report does not end as names of its kind do."""
    if output.suffix.lower() != suffix:
        raise UsageError(_WRONG_END, path=str(output), suffix=suffix, better=str(output.with_suffix(suffix)))


def refuse_workbook(output: Path, option: str = "--output") -> None:
    """Raise UsageError if a report would take the place of a workbook that is no report itself, whatever its name."""
    if output.exists() and (output.suffix.lower() in SUFFIXES or _begins_as_workbook(output)):
        from collabxl.workers.pool import readings

        (there,) = readings([str(output)])
        if isinstance(there, FileError) or not there.is_report:
            raise UsageError(_NO_REPORT, path=str(output), option=option)


def _begins_as_workbook(path: Path) -> bool:
    """Return whether a file begins as workbooks do: a zip, or the container of old or encrypted ones."""
    try:
        with path.open("rb") as file:
            return file.read(len(_ZIP)) in (_ZIP, _CONTAINER)
    except OSError:  # whoever writes there will tell
        return False
