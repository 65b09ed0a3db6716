"""The verbs about a master and its copies: split, merge, the ledger, undo, archive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collabxl.api.arguments import checked_arguments
from collabxl.api.run import day_of, settings_of, texts

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping
    from pathlib import Path
    from typing import Any

    from collabxl.archive.pack import ArchiveResult
    from collabxl.archive.verify import Verdict
    from collabxl.exchange.merge_run import MergeResult
    from collabxl.exchange.records import LedgerEntry
    from collabxl.exchange.split import SplitResult
    from collabxl.exchange.undo import UndoResult
    from collabxl.mail.server import MailAccess
    from collabxl.schema.settings import Settings
    from collabxl.storage.paths import Paths


@checked_arguments
def split(
    path: str | Path,
    output: str | Path,
    *,
    today: dt.date | None = None,
    settings: Settings | Mapping[str, Any] | None = None,
    only: str | Iterable[str] = (),
    force: bool = False,
    accept: str | Iterable[str] = (),
) -> SplitResult:
    """Write one copy a department of the master at ``path`` into the folder ``output``, and return what was made.

    ``only`` names the departments that get one, by default all that take part. Departments in ``accept`` are shown the
    tasks of others that they have named themselves. ``.copies`` are the copies, ``.left`` the rows that belong to
    nobody, ``.withheld`` tasks that nobody has accepted yet. What was sent stands in the ledger beside the master
    (``name.ledger.sqlite``).

    As many parameters as the command has options. Raises UsageError for a department that takes no part and for a file
    that is there already, unless ``force``; FileError if the master cannot be read or a copy cannot be written.
    """
    from collabxl.exchange.split import split

    day, chosen = day_of(today), settings_of(settings)
    return split(path, output, today=day, settings=chosen, only=texts(only), force=force, accept=texts(accept))


@checked_arguments
def merge_copies(
    path: str | Path,
    sources: Paths,
    *,
    today: dt.date | None = None,
    settings: Settings | Mapping[str, Any] | None = None,
    access: MailAccess | None = None,
    dry_run: bool = False,
    backup: bool = False,
) -> MergeResult:
    """Merge copies that came back into the master at ``path``, cell by cell, and return what became of each.

    ``sources`` are files, folders, messages (.eml, .msg), zips and ``imaps://`` mailboxes, these read with ``access``
    (``MailAccess(password)``). Copies may come in any order, late and again. ``.results`` has one result a return,
    ``.waiting`` the lines of 冲突 that a person has to decide, ``.outstanding`` who has not returned a copy yet.
    ``dry_run`` plans everything and writes nothing; ``backup`` keeps the old master beside it.

    As many parameters as the command has options. One copy that is refused costs only itself: it is a result with an
    ``error``, and is kept in quarantine beside the master. Raises UsageError, before anything is read, for a source
    that does not exist; FileError if the master cannot be read or written, or has no ledger: it is then as before, and
    so is the ledger; MailError if a mailbox cannot be asked.
    """
    from collabxl.exchange.merge_run import merge_copies

    day, chosen = day_of(today), settings_of(settings)
    return merge_copies(path, sources, today=day, settings=chosen, access=access, dry_run=dry_run, backup=backup)


@checked_arguments
def read_ledger(path: str | Path, row: str | None = None) -> list[LedgerEntry]:
    """Return what the ledger of the master at ``path`` tells, the earliest first: who changed which cell when.

    ``row`` is an 编号: of that row only. ``.at`` is in UTC, ``.was`` and ``.now`` are plain values, words of a list by
    their keys. Raises FileError if there is no ledger or it cannot be read.
    """
    from pathlib import Path

    from collabxl.exchange.ledger import Ledger

    with Ledger(Path(path)) as ledger:
        return ledger.entries(row)


@checked_arguments
def undo(
    path: str | Path,
    number: int,
    *,
    today: dt.date | None = None,
    settings: Settings | Mapping[str, Any] | None = None,
    backup: bool = False,
) -> LedgerEntry:
    """Undo entry ``number`` of the ledger of the master at ``path``; return the entry made for that.

    The cell gets back the value that it had before.

    Raises UsageError for an entry that does not exist or changed no cell, and where the cell says something else by
    now; FileError if the master cannot be read or written.
    """
    from collabxl.exchange.undo import undo

    return undo(path, number, today=day_of(today), settings=settings_of(settings), backup=backup)


@checked_arguments
def undo_merge(
    path: str | Path,
    number: int,
    *,
    today: dt.date | None = None,
    settings: Settings | Mapping[str, Any] | None = None,
    backup: bool = False,
) -> UndoResult:
    """Undo, in one write, all that the merge changed which entry ``number`` of a master's ledger belongs to.

    ``.made`` are the entries made for that, ``.left`` those of cells that were changed since and stay as they are.
    Raises UsageError where nothing is left to undo; FileError if the master
    cannot be read or written.
    """
    from pathlib import Path

    from collabxl.exchange.undo import undo_merge

    return undo_merge(Path(path), number, today=day_of(today), settings=settings_of(settings), backup=backup)


@checked_arguments
def archive_project(
    path: str | Path,
    *,
    output: str | Path | None = None,
    added: Paths = (),
    force: bool = False,
    documents: bool = False,
    today: dt.date | None = None,
    settings: Settings | Mapping[str, Any] | None = None,
) -> ArchiveResult:
    """Write all that belongs to the project of the master at ``path`` into one zip with a manifest of SHA-256 sums.

    The zip is ``output``, by default ``name.archive.zip`` beside the master; the same files make the same bytes.
    ``added`` are files and folders from elsewhere that go in, too. With ``documents``, or with ``today``, documents of
    the process that nobody has written are made as of that day; ``.unmade`` says why they were not, where the extra
    ``docs`` is missing. ``.digest`` is the zip's own SHA-256 as 64 hexadecimal digits, ``.left`` what was left out.

    As many parameters as the command has options. Raises UsageError for an output that is there already, unless
    ``force``; FileError if the master is no master, or something cannot be read or written.
    """
    from collabxl.archive.pack import archive_project

    day = day_of(today) if documents or today is not None else None
    chosen = settings_of(settings)
    return archive_project(path, output=output, added=added, force=force, today=day, settings=chosen)


@checked_arguments
def verify_archive(path: str | Path) -> Verdict:
    """Return how the archive at ``path`` differs from its manifest: missing, changed, damaged, extra, twice, unsafe.

    Nothing is unpacked or written; ``.differences`` is empty for an archive that is whole. Raises FileError if it is
    none, or cannot be read.
    """
    from collabxl.archive.verify import verify_archive

    return verify_archive(path)
