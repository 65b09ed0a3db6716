"""Tasks found by their 编号, thousands at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

NONE = -1
"""The position of a row that is not there."""


class TaskIds:
    """The tasks of many workbooks by those 编号 that only one of them bears, as one sorted array.

    ``plain`` gives a word as words are compared.
    """

    def __init__(self, wbs: NDArray[np.int64], ids: NDArray[Any], plain: Callable[[str], str]) -> None:
        codes, known = pd.factorize(ids)
        self._codes = {word: code for code, word in enumerate(dict.fromkeys(map(plain, known)))}
        borne = np.flatnonzero(codes >= 0)
        coded = self.codes(map(plain, known))[codes[borne]]
        self._keys, first, times = np.unique(self._key(wbs[borne], coded), return_index=True, return_counts=True)
        self._at = np.where(times == 1, borne[first], NONE)

    def codes(self, words: Iterable[str]) -> NDArray[np.int64]:
        """Return the code of each word, NONE where no task of any workbook bears it."""
        return np.fromiter((self._codes.get(word, NONE) for word in words), dtype=np.int64)

    def positions(self, wbs: NDArray[np.int64], codes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the position of the one task that bears a code in its workbook; NONE where it is not just one."""
        if not len(self._keys):
            return np.full(len(codes), NONE)
        keys = self._key(wbs, codes)
        place = np.searchsorted(self._keys, keys).clip(max=len(self._keys) - 1)
        return np.where((self._keys[place] == keys) & (codes != NONE), self._at[place], NONE)

    def _key(self, wbs: NDArray[np.int64], codes: NDArray[np.int64]) -> NDArray[np.int64]:
        return wbs * len(self._codes) + codes
