"""Draw the README's pictures from a synced sample: ``python -m tests.pictures``."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from collabxl.sync import sync_workbooks
from tests.parts import convert
from tests.samples.__main__ import SAMPLES, TODAY

PICTURES = SAMPLES / "pictures"
DPI = 90
WANTED = {
    "summary": ("filled", "统计日"),
    "summary.en": ("english", "As of"),
    "tasks": ("filled", "缓冲天数"),
}
"""Each picture's sample, and words that stand on its page only."""


def main() -> None:
    """Draw all pictures."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for picture, (sample, words) in WANTED.items():
            draw(Path(folder) / picture, sample, words).replace(PICTURES / f"{picture}.png")


def draw(folder: Path, sample: str, words: str) -> Path:
    """Return the first page of a synced sample that says ``words``, as a PNG."""
    folder.mkdir()
    path = folder / f"{sample}.xlsx"
    shutil.copy(SAMPLES / path.name, path)
    list(sync_workbooks([path], today=TODAY))
    pdf = convert(path, "pdf", folder)
    text = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, encoding="utf-8", check=True).stdout
    pages = [" ".join(page.split()) for page in text.split("\f")]
    page = next(number for number, page in enumerate(pages, 1) if words in page)
    subprocess.run(
        ["pdftoppm", "-png", "-singlefile", "-r", str(DPI), "-f", str(page), "-l", str(page), pdf, folder / "page"],
        check=True,
    )
    return folder / "page.png"


if __name__ == "__main__":
    main()
