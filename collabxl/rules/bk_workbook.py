"""BK: the book itself – sheets, headers, row numbers, what guards its cells."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

import pandas as pd

from collabxl.reading.frame_columns import iter_rows, object_array
from collabxl.rules.engine.frames import declared_column, duplicate_rows, header_titles, languages
from collabxl.rules.engine.rule import ERROR, INFO, RESTORED, WARNING, EveryColumn, PerHit, rule
from collabxl.rules.matching.names import normalize_name
from collabxl.schema.columns import Column, Sheet
from collabxl.schema.kinds import Id
from collabxl.schema.sheets import STANDARD
from collabxl.text import Lang, Text, is_in_language, t


@rule(
    "BK001",
    ERROR,
    "basic",
    at=PerHit(),
    title=t("缺工作表", "Sheet missing"),
    message=t("缺少工作表“{wanted}”{aside}", "The sheet “{wanted}” is missing{aside}"),
    why=t("五张标准表缺一张，协同信息就不完整。", "Without one of the five sheets part of the project is nowhere."),
    fix=t("补上这张表；如果改过名，请改回“{wanted}”", "Add the sheet; if it was renamed, call it “{wanted}” again"),
    scope="workbook",
    example="""
        without risks!
    """,
)
def missing_sheet(books: pd.DataFrame, sheets: pd.DataFrame) -> pd.DataFrame:
    there = set(zip(sheets.wb, sheets.sheet, strict=True))
    missing = [
        (book.wb, sheet.meta.key, sheet.meta.title.to(book.lang), book.rivals.get(sheet.meta.key))
        for book in iter_rows(books)
        for sheet in STANDARD.required_sheets
        if (book.wb, sheet.meta.key) not in there
    ]
    found = pd.DataFrame(missing, columns=["wb", "sheet", "wanted", "rivals"])
    found["aside"] = object_array(
        t(f"：{'、'.join(like)} 都像，无法判断", f": {', '.join(like)} all look like it") if like else ""
        for like in found.rivals
    )
    return found


@rule(
    "BK002",
    ERROR,
    "basic",
    at=PerHit(),
    title=t("缺列", "Column missing"),
    message=t("缺少必填列“{wanted}”", "The required column “{wanted}” is missing"),
    why=t("没有这一列，相关的检查都做不了。", "Nothing that depends on this column can be checked."),
    fix=t("在表头补上“{wanted}”", "Add “{wanted}” to the header"),
    scope="workbook",
    example="""
        tasks
        | name | owner | department | priority | status | -due! |
        | A    | 张三  | 市场部     | high     | done   |       |
    """,
)
def missing_column(books: pd.DataFrame, sheets: pd.DataFrame) -> pd.DataFrame:
    langs = languages(books)
    missing = [
        (seen.wb, seen.sheet, seen.header, seen.next, key, [title.to(langs[seen.wb]) for title in wanted])
        for seen in iter_rows(sheets)
        for key, wanted in _missing_columns(STANDARD.sheet(seen.sheet), seen.present)
    ]
    return pd.DataFrame(missing, columns=["wb", "sheet", "row", "at", "key", "wanted"])


def _missing_columns(sheet: type[Sheet], present: frozenset[str]) -> list[tuple[str | None, list[Text]]]:
    """Return the missing required columns, each by itself; all in one where there is no header at all."""
    if sheet.meta.form_headers:
        return [] if present else [("value", [sheet.meta.form_headers.value.title])]
    missing = [
        column
        for column in sheet.meta.columns
        if column.required and column.key not in present and column.alternative not in present
    ]
    if not present:
        return [(None, [column.title for column in missing])]
    return [(column.key, [column.title]) for column in missing]


@rule(
    "BK003",
    INFO,
    "basic",
    at=PerHit(),
    title=t("不认识的列", "Unknown column"),
    message=t("不认识列“{text}”，这一列不参与检查{aside}", "Unknown column “{text}”; its cells are left alone{aside}"),
    why=t("多出来的列不会丢，但也不会被检查。", "Extra columns are kept, but never checked."),
    fix=t(
        "如果它就是标准列，请改成标准列名；否则不用管",
        "If it is meant as a standard column, use its title; else leave it",
    ),
    scope="workbook",
    example="""
        tasks
        | name | owner | 会签意见! |
        | A    | 张三  | 同意      |
    """,
)
def unknown_column(headers: pd.DataFrame, books: pd.DataFrame) -> pd.DataFrame:
    found = headers[headers.key.isna()]
    asked = (
        t(f"，是不是“{title}”？", f"; is it “{title}”?") if title else ""
        for title in header_titles(found, books, "nearest")
    )
    return found.assign(aside=object_array(asked), raw=found.text)


@rule(
    "BK004",
    ERROR,
    "basic",
    at=PerHit(),
    title=t("列重复", "Column twice"),
    message=t("“{text}”和另一列都表示“{wanted}”", "“{text}” and another column both mean “{wanted}”"),
    why=t("两列不一致时无法判断该信哪一列。", "When the two differ nobody can tell which one counts."),
    fix=t("合并成一列，删掉多余的", "Keep one of them"),
    scope="workbook",
    example="""
        tasks
        | name | due        | 完成时限!  |
        | A    | 2024-07-01 | 2024-07-02 |
    """,
)
def duplicate_column(headers: pd.DataFrame, books: pd.DataFrame) -> pd.DataFrame:
    found = headers[headers.key.notna() & ~headers.chosen]
    return found.assign(wanted=object_array(header_titles(found, books)), raw=found.text)


@rule(
    "BK005",
    WARNING,
    "basic",
    at=PerHit(),
    title=t("表名改过", "Sheet renamed"),
    message=t("工作表“{title}”被当作“{wanted}”", "The sheet “{title}” is taken for “{wanted}”"),
    why=t("表名是系统和同事找到这张表的依据。", "People and programs find a sheet by its name."),
    fix=t("把表名改回“{wanted}”", "Call it “{wanted}” again"),
    scope="workbook",
    example="""
        任务分工表 (2)!
        | name | due        |
        | A    | 2024-07-01 |
    """,
)
def renamed_sheet(sheets: pd.DataFrame, books: pd.DataFrame) -> pd.DataFrame:
    found = sheets[sheets.how.isin(["near", "translated"])]
    langs = languages(books)
    wanted = [STANDARD.sheet(key).meta.title.to(langs[wb]) for wb, key in zip(found.wb, found.sheet, strict=True)]
    return found.assign(wanted=object_array(wanted))[["wb", "sheet", "title", "wanted"]]


@rule(
    "BK006",
    WARNING,
    "standard",
    at=PerHit(),
    title=t("列名改过", "Column renamed"),
    message=t("列“{text}”被当作“{wanted}”", "The column “{text}” is taken for “{wanted}”"),
    why=t("统一列名，各部门的表才能合到一起。", "Copies can only be put together when columns are called the same."),
    fix=t("改成标准列名“{wanted}”", "Use the standard title “{wanted}”"),
    fixable=True,
    scope="workbook",
    example="""
        tasks
        | name | 责任人! | due        |
        | A    | 张三    | 2024-07-01 |
    """,
)
def renamed_column(headers: pd.DataFrame, books: pd.DataFrame) -> pd.DataFrame:
    found = headers[headers.key.notna() & headers.chosen & (headers.how != "exact")]
    wanted, lang = header_titles(found, books), languages(books)
    better = object_array(
        title if _is_synonym(text, declared_column(sheet, key).aliases, lang[wb]) else None
        for wb, sheet, key, text, title in zip(found.wb, found.sheet, found.key, found.text, wanted, strict=True)
    )
    return found.assign(wanted=object_array(wanted), better=better, raw=found.text)


def _is_synonym(word: str, aliases: Iterable[str], lang: Lang) -> bool:
    """Return whether a header is one of the known other words, whole and in the workbook's language."""
    return is_in_language(lang, word) and normalize_name(word) in map(normalize_name, aliases)


@rule(
    "BK007",
    INFO,
    "standard",
    at=PerHit(),
    title=t("中间有空行", "Blank row inside"),
    message=t("数据中间有 {count} 个空行", "{count} blank {count:row|rows} between the rows"),
    why=t("筛选和排序遇到空行会停下来。", "Sorting and filtering stop at a blank row."),
    fix=t("{advice}", "{advice}"),
    scope="workbook",
    example="""
        tasks
        | name | due        | finds |
        | A    | 2024-07-01 |       |
        |      |            | -     |
        | B    | 2024-07-02 |       |
    """,
)
def blank_row_inside(blank_rows: pd.DataFrame, books: pd.DataFrame) -> pd.DataFrame:
    """In a built sheet rows cannot be deleted, and need not be: what is blank is ready for the next entry."""
    built = dict(zip(books.wb, books.schema.notna(), strict=True))
    typed = t("删除空行，或把后面的行移上来", "Delete the blank rows or move the others up")
    ready = t("新的内容先填进空行；不用删行", "Use the blank rows for what comes next; there is no need to delete them")
    runs = []
    for (wb, sheet), group in blank_rows.groupby(["wb", "sheet"], sort=False):
        rows = group.row.tolist()
        for _, run in groupby(enumerate(rows), key=lambda pair: pair[1] - pair[0]):
            inside = [row for _, row in run]
            runs.append((wb, sheet, inside[0], 1, len(inside), ready if built[wb] else typed))
    return pd.DataFrame(runs, columns=["wb", "sheet", "row", "at", "count", "advice"])


@rule(
    "BK008",
    ERROR,
    "basic",
    at=EveryColumn(lambda column: isinstance(column.kind, Id)),
    title=t("编号重复", "ID twice"),
    message=t("编号 {value} 在第 {rows} 行重复", "The ID {value} stands in rows {rows}"),
    why=t(
        "编号是合并各部门表格的依据，重复就分不清是哪一行。",
        "Copies are merged by ID; two rows of one ID cannot be told apart.",
    ),
    fix=t("复制来的行请换成没用过的编号", "Give the copied row an ID that is not used yet"),
    example="""
        tasks
        | id   | name | finds |
        | T001 | A    | id    |
        | T001 | B    | id    |
        | T002 | C    |       |
    """,
    formula="{cell.count}>1",
)
def duplicate_row_id(rows: pd.DataFrame, column: Column) -> pd.DataFrame:
    found = duplicate_rows(rows, rows[column.key])
    return found.assign(value=found[column.key])


@rule(
    "BK009",
    WARNING,
    "basic",
    at=PerHit(),
    title=t("模板版本不同", "Other template version"),
    message=t(
        "表格由模板版本 {schema} 生成，当前版本是 {version}", "Built with template version {schema}; this is {version}"
    ),
    why=t("不同版本的列和规则可能不一样。", "Columns and rules may differ between versions."),
    fix=t("{advice}", "{advice}"),
    scope="workbook",
    example="""
        schema 0!
    """,
)
def other_version(books: pd.DataFrame) -> pd.DataFrame:
    known = books[books.schema.notna()]
    found = known[known.schema != str(STANDARD.version)]
    newer = [word.isdigit() and int(word) > STANDARD.version for word in found.schema]
    older, later = t("用当前模板重新生成", "Build it anew with this version"), t("请升级 collabxl", "Update collabxl")
    return found.assign(
        sheet=None,
        version=STANDARD.version,
        severity=[ERROR if later else WARNING for later in newer],
        advice=object_array(later if is_newer else older for is_newer in newer),
    )


@rule(
    "BK010",
    WARNING,
    "standard",
    at=PerHit(),
    title=t("下拉或颜色丢失", "Validation lost"),
    message=t(
        "从这一格起有 {count} 格没有了下拉、输入限制或颜色提示",
        "From here on {count} {count:cell has|cells have} lost the drop-down, limits or colours",
    ),
    why=t(
        "粘贴会把别处的格式一起带来，之后填错了也没有提示。",
        "Pasting brings another cell's rules along; mistakes are then no longer noticed.",
    ),
    fix=t("{advice}", "{advice}"),
    fixable=True,
    scope="workbook",
    example="""
        schema 1
        tasks
        | name | status   | due        | finds  |
        | A    | ¬done    | 2024-07-01 | status |
        | B    | ¬started | 2024-07-02 |        |
        | C    | done     | 2024-07-03 |        |
    """,
)
def validation_lost(validation_gaps: pd.DataFrame) -> pd.DataFrame:
    advice = (
        t("运行 collabxl fix 恢复；以后请用“选择性粘贴-数值”", "Run collabxl fix; from now on paste values only")
        if as_built
        else t(
            "列的位置变了，不能自动恢复：请生成新表，把数值粘贴过去",
            "The columns moved: build a new workbook and paste the values",
        )
        for as_built in validation_gaps.as_built
    )
    better = object_array(RESTORED if as_built else None for as_built in validation_gaps.as_built)
    return validation_gaps.assign(advice=object_array(advice), better=better)
