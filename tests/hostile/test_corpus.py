"""Every workbook of the foreign corpus has its recorded outcome; what is not recorded is not decided."""

from __future__ import annotations

import sys

import pytest

from tests.hostile.corpus import recorded, workbooks
from tests.hostile.running import run

MOST_MEMORY = 512 * 2**20


@pytest.fixture(scope="module")
def found() -> dict[str, str]:
    if not workbooks():
        pytest.skip("the corpus of foreign workbooks is not here (../shared/corpus)")
    done = run(sys.executable, "-m", "tests.hostile.corpus")
    assert done.code == 0, done.err
    print(f"peak memory of any process: {done.peak // 2**20} MB")
    assert done.peak <= MOST_MEMORY
    return dict(line.split("\t", 1) for line in done.out.splitlines())


def test_every_workbook_of_the_corpus_has_its_recorded_outcome(found: dict[str, str]) -> None:
    known = recorded()
    assert {name: outcome for name, outcome in found.items() if known.get(name) != outcome} == {}


def test_nothing_but_refusals_of_the_contract(found: dict[str, str]) -> None:
    """A corpus of others' test files breaks no worker: none is too large, none too slow."""
    assert not [name for name, outcome in found.items() if "too-large" in outcome or "timeout" in outcome]
