"""Large stretches of bytes compared in pieces: as fast as the machine compares, and without a copy of either."""

from __future__ import annotations

_PIECE = 2**18

Stretch = bytes | memoryview


def equal_bytes(one: Stretch, other: Stretch) -> bool:
    """Return whether two stretches hold the same bytes."""
    return len(one) == len(other) and common_prefix_length(one, other) == len(one)


def common_prefix_length(one: Stretch, other: Stretch) -> int:
    """Return how many bytes two stretches have in common from their beginning on."""
    most, at = min(len(one), len(other)), 0
    size = _PIECE
    while at < most:
        size = min(size, most - at)
        if bytes(one[at : at + size]) == bytes(other[at : at + size]):
            at += size
        elif size == 1:
            break
        else:
            size //= 2
    return at
