"""What holds for every test: on a busy machine nothing is wrong because it took long; their options, their order."""

from __future__ import annotations

import pytest
from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engine",
        choices=["libreoffice", "excel"],
        default="libreoffice",
        help="the program in which the tests marked live open workbooks; excel needs Windows or macOS",
    )


LONG = {"test_fix.py", "test_merge_kill.py", "test_month.py", "test_portfolio.py", "test_rows.py", "test_wheel.py"}
"""Files of a minute and more: begun first, so that at the end no worker waits for another's."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name not in LONG)
