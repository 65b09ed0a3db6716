"""The shared texts and the number formats of a workbook, read as calamine reads them but bounded by what is there."""

from __future__ import annotations

from xml.parsers import expat

from collabxl.ooxml.escapes import unescape_text
from collabxl.ooxml.number_formats import NumberKind, built_in_kind, format_kind
from collabxl.ooxml.reader.preflight import damaged_file_error
from collabxl.text import t

DEEPEST = 256
"""Elements inside each other; real parts have a dozen."""
BLANKS = " \t\r\n"


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
        self.texts: list[str] = []
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
            self.texts.append(unescape_text("".join(self._pieces)))
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
        self.formats: list[NumberKind] = []
        self._own: dict[str, NumberKind] = {}
        self._inside = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Note a number format or a style."""
        if tag == "numFmt":
            self._own[attributes.get("numFmtId", "")] = format_kind(attributes.get("formatCode", ""))
        elif tag == "cellXfs":
            self._inside = True
        elif tag == "xf" and self._inside:
            number = attributes.get("numFmtId", "0")
            self.formats.append(self._own.get(number) or _built_in(number))

    def end(self, tag: str) -> None:
        """End the list of styles."""
        if tag == "cellXfs":
            self._inside = False


def preserves_space(attributes: dict[str, str]) -> bool:
    """Return whether the outer blanks of an element's text belong to it."""
    return attributes.get("xml:space") == "preserve"


def _built_in(number: str) -> NumberKind:
    return built_in_kind(int(number) if number.isdigit() and len(number) < 6 else 0)
