"""How many steps a regular expression takes on a text: the way Python's engine goes, counted instead of timed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from math import inf
from random import Random
from re import _compiler, _constants, _parser  # type: ignore[attr-defined]
from typing import Any

Then = Callable[[int], bool]
Walk = Callable[[int, Then], bool]
_ONE = {_constants.LITERAL, _constants.NOT_LITERAL, _constants.ANY, _constants.ANY_ALL, _constants.IN}
_REPEATS = {_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT}

MOST = 50_000
"""So many steps are enough to see that a pattern went astray."""


class _TooMany(Exception):  # noqa: N818 - it ends the counting
    """The pattern went astray."""


class Steps:
    """A pattern walked as the engine walks it: longest first, one step a character looked at."""

    def __init__(self, pattern: re.Pattern[Any]) -> None:
        self.tree = _parser.parse(pattern.pattern, pattern.flags)
        self._single: dict[str, re.Pattern[Any]] = {}
        self._text: Any = ""
        self._count = 0
        self._walk = self._sequence(list(self.tree))

    def count(self, text: Any, *, anywhere: bool) -> float:
        """Return the steps of one search, or of one match at the text's beginning; infinite beyond MOST."""
        self._count = 0
        try:
            self.finds(text, anywhere=anywhere)
        except _TooMany:
            return inf
        return self._count

    def finds(self, text: Any, *, anywhere: bool) -> bool:
        """Return whether the pattern is found."""
        self._text = text
        return any(self._walk(start, lambda _: True) for start in range(len(text) + 1 if anywhere else 1))

    def _step(self, count: int = 1) -> None:
        self._count += count
        if self._count > MOST:
            raise _TooMany

    def _sequence(self, nodes: list[Any]) -> Walk:
        walks = [self._node(op, value) for op, value in nodes]

        def walk(at: int, then: Then, place: int = 0) -> bool:
            if place == len(walks):
                return then(at)
            return walks[place](at, lambda after: walk(after, then, place + 1))

        return walk

    def _node(self, op: Any, value: Any) -> Walk:
        if op in _ONE:
            return self._one((op, value))
        if op in _REPEATS:
            return self._repeat(op, *value)
        match op:
            case _constants.SUBPATTERN:
                return self._sequence(list(value[3]))
            case _constants.BRANCH:
                branches = [self._sequence(list(branch)) for branch in value[1]]
                return lambda at, then: any(branch(at, then) for branch in branches)
            case _constants.ATOMIC_GROUP:
                return self._atomic(self._sequence(list(value)))
            case _constants.ASSERT | _constants.ASSERT_NOT:
                return self._look(value[0], value[1], op is _constants.ASSERT)
            case _constants.AT:
                return self._edge((op, value))
            case _:
                raise NotImplementedError(op)

    def _one(self, node: tuple[Any, Any]) -> Walk:
        fits = self._fits(node)

        def walk(at: int, then: Then) -> bool:
            self._step()
            return fits(at) and then(at + 1)

        return walk

    def _fits(self, node: tuple[Any, Any]) -> Then:
        single = self._compiled(node)
        return lambda at: at < len(self._text) and single.match(self._text[at : at + 1]) is not None

    def _compiled(self, node: tuple[Any, Any]) -> re.Pattern[Any]:
        known = self._single.get(repr(node))
        if known is None:
            tree = _parser.SubPattern(self.tree.state, [node])
            known = self._single[repr(node)] = _compiler.compile(tree, self.tree.state.flags)
        return known

    def _repeat(self, op: Any, least: int, most: Any, item: Any) -> Walk:
        most = float("inf") if most is _constants.MAXREPEAT else most
        if len(item) == 1 and item[0][0] in _ONE and op is not _constants.MIN_REPEAT:
            return self._run(self._fits(item[0]), least, most, keeps=op is _constants.POSSESSIVE_REPEAT)
        once = self._sequence(list(item))

        def greedy(at: int, then: Then, done: int = 0) -> bool:
            def again(after: int) -> bool:
                return (after > at or done < least) and greedy(after, then, done + 1)

            return (done < most and once(at, again)) or (done >= least and then(at))

        def lazy(at: int, then: Then, done: int = 0) -> bool:
            return (done >= least and then(at)) or (
                done < most and once(at, lambda after: after > at and lazy(after, then, done + 1))
            )

        if op is _constants.POSSESSIVE_REPEAT:
            return self._atomic(greedy)
        return lazy if op is _constants.MIN_REPEAT else greedy

    def _run(self, fits: Then, least: int, most: float, *, keeps: bool) -> Walk:
        def walk(at: int, then: Then) -> bool:
            end = at
            while end - at < most and fits(end):
                end += 1
            self._step(end - at + 1)
            if keeps:
                return end - at >= least and then(end)
            for stop in range(end, at + least - 1, -1):
                self._step()
                if then(stop):
                    return True
            return False

        return walk

    def _atomic(self, inner: Walk) -> Walk:
        def walk(at: int, then: Then) -> bool:
            ends: list[int] = []
            return inner(at, lambda end: not ends.append(end)) and then(ends[0])  # type: ignore[func-returns-value]

        return walk

    def _look(self, direction: int, item: Any, wanted: bool) -> Walk:
        inner, width = self._sequence(list(item)), item.getwidth()[0] if direction < 0 else 0

        def walk(at: int, then: Then) -> bool:
            return (at >= width and inner(at - width, lambda _: True)) is wanted and then(at)

        return walk

    def _edge(self, node: tuple[Any, Any]) -> Walk:
        edge = self._compiled(node)

        def walk(at: int, then: Then) -> bool:
            self._step()
            return edge.match(self._text, at) is not None and then(at)

        return walk


def unfriendly(pattern: re.Pattern[Any], chance: Random, longest: int) -> Iterator[Callable[[int], Any]]:
    """Yield makers of texts, by length, on which a pattern may go astray: what begins well, then repeats, then ends."""
    tree = _parser.parse(pattern.pattern, pattern.flags)
    letters = sorted({letter for letter in _letters(tree) if letter.isprintable() or letter.isspace()} | set(" a!"))
    units = [*letters, *("".join(chance.choices(letters, k=2)) for _ in range(len(letters)))]
    for _ in range(longest):
        start = _sample(tree, chance)
        start = start[: chance.randint(0, min(len(start), 12))]
        unit = chance.choice([*units, *(start[-size:] for size in (1, 2, 3) if len(start) >= size)])
        end = chance.choice(["", *letters])

        def made(size: int, start: str = start, unit: str = unit, end: str = end) -> Any:
            text = start + unit * (size // len(unit)) + end
            return text if isinstance(pattern.pattern, str) else text.encode("latin-1", "ignore")

        yield made


def _letters(tree: Any) -> Iterator[str]:
    for op, value in tree:
        if op in (_constants.LITERAL, _constants.NOT_LITERAL):
            yield chr(value)
        elif op is _constants.IN:
            yield from (_of_class(value, Random(seed)) for seed in range(3))
        elif op in _REPEATS:
            yield from _letters(value[2])
        elif op is _constants.SUBPATTERN:
            yield from _letters(value[3])
        elif op is _constants.BRANCH:
            for branch in value[1]:
                yield from _letters(branch)
        elif op is _constants.ATOMIC_GROUP:
            yield from _letters(value)
        elif op in (_constants.ASSERT, _constants.ASSERT_NOT):
            yield from _letters(value[1])


def _of_class(items: Any, chance: Random) -> str:
    op, value = chance.choice([item for item in items if item[0] is not _constants.NEGATE])
    if op is _constants.LITERAL:
        return chr(value)
    if op is _constants.RANGE:
        return chr(chance.choice(value))
    return {"DIGIT": "1", "SPACE": " ", "WORD": "w"}.get(str(value).rpartition("_")[2], "-")


def _sample(tree: Any, chance: Random) -> str:
    made = ""
    for op, value in tree:
        if op is _constants.LITERAL:
            made += chr(value)
        elif op is _constants.IN:
            made += _of_class(value, chance)
        elif op in (_constants.NOT_LITERAL, _constants.ANY):
            made += "a"
        elif op in _REPEATS:
            most = min(value[0] + 2, value[1] if isinstance(value[1], int) else value[0] + 2)
            made += "".join(_sample(value[2], chance) for _ in range(chance.randint(value[0], max(most, value[0]))))
        elif op is _constants.SUBPATTERN:
            made += _sample(value[3], chance)
        elif op is _constants.BRANCH:
            made += _sample(chance.choice(value[1]), chance)
        elif op is _constants.ATOMIC_GROUP:
            made += _sample(value, chance)
    return made
