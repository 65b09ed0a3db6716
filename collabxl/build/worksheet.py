"""A worksheet of XlsxWriter's that writes our formulas with their results as they are, and quickly."""

from __future__ import annotations

from typing import Any

from xlsxwriter.worksheet import Worksheet

NOT_AVAILABLE = "#N/A"
"""What a formula shows that has no number to draw."""


class Sheet(Worksheet):  # type: ignore[misc]
    """A worksheet that takes our formulas as they are.

    XlsxWriter searches every formula for some thirty functions of newer Excels, which costs most of the time of a
    workbook; ours use none of them (a test makes sure).
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        del expand_future_functions
        return formula.removeprefix("=")

    def _xml_formula_element(self, formula: str, result: Any, attributes: list[tuple[str, Any]]) -> None:
        """An empty text is a computed value like any other; without its type it would count as not computed."""
        typed = [*attributes, ("t", "str")] if result == "" else attributes
        super()._xml_formula_element(formula, result, typed)

    def _get_range_data(self, *area: int) -> list[Any]:
        """What is not available is no point of a chart; XlsxWriter would draw 0."""
        return [None if value == NOT_AVAILABLE else value for value in super()._get_range_data(*area)]
