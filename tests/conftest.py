"""What holds for every test: on a busy machine nothing is wrong because it took long."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
