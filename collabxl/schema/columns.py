"""``Column``, ``Sheet`` and ``Book``: the form of a declaration and what must hold for it."""

from __future__ import annotations

import keyword
from collections.abc import Iterator
from dataclasses import KW_ONLY, dataclass, field
from itertools import chain
from typing import ClassVar, NamedTuple

from collabxl.errors import SchemaError
from collabxl.schema.kinds import Auto, Choice, Day, Id, Line, Note, Number, People, Percent, Period, Words, YesNo
from collabxl.text import LANGS, Text, t

LONGEST_SHEET_TITLE = 31


@dataclass(frozen=True, slots=True)
class Ref:
    """Names one row of another sheet by the value of the column ``to``."""

    to: Column


@dataclass(frozen=True, slots=True)
class Refs:
    """Names any number of rows by the values of the column ``to``, separated by 、 or a comma."""

    to: Column


Kind = Id | Line | Note | Number | Percent | Day | Period | Choice | YesNo | Ref | Refs | People | Auto
"""The closed set of kinds."""


@dataclass(frozen=True, eq=False)
class Column:
    """One column of a sheet, or one field of a form; ``key`` and ``sheet`` are set by the class around it."""

    title: Text
    kind: Kind
    help: Text
    _: KW_ONLY
    required: bool = False
    unique: bool = False
    deadline: bool = False
    """Whether the row is late once this day is past."""
    width: float = 12
    aliases: tuple[str, ...] = ()
    example: Text | None = None
    alternative: str = ""
    """The key of a column that will do as well: one of the two is enough."""
    key: str = field(default="", init=False)
    sheet: type[Sheet] = field(init=False, repr=False)

    def __set_name__(self, owner: type[Sheet], name: str) -> None:
        object.__setattr__(self, "key", name)
        object.__setattr__(self, "sheet", owner)

    @property
    def is_typed(self) -> bool:
        """Whether people type here: neither a formula nor the row's number."""
        return not isinstance(self.kind, Auto | Id)

    @property
    def is_validated(self) -> bool:
        """Whether a built workbook limits or suggests what is typed here."""
        if isinstance(self.kind, Refs):
            return not self.sheet.meta.form_headers
        return isinstance(self.kind, Choice | YesNo | Ref | Day | Percent | Number)

    @property
    def is_highlighted(self) -> bool:
        """Whether a built workbook marks by colour what is missing, late or how far it is here."""
        in_rows = self.sheet.meta.id is not None
        return self.is_typed and in_rows and (self.required or self.deadline or isinstance(self.kind, Percent))

    @property
    def value_kind(self) -> Kind:
        """The kind of the value itself, also behind a formula."""
        return self.kind.of if isinstance(self.kind, Auto) else self.kind


class FormHeader(NamedTuple):
    """A header word of a form, with the other words people use for it."""

    title: Text
    aliases: tuple[str, ...] = ()


class FormHeaders(NamedTuple):
    """The four columns of a form: one row a field."""

    field: FormHeader
    value: FormHeader
    help: FormHeader
    example: FormHeader


class SheetMeta(NamedTuple):
    """What a sheet declares about itself, beside its columns."""

    key: str
    title: Text
    columns: tuple[Column, ...]
    form_headers: FormHeaders | None
    standard: bool
    generated: bool = False
    """Whether collabxl writes its rows: what stands there is nobody's mistake."""

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def id(self) -> Column | None:
        """The column with the row's own number, if the sheet has one."""
        return next((column for column in self.columns if isinstance(column.kind, Id)), None)

    @property
    def typed_columns(self) -> tuple[Column, ...]:
        """The columns that people fill in."""
        return tuple(column for column in self.columns if column.is_typed)

    def column(self, key: str) -> Column:
        """Return the column called ``key``; KeyError if there is none."""
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(f"{self.key} has no column {key}")


class Sheet:
    """Base of every sheet: a namespace of columns. ``meta`` is its one reserved word."""

    meta: ClassVar[SheetMeta]

    def __init_subclass__(
        cls, *, title: Text, heads: FormHeaders | None = None, standard: bool = False, ours: bool = False
    ) -> None:
        columns = tuple(value for value in vars(cls).values() if isinstance(value, Column))
        cls.meta = SheetMeta(cls.__name__.lower(), title, columns, heads, standard, ours)


@dataclass(frozen=True)
class Schema:
    """All sheets in the order of the workbook; raises SchemaError if the declaration contradicts itself."""

    version: int
    sheets: tuple[type[Sheet], ...]
    header_row: int = 5
    """The row of the header words in a built workbook."""
    value_column: int = 2
    """The column of a built form in which its values stand."""

    def __post_init__(self) -> None:
        for problem in _contradictions(self):
            raise SchemaError(t("声明有误：{problem}", "Wrong declaration: {problem}"), problem=problem)

    def sheet(self, key: str) -> type[Sheet]:
        """Return the sheet called ``key``; KeyError if there is none."""
        for sheet in self.sheets:
            if sheet.meta.key == key:
                return sheet
        raise KeyError(key)

    @property
    def required_sheets(self) -> tuple[type[Sheet], ...]:
        """The sheets every workbook must have."""
        return tuple(sheet for sheet in self.sheets if sheet.meta.standard)

    @property
    def data_sheets(self) -> tuple[type[Sheet], ...]:
        """The sheets that hold rows or fields and are read back."""
        return tuple(sheet for sheet in self.sheets if sheet.meta.columns)

    @property
    def input_sheets(self) -> tuple[type[Sheet], ...]:
        """The sheets that people fill in, whose mistakes are told to them."""
        return tuple(sheet for sheet in self.data_sheets if not sheet.meta.generated)

    def word_lists(self) -> tuple[Words, ...]:
        """Return every word list that a column of the book uses, once each."""
        kinds = (column.value_kind for sheet in self.sheets for column in sheet.meta.columns)
        return tuple(dict.fromkeys(kind.words for kind in kinds if isinstance(kind, Choice)))


def _contradictions(book: Schema) -> Iterator[str]:
    for lang in LANGS:
        yield from _duplicates([sheet.meta.title.to(lang) for sheet in book.sheets], f"{lang} sheet titles")
    for sheet in book.sheets:
        if any(len(words) > LONGEST_SHEET_TITLE for words in sheet.meta.title.both):
            yield f"the title of {sheet.meta.key} is longer than {LONGEST_SHEET_TITLE} characters"
        yield from _contradictions_of(sheet, book)


def _contradictions_of(sheet: type[Sheet], book: Schema) -> Iterator[str]:
    meta = sheet.meta
    for lang in LANGS:
        yield from _duplicates([column.title.to(lang) for column in meta.columns], f"{lang} titles of {meta.key}")
    titles = [words for column in meta.columns for words in column.title.both]
    aliases = list(chain.from_iterable(column.aliases for column in meta.columns))
    yield from _duplicates(aliases, f"aliases of {meta.key}")
    for alias in set(aliases) & set(titles):
        yield f"{alias!r} is both a title and an alias in {meta.key}"
    for column in meta.columns:
        if not column.key.isidentifier() or keyword.iskeyword(column.key):
            yield f"{column.key!r} cannot name a column"
        if not all([*column.title.both, *column.help.both]):
            yield f"{meta.key}.{column.key} lacks words in one language"
        if isinstance(column.kind, Ref | Refs) and column.kind.to.sheet not in book.sheets:
            yield f"{meta.key}.{column.key} refers to a sheet outside the book"


def _duplicates(words: list[str], where: str) -> Iterator[str]:
    for word in sorted({word for word in words if words.count(word) > 1}):
        yield f"{word!r} stands twice among the {where}"
