"""Nets: long chains and wide fans give what a plain walk over the links gives."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from collabxl.scheduling.graph import UNREACHED, build_network, chain_roots, chain_sums, node_levels, propagate


@st.composite
def nets(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, int]:
    """Chains and fans side by side, narrow and wide levels in turn, and a few links at random, cycles among them."""
    chance = np.random.default_rng(draw(st.integers(0, 10_000)))
    ends: list[tuple[int, int]] = []
    layer, nodes = [0], 1
    for width in draw(st.lists(st.sampled_from([1, 1, 2, 39, 40, 41, 90]), min_size=1, max_size=8)):
        following = list(range(nodes, nodes + width))
        nodes += width
        ends += [(int(chance.choice(layer)), node) for node in following]
        ends += [(node, int(chance.choice(following))) for node in layer]
        layer = following
    for _ in range(draw(st.integers(0, 3))):
        ends.append((int(chance.integers(nodes)), int(chance.integers(nodes))))
    pairs = np.array(ends)
    name = chance.permutation(nodes)
    return name[pairs[:, 0]], name[pairs[:, 1]], nodes


def walked(source: np.ndarray, target: np.ndarray, nodes: int) -> np.ndarray:
    """The length of the longest way to each node, found by going on until nothing changes."""
    level = np.zeros(nodes, dtype=np.int64)
    for _ in range(nodes + 1):
        np.maximum.at(level, target, level[source] + 1)
    return np.where(level >= nodes, UNREACHED, level)


@given(nets())
@settings(max_examples=60)
def test_a_node_s_level_is_the_longest_way_to_it(links: tuple[np.ndarray, np.ndarray, int]) -> None:
    np.testing.assert_array_equal(node_levels(*links), walked(*links))


@given(nets(), st.booleans())
@settings(max_examples=60)
def test_values_are_carried_as_far_as_links_go(links: tuple[np.ndarray, np.ndarray, int], backwards: bool) -> None:
    source, target, nodes = links
    along = build_network(source, target, node_levels(source, target, nodes))
    chance = np.random.default_rng(nodes)
    value, gain = chance.integers(0, 50, nodes), chance.integers(-20, 20, len(along.source))
    most = value.copy()
    begin, end = (along.target, along.source) if backwards else (along.source, along.target)
    for _ in range(nodes):
        np.maximum.at(most, end, most[begin] + gain)
    np.testing.assert_array_equal(propagate(value, gain, along, backwards=backwards), most)


@given(st.lists(st.integers(0, 1_000_000), min_size=1, max_size=60))
def test_chains_are_summed_and_followed_to_their_first(numbers: list[int]) -> None:
    before = np.array([-1 if at == 0 or number % 3 == 0 else number % at for at, number in enumerate(numbers)])
    value = np.arange(len(numbers), dtype=np.float64)
    for at in range(len(numbers)):
        chain = [at]
        while before[chain[-1]] >= 0:
            chain.append(int(before[chain[-1]]))
        assert chain_sums(value, before)[at] == sum(chain)
        assert chain_roots(before)[at] == chain[-1]


def test_a_chain_of_a_hundred_thousand_is_no_deeper_than_any_other() -> None:
    place = np.arange(99_999)
    level = node_levels(place, place + 1, 100_000)
    assert level[-1] == 99_999
    along = build_network(place, place + 1, level)
    assert len(along.runs) == 1
    assert propagate(np.zeros(100_000, np.int64), np.ones(99_999, np.int64), along)[-1] == 99_999
