"""Outlook's own containers made by hand: .msg files (OLE, MS-OXMSG) and winmail.dat (MS-OXTNEF)."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from itertools import pairwise

FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
SECTOR, MINI, CUTOFF = 512, 64, 4096

Tree = dict[str, "bytes | Tree"]


@dataclass
class _Entry:
    name: str
    kind: int
    content: bytes = b""
    child: int = FREE
    right: int = FREE
    start: int = END


@dataclass
class _Ole:
    """An OLE file: short streams in the mini stream, long ones in sectors, siblings of a storage in one chain."""

    entries: list[_Entry] = field(default_factory=list)

    def storage(self, name: str, tree: Tree, kind: int = 1) -> int:
        at = len(self.entries)
        self.entries.append(_Entry(name, kind))
        below = []
        for child in sorted(tree, key=lambda each: (len(each), each.upper())):
            content = tree[child]
            if isinstance(content, bytes):
                below.append(len(self.entries))
                self.entries.append(_Entry(child, 2, content))
            else:
                below.append(self.storage(child, content))
        self.entries[at].child = below[0] if below else FREE
        for one, other in pairwise(below):
            self.entries[one].right = other
        return at

    def written(self) -> bytes:
        sectors: list[bytes] = []
        chains: list[int] = []

        def put(content: bytes) -> int:
            if not content:
                return END
            start = len(sectors)
            count = -(-len(content) // SECTOR)
            sectors.extend(content.ljust(count * SECTOR, b"\0")[at * SECTOR : (at + 1) * SECTOR] for at in range(count))
            chains.extend([*range(start + 1, start + count), END])
            return start

        mini, mini_chains = b"", list[int]()
        for entry in self.entries[1:]:
            if entry.kind != 2 or not entry.content:
                continue
            if len(entry.content) >= CUTOFF:
                entry.start = put(entry.content)
                continue
            count = -(-len(entry.content) // MINI)
            entry.start = len(mini_chains)
            mini_chains.extend([*range(entry.start + 1, entry.start + count), END])
            mini += entry.content.ljust(count * MINI, b"\0")
        root = self.entries[0]
        root.content, root.start = mini, put(mini)
        mini_fat = put(b"".join(struct.pack("<I", link) for link in mini_chains))
        directory = put(b"".join(_directory(entry) for entry in self.entries))
        fat_count = 1
        while fat_count * SECTOR // 4 < len(chains) + fat_count:
            fat_count += 1
        fat_start = len(sectors)
        chains.extend([FAT] * fat_count)
        chains.extend([FREE] * (fat_count * SECTOR // 4 - len(chains)))
        sectors.extend(struct.pack("<128I", *chains[at * 128 : (at + 1) * 128]) for at in range(fat_count))
        difat = [*range(fat_start, fat_start + fat_count)] + [FREE] * (109 - fat_count)
        mini_sectors = -(-len(mini_chains) * 4 // SECTOR)
        head = struct.pack(
            "<8s16s5H6xI I I I I I I I I",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6,
            0, fat_count, directory, 0, CUTOFF, mini_fat, mini_sectors, END, 0,
        )  # fmt: skip
        return head + struct.pack("<109I", *difat) + b"".join(sectors)


def _directory(entry: _Entry) -> bytes:
    name = entry.name.encode("utf-16-le") + b"\0\0"
    return struct.pack(
        "<64sHBBIII16sIQQIQ",
        name, len(name), entry.kind, 1, FREE, entry.right, entry.child, b"", 0, 0, 0, entry.start, len(entry.content),
    )  # fmt: skip


def ole(tree: Tree) -> bytes:
    """Return an OLE file with such storages and streams."""
    made = _Ole()
    made.storage("Root Entry", tree, 5)
    return made.written()


def wide(text: str) -> bytes:
    return text.encode("utf-16-le")


def message_tree(subject: str, address: str, attachments: list[Tree], *, header: int = 32, when: int = 0) -> Tree:
    """Return the storages of one message."""
    fixed = b"\0" * header + struct.pack("<HHIq", 0x40, 0x0039, 6, when)
    tree: Tree = {
        "__properties_version1.0": fixed,
        "__substg1.0_0037001F": wide(subject),
        "__substg1.0_0C1A001F": wide("张三"),
        "__substg1.0_5D01001F": wide(address),
        "__substg1.0_1035001F": wide("<msg@example.test>"),
    }
    return tree | {f"__attach_version1.0_#{at:08X}": each for at, each in enumerate(attachments)}


def attached(name: str, content: bytes, codepage: int = 0) -> Tree:
    """Return the storage of an attached file, its name narrow in a code page or wide."""
    name_stream = (
        {"__substg1.0_3707001E": name.encode(f"cp{codepage}")} if codepage else {"__substg1.0_3707001F": wide(name)}
    )
    fixed = b"\0" * 8 + (struct.pack("<HHIq", 3, 0x3FFD, 6, codepage) if codepage else b"")
    return {"__properties_version1.0": fixed, "__substg1.0_37010102": content, **name_stream}


def embedded(message: Tree) -> Tree:
    """Return the storage of an attached message."""
    return {"__properties_version1.0": b"\0" * 8, "__substg1.0_3701000D": message}


def tnef(files: list[tuple[str, bytes]], *, codepage: int = 936, long_names: bool = True) -> bytes:
    """Return a winmail.dat with such files, as Outlook on a Chinese Windows makes it."""

    def attribute(level: int, number: int, content: bytes) -> bytes:
        return struct.pack("<BII", level, number, len(content)) + content + struct.pack("<H", sum(content) & 0xFFFF)

    def property_(kind: int, number: int, content: bytes) -> bytes:
        return struct.pack("<HHII", kind, number, 1, len(content)) + content + b"\0" * (-len(content) % 4)

    made = b"\x78\x9f\x3e\x22\x01\x00" + attribute(1, 0x00069007, struct.pack("<II", codepage, 0))
    for name, content in files:
        narrow = name.encode("utf-8" if codepage == 65001 else f"cp{codepage}") + b"\0"
        made += attribute(2, 0x00069002, b"\1\0" + b"\xff" * 4 + b"\0" * 8)
        made += attribute(2, 0x00018010, narrow if not long_names else b"SHORT~1.XLS\0")
        made += attribute(2, 0x0006800F, content)
        if long_names:
            listed = [property_(0x1E, 0x3707, narrow), struct.pack("<HHI", 0x0B, 0x7FFF, 0)]
            made += attribute(2, 0x00069005, struct.pack("<I", len(listed)) + b"".join(listed))
    return made
