"""CV: one cell that does not fit its column, whatever the row says besides."""

from __future__ import annotations

import numpy as np
import pandas as pd

from collabxl.reading.frame_columns import object_array
from collabxl.reading.values import WIDE
from collabxl.rules.engine.frames import duplicate_rows, languages, truly_empty, wbs
from collabxl.rules.engine.rule import ERROR, INFO, WARNING, EveryColumn, PerHit, rule
from collabxl.rules.matching.names import normalize_name
from collabxl.schema.accepted_values import accepted_values
from collabxl.schema.columns import Column, Kind
from collabxl.schema.kinds import LONGEST_CELL, Choice, Day, Id, Line, Note, Number, Percent
from collabxl.schema.sheets import STANDARD
from collabxl.text import Lang, Text, format_number, format_percent, format_value, t
from collabxl.text.printable import is_invisible, name_invisible


def misfits_of(misfits: pd.DataFrame, fault: str) -> pd.DataFrame:
    """Return the cells that do not fit their column for one reason."""
    return misfits[misfits.fault == fault]


@rule(
    "CV101",
    ERROR,
    "basic",
    at=EveryColumn(lambda column: column.required),
    title=t("缺{column}", "{column} missing"),
    message=t("“{column}”没有填", "“{column}” is empty"),
    why=t("必填项空着，后面的人就没法接着做。", "Others cannot go on while a required cell is empty."),
    fix=t("填上“{column}”", "Fill in “{column}”"),
    formula='{cell}=""',
    example="""
        tasks
        | name | owner | department | due        | priority | status | finds |
        | A    |       | 市场部     | 2024-07-01 | high     | done   | owner |
        | B    | 张三  | 市场部     | 2024-07-01 | high     | done   |       |
    """,
)
def required_empty(rows: pd.DataFrame, column: Column, misfits: pd.DataFrame, sheets: pd.DataFrame) -> pd.DataFrame:
    empty = rows[column.key].isna().to_numpy(bool)
    if column.alternative:
        empty = empty & rows[column.alternative].isna().to_numpy(bool)
    if not empty.any():
        return rows[:0]
    mine = sheets[sheets.sheet == column.sheet.meta.key]
    has_column = {wb for wb, present in zip(mine.wb, mine.present, strict=True) if column.key in present}
    found = truly_empty(rows[empty], misfits, column)
    found = found[np.isin(wbs(found), list(has_column))]
    return found.assign(column=object_array([column.title] * len(found)))


@rule(
    "CV102",
    ERROR,
    "basic",
    at=PerHit(),
    title=t("{column}不在列表中", "{column} not in the list"),
    message=t("“{raw}”不是可选的词", "“{raw}” is not one of the choices"),
    why=t("词不统一，统计和筛选就会漏掉这一行。", "Counts and filters miss rows whose word is not the agreed one."),
    fix=t("{advice}", "{advice}"),
    fixable=True,
    extra_args=("suggestion",),
    formula='AND({cell}<>"",NOT({cell.known}))',
    formula_columns=EveryColumn(lambda column: column.is_typed and isinstance(column.kind, Choice)),
    example="""
        tasks
        | name | priority | status | finds           |
        | A    | P0       | 完成   | priority status |
        | B    | 高       | 搞定   | status          |
        | C    | 高       | 已完成 |                 |
    """,
)
def not_in_list(misfits: pd.DataFrame, books: pd.DataFrame) -> pd.DataFrame:
    found = misfits_of(misfits, "not-in-list")
    lang = languages(books)
    columns = [STANDARD.sheet(sheet).meta.column(key) for sheet, key in zip(found.sheet, found.key, strict=True)]
    meant = [
        column.value_kind.words.title_of(better).to(lang[wb])
        if better and isinstance(column.value_kind, Choice)
        else better
        for wb, column, better in zip(found.wb, columns, found.better, strict=True)
    ]
    advice = (
        t(f"改成“{word}”", f"Use “{word}”") if word else _choices_text(column, lang[wb])
        for wb, column, word in zip(found.wb, columns, meant, strict=True)
    )
    better = object_array(word if sure else None for word, sure in zip(meant, found.sure, strict=True))
    return found.assign(suggestion=object_array(meant), advice=object_array(advice), better=better)


def _choices_text(column: Column, lang: Lang) -> Text:
    """Return what may be typed into a column, in the words of a workbook's language."""
    kind = column.value_kind
    if not isinstance(kind, Choice):
        return column.help
    some = [word.title.to(lang) for word in kind.words.words]
    return t(f"从列表中选：{format_value(some, 'zh')}", f"Pick one of {format_value(some, 'en')}")


@rule(
    "CV103",
    ERROR,
    "basic",
    at=PerHit(),
    title=t("{column}不是日期", "{column} is no date"),
    message=t("“{raw}”不是日期", "“{raw}” is no date"),
    why=t("读不出日期，就算不出逾期和先后。", "Without a date nobody can tell what is late or comes first."),
    fix=t("填真实的日期，如 2024-07-05", "Type a real date such as 2024-07-05"),
    formula='AND({cell}<>"",NOT(ISNUMBER({cell})))',
    formula_columns=EveryColumn(lambda column: column.is_typed and isinstance(column.kind, Day)),
    supersedes=("CV104",),
    example="""
        tasks
        | name | due         | finds |
        | A    | '2024-02-30 | due   |
        | B    | '下周五     | due   |
        | C    | 2024-07-01  |       |
    """,
)
def not_a_date(misfits: pd.DataFrame) -> pd.DataFrame:
    return misfits_of(misfits, "not-a-date")


@rule(
    "CV104",
    WARNING,
    "standard",
    at=PerHit(),
    title=t("日期是文本", "Date as text"),
    message=t("“{raw}”是文本或数字，不是日期", "“{raw}” is text or a number, not a date"),
    why=t("文本日期不能比较，也不会显示为逾期。", "Text cannot be compared and never shows as overdue."),
    fix=t("{advice}", "{advice}"),
    fixable=True,
    example="""
        tasks
        | name | due          | finds |
        | A    | '2024/7/5    | due   |
        | B    | '2024年7月5日 | due   |
        | C    | '7.5         | due   |
        | D    | '45478       | due   |
        | E    | 2024-07-05   |       |
    """,
)
def date_as_text(misfits: pd.DataFrame) -> pd.DataFrame:
    found = misfits_of(misfits, "date-as-text")
    meant = [pd.Timestamp(better, unit="D").date() if better is not None else None for better in found.better]
    advice = (
        t(f"改成日期 {day}", f"Make it the date {day}")
        if day
        else t("不确定是哪一天，请写全年月日", "It could be several days: give year, month and day")
        for day in meant
    )
    return found.assign(advice=object_array(advice), better=object_array(meant))


@rule(
    "CV105",
    ERROR,
    "basic",
    at=PerHit(),
    title=t("不是数字", "Not a number"),
    message=t("“{raw}”不是数字", "“{raw}” is no number"),
    why=t("读不出数字，进度和风险就算不了。", "Progress and risk cannot be computed from words."),
    fix=t("{advice}", "{advice}"),
    example="""
        progress
        | task | progress | finds    |
        | T001 | 一半     | progress |
        | T002 | 0.5      |          |
    """,
)
def not_a_number(misfits: pd.DataFrame) -> pd.DataFrame:
    found = misfits_of(misfits, "not-a-number")
    columns = (STANDARD.sheet(sheet).meta.column(key) for sheet, key in zip(found.sheet, found.key, strict=True))
    return found.assign(advice=object_array(_allowed_values(column.value_kind) for column in columns))


def _allowed_values(kind: Kind) -> Text:
    """Return the advice to type what a column of a kind takes."""
    zh, en = accepted_values(kind, "zh"), accepted_values(kind, "en")
    return t(f"填{zh}", f"Type {en}")


@rule(
    "CV106",
    ERROR,
    "basic",
    at=EveryColumn(lambda column: column.is_typed and isinstance(column.kind, Number | Percent)),
    title=t("{column}超出范围", "{column} out of range"),
    message=t("{value} 超出 {low} 到 {high}", "{value} is outside {low} to {high}"),
    why=t("范围外的数会让汇总失真。", "A number outside its range spoils every total."),
    fix=t("填 {low} 到 {high}{aside}", "Type {aside} from {low} to {high}"),
    formula="IF(ISNUMBER({cell}),{outside},FALSE)",
    example="""
        progress
        | task | progress | finds    |
        | T001 | 1.2      | progress |
        | T002 | 120      | progress |
        | T003 | 1        |          |
        risks
        | description | possibility | impact | finds  |
        | A           | 5           | 6      | impact |
        | B           | 1           | 5      |        |
    """,
)
def out_of_range(rows: pd.DataFrame, column: Column) -> pd.DataFrame:
    values = rows[column.key]
    kind = column.kind
    if isinstance(kind, Number):
        low, high = format_number(kind.low), format_number(kind.high)
        wrong = (values < kind.low) | (values > kind.high) | (kind.whole & (values % 1 != 0) & values.notna())
        shown = object_array(values[wrong])
        what = t("的整数", "a whole number") if kind.whole else t("", "a number")
    else:
        low, high = "0%", "100%"
        wrong = (values < 0) | (values > 1)
        shown = object_array(map(format_percent, values[wrong]))
        what = t("", "a share")
    return rows[wrong].assign(value=shown, low=low, high=high, aside=object_array([what] * len(shown)))


@rule(
    "CV107",
    WARNING,
    "standard",
    at=PerHit(),
    title=t("百分比写法", "Percent scale"),
    message=t("“{raw}”按 {share} 计算", "“{raw}” is counted as {share}"),
    why=t("同一列里 50 和 0.5 混用，一不小心就差一百倍。", "50 and 0.5 in one column are a hundredfold apart."),
    fix=t("改成 {share}", "Make it {share}"),
    fixable=True,
    example="""
        progress
        | task | progress | finds    |
        | T001 | 50       | progress |
        | T002 | '50%     | progress |
        | T003 | 0.5      |          |
    """,
)
def percent_scale(misfits: pd.DataFrame, progress: pd.DataFrame) -> pd.DataFrame:
    found = misfits_of(misfits, "percent-scale")
    told = set(zip(found.wb, found.row, strict=True))
    shares = progress.progress[(progress.progress > 0) & (progress.progress < 1)]
    mixed = {wb for wb, row in shares.index if (wb, row) not in told}
    better = object_array(
        share if isinstance(raw, str) or wb not in mixed else None
        for wb, raw, share in zip(found.wb, found.raw, found.better, strict=True)
    )
    return found.assign(share=object_array(map(format_percent, found.better)), better=better)


@rule(
    "CV108",
    ERROR,
    "basic",
    at=EveryColumn(lambda column: column.unique and not isinstance(column.kind, Id)),
    title=t("重名", "Name twice"),
    message=t("“{value}”在第 {rows} 行重名", "“{value}” stands in rows {rows}"),
    why=t("重名的任务，别人写依赖时分不清指哪一个。", "Nobody can tell which of two tasks of one name is meant."),
    fix=t("给其中一个换个名字，或删掉重复的行", "Rename one of them, or delete the row that is double"),
    formula="{cell.count}>1",
    example="""
        tasks
        | id   | name     | finds |
        | T001 | 接口联调 | name  |
        | T002 | 接口联调 | name  |
        | T003 | 上线     |       |
    """,
)
def repeated_name(rows: pd.DataFrame, column: Column) -> pd.DataFrame:
    words = rows[column.key].map(normalize_name, na_action="ignore")
    found = duplicate_rows(rows, words)
    return found.assign(value=found[column.key])


@rule(
    "CV109",
    INFO,
    "standard",
    at=PerHit(),
    title=t("文字不整齐", "Untidy text"),
    message=t("“{shown}”里有{odd}", "“{shown}” has {odd}"),
    why=t("看起来一样的两个词，比较时却不相等。", "Two words that look alike are not equal to a program."),
    fix=t("改成“{better}”", "Make it “{better}”"),
    fixable=True,
    example="""
        tasks
        | name     | owner   | finds |
        | 'Ａ1接口 | 张三    | name  |
        | 接口     | '张三_  | owner |
        | 上线     | 李四    |       |
    """,
)
def untidy_text(misfits: pd.DataFrame) -> pd.DataFrame:
    found = misfits_of(misfits, "untidy-text")
    odd = (_odd_letters(str(raw), str(better)) for raw, better in zip(found.raw, found.better, strict=True))
    return found.assign(shown=object_array(name_invisible(str(raw)) for raw in found.raw), odd=object_array(odd))


def _odd_letters(raw: str, better: str) -> list[Text]:
    """Return what a tidy text has lost, in words; letters that nobody sees by their names."""
    lost = sorted({letter for letter in raw if is_invisible(letter) and raw.count(letter) > better.count(letter)})
    names = " ".join(f"U+{ord(letter):04X}" for letter in lost if not letter.isspace())
    parts = (
        (raw[:1].isspace() and not better[:1].isspace(), t("开头的空格", "leading blanks")),
        (raw[-1:].isspace(), t("末尾的空格", "trailing blanks")),
        ("\r" in raw.strip(), t("回车符", "carriage returns")),
        (bool(names), t(f"不可见字符 {names}", f"invisible {names}")),
        (raw.translate(WIDE) != raw, t("全角字母数字", "full-width letters")),
    )
    return [words for is_there, words in parts if is_there]


@rule(
    "CV114",
    WARNING,
    "strict",
    at=EveryColumn(lambda column: column.is_typed and isinstance(column.kind, Line | Note)),
    title=t("太长", "Too long"),
    message=t("{length} 个字，超过 {longest}", "{length} characters; the limit is {longest}"),
    why=t("太长的文字在表里看不全，打印也放不下。", "Text this long cannot be seen or printed in a cell."),
    fix=t("写要点，细节放到附件", "Keep the gist; put details into a document"),
    example="""
        tasks
        | id   | name     | finds |
        | T001 | 超长×201 | name  |
        | T002 | 正常     |       |
    """,
)
def too_long(rows: pd.DataFrame, column: Column) -> pd.DataFrame:
    assert isinstance(column.kind, Line | Note)
    values, longest = rows[column.key].to_numpy(), column.kind.longest
    if max(map(len, filter(None, values)), default=0) <= longest:
        return rows[:0]
    length = np.array([len(value or "") for value in values])
    found = rows[length > longest]
    return found.assign(length=length[length > longest], longest=longest)


@rule(
    "CV115",
    ERROR,
    "basic",
    at=PerHit(),
    title=t("超出单元格", "More than a cell holds"),
    message=t(
        "这一格有 {length} 个字，Excel 的单元格最多 {longest} 个，内容没有读取",
        "This cell has {length} characters; a cell of Excel holds {longest}. It was not read",
    ),
    why=t(
        "Excel 打开时会截断或要求修复，后面的文字就没了。",
        "Excel cuts it or repairs the file when it opens it; the rest is then lost.",
    ),
    fix=t("写要点，全文放到附件", "Keep the gist; put the whole text into a document"),
    example="""
        tasks
        | name | remark     | finds  |
        | A    | 字×32768   | remark |
        | B    | 字×2000    |        |
    """,
)
def overfull_cell(misfits: pd.DataFrame) -> pd.DataFrame:
    found = misfits_of(misfits, "overfull-cell")
    return found.assign(length=found.better, longest=LONGEST_CELL, better=object_array([None] * len(found)))
