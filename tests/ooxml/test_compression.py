"""Packing in pieces is packing: zlib gives the content back, and the same bytes come out every time."""

from __future__ import annotations

import random
import zlib

import pytest

from collabxl.ooxml.compression import deflate, unpacks_to

CONTENTS = {
    "nothing": b"",
    "little": b"<a/>" * 9,
    "one piece": bytes(2**20),
    "one byte more": bytes(2**20 + 1),
    "many pieces": b"".join(b'<c r="A%d"><v>%d</v></c>' % (n, n * 7) for n in range(160_000)),
    "noise": random.Random(1).randbytes(3 * 2**20),
}


@pytest.mark.parametrize("what", CONTENTS)
def test_packing_in_pieces_loses_nothing(what):
    content = CONTENTS[what]
    packed = deflate(content)
    assert zlib.decompress(packed, -zlib.MAX_WBITS) == content
    assert deflate(content) == packed
    assert len(packed) < len(zlib.compress(content)) * 1.02 + 20
    view = memoryview(packed)
    assert unpacks_to(view, content)
    assert not unpacks_to(view, content + b"x")
    assert not unpacks_to(view[:-1], content)
    if content:
        assert not unpacks_to(view, content[:-1] + b"?")
        assert not unpacks_to(memoryview(b"\xff" + packed[1:]), content)
