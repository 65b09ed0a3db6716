"""The verbs about delays: who has to see to what, as letters, a calendar, a text for a chat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collabxl.api.arguments import checked_arguments
from collabxl.api.run import day_of, settings_of, texts

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from typing import Any, Literal

    from collabxl.exchange.posting import LetterDraft, SentLetter
    from collabxl.exchange.split import SplitResult
    from collabxl.mail.server import MailAccess
    from collabxl.reminders.cases import ProjectDelays, UnreadFile
    from collabxl.schema.settings import Settings
    from collabxl.storage.paths import Paths
    from collabxl.text import Lang


@checked_arguments
def find_delays(
    paths: Paths,
    *,
    today: dt.date | None = None,
    settings: Settings | Mapping[str, Any] | None = None,
    jobs: int | None = None,
    passwords: str | Iterable[str] = (),
) -> Iterator[ProjectDelays | UnreadFile]:
    """Return for every workbook what is overdue, due soon or forecast late, and what explanation it lacks.

    ``.cases`` has one entry a task or action of a meeting, the earliest due first; ``days`` are working days late, or
    left. ``settings.mail`` says who writes the letters that are made of it. No workbook is changed.

    Nothing is raised for a file: one that cannot be read is an ``UnreadFile`` with its ``error``. Raises UsageError and
    SettingsError as ``check_workbooks`` does.
    """
    from collabxl.reminders.cases import find_cases

    day, chosen = day_of(today), settings_of(settings)
    return find_cases(paths, today=day, settings=chosen, jobs=jobs, passwords=texts(passwords))


@checked_arguments
def delay_letters(
    books: Iterable[ProjectDelays],
    *,
    by: Literal["department", "person"] = "department",
    wording: str | Path | None = None,
    today: dt.date | None = None,
) -> list[LetterDraft]:
    """Return letters that warn of delays, one a department or, ``by="person"``, one a person; nothing is written.

    ``books`` are what ``find_delays`` returns, without unread files. ``wording`` is a .toml file with words of one's
    own. ``.path`` is a name of its own for each draft, ``.letter`` what it says. Raises SettingsError if the wording
    asks for what there is not.
    """
    from pathlib import Path

    from collabxl.mail.wording import load_wording as wording_of
    from collabxl.reminders.drafts import notices

    return notices(books, by, wording_of("remind" if wording is None else Path(wording)), day_of(today))


@checked_arguments
def delay_calendar(books: Iterable[ProjectDelays], *, today: dt.date | None = None, lang: Lang = "zh") -> bytes:
    """Return delays as a calendar (.ics, UTF-8): one all-day event a task, which moves when it is read in again.

    ``books`` are what ``find_delays`` returns, without unread files; ``lang`` is the language of the calendar's name.
    Nothing is raised.
    """
    from collabxl.reminders.calendar import render_calendar

    return render_calendar(books, day_of(today), lang)


@checked_arguments
def delay_message(books: Iterable[ProjectDelays], *, today: dt.date | None = None, lang: Lang = "zh") -> str:
    """Return delays as a text for a group chat by project, department and person; empty if there are none.

    ``books`` are what ``find_delays`` returns, without unread files. Nothing is raised.
    """
    from collabxl.reminders.chat import message

    return message(books, day_of(today), lang)


@checked_arguments
def split_letters(
    made: SplitResult,
    *,
    wording: str | Path | None = None,
    today: dt.date | None = None,
    settings: Settings | Mapping[str, Any] | None = None,
) -> list[LetterDraft]:
    """Return a letter for every copy that ``split`` ``made``, the copy attached; nothing is written or sent.

    ``wording`` is a .toml file with words of one's own; ``settings.mail`` says who writes and until when copies are
    wanted back. ``.path`` is the draft's place, beside its copy. Raises SettingsError if the wording asks for what
    there is not.
    """
    from pathlib import Path

    from collabxl.exchange.letters import copy_letters
    from collabxl.mail.wording import load_wording as wording_of

    words = wording_of("split" if wording is None else Path(wording))
    return copy_letters(made, words, today=day_of(today), settings=settings_of(settings))


@checked_arguments
def write_letters(letters: Iterable[LetterDraft]) -> None:
    """Write ``letters`` as drafts (.eml) to their ``path``, which Outlook and others open ready to be sent.

    Raises FileError if one cannot be written.
    """
    from collabxl.exchange.posting import write_drafts

    write_drafts(letters)


@checked_arguments
def send_letters(
    letters: Iterable[LetterDraft],
    *,
    settings: Settings | Mapping[str, Any] | None = None,
    access: MailAccess | None = None,
    lang: Lang = "zh",
) -> list[SentLetter]:
    """Send ``letters`` by the server of ``settings.mail``, never without TLS; return what became of each.

    ``access`` is how to log in (``MailAccess(password)``). The variables COLLABXL_SMTP_HOST, _PORT, _USER and _SENDER
    win over the settings. ``.deliveries`` has one entry a recipient, none if nobody is known. A master with a ledger
    remembers who got what: nobody gets the same letter twice.

    Nothing is raised for a letter or a server that fails: such a delivery has an ``error``. Raises UsageError if no
    server or no sender is known, MailError for an address that is none.
    """
    from collabxl.exchange.posting import apply_environment, post_letters, server_of
    from collabxl.mail.server import MailAccess

    mail = apply_environment(settings_of(settings).mail, sends=True)
    return post_letters(list(letters), server_of(mail, access or MailAccess()), lang)
