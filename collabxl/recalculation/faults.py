"""Why a formula shows no value: an error of its own, or one that is not computed here."""

from __future__ import annotations


class FormulaError(Exception):
    """An error value, such as #VALUE!; it spreads until IFERROR or ISNUMBER takes it."""

    def __init__(self, code: str = "#VALUE!") -> None:
        super().__init__(code)
        self.code = code


class UnsupportedFormula(Exception):  # noqa: N818 - no error of anybody
    """What a formula asks for is not computed here, for programs differ in it or it is beyond us."""


UNCOMPUTED = (UnsupportedFormula, RecursionError, TypeError, OverflowError, ValueError)
"""What a formula raises that is not known, nested too deeply or called with arguments it does not take."""
