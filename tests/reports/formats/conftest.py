"""The outcomes that every report here is made of."""

from __future__ import annotations

import pytest

from collabxl import Outcome
from tests.reports.formats.made import sampled


@pytest.fixture(scope="session")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Outcome, ...]:
    return sampled(tmp_path_factory.mktemp("samples"))
