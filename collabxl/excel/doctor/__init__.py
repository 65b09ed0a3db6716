"""Whether the ribbon can work for this user, sign by sign, each with its cure; looks and changes nothing."""

from __future__ import annotations

import sys

from collabxl.excel.addin.locations import Places
from collabxl.excel.doctor.installation import installation_signs
from collabxl.excel.doctor.jobs import job_signs
from collabxl.excel.doctor.parts import part_signs
from collabxl.excel.doctor.policies import policy_signs
from collabxl.excel.doctor.registry import registry
from collabxl.excel.doctor.sign import Sign

__all__ = ["Sign", "examine"]


def examine(places: Places) -> list[Sign]:
    """Return what is well and what is not, in the order in which things have to work."""
    found = [*installation_signs(places), *job_signs(places.jobs), *part_signs(sys.platform)]
    return [*found, *policy_signs(registry())] if sys.platform == "win32" else found
