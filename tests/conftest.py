"""What holds for every test: on a busy machine nothing is wrong because it took long; and the options they know."""

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
