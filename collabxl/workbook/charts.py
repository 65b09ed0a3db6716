"""Charts on paper become charts of XlsxWriter's, laid exactly over their cells, with their numbers inside."""

from __future__ import annotations

from typing import Any

from collabxl.workbook.grid import Chart, Grid, GridRange, Series
from collabxl.workbook.theme import colour

KINDS = {
    "bars": {"type": "bar", "subtype": "stacked"},
    "ring": {"type": "doughnut"},
    "lines": {"type": "line"},
}
OBJECTS = "collabxl "
"""How the names of our charts begin, so that they are told from those that people add."""
FONT = "Microsoft YaHei"
_NUMBERS = "0;;;"
"""How a chart writes a number: not at all if it is 0."""


def draw(grid: Grid, chart: Chart, book: Any, sheet: Any) -> None:
    """Put a chart over its box; what it draws may stand in hidden columns."""
    made = book.add_chart({**KINDS[chart.kind], "name": f"{OBJECTS}{chart.kind}"})
    for series in chart.series:
        made.add_series(_series(grid, chart, series))
    made.set_title({"none": True})
    made.show_hidden_data()
    _spell_out(made)
    made.set_chartarea({"border": {"none": True}, "fill": {"none": True}})
    {"bars": _bars, "ring": _ring, "lines": _lines}[chart.kind](made)
    width, height = _pixels(grid, chart.box)
    made.set_size({"width": width, "height": height})
    options = {"object_position": 1, "description": chart.alt_text}
    sheet.insert_chart(chart.box.top - 1, chart.box.left - 1, made, options)


def _spell_out(made: Any) -> None:
    """Let a chart say what XlsxWriter leaves out: in a workbook of another program its readers take other defaults."""

    def write(**flags: int | str) -> None:
        for name, value in flags.items():
            made._xml_empty_tag(f"c:{name}", [("val", value)])

    nothing = {"showCatName": 0, "showSerName": 0, "showPercent": 0, "showBubbleSize": 0}
    made._write_show_val = lambda: write(showLegendKey=0, showVal=1, **nothing)
    made._write_c_smooth = lambda smooth: write(smooth=0)
    made._write_plot_vis_only = lambda: write(plotVisOnly=0)
    made._write_disp_blanks_as = lambda: write(dispBlanksAs="span")  # LibreOffice draws a gap of hidden cells as 0


def _series(grid: Grid, chart: Chart, series: Series) -> dict[str, Any]:
    made: dict[str, Any] = {
        "name": series.name,
        "categories": _range(grid, chart.categories),
        "values": _range(grid, series.values),
    }
    first = colour(series.colours[0])
    labels = {"value": True, "num_format": _NUMBERS, "font": _font(9, series.ink, bold=True)}
    match chart.kind:
        case "bars":
            made |= {"fill": {"color": first}, "border": _border(0.75), "data_labels": labels, "gap": 45}
        case "ring":
            made["points"] = [{"fill": {"color": colour(name)}, "border": _border(1.5)} for name in series.colours]
            made["data_labels"] = labels
        case "lines":
            made["line"] = {"color": first, "width": 2.25} | (
                {"dash_type": "dash", "width": 1.25} if series.dashed else {}
            )
            made["marker"] = _marker(first) if series.has_markers else {"type": "none"}
    return made


def _marker(inside: str) -> dict[str, Any]:
    return {"type": "circle", "size": 4, "fill": {"color": inside}, "border": {"color": inside}}


def _border(width: float) -> dict[str, Any]:
    return {"color": colour("white"), "width": width}


def _font(size: float, ink: str, *, bold: bool = False) -> dict[str, Any]:
    return {"name": FONT, "size": size, "color": colour(ink), "bold": bold}


def _bars(made: Any) -> None:
    made.set_legend({"none": True})
    made.set_plotarea({"layout": {"x": 0, "y": 0, "width": 1, "height": 1}})
    made.set_x_axis({"visible": False, "major_gridlines": {"visible": False}, "min": 0})
    made.set_y_axis({"visible": False, "reverse": True, "major_gridlines": {"visible": False}})


def _ring(made: Any) -> None:
    made.set_hole_size(56)
    made.set_plotarea({"layout": {"x": 0.03, "y": 0.03, "width": 0.94, "height": 0.94}})
    made.set_legend({"none": True})


def _lines(made: Any) -> None:
    made.set_legend({"position": "top", "font": _font(8, "ink")})
    axis = {"num_font": _font(8, "grey"), "major_tick_mark": "none", "minor_tick_mark": "none"}
    made.set_x_axis({**axis, "line": {"color": colour("line")}, "text_axis": True})
    made.set_y_axis(
        {
            **axis,
            "line": {"none": True},
            "min": 0,
            "num_format": "0",
            "major_gridlines": {"visible": True, "line": {"color": colour("hairline")}},
        }
    )


def _range(grid: Grid, box: GridRange) -> list[Any]:
    return [grid.title, box.top - 1, box.left - 1, box.bottom - 1, box.right - 1]


def _pixels(grid: Grid, box: GridRange) -> tuple[int, int]:
    """Return how wide and high a box is by the measure of XlsxWriter, which cells and charts share."""
    columns = range(box.left, box.right + 1)
    rows = range(box.top, box.bottom + 1)
    return (
        sum(int(grid.widths[column] * 7 + 0.5) + 5 for column in columns),
        sum(int(4 / 3 * grid.heights[row]) for row in rows),
    )
