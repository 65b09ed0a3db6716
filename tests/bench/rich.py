"""Workbooks full of features, made by XlsxWriter: what the bench saves where the corpus of other people's files is not.

One workbook a feature, and one that has them all.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import PIL.Image
import xlsxwriter

Feature = Callable[[Any, Any], None]


def write_all(folder: Path) -> list[Path]:
    """Write the workbooks into a folder and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {name: [feature] for name, feature in FEATURES.items()} | {"everything": list(FEATURES.values())}
    return [_write(folder / f"{name}.xlsx", features) for name, features in wanted.items()]


def _write(path: Path, features: list[Feature]) -> Path:
    book = xlsxwriter.Workbook(path)
    for number, feature in enumerate(features, 1):
        sheet = book.add_worksheet(f"数据{number}")
        for row in range(6):
            sheet.write_row(row, 0, [f"编号{row}", row, row * 1.5, row % 2])
        feature(book, sheet)
    book.close()
    return path


def _picture() -> io.BytesIO:
    out = io.BytesIO()
    PIL.Image.new("RGB", (16, 16), "red").save(out, "png")
    return out


def formulas(book: Any, sheet: Any) -> None:
    for row in range(6):
        sheet.write_formula(row, 5, f"=B{row + 1}*C{row + 1}", None, row * row * 1.5)
    sheet.write_formula("F8", '=A1&"!"', None, "编号0!")
    sheet.write_array_formula("G1:G3", "{=B1:B3*2}", None, 0)
    sheet.write_dynamic_array_formula("H1:H3", "=LEN(A1:A3)", None, 3)
    for row in (1, 2):
        sheet.write_number(row, 6, row * 2)
        sheet.write_number(row, 7, 3)


def charts(book: Any, sheet: Any) -> None:
    for number, kind in enumerate(("column", "line", "pie", "scatter", "doughnut", "area", "radar", "stock")):
        chart = book.add_chart({"type": kind})
        for column in "BCD" if kind == "stock" else "C":
            heads, values = (f"='{sheet.name}'!${letter}$1:${letter}$6" for letter in ("B", column))
            chart.add_series({"categories": heads, "values": values})
        chart.set_title({"name": "图表"})
        sheet.insert_chart(8 + 16 * number, 6, chart)
    alone = book.add_chart({"type": "bar"})
    alone.add_series({"values": f"='{sheet.name}'!$B$1:$B$6"})
    book.add_chartsheet(f"图表{sheet.name}").set_chart(alone)


def sparklines(book: Any, sheet: Any) -> None:
    for row, kind in enumerate(("line", "column", "win_loss")):
        sheet.add_sparkline(row, 6, {"range": f"'{sheet.name}'!B{row + 1}:D{row + 1}", "type": kind})


def formats(book: Any, sheet: Any) -> None:
    red = book.add_format({"bg_color": "#FFC7CE"})
    sheet.conditional_format("B1:B6", {"type": "cell", "criteria": ">", "value": 2, "format": red})
    sheet.conditional_format("C1:C6", {"type": "data_bar", "data_bar_2010": True, "bar_solid": True})
    sheet.conditional_format("D1:D6", {"type": "icon_set", "icon_style": "3_traffic_lights"})
    sheet.conditional_format("A1:A6", {"type": "3_color_scale"})
    sheet.conditional_format("A1:D6", {"type": "formula", "criteria": "=$B1=3", "format": red})


def validations(book: Any, sheet: Any) -> None:
    sheet.data_validation("E1:E6", {"validate": "list", "source": ["高", "中", "低"], "error_message": "请选择"})
    sheet.data_validation("F1:F6", {"validate": "integer", "criteria": ">", "value": 0, "input_title": "数"})
    sheet.data_validation("G1:G6", {"validate": "custom", "value": "=B1>0"})


def comments(book: Any, sheet: Any) -> None:
    sheet.write_comment("A1", "请核对", {"author": "王经理", "visible": True})
    sheet.write_comment("B2", "第二条", {"x_scale": 2})


def pictures(book: Any, sheet: Any) -> None:
    sheet.insert_image("F1", "a.png", {"image_data": _picture(), "url": "https://example.com"})
    sheet.insert_image("F9", "b.png", {"image_data": _picture(), "description": "图"})
    sheet.embed_image("E1", "c.png", {"image_data": _picture()})
    sheet.set_header("&L&G", {"image_left": "d.png", "image_data_left": _picture()})
    sheet.set_background(_picture())


def shapes(book: Any, sheet: Any) -> None:
    sheet.insert_textbox("F1", "说明文字", {"width": 200, "fill": {"color": "#FFFFCC"}})
    sheet.insert_textbox("F9", "", {"textlink": "=$A$1"})


def buttons(book: Any, sheet: Any) -> None:
    sheet.insert_button("F1", {"macro": "Refresh", "caption": "刷新"})
    sheet.insert_button("F4", {"macro": "Send", "caption": "发送"})
    sheet.insert_checkbox("E1", True)


def tables(book: Any, sheet: Any) -> None:
    columns = [
        {"header": "编号"},
        {"header": "数", "total_function": "sum", "total_value": 3},
        {"header": "倍", "formula": "=[@数]*2"},
    ]
    sheet.add_table("J1:L7", {"columns": columns, "total_row": True, "data": [["甲", 1], ["乙", 2]]})
    for row in range(1, 6):
        value = 2.0 * row if row < 3 else 0
        sheet.write_formula(row, 11, "=Table1[[#This Row],[数]]*2", None, value)
    sheet.add_table("N1:O4", {"style": "Table Style Light 11"})


def texts(book: Any, sheet: Any) -> None:
    bold, red = book.add_format({"bold": True}), book.add_format({"font_color": "red"})
    sheet.write_rich_string("F1", "一般", bold, "粗", red, "红")
    sheet.write_rich_string("F2", bold, "粗", "一般")
    sheet.write_string("F3", " 空格 \n换行 ")
    sheet.write_url("F4", "https://example.com/?a=1", None, "链接", "提示")
    sheet.write_url("F5", f"internal:'{sheet.name}'!A1")
    sheet.merge_range("F6:H6", "合并", bold)


def names(book: Any, sheet: Any) -> None:
    book.define_name("全局", f"='{sheet.name}'!$A$1:$B$6")
    book.define_name(f"'{sheet.name}'!局部", f"='{sheet.name}'!$A$1")
    book.define_name("税率", "=0.13")
    sheet.print_area("A1:D6")
    sheet.repeat_rows(0)


def filters(book: Any, sheet: Any) -> None:
    sheet.autofilter("A1:D6")
    sheet.filter_column("B", "x > 2")
    sheet.filter_column_list("D", [0])


def layout(book: Any, sheet: Any) -> None:
    sheet.freeze_panes(1, 1)
    sheet.set_h_pagebreaks([3])
    sheet.set_v_pagebreaks([2])
    sheet.set_header("&C第 &P 页")
    sheet.set_footer("&L&F")
    sheet.ignore_errors({"number_stored_as_text": "A1:A6"})
    hidden = book.add_worksheet(f"隐藏{sheet.name}")
    hidden.very_hidden()


def protection(book: Any, sheet: Any) -> None:
    sheet.protect("", {"sort": True})
    sheet.unprotect_range("A1:B2", "可填")


def properties(book: Any, sheet: Any) -> None:
    book.set_properties({"title": "标题", "author": "王经理", "company": "公司", "manager": "经理", "comments": "说明"})
    book.set_custom_property("编号", "X-1")
    book.set_custom_property("份数", 3)


FEATURES: dict[str, Feature] = {
    each.__name__: each
    for each in (
        formulas,
        charts,
        sparklines,
        formats,
        validations,
        comments,
        pictures,
        shapes,
        buttons,
        tables,
        texts,
        names,
        filters,
        layout,
        protection,
        properties,
    )
}
