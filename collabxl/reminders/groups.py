"""Cases by whom they are for: department and person, each in the order in which the cases name them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from collabxl.reminders.cases import Delay, ProjectDelays
from collabxl.reminders.words import NO_DEPARTMENT, NOBODY
from collabxl.rules.matching.names import normalize_name
from collabxl.text import Lang


class CaseGroup(NamedTuple):
    """What one person of one department has to see to; empty names where the workbook has none."""

    department: str
    person: str
    cases: tuple[Delay, ...]

    def labels(self, lang: Lang) -> tuple[str, str]:
        """Return department and person in words."""
        return self.department or NO_DEPARTMENT.to(lang), self.person or NOBODY.to(lang)


def groups(book: ProjectDelays) -> list[CaseGroup]:
    """Return a workbook's cases by department and person; what several answer for is told to each of them."""
    names: dict[tuple[str, str], tuple[str, str]] = {}
    found: dict[str, dict[str, list[Delay]]] = {}
    for case in book.cases:
        for department in case.departments or ("",):
            for person in case.people or ("",):
                key = normalize_name(department), normalize_name(person)
                names.setdefault(key, (department, person))
                found.setdefault(key[0], {}).setdefault(key[1], []).append(case)
    return [
        CaseGroup(*names[department, person], tuple(cases))
        for department, people in found.items()
        for person, cases in people.items()
    ]


def distinct_cases(of: Iterable[CaseGroup]) -> list[Delay]:
    """Return the cases of groups, each once."""
    return list(dict.fromkeys(case for group in of for case in group.cases))
