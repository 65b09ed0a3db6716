"""``report letter`` and its like as people type them: where they write, what they never write over, how they end."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pypdf
import pytest
from click.exceptions import Exit

from collabxl import CollabxlError, split
from collabxl.cli.main import cli
from collabxl.cli.report.group import KINDS as REPORTS
from collabxl.reports.documents.kinds import KINDS
from collabxl.reports.documents.pdf import pdf as pdf_of
from tests.cli.test_report import run
from tests.parts import require
from tests.reports.documents.made import sample
from tools.samples.__main__ import SAMPLES, TODAY


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    return Path(shutil.copy(SAMPLES / "english.xlsx", tmp_path / "campaign.xlsx"))


def asked(*words: str | Path, lang: str = "en") -> int:
    """Return the exit code of a command that runs in this process; errors of usage are raised."""
    try:
        code = cli.main(["--lang", lang, "report", *map(str, words), "--today", "2024-08-01"], standalone_mode=False)
    except Exit as leave:
        return leave.exit_code
    return int(code or 0)


def test_every_kind_is_a_report() -> None:
    assert list(REPORTS)[: len(KINDS)] == list(KINDS)


@pytest.mark.slow
def test_it_lies_beside_the_workbook_and_is_not_written_over(
    workbook: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = workbook.read_bytes()
    done = run("report", "letter", workbook)
    letter = workbook.with_name("campaign_Confirmation of joint goals.docx")
    assert (done.returncode, done.stdout) == (0, f"{letter} written\n")
    assert asked("letter", workbook) == 0 and f"{letter} is up to date already\n" in capsys.readouterr().out
    letter.write_bytes(b"filled in by hand")
    assert asked("letter", workbook) == 3 and "--force" in capsys.readouterr().err
    assert letter.read_bytes() == b"filled in by hand"
    assert asked("letter", workbook, "--force") == 0
    assert letter.read_bytes().startswith(b"PK") and workbook.read_bytes() == before


@pytest.mark.slow
def test_a_folder_takes_one_file_a_workbook_and_what_cannot_be_read_is_told(workbook: Path, tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    shutil.copy(SAMPLES / "english.xlsx", tmp_path / "b" / "campaign.xlsx")
    shutil.copy(SAMPLES / "seed.xlsx", tmp_path / "b" / "种子.xlsx")
    (tmp_path / "broken.xlsx").write_bytes(b"PK")
    folder = tmp_path / "out"
    paths = (workbook, tmp_path / "b", tmp_path / "broken.xlsx", workbook)
    done = run("report", "status", *paths, "--output", folder, "--format", "html", "--from", "2024-07-01", lang="zh")
    assert done.returncode == 3 and "broken.xlsx" in done.stderr and "Traceback" not in done.stderr
    names = ["campaign_Status report (2).html", "campaign_Status report.html", "种子_项目周报.html"]
    assert sorted(path.name for path in folder.iterdir()) == names
    page = (folder / names[-1]).read_text(encoding="utf-8")
    assert "本期 2024-07-01 至 2024-08-01" in page and "data:image/png;base64," in page


@pytest.mark.slow
def test_wrong_words_are_refused_before_anything_is_written(workbook: Path, tmp_path: Path) -> None:
    template = tmp_path / "template.docx"
    template.write_bytes(b"no Word file")
    wrong: list[tuple[str, list[str | Path]]] = [
        (".docx", ["--output", tmp_path / "letter.doc"]),
        ("disagree", ["--output", tmp_path / "letter.pdf", "--format", "html"]),
        ("docx and pdf only", ["--output", tmp_path / "letter.html", "--template", template]),
        ("no Word document", ["--template", template]),
        ("a folder", [SAMPLES / "seed.xlsx", "--output", tmp_path / "letter.docx"]),
        ("not on this machine", ["s3://bucket/a.xlsx"]),
    ]
    for says, words in wrong:
        with pytest.raises(CollabxlError, match=says):
            asked("letter", workbook, *words)
    with pytest.raises(CollabxlError, match="other way round"):
        asked("risk", workbook, "--from", "2024-08-01", "--to", "2024-07-01")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["campaign.xlsx", "template.docx"]
    done = run("report", "letter", workbook, "--template", template)
    assert done.returncode == 2 and "no Word document" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.slow
def test_a_departments_copy_makes_no_document(
    workbook: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copies = split(workbook, tmp_path / "copies", today=TODAY).copies
    assert asked("letter", copies[0].path, "--output", tmp_path / "letter.docx") == 3
    assert "Name its master" in capsys.readouterr().err and not (tmp_path / "letter.docx").exists()


def test_pdf_by_libreoffice_is_tagged_named_and_the_same_each_time(workbook: Path, tmp_path: Path) -> None:
    require(shutil.which("lowriter"), "LibreOffice Writer")
    target = tmp_path / "letter.pdf"
    assert run("report", "letter", workbook, "--output", target).returncode == 0
    assert pdf_of(sample("english", "letter")) == target.read_bytes()
    pdf = pypdf.PdfReader(target)
    assert pdf.metadata is not None and pdf.metadata.title == "Confirmation of joint goals"
    root = pdf.root_object
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"].startswith("en")
    assert "5,000 new customers" in pdf.pages[0].extract_text() and len(pdf.pages) == 2


@pytest.mark.slow
def test_without_libreoffice_pdf_is_refused_with_a_way_out(workbook: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PATH": str(tmp_path), "COLLABXL_LANG": "en", "COLLABXL_TODAY": "2024-08-01"}
    words = ["report", "letter", str(workbook), "--format", "pdf"]
    done = subprocess.run(
        [sys.executable, "-m", "collabxl", *words], capture_output=True, text=True, encoding="utf-8", env=environment
    )
    assert done.returncode == 2 and "--format docx" in done.stderr and "Traceback" not in done.stderr


def test_help_of_documents_loads_neither_pandas_nor_docx() -> None:
    code = (
        "import sys; from collabxl.cli import main\n"
        "sys.argv = ['collabxl', 'report', 'risk', '--help']\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code\n"
        "assert not {'pandas', 'lxml', 'numpy', 'docx', 'docxtpl', 'matplotlib', 'jinja2'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=60)


@pytest.mark.slow
def test_without_the_extra_it_says_what_to_install(workbook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "docxtpl", None)
    with pytest.raises(CollabxlError, match=r"collabxl\[docs\]"):
        asked("letter", workbook)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(CollabxlError, match=r"collabxl\[docs\]"):
        asked("status", workbook, "--format", "html")
    assert asked("letter", workbook, "--format", "html") == 0
