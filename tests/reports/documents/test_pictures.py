"""Pictures: small enough to be mailed, in a font that has the letters, and refused where there is none."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace

import pytest
from PIL import Image

from collabxl import UsageError
from collabxl.reports.documents import pictures
from collabxl.reports.documents.blocks import Picture
from collabxl.reports.documents.charts import Gantt
from collabxl.reports.documents.pictures import png
from collabxl.reports.documents.schedule import BARS_A_PICTURE
from tests.parts import require
from tests.reports.documents.made import sample


def charts(name: str, kind: str) -> list[Picture]:
    sections = sample(name, kind).sections
    return [block for section in sections for block in section.blocks if isinstance(block, Picture)]


@pytest.mark.slow
def test_a_long_schedule_is_drawn_in_parts_that_fit_a_page_and_hold_every_task_once() -> None:
    parts = [each.chart for each in charts("rollout", "schedule")]
    assert all(isinstance(part, Gantt) and len(part.bars) <= BARS_A_PICTURE for part in parts)
    bars = [bar for part in parts if isinstance(part, Gantt) for bar in part.bars]
    tasks = [task for task in sample("rollout", "schedule").facts.tasks if task.due and task.state != "cancelled"]
    assert len(bars) == len(tasks) > 100
    assert {bar.due for bar in bars if bar.milestone} == {task.due for task in tasks if task.milestone}
    content = png(parts[0])
    with Image.open(io.BytesIO(content)) as picture:
        assert picture.mode == "P" and picture.width > 1200 and len(content) < 80_000
        assert picture.height / picture.width < 0.6


def test_chinese_letters_need_a_font_that_has_them(monkeypatch: pytest.MonkeyPatch) -> None:
    chinese, english = (charts(name, "status")[0].chart for name in ("filled", "english"))
    require(pictures.fonts(chinese), "a font with Chinese letters")
    monkeypatch.setattr(pictures, "FONTS", ("No Such Font",))
    with pytest.raises(UsageError, match="No font with Chinese letters"):
        png(chinese)
    assert png(english).startswith(b"\x89PNG")


def test_tasks_without_end_are_drawn_to_the_edge_of_the_calendar() -> None:
    drawn = next(each.chart for each in charts("english", "schedule") if isinstance(each.chart, Gantt))
    last = dt.date.max
    endless = tuple(bar._replace(due=last, forecast=last, milestone=at == 0) for at, bar in enumerate(drawn.bars))
    assert png(replace(drawn, bars=endless, last=last)).startswith(b"\x89PNG")
