"""A document as PDF: the Word file, printed by LibreOffice where that is installed."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from collabxl.errors import UsageError
from collabxl.reports.documents.blocks import Document
from collabxl.reports.documents.docx import docx
from collabxl.text import t

PATIENCE = 180
"""Seconds that one document may take; the first start of LibreOffice is slow."""
_NAMES = ("soffice", "libreoffice")
_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"%ProgramFiles%\LibreOffice\program\soffice.com",
    r"%ProgramFiles(x86)%\LibreOffice\program\soffice.com",
)
"""Where LibreOffice lies on macOS and Windows without being on the PATH."""
_AS = 'pdf:writer_pdf_Export:{"UseTaggedPDF":{"type":"boolean","value":"true"}}'
"""With tags, by which a reader aloud finds headings, tables and the words for pictures."""
_EACH_TIME = (
    (re.compile(rb"(?<=/CreationDate\(D:)\d{14}"), b"19800101000000"),
    (re.compile(rb"(?<=<)[0-9A-F]{32}(?=>)"), b"0" * 32),
    (re.compile(rb"(?<=/DocChecksum /)[0-9A-F]{32}"), b"0" * 32),
)
"""The time, the two identifiers and the checksum of a PDF, and what they are replaced by."""
_NOT_INSTALLED = t(
    "写成 PDF 需要 LibreOffice，这里没有找到。请安装它，或用 {--format} docx，再在 Word、WPS 里另存为 PDF",
    "PDF takes LibreOffice, which was not found here. Install it, or use {--format} docx and save that "
    "as PDF in Word or "
    "WPS",
)
_FAILED = t(
    "LibreOffice 没有写出 PDF（{why}）。请确认装了它的 Writer，或用 {--format} docx",
    "LibreOffice wrote no PDF ({why}). Make sure that its Writer is installed, or use {--format} docx",
)
_SLOW = t("等了 {seconds} 秒", "waited for {seconds} seconds")


def pdf(document: Document, template: Path | None = None) -> bytes:
    """Return a document as PDF; UsageError without LibreOffice, or if it fails."""
    program = office()
    content = docx(document, template)
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        source = Path(folder, "document.docx")
        source.write_bytes(content)
        profile = Path(folder, "profile").as_uri()
        command = [program, f"-env:UserInstallation={profile}", "--headless", "--norestore", "--convert-to", _AS]
        try:
            said = _run([*command, "--outdir", folder, str(source)])
        except subprocess.TimeoutExpired as error:
            raise UsageError(_FAILED, why=_SLOW.fill(document.lang, {"seconds": PATIENCE})) from error
        except OSError as error:
            raise UsageError(_FAILED, why=error.strerror or str(error)) from error
        made = source.with_suffix(".pdf")
        if not made.exists():
            raise UsageError(_FAILED, why=said)
        return _strip_dates(made.read_bytes())


def _run(command: list[str]) -> str:
    """Run LibreOffice and return its last word; it is ended with all that it started if it takes too long.

    On Windows only the program itself is ended, as there is no group of processes to end.
    """
    alone = os.name == "posix"
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=alone) as running:
        try:
            told = b"\n".join(running.communicate(timeout=PATIENCE)).decode("utf-8", "replace").split("\n")
        except BaseException:
            if alone:
                os.killpg(running.pid, signal.SIGKILL)
            running.kill()
            raise
    return next((line.strip() for line in reversed(told) if line.strip()), str(running.returncode))


def _strip_dates(content: bytes) -> bytes:
    """Return a PDF without what differs each time it is made; every byte keeps its place."""
    for pattern, plain in _EACH_TIME:
        content = pattern.sub(plain, content)
    return content


@cache
def office() -> str:
    """Return the program of LibreOffice; UsageError if there is none."""
    named = (shutil.which(name) for name in _NAMES)
    placed = (place for place in map(os.path.expandvars, _PLACES) if Path(place).is_file())
    found = next(filter(None, (*named, *placed)), None)
    if found is None:
        raise UsageError(_NOT_INSTALLED)
    return found
