"""The shared texts and the number formats of a workbook, read as calamine reads them but bounded by what is there."""

from __future__ import annotations

import re
from typing import Literal
from xml.parsers import expat

from collabxl.reading.preflight import damaged_file_error
from collabxl.text import t

DEEPEST = 256
"""Elements inside each other; real parts have a dozen."""
BLANKS = " \t\r\n"
Format = Literal["date", "span", "other"]

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DATES = frozenset({*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)})
"""The numbers of built-in formats that show dates or times; 27 to 36 and 50 to 58 are those of East Asian languages."""
_SPANS = frozenset({46})
_IGNORED = re.compile(r"[\\_*].|\"(?:[\\_*].|[^\"\\_*])*+\"", re.DOTALL)
_ELAPSED = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_BRACKETS = re.compile(r"\[[^\]]*\]")
_DATE_LETTERS = re.compile(r"[^a]*(?:[dmhys]|a.*[pm/])", re.IGNORECASE | re.DOTALL)
"""As calamine judges, an a opens AM/PM; a weekday (aaaa), which it passes over, is that of a day."""
_WEEKDAY = re.compile("a{3,4}", re.IGNORECASE)


class PartWalker:
    """Walks one XML part, calling ``start`` and ``end`` with names without prefix; refuses what nests absurdly."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._depth = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self.text

    def walk(self, content: bytes) -> None:
        """Walk a part; FileError of kind corrupt if it is no XML."""
        try:
            self._parser.Parse(content, True)
        except expat.ExpatError as error:
            raise damaged_file_error(f"{self._name}: {error}") from error

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Meet the beginning of an element."""

    def end(self, tag: str) -> None:
        """Meet the end of an element."""

    def text(self, text: str) -> None:
        """Meet text."""

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEEPEST:
            raise damaged_file_error(
                t(f"{self._name} 的层次超过 {DEEPEST}", f"{self._name} nests more than {DEEPEST} elements deep")
            )
        self.start(tag.rpartition(":")[2], attributes)

    def _end(self, tag: str) -> None:
        self._depth -= 1
        self.end(tag.rpartition(":")[2])


class SharedTextReader(PartWalker):
    """The table of texts that cells point into; phonetic hints are left out."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.found: list[str] = []
        self._pieces: list[str] = []
        self._inside = False
        self._as_is = False
        self._hints = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Begin a text, or a piece of one."""
        if tag == "si":
            self._pieces = []
        elif tag == "rPh":
            self._hints += 1
        elif tag == "t":
            self._inside, self._as_is = not self._hints, preserves_space(attributes)

    def end(self, tag: str) -> None:
        """End a text, or a piece of one."""
        if tag == "si":
            self.found.append(unescape("".join(self._pieces)))
        elif tag == "rPh":
            self._hints -= 1
        elif tag == "t":
            self._inside = False

    def text(self, text: str) -> None:
        """Take the letters of a piece."""
        if self._inside:
            self._pieces.append(text if self._as_is else text.strip(BLANKS))


class NumberFormatReader(PartWalker):
    """What the number format of each cell style shows: a date, a span of time, or something else."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.found: list[Format] = []
        self._own: dict[str, Format] = {}
        self._inside = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Note a number format or a style."""
        if tag == "numFmt":
            self._own[attributes.get("numFmtId", "")] = format_kind(attributes.get("formatCode", ""))
        elif tag == "cellXfs":
            self._inside = True
        elif tag == "xf" and self._inside:
            number = attributes.get("numFmtId", "0")
            self.found.append(self._own.get(number) or _built_in(number))

    def end(self, tag: str) -> None:
        """End the list of styles."""
        if tag == "cellXfs":
            self._inside = False


def format_kind(code: str) -> Format:
    """Return what a number format shows, judged by its first section."""
    code = _IGNORED.sub("", code).partition(";")[0]
    bare = _BRACKETS.sub("", _ELAPSED.split(code)[0])
    if _DATE_LETTERS.match(bare) or _WEEKDAY.search(bare):
        return "date"
    return "span" if _ELAPSED.search(code) else "other"


def preserves_space(attributes: dict[str, str]) -> bool:
    """Return whether the outer blanks of an element's text belong to it."""
    return attributes.get("xml:space") == "preserve"


def unescape(text: str) -> str:
    """Return a text with its _x000D_ decoded; halves of surrogate pairs, which no text can hold, stay as written."""
    return _ESCAPED.sub(_unescape_letter, text) if "_x" in text else text


def _unescape_letter(escaped: re.Match[str]) -> str:
    code = int(escaped[1], 16)
    return escaped[0] if 0xD800 <= code <= 0xDFFF else chr(code)


def _built_in(number: str) -> Format:
    code = int(number) if number.isdigit() and len(number) < 6 else 0
    return "date" if code in _DATES else "span" if code in _SPANS else "other"
