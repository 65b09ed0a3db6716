"""When tasks were done as far as the ledger tells: for those of which nobody wrote down when they were finished."""

from __future__ import annotations

from collections import defaultdict

from collabxl.rules.engine.frames import Frames, row_numbers, wbs
from collabxl.rules.matching.names import normalize_name
from collabxl.schema.serials import to_serial
from collabxl.schema.sheets import Tasks


def completion_days(frames: Frames) -> dict[int, dict[int, int]]:
    """Return by workbook and row the day on which the ledger learnt that a task is done, as Excel counts days."""
    former, standing = frames["past_values"], frames["tasks_now"]
    if former.empty:
        return {}
    undone = former[(former.sheet == Tasks.meta.key) & (former.key == Tasks.status.key) & (former.value != "done")]
    last = {(wb, normalize_name(id)): day for wb, id, day in zip(undone.wb, undone.id, undone.day, strict=True)}
    done = standing[(standing.status.astype(object) == "done") & standing.now_finished.isna()]
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for wb, row, id in zip(wbs(done).tolist(), row_numbers(done).tolist(), done.id, strict=True):
        day = last.get((wb, normalize_name(id))) if isinstance(id, str) else None
        if day is not None:
            found[wb][row] = to_serial(day.date())
    return found
