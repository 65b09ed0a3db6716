"""The page of all that a rule may ask for, made from the typed table in the code."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from typing import get_type_hints

from collabxl.reports.text_tables import markdown_table
from collabxl.rules.engine import frame_table
from collabxl.rules.engine.frame_table import FRAME_COLUMNS, FrameTable
from collabxl.rules.engine.frames import DERIVED
from collabxl.text import Lang, t

TITLE = t("规则能要的表", "What a rule may ask for")
ABOUT = t(
    "规则函数的参数名就是它要的东西；没有声明的名称在导入时就被拒绝，并给出最接近的。这一页由代码里的表生成，说明是英文。",
    "The names of a rule's parameters say what it asks for; one that is not declared is refused at import, with the "
    "nearest one. This page is made from the table in the code.",
)
_HEADS = (t("列", "Column"), t("含义", "Meaning"))
_OF, _SOME = t("列同 `{of}`", "The columns of `{of}`"), t("取 `{of}` 的列：{only}", "Of `{of}` the columns {only}")
_BESIDES = t("，另有：", ", and besides:")
_MAKER = t("由 `{maker}` 生成。", "Made by `{maker}`.")


def lines(lang: Lang) -> Iterator[str]:
    """Return the page in Markdown: what holds for all, and every name with its type, meaning and columns."""
    general = (inspect.getdoc(frame_table) or "").partition("\n\n")[2]
    yield from (f"# {TITLE.to(lang)}", "", ABOUT.to(lang), "", general.replace("``", "`"))
    types = get_type_hints(FrameTable)
    for name, meaning in _meanings().items():
        kind = getattr(types[name], "__name__", None) if isinstance(types[name], type) else str(types[name])
        yield from ("", f"## `{name}` {{ #{name} }}", "", f"`{kind}`. {meaning.replace('``', '`')}")
        if name in DERIVED:
            yield ""
            yield _MAKER.fill(lang, {"maker": f"{DERIVED[name].__module__}.{DERIVED[name].__name__}"})
        yield from _columns(name, lang)


def _columns(name: str, lang: Lang) -> Iterator[str]:
    columns = FRAME_COLUMNS[name]
    if columns is None:
        return
    if columns.of:
        says = _SOME if columns.only else _OF
        words = says.fill(lang, {"of": columns.of, "only": ", ".join(f"`{each}`" for each in columns.only or ())})
        yield from ("", words + (_BESIDES.to(lang) if columns.own else ""))
    if columns.own:
        yield ""
        yield from markdown_table(
            [head.to(lang) for head in _HEADS], [(key, says) for key, says in columns.own.items()]
        )


def _meanings() -> dict[str, str]:
    """Return what stands below each name of the table."""
    (table,) = (each for each in ast.parse(inspect.getsource(FrameTable)).body if isinstance(each, ast.ClassDef))
    found: dict[str, str] = {}
    for name, below in zip(table.body, table.body[1:], strict=False):
        if isinstance(name, ast.AnnAssign) and isinstance(name.target, ast.Name) and isinstance(below, ast.Expr):
            assert isinstance(below.value, ast.Constant)
            found[name.target.id] = " ".join(str(below.value.value).split())
    return found
