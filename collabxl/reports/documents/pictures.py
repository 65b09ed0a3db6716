"""Charts as pictures, drawn by matplotlib with a font that has Chinese letters."""

from __future__ import annotations

import datetime as dt
import io
import math
from typing import TYPE_CHECKING, Any

from collabxl.errors import UsageError
from collabxl.reports.documents.charts import Chart, Gantt, GanttBar, Trend
from collabxl.reports.documents.plain_text import strip_controls
from collabxl.summary.findings import cut
from collabxl.text import t
from collabxl.workbook.theme import colour

if TYPE_CHECKING:
    from matplotlib.axes import Axes

A_YEAR = 300
"""Days from which on the year is told."""
MOST_TICKS = 14
"""Days that are named below a trend."""
FONTS = (
    "Microsoft YaHei",
    "PingFang SC",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Hiragino Sans GB",
    "Heiti SC",
    "SimHei",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Noto Sans CJK JP",
    "Arial Unicode MS",
)
"""Fonts with Chinese letters, the first that is there is taken."""
DPI, COLOURS = 160, 96
_WIDTH = {Gantt: 10.2, Trend: 6.4}
"""Inches."""
_A_BAR, _AROUND = 0.235, 0.85
"""Inches that a bar takes, and what is above and below all of them."""
_THICK = 0.62
"""Of what a bar takes, the part that it fills."""
_LONGEST_LABEL = 34
"""Letters of a task's name beside its bar, a Chinese one being two."""
_NO_FONT = t(
    "没有找到中文字体，图里的字画不出来。请安装微软雅黑、思源黑体（Noto Sans CJK）等任意一种，再试一次",
    "No font with Chinese letters was found, so pictures cannot be labelled. Install one, such as Noto Sans CJK, and "
    "try again",
)
_NOT_INSTALLED = t(
    "画图需要 matplotlib。请运行 pip install 'collabxl[docs]'",
    "Pictures take matplotlib. Run pip install 'collabxl[docs]'",
)


def png(chart: Chart) -> bytes:
    """Return a chart as PNG; UsageError without matplotlib, or without a font for its letters."""
    try:
        from matplotlib import rc_context
        from matplotlib.figure import Figure
    except ImportError as error:
        raise UsageError(_NOT_INSTALLED) from error
    with rc_context({"font.family": [*fonts(chart), "DejaVu Sans"], "font.size": 8, "hatch.linewidth": 0.6}):
        height = len(chart.bars) * _A_BAR + _AROUND if isinstance(chart, Gantt) else 2.2
        figure = Figure(figsize=(_WIDTH[type(chart)], height), dpi=DPI, layout="constrained")
        axes = figure.add_subplot()
        _gantt(axes, chart) if isinstance(chart, Gantt) else _trend(axes, chart)
        drawn = io.BytesIO()
        figure.savefig(drawn, format="png")
    return _few_colours(drawn)


def _few_colours(drawn: io.BytesIO) -> bytes:
    """Return a picture in so few colours that it can be mailed; nobody sees a difference."""
    from PIL import Image

    content = io.BytesIO()
    with Image.open(drawn) as picture:
        picture.convert("RGB").quantize(COLOURS).save(content, format="PNG", optimize=True, dpi=(DPI, DPI))
    return content.getvalue()


def fonts(chart: Chart) -> list[str]:
    """Return the font that a picture is labelled in; UsageError if it has Chinese letters and no font has."""
    from matplotlib.font_manager import fontManager

    there = {each.name for each in fontManager.ttflist}
    found = [name for name in FONTS if name in there][:1]
    if not found and not all(words.isascii() for words in chart.texts):
        raise UsageError(_NO_FONT)
    return found


_LAST_DRAWN = dt.date.max - dt.timedelta(days=400)
"""Room for the margin and the ticks behind the last day; no calendar goes beyond dt.date.max."""


def _gantt(axes: Axes, chart: Gantt) -> None:
    first, last = chart.first - dt.timedelta(days=1), min(chart.last, _LAST_DRAWN) + dt.timedelta(days=2)
    for at, bar in enumerate(chart.bars):
        _bar(axes, at, bar)
    axes.axvline(_on(chart.today), color=colour("late_solid"), linewidth=1.1, linestyle=(0, (4, 2)), zorder=4)
    axes.set_xlim(_on(first), _on(last))
    axes.set_ylim(len(chart.bars) - 0.4, -0.6)
    labels = [cut(strip_controls(bar.label), _LONGEST_LABEL) for bar in chart.bars]
    axes.set_yticks(range(len(chart.bars)), labels, parse_math=False)
    _calendar(axes, first, last)
    _plain(axes)
    axes.xaxis.tick_top()
    _legend(axes, chart)


def _bar(axes: Axes, at: int, bar: GanttBar) -> None:
    """Draw one task: what is to do, what is done, its buffer, what the forecast adds, its edge, its milestone."""
    first, end = _on(bar.first), _on(bar.due) + 1
    _box(axes, at, (first, end), color=colour("bar_rest"))
    _box(axes, at, (first, _on(bar.done)), color=colour("bar_done"))
    if bar.reserve is not None:
        _box(axes, at, (max(_on(bar.reserve), first), end), color="none", ec=colour("link"), hatch="////")
    if bar.forecast is not None:
        _box(axes, at, (end, _on(bar.forecast) + 1), color=colour("bar_tail"))
    edge, width = ("navy", 1.1) if bar.critical else ("line", 0.5)
    _box(axes, at, (first, end), color="none", ec=colour(edge), lw=width)
    if bar.milestone:
        look: dict[str, Any] = {"marker": "D", "markersize": 6, "color": colour("ink"), "mec": "white"}
        axes.plot([_on(bar.due) + 0.5], [at], zorder=5, clip_on=False, **look)


def _box(axes: Axes, at: int, days: tuple[float, float], **look: Any) -> None:
    """Draw a box from one day up to another, nothing if that is no later."""
    first, until = days
    if until > first:
        axes.barh(at, until - first, left=first, height=_THICK, **{"lw": 0, **look})


def _calendar(axes: Axes, first: dt.date, last: dt.date) -> None:
    """Mark weeks or, over a long time, months."""
    from matplotlib.dates import AutoDateLocator, DateFormatter, MonthLocator, WeekdayLocator

    days = (last - first).days
    locator: Any = WeekdayLocator(0) if days <= 120 else MonthLocator() if days <= 800 else AutoDateLocator()
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(DateFormatter("%m-%d" if days <= 120 else "%Y-%m"))
    axes.grid(axis="x", color=colour("hairline"), linewidth=0.8)


def _plain(axes: Axes) -> None:
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelcolor=colour("ink"))
    for side in ("top", "right", "bottom", "left"):
        axes.spines[side].set_color(colour("line"))


def _legend(axes: Axes, chart: Gantt) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    words = dict(chart.words)
    signs: list[Any] = [
        Patch(fc=colour("bar_done"), label=words["bar_done"]),
        Patch(fc=colour("bar_rest"), label=words["bar_rest"]),
        Patch(fc="white", ec=colour("link"), hatch="////", label=words["bar_buffer"]),
        Patch(fc=colour("bar_tail"), label=words["bar_tail"]),
        Line2D([], [], marker="D", color="none", mfc=colour("ink"), mec="white", label=words["milestone"]),
        Patch(fc="white", ec=colour("navy"), lw=1.2, label=words["critical"]),
        Line2D([], [], color=colour("late_solid"), linestyle=(0, (4, 2)), label=f"{words['today']} {chart.today}"),
    ]
    place = {"loc": "upper center", "bbox_to_anchor": (0.4, -0.01), "ncols": len(signs)}
    axes.legend(handles=signs, frameon=False, fontsize=7.5, handlelength=1.6, columnspacing=1.4, **place)


def _trend(axes: Axes, chart: Trend) -> None:
    days = [_on(day) for day in chart.days]
    for line in chart.lines:
        known = [(day, number) for day, number in zip(days, line.numbers, strict=True) if number is not None]
        if known:
            style = {"linestyle": "--"} if line.dashed else {"marker": "o", "markersize": 3}
            axes.plot(*zip(*known, strict=True), color=colour(line.colour), label=line.name, linewidth=1.6, **style)
    most = max((number for line in chart.lines for number in line.numbers if number is not None), default=0)
    axes.set_ylim(0, max(most, 1) * 1.12)
    axes.locator_params(axis="y", integer=True)
    form = "%m-%d" if (chart.days[-1] - chart.days[0]).days < A_YEAR else "%Y-%m"
    shown = chart.days[:: math.ceil(len(chart.days) / MOST_TICKS)]
    axes.set_xticks([_on(day) for day in shown], [f"{day:{form}}" for day in shown])
    axes.grid(axis="y", color=colour("hairline"), linewidth=0.8)
    _plain(axes)
    axes.legend(fontsize=8, loc="upper left", edgecolor="none", framealpha=1)


def _on(day: dt.date) -> float:
    """Return a day as matplotlib counts them."""
    from matplotlib.dates import date2num

    return float(date2num(dt.datetime.combine(day, dt.time())))
