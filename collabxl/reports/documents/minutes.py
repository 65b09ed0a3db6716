"""《会议纪要》: who met, what was decided, who does what until when; one meeting or all of a period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from collabxl.reports.documents.blocks import Block, Document, FormBlock, Paragraph, Section, TableCell, number_sections
from collabxl.reports.documents.material import Material, MinuteRow
from collabxl.reports.documents.words import (
    EVER,
    ListingColumn,
    ReportPeriod,
    RequestedPeriod,
    action_state,
    as_of,
    document_of,
    listing,
    signature_table,
)
from collabxl.rules.matching.names import normalize_name
from collabxl.schema.sheets import Minutes
from collabxl.schema.vocabularies import MEETING
from collabxl.text import Lang, t

_HELD = t("会议 {period}", "Meetings of {period}")
_NO_MEETING = t("这段时间没有会议记录。", "No meeting is recorded in this time.")
_STILL_OPEN = t("以前会议未完成的待办", "Actions still open from earlier meetings")
_NO_DECISION = t("▲ 没有记录结论", "▲ no decision is recorded")
_SIGN = t("签字", "Signatures")
_HOST, _WRITER = t("主持人（签字）", "Host (signature)"), t("记录人（签字）", "Written by (signature)")
_UNDATED = t("日期未填", "no date")


@dataclass(frozen=True)
class MeetingMinutes:
    """One meeting with the lines of its minutes; what its first line does not tell, a later one may."""

    date: dt.date | None
    topic: str
    kind: str
    host: str
    present: str
    absent: str
    lines: tuple[MinuteRow, ...]

    @property
    def actions(self) -> list[MinuteRow]:
        """The lines with something to do."""
        return [line for line in self.lines if line.action]


@dataclass(frozen=True)
class MinutesFacts:
    """What the minutes say."""

    project: str
    period: ReportPeriod
    day: dt.date
    meetings: tuple[MeetingMinutes, ...]
    earlier: tuple[MinuteRow, ...]
    """Actions of earlier meetings that are not done."""


def document(made_of: Material, asked: RequestedPeriod = EVER) -> Document:
    """Return the minutes of the meetings asked for, of the last day with a meeting unless a first day is said."""
    lang, known = made_of.lang, meetings(made_of.minutes)
    last = asked.end(made_of.day)
    period = ReportPeriod(asked.first, last) if asked.first else _latest(known, last)
    held = tuple(meeting for meeting in known if period.contains(meeting.date))
    before = (meeting for meeting in known if meeting.date is not None and meeting.date < period.first)
    earlier = tuple(line for meeting in before for line in meeting.actions if line.status != "done")
    facts = MinutesFacts(made_of.numbers.name, period, made_of.day, held, earlier)
    sections = [_meeting_section(f"meeting{at}", meeting, facts, lang) for at, meeting in enumerate(held, 1)]
    if earlier:
        sections.append(Section("earlier", _STILL_OPEN.to(lang), (_actions(earlier, facts.day, lang),)))
    sections.append(Section("signatures", _SIGN.to(lang), (signature_table((_HOST, _WRITER), lang),)))
    nothing = () if held else (Section("nothing", "", (Paragraph(_NO_MEETING.to(lang), "alarm"),)),)
    about = f"{_HELD.fill(lang, {'period': period.to(lang)})}　{as_of(made_of)}"
    return document_of("minutes", made_of, facts, about=about, sections=(*nothing, *number_sections(sections, lang)))


def meetings(lines: Iterable[MinuteRow]) -> tuple[MeetingMinutes, ...]:
    """Return the meetings that lines are about, the first held first.

    Lines of one date and topic are one meeting, and a line without either belongs to the one above (as MT804 has it).
    """
    found: dict[tuple[dt.date | None, str], list[MinuteRow]] = {}
    at: tuple[dt.date | None, str] = (None, "")
    for line in lines:
        if line.date is not None or line.topic:
            at = line.date, normalize_name(line.topic)
        found.setdefault(at, []).append(line)
    held = [_meeting_of(each) for each in found.values()]
    return tuple(sorted(held, key=lambda meeting: (meeting.date or dt.date.min, meeting.lines[0].row)))


def _meeting_of(lines: list[MinuteRow]) -> MeetingMinutes:
    keys = ("topic", "kind", "host", "present", "absent")
    told = {key: next(filter(None, (getattr(line, key) for line in lines)), "") for key in keys}
    return MeetingMinutes(lines[0].date, lines=tuple(lines), **told)


def _latest(known: Iterable[MeetingMinutes], last: dt.date) -> ReportPeriod:
    """Return the latest day up to a last one on which there was a meeting, that last day if there was none."""
    found = max((meeting.date for meeting in known if meeting.date and meeting.date <= last), default=last)
    return ReportPeriod(found, found)


def _meeting_section(key: str, meeting: MeetingMinutes, facts: MinutesFacts, lang: Lang) -> Section:
    date = meeting.date.isoformat() if meeting.date else _UNDATED.to(lang)
    form = [
        (Minutes.date, date),
        (Minutes.kind, MEETING.title_of(meeting.kind).to(lang) if meeting.kind else ""),
        (Minutes.host, meeting.host),
        (Minutes.present, meeting.present),
        (Minutes.absent, meeting.absent),
    ]
    decided = [line for line in meeting.lines if line.item or line.decision]
    blocks: list[Block] = [FormBlock(tuple((column.title.to(lang), value) for column, value in form))]
    blocks.append(_decision_block(decided, lang))
    if meeting.actions:
        blocks.append(_actions(meeting.actions, facts.day, lang))
    return Section(key, f"{date} {meeting.topic}".strip(), tuple(blocks))


def _decision_block(lines: Sequence[MinuteRow], lang: Lang) -> Block:
    """Return what was discussed and decided, and say so if nothing was decided."""
    if not lines:
        return Paragraph(_NO_DECISION.to(lang), "alarm")
    missing = "" if any(line.decision for line in lines) else TableCell(_NO_DECISION.to(lang), "late")
    said = ListingColumn(Minutes.decision, 1.3, lambda line: line.decision or missing)
    return listing(lines, lang, ListingColumn(Minutes.item, 1), said)


def _actions(lines: Iterable[MinuteRow], today: dt.date, lang: Lang) -> Block:
    return listing(
        lines,
        lang,
        ListingColumn(Minutes.action, 3),
        ListingColumn(Minutes.owner, 1.1),
        ListingColumn(Minutes.department, 1.3),
        ListingColumn(Minutes.due, 1.25),
        ListingColumn(Minutes.task, 1),
        ListingColumn(Minutes.status, 1.2, lambda line: action_state(line, today, lang)),
    )
