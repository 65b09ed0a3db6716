"""How a project stands, in one word: the worst of a few measures, each with two thresholds that are told with it."""

from __future__ import annotations

from typing import Literal, NamedTuple

from collabxl.text import Text, t

Level = Literal["critical", "watch", "sound", "empty"]


class LevelLabel(NamedTuple):
    """A level as people see it: its sign, its word, and the style of the theme it is painted in."""

    sign: str
    word: Text
    style: str

    def to(self, lang: Literal["zh", "en"]) -> str:
        """Return sign and word."""
        return f"{self.sign} {self.word.to(lang)}"


LEVELS: dict[Level, LevelLabel] = {
    "critical": LevelLabel("▲", t("告急", "Critical"), "late"),
    "watch": LevelLabel("△", t("留意", "Watch"), "soon"),
    "sound": LevelLabel("●", t("按计划", "On plan"), "status_done centered"),
    "empty": LevelLabel("○", t("无任务", "No tasks"), "quiet"),
}
"""Worst first."""


class Measure(NamedTuple):
    """One thing that is measured of a project, and from which number on it is worth a look, or an alarm."""

    key: str
    title: Text
    says: Text
    watch: int
    critical: int | None


MEASURES = (
    Measure(
        "overdue",
        t("逾期任务占未取消任务的百分比，向上取整", "Overdue tasks, per cent of those not cancelled, rounded up"),
        t("逾期占 {number}%", "{number}% overdue"),
        1,
        10,
    ),
    Measure(
        "slip",
        t("关键路径预测的完成日晚于计划结束的工作日", "Working days the critical path ends after the planned end"),
        t("预计晚 {number} 个工作日", "working days late: {number}"),
        1,
        10,
    ),
    Measure(
        "high_risks",
        t("未关闭的高风险", "High risks that are open"),
        t("{number} 个高风险未关闭", "open high risks: {number}"),
        1,
        3,
    ),
    Measure(
        "cyclic",
        t("互相等待、排不了期的任务", "Tasks that wait for each other, so that nothing can be foretold"),
        t("{number} 个任务互相等待", "tasks that wait for each other: {number}"),
        1,
        None,
    ),
)
FORMULA = t(
    "健康度取下列各项中最差的一级；没有未取消的任务时为“无任务”。",
    "Health is the worst of these measures; a project without tasks, or with cancelled ones only, is told as such.",
)


class Health(NamedTuple):
    """A project's level, and the measures that are not sound: each by its key with its number."""

    level: Level
    reasons: tuple[tuple[str, int], ...] = ()


def health(numbers: dict[str, int], living: int) -> Health:
    """Return the health by the number of each of MEASURES, and by how many tasks are not cancelled."""
    if not living:
        return Health("empty")
    levels = {measure.key: _level(measure, numbers[measure.key]) for measure in MEASURES}
    worst = min(levels.values(), key=list(LEVELS).index)
    return Health(worst, tuple((key, numbers[key]) for key, level in levels.items() if level != "sound"))


def reasons(health: Health, lang: Literal["zh", "en"]) -> list[str]:
    """Return in words what makes a project less than sound."""
    says = {measure.key: measure.says for measure in MEASURES}
    return [says[key].fill(lang, {"number": number}) for key, number in health.reasons]


def _level(measure: Measure, number: int) -> Level:
    if measure.critical is not None and number >= measure.critical:
        return "critical"
    return "watch" if number >= measure.watch else "sound"
