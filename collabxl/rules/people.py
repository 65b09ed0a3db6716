"""PP: departments and persons."""

from __future__ import annotations

import numpy as np
import pandas as pd

from collabxl.frames import mask, objects
from collabxl.rules.names import plain, split
from collabxl.rules.relate import derived, wbs
from collabxl.rules.rule import ERROR, Every, rule
from collabxl.schema.column import Column
from collabxl.schema.kinds import Ref
from collabxl.schema.standard import Contacts
from collabxl.text import t

ALIKE = 50
"""How alike, per cent, a department must be to be suggested."""


@derived
def departments(project: pd.DataFrame, contacts: pd.DataFrame) -> dict[int, dict[str, str]]:
    """The departments that take part in each project, by their plain name."""
    known: dict[int, dict[str, str]] = {}
    for frame, keys in ((project, ("initiator", "departments")), (contacts, ("department",))):
        for key in keys:
            for wb, cell in zip(wbs(frame).tolist(), frame[key], strict=True):
                for name in split(cell) if cell else ():
                    known.setdefault(wb, {}).setdefault(plain(name), name)
    return known


@rule(
    "PP701",
    ERROR,
    "basic",
    at=Every(lambda column: isinstance(column.kind, Ref) and column.kind.to is Contacts.department),
    title=t("部门不在名单中", "Unknown department"),
    says=t("“{value}”不在参与部门里", "“{value}” is not among the departments that take part"),
    why=t("部门对不上，就不知道该找谁、发给谁。", "Nobody knows whom to ask or to send it to."),
    fix=t("{advice}", "{advice}"),
    tells=("suggestion",),
    example="""
        project
        | field       | value              |
        | initiator   | 产品研发部         |
        | departments | 市场部、IT部       |
        tasks
        | name | department | finds      |
        | A    | 产品部     | department |
        | B    | 市场部     |            |
        | C    | it部       |            |
    """,
)
def unknown_department(rows: pd.DataFrame, column: Column, departments: dict[int, dict[str, str]]) -> pd.DataFrame:
    from rapidfuzz import fuzz, process

    books = wbs(rows)
    codes, words = pd.factorize(rows[column.key].to_numpy())
    pairs, which = np.unique(books * (len(words) + 1) + codes + 1, return_inverse=True)
    unknown = mask(
        code > 0 and wb in departments and plain(words[code - 1]) not in departments[wb]
        for wb, code in zip(*(each.tolist() for each in np.divmod(pairs, len(words) + 1)), strict=True)
    )
    wrong = unknown[which]
    found = rows[wrong]
    suggestions = []
    for wb, cell in zip(wbs(found).tolist(), found[column.key], strict=True):
        near = process.extractOne(plain(cell), departments[wb].keys(), scorer=fuzz.ratio, score_cutoff=ALIKE)
        suggestions.append(departments[wb][near[0]] if near else None)
    advice = (
        t(
            f"是不是“{near}”？改成它，或把部门加进参与部门",
            f"Is it “{near}”? Use that, or add the department to the project",
        )
        if near
        else t("改成参与部门之一，或把它加进参与部门", "Use one of the departments, or add it to the project")
        for near in suggestions
    )
    return found.assign(value=found[column.key], suggestion=objects(suggestions), advice=objects(advice))
