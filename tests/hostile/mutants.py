"""Workbooks gone wrong at random, but knowing where it hurts: the zip, the XML, references, counts, encodings.

The same seed gives the same mutants on every machine.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator

from tests.hostile.package import BOOK, SHEET, STRINGS, STYLES, Part, bomb, book, deflated, parts, zipped

EXTREMES = [
    *("0", "-1", "4294967295", "4294967296", "18446744073709551616", "1e308", "NaN", "inf"),
    *("A0", "XFD1048576", "XFE1", "ZZZZ2", "A1048577", "A1:XFD1048576", "$A$1", "#REF!"),
    *("true", "s", "str", "inlineStr", "e", "d", "&amp;", "&#1;", "_x0000_", "../../x"),
]
_ATTRIBUTE = re.compile(rb'(\s[A-Za-z:]+=")([^"]*)(")')
_ELEMENT = re.compile(rb"<([A-Za-z:]+)(?:\s[^<>]*)?(?:/>|>[^<]*</\1>)")
_TAG = re.compile(rb"<[^<>]*>")
_REFERENCE = re.compile(rb'(\sr=")([A-Z]*[0-9]+)(")')
_NUMBER = re.compile(rb"<v>([^<]*)</v>")

Change = Callable[[random.Random, list[Part]], bytes]
CHANGES: list[Change] = []


def change(made: Change) -> Change:
    """Enter a way to go wrong into the list."""
    CHANGES.append(made)
    return made


def mutants(seed: int, count: int, seeds: list[list[Part]]) -> Iterator[tuple[str, bytes]]:
    """Yield ``count`` mutants of the given workbooks with the name of what was done to each."""
    for number in range(count):
        chance = random.Random(f"{seed}/{number}")
        entries = list(chance.choice(seeds))
        wrong = CHANGES[number % len(CHANGES)]
        yield f"{number:05}-{wrong.__name__}", wrong(chance, entries)


def own_seeds() -> list[list[Part]]:
    """Return small workbooks of our own making to go wrong: a plain one and one of shared texts and formulas."""
    rich = (
        b'<row r="5" hidden="1"><c r="A5" t="s"><v>0</v></c><c r="B5" t="s"><v>1</v></c><c r="C5"><f>A1</f></c>'
        b'<c r="D5" s="1"><f>D2+1</f><v>45511</v></c><c r="E5" t="e"><v>#REF!</v></c></row></sheetData>'
        b'<mergeCells count="1"><mergeCell ref="A2:A3"/></mergeCells>'
    )
    plain = {part.name: part.content for part in parts()}
    texts = plain[STRINGS].replace(b"</sst>", b"<si><r><t>x</t></r><rPh><t>y</t></rPh></si></sst>")
    return [parts(), parts({SHEET: plain[SHEET].replace(b"</sheetData>", rich), STRINGS: texts})]


def _pick(chance: random.Random, entries: list[Part]) -> int:
    names = [part.name for part in entries]
    likely = [names.index(name) for name in (SHEET, SHEET, SHEET, STRINGS, STYLES, BOOK) if name in names]
    return chance.choice([*likely, chance.randrange(len(entries))])


def _with(entries: list[Part], at: int, content: bytes) -> bytes:
    entries[at] = entries[at]._replace(content=content)
    return zipped(entries)


def _somewhere(chance: random.Random, pattern: re.Pattern[bytes], content: bytes) -> re.Match[bytes] | None:
    found = list(pattern.finditer(content))
    return chance.choice(found) if found else None


# --- the zip


@change
def flipped_bytes(chance: random.Random, entries: list[Part]) -> bytes:
    whole = bytearray(zipped(entries))
    for _ in range(chance.choice((1, 3, 30))):
        whole[chance.randrange(len(whole))] = chance.randrange(256)
    return bytes(whole)


@change
def cut_short(chance: random.Random, entries: list[Part]) -> bytes:
    whole = zipped(entries)
    return whole[: chance.randrange(len(whole))]


@change
def bytes_lost(chance: random.Random, entries: list[Part]) -> bytes:
    whole = zipped(entries)
    at = chance.randrange(len(whole))
    return whole[:at] + whole[at + chance.randrange(1, 200) :]


@change
def member_twice(chance: random.Random, entries: list[Part]) -> bytes:
    part = entries[_pick(chance, entries)]
    return zipped([*entries, part._replace(name=chance.choice((part.name, part.name.upper())))])


@change
def member_gone(chance: random.Random, entries: list[Part]) -> bytes:
    del entries[_pick(chance, entries)]
    return zipped(entries)


@change
def members_in_any_order(chance: random.Random, entries: list[Part]) -> bytes:
    chance.shuffle(entries)
    return zipped(entries)


@change
def members_swapped(chance: random.Random, entries: list[Part]) -> bytes:
    one, other = _pick(chance, entries), _pick(chance, entries)
    entries[one] = entries[one]._replace(content=entries[other].content)
    return zipped(entries)


@change
def size_that_lies(chance: random.Random, entries: list[Part]) -> bytes:
    at = _pick(chance, entries)
    entries[at] = entries[at]._replace(size=chance.choice((0, 1, 10, 10**6, 2**31, 2**32 - 1)))
    return zipped(entries)


@change
def checksum_that_lies(chance: random.Random, entries: list[Part]) -> bytes:
    at = _pick(chance, entries)
    entries[at] = entries[at]._replace(crc=chance.randrange(2**32))
    return zipped(entries)


@change
def flags_and_methods(chance: random.Random, entries: list[Part]) -> bytes:
    at = _pick(chance, entries)
    odd = {"flags": chance.randrange(2**16)} if chance.random() < 0.5 else {"method": chance.choice((0, 8, 9, 12, 99))}
    entries[at] = entries[at]._replace(**odd)
    return zipped(entries)


@change
def packed_noise(chance: random.Random, entries: list[Part]) -> bytes:
    at = _pick(chance, entries)
    packed = bytearray(deflated(entries[at].content))
    packed[chance.randrange(len(packed))] ^= 1 << chance.randrange(8)
    entries[at] = entries[at]._replace(packed=bytes(packed))
    return zipped(entries)


@change
def swollen_part(chance: random.Random, entries: list[Part]) -> bytes:
    at = _pick(chance, entries)
    head, closing, tail = entries[at].content.rpartition(b"</")
    block = chance.choice((b" ", b"<a/>", b"<si/>", b"<row/>", b'<c t="s"/>', b"<a>")) * 50_000
    entries[at] = bomb(entries[at].name, head, block, chance.choice((1, 20, 200)), closing + tail)
    return zipped(entries)


@change
def foreign_bytes(chance: random.Random, entries: list[Part]) -> bytes:
    junk = chance.randbytes(chance.choice((1, 22, 70_000)))
    return chance.choice((junk + zipped(entries), zipped(entries) + junk, b"PK\3\4" + zipped(entries)))


# --- the XML


@change
def extreme_attribute(chance: random.Random, entries: list[Part]) -> bytes:
    at = _pick(chance, entries)
    content = entries[at].content
    for _ in range(chance.choice((1, 1, 4))):
        found = _somewhere(chance, _ATTRIBUTE, content)
        if found:
            content = content[: found.start(2)] + chance.choice(EXTREMES).encode() + content[found.end(2) :]
    return _with(entries, at, content)


@change
def extreme_reference(chance: random.Random, entries: list[Part]) -> bytes:
    at = [part.name for part in entries].index(SHEET) if SHEET in [part.name for part in entries] else 0
    content = entries[at].content
    for _ in range(chance.choice((1, 2, 5))):
        found = _somewhere(chance, _REFERENCE, content)
        ref = chance.choice((*EXTREMES[8:13], "XFD1", "A1048576", "ZZ9999", "C99999", "a1", "1", "16777217"))
        if found:
            content = content[: found.start(2)] + ref.encode() + content[found.end(2) :]
    return _with(entries, at, content)


@change
def extreme_value(chance: random.Random, entries: list[Part]) -> bytes:
    at = _pick(chance, entries)
    content = entries[at].content
    found = _somewhere(chance, _NUMBER, content)
    if found:
        content = content[: found.start(1)] + chance.choice(EXTREMES).encode() + content[found.end(1) :]
    return _with(entries, at, content)


@change
def element_gone(chance: random.Random, entries: list[Part]) -> bytes:
    at = _pick(chance, entries)
    found = _somewhere(chance, _ELEMENT, entries[at].content)
    content = entries[at].content
    return _with(entries, at, content[: found.start()] + content[found.end() :] if found else b"")


@change
def element_many_times(chance: random.Random, entries: list[Part]) -> bytes:
    at = _pick(chance, entries)
    found = _somewhere(chance, _ELEMENT, entries[at].content)
    content = entries[at].content
    times = chance.choice((2, 100, 20_000))
    return _with(entries, at, content[: found.end()] + found[0] * times + content[found.end() :] if found else b"")


@change
def element_inside_itself(chance: random.Random, entries: list[Part]) -> bytes:
    at = _pick(chance, entries)
    found = _somewhere(chance, _ELEMENT, entries[at].content)
    if not found:
        return _with(entries, at, b"<a>" * 1000)
    tag, times = found[1], chance.choice((2, 300, 50_000))
    nest = b"<%s>" % tag * times + found[0] + b"</%s>" % tag * times
    return _with(entries, at, entries[at].content.replace(found[0], nest, 1))


@change
def tag_gone(chance: random.Random, entries: list[Part]) -> bytes:
    at = _pick(chance, entries)
    found = _somewhere(chance, _TAG, entries[at].content)
    content = entries[at].content
    return _with(entries, at, content[: found.start()] + content[found.end() :] if found else b"")


@change
def absurd_count(chance: random.Random, entries: list[Part]) -> bytes:
    at = _pick(chance, entries)
    count = chance.choice(("4294967295", "99999999999999999999", "-1", "3000000", ""))
    content = re.sub(rb'(\b(?:uniqueCount|count)=")[^"]*', rb"\g<1>" + count.encode(), entries[at].content)
    return _with(entries, at, content)


@change
def other_encoding(chance: random.Random, entries: list[Part]) -> bytes:
    at = _pick(chance, entries)
    code = chance.choice(("utf-16", "utf-16-le", "gbk", "latin-1", "utf-8-sig", "utf-32"))
    text = entries[at].content.decode()
    said = text.replace("UTF-8", chance.choice(("UTF-8", "UTF-16", "GBK", code)))
    return _with(entries, at, said.encode(code, "replace"))


@change
def document_type(chance: random.Random, entries: list[Part]) -> bytes:
    at = _pick(chance, entries)
    kind = chance.choice((b'<!DOCTYPE x [<!ENTITY a "b">]>', b'<!DOCTYPE x SYSTEM "file:///etc/passwd">', b"<![CDATA["))
    return _with(entries, at, entries[at].content.replace(b"?>", b"?>" + kind, 1))


@change
def locked(chance: random.Random, entries: list[Part]) -> bytes:
    whole = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + zipped(entries) + "EncryptedPackage".encode("utf-16-le"))
    whole[chance.randrange(8, len(whole))] = chance.randrange(256)
    return bytes(whole)


@change
def no_change(chance: random.Random, entries: list[Part]) -> bytes:
    return book() if chance.random() < 0.5 else zipped(entries)
