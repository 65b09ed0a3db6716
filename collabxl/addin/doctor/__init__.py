"""Whether the ribbon can work for this user, sign by sign, each with its cure; looks and changes nothing."""

from __future__ import annotations

import sys

from collabxl.addin.doctor.jobs import job_signs
from collabxl.addin.doctor.parts import part_signs
from collabxl.addin.doctor.policies import policy_signs
from collabxl.addin.doctor.registry import registry
from collabxl.addin.doctor.sign import Sign
from collabxl.addin.doctor.standing import standing_signs
from collabxl.addin.places import Places

__all__ = ["Sign", "examine"]


def examine(places: Places) -> list[Sign]:
    """Return what is well and what is not, in the order in which things have to work."""
    found = [*standing_signs(places), *job_signs(places.jobs), *part_signs(sys.platform)]
    return [*found, *policy_signs(registry())] if sys.platform == "win32" else found
