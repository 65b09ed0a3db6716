"""What may be shown: one line, nothing that hides, and texts without such letters stay as they are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from collabxl.text.printable import clean, is_invisible

ODD = st.text(st.sampled_from("ab汉é\n\r\t\x00\x1b\x85\x9b\u200b\u202e\u2028\u2029\u2066\ufeff\uffff😀"))


@given(st.one_of(ODD, st.text()))
def test_what_is_shown_is_one_line_with_nothing_that_hides(text: str) -> None:
    shown = clean(text)
    assert not any(map(is_invisible, shown))
    assert len(shown.splitlines()) <= 1
    assert clean(shown) == shown


@given(st.text(st.characters(exclude_categories=["C", "Z"])))
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert clean(text) == text
