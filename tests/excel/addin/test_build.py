"""The built add-in: the same bytes every time, and judged by every reader of such files that we have."""

from __future__ import annotations

from pathlib import Path

import pytest
from oletools.mraptor import MacroRaptor
from oletools.olevba import VBA_Parser
from pyopenvba import check_file

from collabxl.excel.addin.build import build
from collabxl.excel.addin.install import bundled_addin, parts_of
from collabxl.excel.addin.locations import ADDIN
from collabxl.excel.addin.stamp import Stamp, read_stamp, write_stamp
from tests.excel.addin.macros import SOURCES
from tests.parts import sdk_errors

STAMP = Stamp(r"C:\Users\张三\collabxlw.exe", r"%LOCALAPPDATA%\collabxl\jobs", "0.1.0", "zh")


@pytest.fixture(scope="module")
def addin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("addin") / ADDIN
    path.write_bytes(write_stamp(bundled_addin(), STAMP))
    return path


def test_what_is_shipped_is_what_the_sources_give_and_they_give_the_same_again() -> None:
    built = build()
    assert built == build()
    assert parts_of(built) == parts_of(bundled_addin())  # if not: make addin


def test_a_stamp_is_read_back_and_changes_nothing_else(addin: Path) -> None:
    content = addin.read_bytes()
    assert read_stamp(content) == STAMP
    assert read_stamp(bundled_addin()) == Stamp()
    assert write_stamp(content, STAMP) == content


def test_the_sdk_validator_finds_nothing(addin: Path) -> None:
    assert sdk_errors(addin) == []


def test_pyopenvba_finds_nothing(addin: Path) -> None:
    report = check_file(addin)
    assert report.complete
    assert not report.issues


def test_olevba_reads_the_very_sources_and_mraptor_sees_nothing_that_starts_by_itself(addin: Path) -> None:
    parser = VBA_Parser(str(addin))
    read = {name.removesuffix(".bas"): code for _, _, name, code in parser.extract_macros()}
    parser.close()
    for name, source in SOURCES.items():
        assert source.strip() in read[name].replace("\r\n", "\n")
    raptor = MacroRaptor("\n".join(read.values()))
    raptor.scan()
    assert not raptor.autoexec
    assert not raptor.suspicious
