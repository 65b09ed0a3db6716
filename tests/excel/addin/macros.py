"""The sources of the add-in, and variants of it with other modules."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from collabxl.excel.addin.build import RIBBON, build
from collabxl.storage.data_files import resource_path

HERE = Path(__file__).parent
MACROS = resource_path("macros")
SOURCES = {path.stem: path.read_text(encoding="ascii") for path in sorted(MACROS.glob("*.bas"))}
RIBBON_XML = MACROS / RIBBON


def keys_in_vba() -> set[str]:
    """Return the keys of words that the VBA spells out."""
    spelt = re.findall(r'"((?:err|msg|ask|button)\.\w+)"', "\n".join(SOURCES.values()))
    return set(spelt)


def variant(folder: Path, modules: dict[str, str]) -> bytes:
    """Return the add-in with some of its modules written anew, or with more of them."""
    shutil.copytree(MACROS, folder)
    for name, source in modules.items():
        (folder / f"{name}.bas").write_text(source, encoding="ascii")
    return build(folder)
