"""The seal of a copy: read back as it was made, and broken by every change."""

from __future__ import annotations

import pytest

from collabxl.exchange.copy_signature import CopyIdentity

KEY, BASE, ROWS = b"k" * 32, {"tasks": {"T001": {"name": "调研"}}}, {"tasks": ["T001", "T041"]}
SEAL = CopyIdentity("c1", "w1", 3, "市场部").sign(KEY, BASE, ROWS)


def test_it_is_read_back_from_either_place() -> None:
    assert CopyIdentity.from_properties(SEAL.properties()) == SEAL
    assert CopyIdentity.from_text(SEAL.text()) == SEAL._replace(department="")
    assert SEAL.is_valid(KEY, BASE, ROWS)


def test_the_name_holds_it_in_the_letters_that_a_formula_may_say() -> None:
    longest = CopyIdentity("c" * 36, "w" * 36, 99999, "部" * 300).sign(KEY, BASE, ROWS)
    assert len(longest.text()) <= 255
    assert CopyIdentity.from_text("c1|w1") is None


@pytest.mark.parametrize("told", [{}, {**SEAL.properties(), "revision": "three"}, {"copy": "c1"}])
def test_what_is_not_whole_is_no_seal(told: dict[str, str]) -> None:
    assert CopyIdentity.from_properties(told) is None


@pytest.mark.parametrize(
    "seal",
    [
        SEAL._replace(department="财务部"),
        SEAL._replace(revision=4),
        SEAL._replace(copy="c2"),
        SEAL._replace(workbook_id="w2"),
        SEAL._replace(signature=""),
    ],
)
def test_nobody_passes_a_copy_off_as_another(seal: CopyIdentity) -> None:
    assert not seal.is_valid(KEY, BASE, ROWS)


def test_key_base_and_rows_are_signed_too() -> None:
    assert not SEAL.is_valid(b"x" * 32, BASE, ROWS)
    assert not SEAL.is_valid(KEY, {"tasks": {}}, ROWS)
    assert not SEAL.is_valid(KEY, BASE, {"tasks": ["T001", "T041", "T002"]})
