"""What holds for every test: on a busy machine nothing is wrong because it took long; their options, their order."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from tests.parts import QUICK

settings.register_profile("untimed", deadline=None)
settings.register_profile("quick", deadline=None, max_examples=10)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engine",
        choices=["libreoffice", "excel"],
        default="libreoffice",
        help="the program in which the tests marked live open workbooks; excel needs Windows or macOS",
    )
    parser.addoption("--quick", action="store_true", help="leave out what needs another program or takes long")


def pytest_configure(config: pytest.Config) -> None:
    quick = config.getoption("--quick")
    settings.load_profile("quick" if quick else "untimed")
    if quick:
        os.environ[QUICK] = "1"


LONG = {"test_fix.py", "test_merge_kill.py", "test_month.py", "test_portfolio.py", "test_rows.py", "test_wheel.py"}
"""Files of a minute and more: begun first, so that at the end no worker waits for another's."""
STARTING = {"batch", "docs", "hostile", "torture"}
"""Rooms whose tests start servers, clusters or the command line: all slow."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.path.name not in LONG)
    if config.getoption("--quick"):
        slow = [item for item in items if _is_slow(item)]
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if not _is_slow(item)]


def _is_slow(item: pytest.Item) -> bool:
    return bool(item.get_closest_marker("slow")) or item.path.name in LONG or item.path.parent.name in STARTING
