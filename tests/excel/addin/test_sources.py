"""What holds for every line of VBA and of the ribbon, before anything is built from them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree

from collabxl.excel import live
from collabxl.excel.live.messages import all_sentences
from tests.excel.addin.macros import HERE, MACROS, RIBBON_XML, SOURCES, keys_in_vba
from tests.parts import vba_faults

CONTROLS = [node for node in etree.parse(RIBBON_XML).iter("{*}*") if isinstance(node.tag, str)]
PYTHON = "".join(path.read_text(encoding="utf-8") for path in Path(live.__file__).parents[2].rglob("*.py"))
SIGNATURES = {
    "getLabel": "(control As IRibbonControl, ByRef label)",
    "getScreentip": "(control As IRibbonControl, ByRef label)",
    "getSupertip": "(control As IRibbonControl, ByRef tip)",
    "onAction": "(control As IRibbonControl)",
}
OUTSIDE = re.compile(
    r"\b(ActiveWorkbook|Application|CreateObject|Dir|Environ|FileDateTime|FreeFile|Kill|MkDir|MsgBox|Now|Open|Rnd|Shell)\b"
)


@pytest.mark.parametrize("name", SOURCES)
def test_a_module_is_ascii_declares_its_variables_and_starts_by_itself_never(name: str) -> None:
    source = SOURCES[name]
    assert source.isascii()
    assert source.startswith("Option Explicit\n")
    assert not re.search(r"^\s*(Public |Private )?Declare\b", source, re.MULTILINE)
    assert not re.search(r"\bAuto_?(Open|Exec|Close)\b|\bWorkbook_", source, re.IGNORECASE)


@pytest.mark.parametrize("name", [name for name in SOURCES if name != "CxHost"])
def test_only_the_host_touches_the_world_outside(name: str) -> None:
    code = re.sub(r'"[^"]*"', "", re.sub(r"^\s*'.*$", "", SOURCES[name], flags=re.MULTILINE))
    assert not OUTSIDE.search(code)


def test_vbalidator_knows_every_name_and_would_not_know_a_wrong_one(tmp_path: Path) -> None:
    assert vba_faults(MACROS, tmp_path / "report.json") == []
    for name, source in SOURCES.items():
        (tmp_path / f"{name}.bas").write_text(source.replace("CxForget running", "CxForgot running"), encoding="ascii")
    (fault,) = vba_faults(tmp_path, tmp_path / "report.json")
    assert "CxForgot" in fault


def test_every_callback_of_the_ribbon_is_a_public_sub_with_its_signature() -> None:
    called = {(kind, node.get(kind)) for node in CONTROLS for kind in SIGNATURES if node.get(kind)}
    assert len(called) == 5
    for kind, name in called:
        assert f"Public Sub {name}{SIGNATURES[kind]}\n" in SOURCES["CxRibbon"]
    told = {name for node in CONTROLS for name in node.attrib if re.match(r"get|on[A-Z]|load", str(name))}
    assert told == set(SIGNATURES)


def test_every_control_has_an_id_of_its_own_and_borrows_only_pictures_that_office_has() -> None:
    ids = [node.get("id") for node in CONTROLS if node.get("id")]
    assert len(ids) == len(set(ids)) == 17
    known = set((HERE / "ribbon_ids.txt").read_text(encoding="utf-8").split("\n"))
    borrowed = {value for node in CONTROLS for name, value in node.attrib.items() if str(name).endswith("Mso")}
    assert borrowed
    assert borrowed <= known


def test_every_word_that_vba_and_ribbon_ask_for_is_there_in_both_languages_and_no_other() -> None:
    tags = {str(node.get("tag")) for node in CONTROLS if node.get("tag")}
    tips = {f"tip.{node.get('tag').partition('.')[2]}" for node in CONTROLS if node.get("getSupertip")}
    folders = {f"ask.{verb}" for verb in ("split", "merge")}
    said = all_sentences()
    for key, text in said.items():
        assert text.zh, key
        assert text.en, key
        assert {int(field) for field in text.fields()} <= set(range(4)), key
        assert text.to("zh").count("{") == text.to("en").count("{") == len(text.fields()), key
    assert len(keys_in_vba()) > 10
    assert said.keys() == tags | tips | folders | keys_in_vba() | {key for key in said if f'"{key}"' in PYTHON}
