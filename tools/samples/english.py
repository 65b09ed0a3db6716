"""A small project in English."""

from __future__ import annotations

import datetime as dt
from typing import Any

from collabxl import Row

PROJECT: Row = {
    "name": "Summer campaign",
    "initiator": "Marketing",
    "lead": "Anna Schmidt (+49 30 1234567)",
    "departments": "Sales, IT, Finance",
    "goal": "Run the summer campaign in 2 months and bring 5,000 new customers",
    "kpis": "1) landing page live; 2) 5,000 sign-ups; 3) cost below 40,000",
    "period": "2024-07-01 ~ 2024-08-30",
    "status_date": dt.date(2024, 8, 1),
}


def _task(name: str, owner: str, department: str, days: tuple[str, str], **more: Any) -> dict[str, Any]:
    start, due = (dt.date.fromisoformat(f"2024-{day}") for day in days)
    return {
        "name": name,
        "owner": owner,
        "department": department,
        "start": start,
        "due": due,
        "priority": "medium",
        **more,
    }


TASKS = [
    _task("Concept", "Anna", "Marketing", ("07-01", "07-12"), after="-", status="done", deliverable="Concept paper"),
    _task("Budget approval", "Ben", "Finance", ("07-08", "07-19"), after="T001", status="done", priority="high"),
    _task("Landing page", "Chloe", "IT", ("07-15", "07-30"), after="Concept paper", status="in_progress", priority="high"),
    _task("Sales briefing", "Dev", "Sales", ("07-29", "08-06"), after="Landing pages", status="not_started"),
    _task("Go live", "Chloe", "IT", ("08-07", "08-09"), after="T003, T004", status="not_started", milestone=True),
    _task("Evaluation", "Anna", "Marketing", ("08-26", "08-30"), after="T005", status="not_started"),
]  # fmt: skip

PROGRESS = [
    {"task": "T001", "progress": 1.0, "status": "done", "started": dt.date(2024, 7, 1), "finished": dt.date(2024, 7, 12), "updated": dt.date(2024, 7, 12)},
    {"task": "T002", "progress": 1.0, "status": "done", "started": dt.date(2024, 7, 8), "finished": dt.date(2024, 7, 18), "updated": dt.date(2024, 7, 18)},
    {"task": "T003", "progress": 0.7, "status": "in_progress", "started": dt.date(2024, 7, 16), "updated": dt.date(2024, 7, 31)},
]  # fmt: skip

RISKS = [
    {"description": "Agency delivers late", "kind": "external", "possibility": 4, "impact": 4, "owner": "Anna", "status": "watching", "identified": dt.date(2024, 7, 10)},
]  # fmt: skip


def rows() -> dict[str, list[dict[str, Any]]]:
    """Return the rows of the sheets."""
    return {"tasks": TASKS, "progress": PROGRESS, "risks": RISKS}
