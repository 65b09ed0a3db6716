"""The cells of one worksheet as formulas find them: what is typed, what formulas say and what they last showed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from html import unescape as unescape_all

from collabxl.ooxml import a1
from collabxl.ooxml.areas import Spot, parse_sqref
from collabxl.ooxml.escapes import unescape_text
from collabxl.ooxml.sheet import WorksheetPart
from collabxl.ooxml.strings import SharedStrings, plain_text
from collabxl.ooxml.workbook_part import parse_bool, parse_int
from collabxl.recalculation.compiler import Formula, compile_formula
from collabxl.recalculation.faults import FormulaError, UnsupportedFormula
from collabxl.recalculation.values import Value

_ATTRIBUTE = re.compile(rb'\b(\w+)="([^"]*)"')
_MOST = 1_000_000
_RICH = b' vm="'
_LOTUS = re.compile(rb'transition(?:Evaluation|Entry)="(?:1|true)"')
_ENTITIES = (("&quot;", '"'), ("&apos;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


@dataclass(frozen=True)
class CellFormula:
    """A formula as the file has it: its text as it stands in the cell ``origin``, from which shared " "ones are
    counted."""

    text: str
    origin: Spot

    @cached_property
    def formula(self) -> Formula:
        """The same ready to be computed; raises UnsupportedFormula."""
        return compile_formula(self.text, *self.origin)


class CalculationSheet:
    """What one sheet's cells hold; a formula that is no plain one is in ``formulas`` as None.

    Raises UnsupportedFormula for a sheet that is not written as the programs we know write one.
    """

    def __init__(self, sheet: WorksheetPart, strings: SharedStrings) -> None:
        self._sheet, self._strings = sheet, strings
        self.constants: dict[Spot, Value | FormulaError] = {}
        self.formulas: dict[Spot, CellFormula | None] = {}
        self.stored_results: dict[Spot, Value | FormulaError] = {}
        """What formulas showed last, None where they were never computed."""
        self._shared: dict[str, CellFormula] = {}
        self._read()
        self.bottom = sheet.numbers[-1] if len(sheet.numbers) else 0

    def _read(self) -> None:
        scan = self._sheet.scan
        unnamed = re.compile(rb'<%bc(?=[\s/>])(?! r="[A-Z])' % re.escape(scan.prefix))
        if _LOTUS.search(scan.source, 0, self._sheet.inner):
            raise UnsupportedFormula("formulas as Lotus computes them")
        if b"<![CDATA[" in scan.source or unnamed.search(scan.plain, self._sheet.inner, self._sheet.close):
            raise UnsupportedFormula("cells written in another way")
        places: dict[bytes, int] = {}
        kinds: dict[bytes, str] = {}
        for match in self._pattern().finditer(scan.plain, self._sheet.inner, self._sheet.close):
            letters, row, tag, attributes, formula, result, rest = match.groups()
            if letters not in places:
                places[letters] = a1.column_number(letters.decode())
            if tag not in kinds:
                kinds[tag] = _attributes(tag).get("t", "n")
            spot, shown = (int(row), places[letters]), self._value(kinds[tag], result, rest)
            if _RICH in tag and isinstance(shown, FormulaError):  # stands for a picture or a value of another kind
                self.stored_results[spot] = self.formulas[spot] = None
            elif attributes is None:
                self.constants[spot] = shown
            else:
                self.stored_results[spot] = "" if shown is None and kinds[tag] == "str" else shown
                self._formula(spot, attributes, formula or b"")

    def _pattern(self) -> re.Pattern[bytes]:
        """Return what finds every cell that says something: place, tag, formula, result, and what else stands there."""
        prefix = re.escape(self._sheet.scan.prefix)
        cell = (
            rb'<%(p)bc r="([A-Z]{1,3})([0-9]{1,7})"([^<>/]*)>\s*'
            rb"(?:<%(p)bf(?=[\s/>])([^<>]*?)(?:/>|>([^<]*)</%(p)bf>)\s*)?"
            rb"(?:<%(p)bv(?=[\s/>])[^<>]*?(?:/>|>([^<]*)</%(p)bv>)\s*)?(.*?)</%(p)bc>"
        )
        return re.compile(cell % {b"p": prefix}, re.DOTALL)

    def _formula(self, spot: Spot, tag: bytes, text: bytes) -> None:
        attributes = _attributes(tag)
        kind, group = attributes.get("t", "normal"), attributes.get("si", "")
        if kind == "shared" and not text:
            self.formulas[spot] = self._shared.get(group)
            return
        told = CellFormula(_unescape(text), spot) if kind in ("normal", "shared") and text else None
        self.formulas.setdefault(spot, told)
        if kind == "shared" and told:
            self._shared[group] = told
        for box in parse_sqref(attributes.get("ref", "")) if kind in ("array", "dataTable") else ():
            rows, columns = range(box.top, box.bottom + 1), range(box.left, box.right + 1)
            if len(rows) * len(columns) > _MOST:
                raise UnsupportedFormula("an array over so many cells")
            self.formulas |= {(row, column): None for row in rows for column in columns}

    def _value(self, kind: str, told: bytes | None, rest: bytes) -> Value | FormulaError:
        if kind == "inlineStr" and rest.strip():
            return plain_text(self._sheet.scan.fragment(rest.strip(), self._sheet.data_tag)[1])
        if told is None or kind == "inlineStr":
            return None
        match kind:
            case "s":
                return self._strings.text(parse_int(told.decode(), -1))
            case "str":
                return unescape_text(_unescape(told))
            case "b":
                return parse_bool(told.decode())
            case "e":
                return FormulaError(told.decode())
            case "d":
                raise UnsupportedFormula("days as texts")
        try:
            return float(told) if told.strip() else None
        except ValueError:
            return None


def _unescape(told: bytes) -> str:
    """Return text between tags as XML means it."""
    text = told.decode()
    if "&" not in text:
        return text
    if "&#" in text:
        return unescape_all(text)
    for entity, letter in _ENTITIES:
        text = text.replace(entity, letter)
    return text


@lru_cache(4096)
def _attributes(tag: bytes) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in _ATTRIBUTE.findall(tag)}
