"""The documents of the process that nobody has written yet, made for the archive as ``report`` would make them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

from collabxl.archive.collect import Item
from collabxl.pipeline.documents import materials_of
from collabxl.reports.documents.kinds import KINDS, render_document
from collabxl.reports.documents.writers import FORMATS, document_writer
from collabxl.schema.settings import Settings
from collabxl.storage.file_names import file_name


def write_missing(
    path: Path, items: Sequence[Item], folder: Path, today: dt.date, settings: Settings | None
) -> Iterator[Item]:
    """Return a Word document, written into ``folder``, of every kind that is not among a project's files in any format.

    Raises FileError if the master cannot be read, UsageError where the extra ``docs`` is not installed.
    """
    there = {item.file.name for item in items}
    write = document_writer("docx")
    for seen in materials_of([path], today=today, settings=settings):
        if seen.error is not None:
            raise seen.error
        assert seen.material is not None
        for kind in KINDS:
            document = render_document(kind, seen.material)
            names = [file_name(path.stem, document.title, suffix=f".{form}") for form in FORMATS]
            if there.isdisjoint(names):
                file = folder / names[0]
                file.write_bytes(write(document))
                yield Item(file.name, "document", file)
