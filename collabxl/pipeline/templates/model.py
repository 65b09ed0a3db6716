"""The form of a scenario file and what must hold for it; a key that is not declared here is an error.

Days are working days. A task begins on the day after the last of those it waits for; it is due when its days and then
its buffer are over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from collabxl.schema import vocabularies
from collabxl.schema.kinds import Words
from collabxl.text import LANGS, Lang, Text, t

SCENES = {
    "project": t("复杂项目推进", "Complex project"),
    "process": t("跨流程优化", "Improvement across processes"),
    "emergency": t("突发任务响应", "Emergency response"),
    "resources": t("资源整合需求", "Pooling of resources"),
}
"""The four scenes of joint work, by their key."""
START, WEEKLY, DAILY = "start", "weekly", "daily"
"""When a meeting is held, unless it is on the day a task is due."""


def _complete(text: Text) -> Text:
    if not all(said.strip() for said in text.both):
        raise ValueError("needs words in zh and in en")
    return text


def _word_of(listed: Words) -> AfterValidator:
    def known(key: str) -> str:
        if key not in listed.keys:
            raise ValueError(f"is one of {', '.join(listed.keys)}")
        return key

    return AfterValidator(known)


Bilingual = Annotated[Text, AfterValidator(_complete)]
Days = Annotated[int, Field(ge=1, le=250)]
Weight = Annotated[int, Field(ge=1, le=5)]


class _StrictModel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Department(_StrictModel):
    """A department, what it answers for, and the roles of its people."""

    name: Bilingual
    duty: Bilingual
    roles: Annotated[dict[str, Bilingual], Field(min_length=1)]


class ScenarioTask(_StrictModel):
    """A task: who does it, for how long, after which others."""

    name: Bilingual
    deliverable: Bilingual
    owner: str
    days: Days
    after: tuple[str, ...] = ()
    priority: Annotated[str, _word_of(vocabularies.PRIORITY)] = "medium"
    milestone: bool = False
    buffer: Annotated[int, Field(ge=0, le=250)] = 0
    remark: Bilingual | None = None


class ScenarioRisk(_StrictModel):
    """What may go wrong and what is done about it."""

    description: Bilingual
    kind: Annotated[str, _word_of(vocabularies.RISK_CATEGORY)]
    possibility: Weight
    impact: Weight
    strategy: Annotated[str, _word_of(vocabularies.STRATEGY)]
    response: Bilingual
    trigger: Bilingual
    owner: str
    approved_by: str | None = None
    tasks: tuple[str, ...] = ()


class AgendaItem(_StrictModel):
    """One row of a meeting: what is on the agenda, what is agreed, and what is to be done within ``days``."""

    item: Bilingual
    decision: Bilingual | None = None
    action: Bilingual | None = None
    owner: str | None = None
    days: Days | None = None
    task: str | None = None


class ScenarioMeeting(_StrictModel):
    """A meeting, or the rhythm of many: ``when`` is start, weekly, daily, or the task on whose due day it is held."""

    when: str
    kind: Annotated[str, _word_of(vocabularies.MEETING)]
    topic: Bilingual
    host: str
    present: Bilingual | None = None
    points: Annotated[tuple[AgendaItem, ...], Field(min_length=1)]


class TaskSpan(NamedTuple):
    """First and last day of a task, counted in working days from 1."""

    first: int
    last: int


class Scenario(_StrictModel):
    """A project to start from: its goal, departments, tasks, risks and meetings in both languages."""

    slug: str
    title: Bilingual
    scene: Literal["project", "process", "emergency", "resources"]
    description: Bilingual
    initiator: str
    lead: str
    goal: Bilingual
    kpis: Annotated[tuple[Bilingual, ...], Field(min_length=1)]
    remark: Bilingual
    departments: Annotated[dict[str, Department], Field(min_length=1)]
    tasks: Annotated[dict[str, ScenarioTask], Field(min_length=1)]
    risks: tuple[ScenarioRisk, ...]
    meetings: tuple[ScenarioMeeting, ...]

    @cached_property
    def roles(self) -> dict[str, tuple[Text, Department]]:
        """Every role with its words and its department."""
        return {key: (name, each) for each in self.departments.values() for key, name in each.roles.items()}

    @cached_property
    def spans(self) -> dict[str, TaskSpan]:
        """When each task is done if all begin as soon as they may, in the order of the file."""
        spans: dict[str, TaskSpan] = {}
        for key in TopologicalSorter(self._after()).static_order():
            task = self.tasks[key]
            first = max((spans[each].last for each in task.after), default=0) + 1
            spans[key] = TaskSpan(first, first + task.days + task.buffer - 1)
        return {key: spans[key] for key in self.tasks}

    @property
    def days(self) -> int:
        """How many working days the whole takes."""
        return max(span.last for span in self.spans.values())

    @property
    def milestones(self) -> int:
        """How many milestones there are."""
        return sum(task.milestone for task in self.tasks.values())

    def contradictions(self) -> Iterator[Text]:
        """Return what does not fit together, as sentences that name the place."""
        yield from self._unknown_roles()
        yield from self._unknown_tasks()
        yield from self._repeated()
        if self.initiator not in self.departments:
            yield t(f"initiator：没有部门 {self.initiator}", f"initiator: there is no department {self.initiator}")
        busy = {self.roles[task.owner][1].name for task in self.tasks.values() if task.owner in self.roles}
        for key, department in self.departments.items():
            if department.name not in busy:
                yield t(f"departments.{key}：没有任务", f"departments.{key}: has no task")
        for at, risk in enumerate(self.risks):
            if risk.strategy == "accept" and not risk.approved_by:
                yield t(f"risks.{at}：接受的风险要写 approved_by", f"risks.{at}: an accepted risk needs approved_by")
        for where, point in self._points():
            if point.action and not (point.owner and point.days):
                yield t(f"{where}：待办要写 owner 和 days", f"{where}: an action needs owner and days")

    def _after(self) -> dict[str, tuple[str, ...]]:
        return {key: task.after for key, task in self.tasks.items()}

    def _points(self) -> Iterator[tuple[str, AgendaItem]]:
        for at, meeting in enumerate(self.meetings):
            for number, point in enumerate(meeting.points):
                yield f"meetings.{at}.points.{number}", point

    def _unknown_roles(self) -> Iterator[Text]:
        named: list[tuple[str, str | None]] = [("lead", self.lead)]
        named += [(f"tasks.{key}.owner", task.owner) for key, task in self.tasks.items()]
        for at, risk in enumerate(self.risks):
            named += [(f"risks.{at}.owner", risk.owner), (f"risks.{at}.approved_by", risk.approved_by)]
        named += [(f"meetings.{at}.host", meeting.host) for at, meeting in enumerate(self.meetings)]
        named += [(f"{where}.owner", point.owner) for where, point in self._points()]
        for where, role in named:
            if role is not None and role not in self.roles:
                yield t(f"{where}：没有角色 {role}", f"{where}: there is no role {role}")

    def _unknown_tasks(self) -> Iterator[Text]:
        named = [(f"tasks.{key}.after", each) for key, task in self.tasks.items() for each in task.after]
        named += [(f"risks.{at}.tasks", each) for at, risk in enumerate(self.risks) for each in risk.tasks]
        named += [(f"{where}.task", point.task) for where, point in self._points() if point.task]
        dated = ((at, each.when) for at, each in enumerate(self.meetings) if each.when not in (START, WEEKLY, DAILY))
        named += [(f"meetings.{at}.when", when) for at, when in dated]
        unknown = [(where, key) for where, key in named if key not in self.tasks]
        for where, key in unknown:
            yield t(f"{where}：没有任务 {key}", f"{where}: there is no task {key}")
        if not unknown:
            yield from self._cycle()

    def _cycle(self) -> Iterator[Text]:
        try:
            TopologicalSorter(self._after()).prepare()
        except CycleError as error:
            path = " → ".join(reversed(error.args[1]))
            yield t(f"tasks：依赖成环 {path}", f"tasks: they wait for each other: {path}")

    def _repeated(self) -> Iterator[Text]:
        keys = Counter(key for department in self.departments.values() for key in department.roles)
        for key in (key for key, times in keys.items() if times > 1):
            yield t(f"departments：角色 {key} 出现两次", f"departments: the role {key} stands twice")
        groups: dict[str, list[Any]] = {
            "tasks": [task.name for task in self.tasks.values()],
            "departments": [department.name for department in self.departments.values()],
            "roles": [name for name, _ in self.roles.values()],
        }
        for lang in LANGS:
            for where, names in groups.items():
                for word in _duplicates(names, lang):
                    yield t(f"{where}：“{word}”出现两次", f"{where}: “{word}” stands twice")


def _duplicates(names: list[Text], lang: Lang) -> list[str]:
    return [word for word, times in Counter(name.to(lang) for name in names).items() if times > 1]
