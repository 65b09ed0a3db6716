"""Who is written to: the contacts of each department with their mail addresses, and who writes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from collabxl.errors import MailError
from collabxl.mail.letter import address_of
from collabxl.mail.message_model import Person
from collabxl.rules.engine.frames import Frames, wbs
from collabxl.rules.matching.names import normalize_name, split_names
from collabxl.rules.matching.wording import is_filler, person_name
from collabxl.schema.settings import MailSettings
from collabxl.schema.sheets import Contacts, Project
from collabxl.text import Lang, format_value, t

_ALL = t("各位同事", "colleagues")
_GREETED = 3
"""People whom a letter greets by name."""
_BETWEEN = re.compile(r"[\s,，;；、|/<>《》()（）]+")


@dataclass(frozen=True)
class Addressee:
    """Whom a letter to a department is for: how they are called, their addresses, and what is wrong with others."""

    names: tuple[str, ...] = ()
    people: tuple[Person, ...] = ()
    wrong: tuple[MailError, ...] = ()

    def greeting(self, lang: Lang) -> str:
        """Return how a letter greets them: by name, or as colleagues if there are many."""
        return format_value(self.names, lang) if 0 < len(self.names) <= _GREETED else _ALL.to(lang)

    def __add__(self, other: Addressee) -> Addressee:
        """Return both, nobody twice."""
        return Addressee(
            tuple(dict.fromkeys((*self.names, *other.names))),
            tuple(dict.fromkeys((*self.people, *other.people))),
            (*self.wrong, *other.wrong),
        )


@dataclass(frozen=True)
class Addressees:
    """The contacts of one project: by department, and by department and person; names as they are compared."""

    departments: Mapping[str, Addressee] = field(default_factory=dict)
    persons: Mapping[tuple[str, str], Addressee] = field(default_factory=dict)

    def of(self, department: str, person: str | None = None) -> Addressee:
        """Return whom to write to: the person if the contacts know an address, else who speaks for the department."""
        own = self.persons.get((normalize_name(department), normalize_name(person))) if person is not None else None
        if own is not None and own.people:
            return own
        spoken_for = self.departments.get(normalize_name(department), Addressee())
        return spoken_for if person is None else Addressee((person,), spoken_for.people, spoken_for.wrong)


def addressees(frames: Frames, wb: int = 0) -> Addressees:
    """Return the contacts of one workbook."""
    contacts = frames[Contacts.meta.key]
    departments: dict[str, Addressee] = {}
    persons: dict[tuple[str, str], Addressee] = {}
    cells = zip(wbs(contacts).tolist(), contacts.department, contacts.person, contacts.email, strict=True)
    for of, department, person, email in cells:
        if of != wb or not department:
            continue
        names = tuple(person_name(name) for name in split_names(person or "") if not is_filler(name))
        found = _addressee(names, email or "")
        for each in split_names(department):
            key = normalize_name(each)
            departments[key] = departments.get(key, Addressee()) + found
            if len(names) == 1:
                at = key, normalize_name(names[0])
                persons[at] = persons.get(at, Addressee()) + found
    return Addressees(departments, persons)


def letter_sender(frames: Frames, mail: MailSettings, wb: int = 0) -> Person:
    """Return who signs: the settings' name and address, else the project's lead, then initiator, by name alone."""
    project = frames[Project.meta.key]
    forms = zip(wbs(project).tolist(), project[Project.lead.key], project[Project.initiator.key], strict=True)
    told = [cell for of, *cells in forms if of == wb for cell in cells if cell]
    names = [mail.name, *(name for cell in told for name in split_names(cell)[:1])]
    return Person(person_name(next(filter(None, names), "")), mail.address)


def _addressee(names: tuple[str, ...], email: str) -> Addressee:
    words = [word for word in _BETWEEN.split(email) if word and not is_filler(word)]
    addresses = [word for word in words if "@" in word] or words
    people, wrong = [], []
    for at, address in enumerate(addresses):
        name = names[at] if len(names) == len(addresses) else names[0] if len(names) == 1 else ""
        person = Person(name, address)
        try:
            address_of(person)
        except MailError as error:
            wrong.append(error)
        else:
            people.append(person)
    return Addressee(names, tuple(people), tuple(wrong))
