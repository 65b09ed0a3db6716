"""Draw the pictures of all sheets and documents of the samples, in both languages: ``python -m tools.pictures``."""

from __future__ import annotations

import shutil
import struct
import subprocess
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from collabxl import Lang, sync_workbooks
from collabxl.pipeline.documents import materials_of
from collabxl.reports.documents.docx import docx
from collabxl.reports.documents.kinds import KINDS, render_document
from collabxl.schema.columns import Sheet
from collabxl.schema.sheets import Guide, Minutes, Progress, Project, Risks, Schedule, Summary, Tasks
from tests.parts import convert
from tools.samples.__main__ import SAMPLES, TODAY

PICTURES = SAMPLES.parent / "docs" / "pictures"
DOCUMENTS = SAMPLES.parent / "docs" / "pictures"
DPI, SMALL = 120, 72
PAGES = {"schedule": 2}
"""The page of a document that is drawn, unless it is the first."""
SHEETS = (Guide, Project, Tasks, Progress, Minutes, Risks, Schedule)
SOURCES: dict[Lang, str] = {"zh": "filled", "en": "english"}
Pixels = NDArray[np.uint8]
_STEP, _BASE = 5, np.array([64 * 64, 64, 1])
"""Shades nearer than a step count as one."""


def main() -> None:
    """Draw all pictures."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for lang, sample in SOURCES.items():
            pdf = printed(Path(folder), sample)
            for sheet, page in first_pages(pdf, lang):
                name = f"{sheet.meta.key}.png" if lang == "zh" else f"{sheet.meta.key}.{lang}.png"
                (PICTURES / name).write_bytes(png(drawn(pdf, page)))
            draw_documents(Path(folder), sample, lang)


def printed(folder: Path, sample: str) -> Path:
    """Return a synced sample as it is printed."""
    path = folder / f"{sample}.xlsx"
    shutil.copy(SAMPLES / path.name, path)
    list(sync_workbooks([path], today=TODAY))
    return convert(path, "pdf", folder)


def draw_documents(folder: Path, sample: str, lang: Lang) -> None:
    """Draw a page of every document of a sample."""
    (seen,) = materials_of([SAMPLES / f"{sample}.xlsx"], today=TODAY)
    assert seen.material is not None
    for kind in KINDS:
        path = folder / f"{kind}.docx"
        path.write_bytes(docx(render_document(kind, seen.material)))
        page = drawn(convert(path, "pdf", folder), PAGES.get(kind, 1), SMALL)
        (DOCUMENTS / (f"report-{kind}.png" if lang == "zh" else f"report-{kind}.{lang}.png")).write_bytes(png(page))


def first_pages(pdf: Path, lang: Lang) -> Iterator[tuple[type[Sheet], int]]:
    """Yield each sheet with its first page: the one that its title begins; the summary follows the guide."""
    command = ["pdftotext", pdf, "-"]
    text = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True).stdout
    begins = [page.strip().split("\n")[0] for page in text.split("\f")]
    for sheet in SHEETS:
        page = begins.index(sheet.meta.title.to(lang)) + 1
        yield sheet, page
        if sheet is Guide:
            yield Summary, page + 1


def drawn(pdf: Path, page: int, dpi: int = DPI) -> Pixels:
    """Return one page as rows of red, green and blue."""
    command = ["pdftoppm", "-r", str(dpi), "-f", str(page), "-l", str(page), pdf]
    raw = subprocess.run(command, capture_output=True, check=True).stdout
    _, size, _, pixels = raw.split(b"\n", 3)
    width, height = map(int, size.split())
    return np.frombuffer(pixels, np.uint8).reshape(height, width, 3)


def png(pixels: Pixels) -> bytes:
    """Return a picture as a PNG of the 256 colours it has most of; others become the nearest of these."""
    codes = (pixels.astype(np.int64) + _STEP // 2) // _STEP @ _BASE
    found, places, counts = np.unique(codes, return_inverse=True, return_counts=True)
    colours = np.minimum(found[:, None] // _BASE % 64 * _STEP, 255)
    kept = np.argsort(-counts)[:256]
    nearest = ((colours[:, None, :] - colours[None, kept, :]) ** 2).sum(axis=2).argmin(axis=1)
    indexed = nearest[places].reshape(pixels.shape[:2]).astype(np.uint8)
    rows = b"".join(b"\0" + row.tobytes() for row in indexed)
    height, width = indexed.shape
    head = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = ((b"IHDR", head), (b"PLTE", colours[kept].astype(np.uint8).tobytes()), (b"IDAT", zlib.compress(rows, 9)))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in (*parts, (b"IEND", b"")))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


if __name__ == "__main__":
    main()
