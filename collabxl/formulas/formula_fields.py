"""The fields that rule formulas are written in: what stands behind ``{due}``, ``{status.known}`` or ``{of.due}``.

A field of a sheet is a mirror of one of its columns, read by position and tidied, so that cutting, dragging or deleting
cells cannot turn a formula to another cell; or something derived from such mirrors, declared here once. Those that
stand in STORED have a column of their own in the hidden sheet, any other is written out where it is used.

The language: ``{due}`` is the cell of this row, ``{now.share}`` something derived of this row, ``{status.done}`` the
word of a list in the workbook's language, ``{due.workday}`` a part of a day, ``{name.keys:all}`` the cells of all
prepared rows, ``{due:column}`` the whole column (for INDEX by a row's number), ``{progress/newest:all}`` those of
another sheet, ``{today}`` and the names of limits cells with names. ``helper_sheet.py`` turns it into A1 formulas:
a field is written out in brackets unless it has a column. A derived field may name derived fields; there are no loops.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from collabxl.schema.columns import Column, Refs, Sheet
from collabxl.schema.kinds import PERCENT_FROM, Choice, Day, Number, Percent
from collabxl.schema.serials import to_serial
from collabxl.schema.sheets import (
    NO_DEPENDENCY,
    QUOTES,
    SEPARATORS,
    Calendar,
    Contacts,
    Minutes,
    Progress,
    Risks,
    Tasks,
)
from collabxl.schema.vocabularies import ENDED
from collabxl.text import Lang

EARLIEST, LATEST = dt.date(2000, 1, 1), dt.date(2099, 12, 31)
"""What a cell accepts as a day; any other number is none."""
OPEN, CLOSE = "〔", "〕"
"""What stands around each name in a key, so that A is never found in AB."""
_PERIOD_MARKS = ("年", "月", "日", "号", "/", ".", "-", "~", "～", "至", "到", "—", "–")

STATES = ("done", "in_progress", "overdue", "not_started", "blocked", "cancelled", "odd")
"""How a task stands, each in exactly one way; ``odd``: without a status that the list knows."""
HELD_UP = ("blocked", "delayed")
TIE, RISK_TIE = 100_000, 1_000
"""Tasks due on one day, and risks of one weight, are ordered by their rows over these."""


_OPEN = f"AND({','.join(f'{{status}}<>{{status.{key}}}' for key in ENDED)})"


def _state() -> str:
    """Return the formula of which of STATES a task is in, counted from 1; 0 for a row that is none."""
    number = {state: at for at, state in enumerate(STATES, 1)}
    late = "IF(ISNUMBER({due}),{due}<{today},FALSE)"
    held = ",".join(f"{{status}}={{status.{key}}}" for key in HELD_UP)
    tests = {
        '{name}&{owner}&{department}&{status}&{due}=""': 0,
        **{f"{{status}}={{status.{key}}}": number[key] for key in ENDED},
        late: number["overdue"],
        **{f"{{status}}={{status.{key}}}": number[key] for key in ("in_progress", "not_started")},
        f"OR({held})": number["blocked"],
    }
    formula = str(number["odd"])
    for test, found in reversed(tests.items()):
        formula = f"IF({test},{found},{formula})"
    return formula


def _on_scale(field: str) -> str:
    return f"IF(ISNUMBER({{{field}}}),AND({{{field}}}>=1,{{{field}}}<=5,{{{field}}}=INT({{{field}}})),FALSE)"


STORED: dict[type[Sheet], tuple[str, ...]] = {
    Tasks: (
        *("id.key", "id.count", "name.keys", "name.count", "after.keys", "now", "now.finished", "before"),
        *("state", "late.order", "soon.order", "ended"),
    ),
    Progress: ("id.key", "of", "stamp", "newest", "late"),
    Minutes: ("id.key",),
    Risks: ("id.key", "tasks.keys", "weight"),
    Contacts: ("department.keys", "first"),
    Calendar: ("off", "worked"),
}
"""The fields that formulas of other rows look at, and those too dear to be computed twice."""

DERIVED: dict[type[Sheet], dict[str, str]] = {
    Tasks: {
        "name.count": 'IF({name.keys}="",0,SUMPRODUCT(({name.keys:all}={name.keys})*1))',
        "open": _OPEN,
        "itself": 'IF({after.keys}="",FALSE,OR(AND({id.count}=1,ISNUMBER(FIND({id.key},{after.keys}))),'
        "AND({name.count}=1,ISNUMBER(FIND({name.keys},{after.keys})))))",
        "now": "IF({filled}=0,0,SUMPRODUCT(({progress/of:all}=ROW())*{progress/newest:all}*ROW({progress/of:all})))",
        "now.status": 'IF({now}=0,"",INDEX({progress/status:column},{now}))',
        "now.share": "IF({now}=0,0,MAX(0,N(INDEX({progress/progress:column},{now}))))",
        "now.started": "IF({now}=0,0,N(INDEX({progress/started:column},{now})))",
        "now.finished": "IF({now}=0,0,N(INDEX({progress/finished:column},{now})))",
        "before": 'IF({after.keys}="",0,SUMPRODUCT((ISNUMBER(FIND({name.keys:all},{after.keys}))*({name.count:all}=1)'
        "+ISNUMBER(FIND({id.key:all},{after.keys}))*({id.count:all}=1))*(ROW({id.key:all})<>ROW())"
        "*({status:all}<>{status.cancelled})*(({status:all}<>{status.done})"
        "+1000*({now.finished:all}>IF({now.started}=0,1000000,{now.started})))))",
        "before.open": "MOD({before},1000)>0",
        "before.later": "{before}>=1000",
        "state": _state(),
        "late.order": f'IF({{state}}={STATES.index("overdue") + 1},{{due}}+ROW()/{TIE},"")',
        "soon.order": "IF(IF(AND(ISNUMBER({due}),{due}>={today},{open}),"
        f'{{due.workday}}-{{today.workday}}<={{due_soon_days}},FALSE),{{due}}+ROW()/{TIE},"")',
        "ended": f'IF({{state}}={STATES.index("done") + 1},IF({{now.finished}}>0,{{now.finished}},{{due}}),"")',
        "line": "IF(ISNUMBER({start}),IF({start}>={today},0,IF({due.workday}>{start.workday},"
        "MAX(0,MIN(1,({today.workday}-{start.workday})/({due.workday}-{start.workday}))),1)),1)",
    },
    Progress: {
        "open": _OPEN,
        "of": 'IF({task}="",0,MOD(-SUMPRODUCT(MAX(({tasks/id.key:all}={task.whole})*(2000000-ROW({tasks/id.key:all})),'
        "({tasks/name.keys:all}={task.whole})*(1000000-ROW({tasks/id.key:all})))),1000000))",
        "of.due": 'IF({of}=0,"",INDEX({tasks/due:column},{of}))',
        "of.status": 'IF({of}=0,"",INDEX({tasks/status:column},{of}))',
        "of.name": 'IF({of}=0,"",INDEX({tasks/name:column},{of}))',
        "of.department": 'IF({of}=0,"",INDEX({tasks/department:column},{of}))',
        "stamp": "IF({of}=0,0,N({updated})*1000000+ROW())",
        "newest": "IF({of}=0,0,IF(SUMPRODUCT(({of:all}={of})*({stamp:all}>{stamp}))=0,1,0))",
        "late": "IF(OR({newest}=0,{status}={status.cancelled},{of.status}={status.cancelled}),0,"
        "IF({status}={status.done},IF(AND(ISNUMBER({finished}),ISNUMBER({of.due}),{finished}>{of.due}),1,0),"
        "IF(OR({status}={status.delayed},AND(ISNUMBER({of.due}),{of.due}<{today})),2,0)))",
        "late.still": "{late}=2",
    },
    Risks: {
        "score": "N({possibility})*N({impact})",
        "weight": f'IF(AND({{description}}<>"",{{status}}<>{{status.closed}}),'
        f'IF(AND({_on_scale("possibility")},{_on_scale("impact")}),{{score}},0)+1-ROW()/{RISK_TIE},"")',
        "level.meant": "IF({score}>={high_risk},{level.high},IF({score}>={medium_risk},{level.medium},{level.low}))",
        "looked_at": 'IF({reviewed}="",{identified},{reviewed})',
    },
    Contacts: {
        "first": 'IF({department}="","",IF(SUMPRODUCT(({department:all}={department})*(ROW({department:all})<ROW()))=0,'
        'ROW(),""))',
    },
    Calendar: {
        "off": 'IF(ISNUMBER({date}),IF(AND({kind}={kind.off},MOD({date}-2,7)<5),{date},""),"")',
        "worked": 'IF(ISNUMBER({date}),IF(AND({kind}={kind.work},MOD({date}-2,7)>4),{date},""),"")',
    },
}
"""Derived fields by their names, in fields again."""


def mirror(column: Column) -> str:
    """Return the formula that reads a column's cell in the same row: a true day, a number, or tidied text."""
    cell = input_reference(column)
    told = tidy(cell, "、" if isinstance(column.kind, Refs) else " ")
    match column.value_kind:
        case Day():
            first, last = to_serial(EARLIEST), to_serial(LATEST) + 1
            number = f'IF(AND({cell}>={first},{cell}<{last}),INT({cell}),{cell}&"")'
        case Percent():
            number = f"IF(AND({cell}>={PERCENT_FROM},{cell}<=100),{cell}/100,{cell})"
        case Number():
            number = cell
        case _:
            number = told
    # LibreOffice takes a truth value for a number, Excel does not: it is a text to both of them
    return f'IFERROR(IF(ISLOGICAL({cell}),IF({cell},"TRUE","FALSE"),IF(ISNUMBER({cell}),{number},{told})),"")'


def input_reference(column: Column) -> str:
    """Return the reference to what people typed into a column in the same row, whatever was moved there."""
    return f"INDEX({column.sheet.meta.key}.{column.key},ROW())"


def form_field(field: Column, lang: Lang) -> str:
    """Return the formula that reads a field of a form, found by its title, as text."""
    form = field.sheet.meta.key
    return f'(INDEX({form}.value,MATCH("{field.title.to(lang)}",{form}.field,0))&"")'


def tidy(cell: str, line_end: str = " ") -> str:
    """Return the formula of a text without full-width blanks, line ends and blanks around."""
    return f'TRIM(SUBSTITUTE(SUBSTITUTE({cell}&"","　"," "),CHAR(10),"{line_end}"))'


def normalized_name(field: str) -> str:
    """Return the formula of a name as names are compared: lower case, no blanks, no quotes, in OPEN and CLOSE."""
    return f'"{OPEN}"&{_remove_marks(f"LOWER({field})", (" ", *QUOTES))}&"{CLOSE}"'


def normalized_names(field: str) -> str:
    """Return the formula of all names in a cell, one behind the other, each as in ``whole``; empty if there is none."""
    names = _replace_by_space(
        _remove_marks(f"LOWER({field})", (" ", *QUOTES)), (mark for mark in SEPARATORS if mark != "\n")
    )
    listed = f'"{OPEN}"&SUBSTITUTE({names}," ","{CLOSE}{OPEN}")&"{CLOSE}"'
    return _remove_marks(listed, (OPEN + word + CLOSE for word in ("", *sorted(NO_DEPENDENCY))))


def unknown_name(field: str) -> str:
    """Return the formula that a cell of names has one which is neither a task's 编号 nor its name.

    Every name that is one takes its letters away; what is left over is unknown. Two tasks of one name take half each.
    Names in another workbook cannot be seen from here.
    """
    left = 'LEN({cell})-LEN(SUBSTITUTE({cell},{known},""))'
    by_name = left.replace("{known}", "{tasks/name.keys:all}")
    by_id = left.replace("{known}", "{tasks/id.key:all}")
    names, ids = (f"({{tasks/{each}.count:all}}+({{tasks/{each}.count:all}}=0))" for each in ("name", "id"))
    found = f"ROUND(SUMPRODUCT(({by_name})/{names}+({by_id})/{ids}),3)<LEN({{cell}})"
    return f'IF({{cell}}="",FALSE,IF(ISNUMBER(FIND("::",{{cell}})),FALSE,{found}))'.replace(
        "{cell}", f"{{{field}.keys}}"
    )


def unlisted_department(field: str) -> str:
    """Return the formula that a department takes no part, where it is known which do."""
    inside, others = "{departments.keys}", "{contacts/department.keys:all}"
    nobody = f'AND({inside}="",SUMPRODUCT(({others}<>"")*1)=0)'
    here, there = (f"ISNUMBER(FIND({{{field}.whole}},{among}))" for among in (inside, others))
    return f'IF(OR({{{field}}}="",{nobody}),FALSE,AND(NOT({here}),SUMPRODUCT({there}*1)=0))'


def _workday(day: str) -> str:
    """Return the formula of how many working days there are up to a day; only differences mean something."""
    usual = f"5*INT(({day}-2)/7)+MIN(MOD({day}-2,7)+1,5)"
    off, worked = (f'COUNTIF({{calendar/{name}:all}},"<="&{day})' for name in ("off", "worked"))
    return f"({usual}-{off}+{worked})"


def part_formula(column: Column, part: str) -> str | None:
    """Return the formula of what any column may be asked for, in fields; None if it is not such a part."""
    field = f"{{{column.key}}}"
    match part:
        case "key":
            return f'IF({{filled}}=0,"","{OPEN}"&LOWER({field})&"{CLOSE}")'
        case "count":
            return f'IF({{{column.key}.key}}="",0,SUMPRODUCT(({{{column.key}.key:all}}={{{column.key}.key}})*1))'
        case "whole":
            return normalized_name(field)
        case "keys":
            return normalized_names(field)
        case "unknown":
            return unknown_name(column.key)
        case "unlisted":
            return unlisted_department(column.key)
        case "spaced":
            return _replace_by_space(field, _PERIOD_MARKS)
        case "workday":
            return _workday(field)
        case "known" if isinstance(column.value_kind, Choice):
            return f"SUMPRODUCT(({{{column.key}.list}}={field})*1)>0"
    return None


def _remove_marks(text: str, marks: Iterable[str]) -> str:
    for mark in marks:
        text = f'SUBSTITUTE({text},"{mark.replace(chr(34), chr(34) * 2)}","")'
    return text


def _replace_by_space(text: str, marks: Iterable[str]) -> str:
    for mark in marks:
        text = f'SUBSTITUTE({text},"{mark}"," ")'
    return f"TRIM({text})"


def _period_piece(at: str) -> str:
    return f'VALUE(TRIM(MID(SUBSTITUTE({{period.text}}," ",REPT(" ",20)),1+20*{at},20)))'


def _day(year: str, month: str, day: str) -> str:
    date = f"DATE({year},{month},{day})"
    return f'IFERROR(IF(AND({year}>=1900,{month}<=12,DAY({date})={day}),{date},""),"")'


FIGURES: dict[str, str] = {
    "period.text": 'IFERROR({project/period.spaced},"")',
    "period.count": 'IF({period.text}="",0,LEN({period.text})-LEN(SUBSTITUTE({period.text}," ",""))+1)',
    "period.year": f"IFERROR(IF({{period.count}}=6,{_period_piece('3')},"
    f'IF({{period.count}}=5,{_period_piece("0")},"")),"")',
    "period.first": f'IF({{period.year}}="","",{_day(_period_piece("0"), _period_piece("1"), _period_piece("2"))})',
    "period.last": 'IF({period.year}="","",'
    + _day("{period.year}", _period_piece("({period.count}-2)"), _period_piece("({period.count}-1)"))
    + ")",
    "today.workday": _workday("{today}"),
    "departments.keys": 'IFERROR({project/initiator.keys}&{project/departments.keys},"")',
}
"""What there is once a workbook, by name, in fields."""
