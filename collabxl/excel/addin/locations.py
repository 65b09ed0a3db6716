"""Where the add-in and its jobs lie for the user who runs this, on each system; everything else asks here."""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from collabxl.excel.folders import OFFICE, state_folder

ADDIN = "collabxl.xlam"
SCRIPT = "collabxl.applescript"
PROGRAM = "collabxlw"
"""The program without a window that takes jobs."""


@dataclass(frozen=True, slots=True)
class Places:
    """The files and folders of one user."""

    addin: Path | None
    """What Excel loads when it starts; None where there is no Excel."""
    script: Path | None
    """What Excel for macOS may run outside its sandbox; None elsewhere."""
    jobs: Path
    """Where the add-in leaves its jobs."""


def places(system: str, home: Path, state: Path, environ: Mapping[str, str]) -> Places:
    """Return the places of a user by ``sys.platform``, home, the folder of collabxl's state, and the environment."""
    if system == "win32":
        roaming = Path(environ.get("APPDATA") or home / "AppData" / "Roaming")
        return Places(roaming / "Microsoft" / "Excel" / "XLSTART" / ADDIN, None, state / "jobs")
    if system == "darwin":
        startup = home / OFFICE / "User Content.localized" / "Startup.localized" / "Excel"
        scripts = home / "Library" / "Application Scripts" / "com.microsoft.Excel"
        return Places(startup / ADDIN, scripts / SCRIPT, state / "jobs")
    return Places(None, None, state / "jobs")


def user_places() -> Places:
    """Return the places of whoever runs this."""
    return places(sys.platform, Path.home(), state_folder(), os.environ)


def program() -> Path | None:
    """Return the program that takes jobs, from the same installation as this; None if it has none."""
    user = sysconfig.get_path("scripts", sysconfig.get_preferred_scheme("user"))
    folders = [str(Path(sys.executable).parent), sysconfig.get_path("scripts"), user]
    found = shutil.which(PROGRAM, path=os.pathsep.join(folders))
    return Path(found) if found else None


def vba_path(folder: Path) -> str:
    """Return a folder as VBA can open files in it: on Windows by its short name if the code page lacks a character."""
    if sys.platform == "win32":
        try:
            str(folder).encode("mbcs")
        except UnicodeEncodeError:
            import ctypes

            short = ctypes.create_unicode_buffer(512)
            if ctypes.windll.kernel32.GetShortPathNameW(str(folder), short, len(short)):
                return short.value
    return str(folder)
