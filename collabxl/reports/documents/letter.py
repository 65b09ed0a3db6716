"""《协同目标确认函》: what is to be reached, what counts as reached, what is no part of it, and who signs for that."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from collabxl.reports.documents.blocks import (
    Blank,
    Block,
    Document,
    FormBlock,
    Paragraph,
    Points,
    Section,
    number_sections,
)
from collabxl.reports.documents.material import Material
from collabxl.reports.documents.words import (
    DATE,
    EVER,
    SIGNED,
    TO_FILL_IN,
    ListingColumn,
    ReportPeriod,
    RequestedPeriod,
    as_of,
    by_due_date,
    distinct_names,
    document_of,
    first_items,
    listing,
    split_list,
)
from collabxl.rules.matching.names import normalize_name, split_names
from collabxl.rules.matching.wording import is_filler
from collabxl.schema.sheets import Contacts, Project, Tasks
from collabxl.text import Lang, t

MOST_DELIVERABLES, MOST_PEOPLE = 6, 3
"""Of each department so many are named."""
_LEAD = t(
    "为统一目标、明确边界，避免后续分歧，请各参与部门负责人核对以下内容并签字确认。签字即表示认可本项目的目标、关键成果与交付边界，"
    "并按任务分工投入资源、按期交付。",
    "So that all work towards the same goal, the heads of the departments taking part are asked to check and sign what "
    "follows. Signing means agreeing to the goal, the key results and the boundaries, and providing people and results "
    "as the task sheet says.",
)
_OUTSIDE = t("不在本次范围内的内容：", "Not part of this project:")
_GOALS = t("目标与关键成果", "Goal and key results")
_BOUNDARIES = t("交付边界", "Boundaries")
_MILESTONES = t("关键里程碑", "Milestones")
_PARTS = t("参与部门与交付物", "Departments and what they deliver")
_SIGN = t("签字确认", "Signatures")
_DRIVES = t("（发起）", " (initiator)")
_HEAD = t("部门负责人（签字）", "Head of department (signature)")


class Party(NamedTuple):
    """A department that takes part: who speaks for it, what it delivers, and what is noted of its consent."""

    name: str
    people: tuple[str, ...]
    deliverables: tuple[str, ...]
    confirmed: str
    drives: bool


class LetterMilestone(NamedTuple):
    """A key date."""

    label: str
    due: dt.date | None


@dataclass(frozen=True)
class LetterFacts:
    """What the letter says."""

    project: str
    initiator: str
    lead: str
    first: dt.date
    last: dt.date
    goal: str
    kpis: tuple[str, ...]
    remark: str
    parties: tuple[Party, ...]
    milestones: tuple[LetterMilestone, ...]


def document(made_of: Material, asked: RequestedPeriod = EVER) -> Document:
    """Return the letter of one workbook; it tells of the whole project, whatever is ``asked``."""
    facts = _facts(made_of)
    lang = made_of.lang
    sections = (
        Section("goal", _GOALS.to(lang), tuple(_goal(facts, lang))),
        Section("boundaries", _BOUNDARIES.to(lang), tuple(_boundaries(facts, lang))),
        Section("milestones", _MILESTONES.to(lang), (_milestones(facts, lang),)),
        Section("departments", _PARTS.to(lang), (_parties(facts, lang),)),
        Section("signatures", _SIGN.to(lang), (_signatures(facts, lang),)),
    )
    lead = Section("lead", "", (_form(facts, lang), Paragraph(_LEAD.to(lang))))
    about = as_of(made_of)
    return document_of("letter", made_of, facts, about=about, sections=(lead, *number_sections(sections, lang)))


def _facts(made_of: Material) -> LetterFacts:
    numbers, says = made_of.numbers, made_of.form_text
    milestones = (LetterMilestone(task.label, task.due) for task in by_due_date(made_of.tasks) if task.milestone)
    return LetterFacts(
        project=numbers.name,
        initiator=says("initiator"),
        lead=says("lead"),
        first=numbers.start,
        last=numbers.end,
        goal=says("goal"),
        kpis=tuple(kpi for kpi in split_list(says("kpis")) if not is_filler(kpi)),
        remark=says("remark"),
        parties=tuple(_party(made_of, name) for name in _names(made_of)),
        milestones=tuple(milestones),
    )


def _names(made_of: Material) -> tuple[str, ...]:
    """Return all departments: who initiates, those of the form, then any more that the contacts have."""
    known = (each for contact in made_of.contacts for each in split_names(contact.department))
    return distinct_names([made_of.form_text("initiator"), *split_names(made_of.form_text("departments")), *known])


def _party(made_of: Material, name: str) -> Party:
    mine = normalize_name(name)
    contacts = [each for each in made_of.contacts if mine in map(normalize_name, split_names(each.department))]
    delivered = (
        task.deliverable
        for task in made_of.tasks
        if normalize_name(task.department) == mine and task.state != "cancelled"
    )
    return Party(
        name,
        distinct_names(each.person for each in contacts if not is_filler(each.person)),
        distinct_names(delivered),
        "、".join(distinct_names(each.confirmed for each in contacts)),
        mine == normalize_name(made_of.form_text("initiator")),
    )


def _form(facts: LetterFacts, lang: Lang) -> FormBlock:
    values = (
        (Project.name, facts.project),
        (Project.initiator, facts.initiator),
        (Project.lead, facts.lead),
        (Project.period, ReportPeriod(facts.first, facts.last).to(lang)),
    )
    return FormBlock(tuple((column.title.to(lang), value) for column, value in values))


def _goal(facts: LetterFacts, lang: Lang) -> list[Block]:
    goal = Paragraph(facts.goal or TO_FILL_IN.to(lang))
    if facts.kpis:
        return [
            goal,
            Paragraph(f"{Project.kpis.title.to(lang)}{'：' if lang == 'zh' else ':'}"),
            Points(facts.kpis, True),
        ]
    return [goal, Blank(Project.kpis.title.to(lang))]


def _boundaries(facts: LetterFacts, lang: Lang) -> list[Block]:
    outside = Blank(_OUTSIDE.to(lang), 2)
    return [Paragraph(facts.remark), outside] if facts.remark else [outside]


def _milestones(facts: LetterFacts, lang: Lang) -> Block:
    return listing(
        facts.milestones, lang, ListingColumn(Tasks.milestone, 3, lambda each: each.label), ListingColumn(Tasks.due, 1)
    )


def _parties(facts: LetterFacts, lang: Lang) -> Block:
    return listing(
        facts.parties,
        lang,
        ListingColumn(Contacts.department, 1.4, lambda each: each.name + (_DRIVES.to(lang) if each.drives else "")),
        ListingColumn(Contacts.person, 1.2, lambda each: first_items(each.people, MOST_PEOPLE, lang)),
        ListingColumn(Tasks.deliverable, 4, lambda each: first_items(each.deliverables, MOST_DELIVERABLES, lang)),
    )


def _signatures(facts: LetterFacts, lang: Lang) -> Block:
    noted = [ListingColumn(Contacts.confirmed, 1.4)] if any(each.confirmed for each in facts.parties) else []
    name = ListingColumn(Contacts.department, 1.4, lambda each: each.name)
    return listing(
        facts.parties, lang, name, ListingColumn(_HEAD, 2.2), ListingColumn(DATE, 1.2), *noted, height=SIGNED
    )
