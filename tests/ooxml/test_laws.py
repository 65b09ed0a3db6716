"""What holds for every workbook: ours, bent ones, mutants and the corpus of foreign ones."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from collabxl import PackageError
from collabxl.ooxml import lint
from collabxl.ooxml.import_sheet import import_sheet
from collabxl.ooxml.package import Package
from collabxl.ooxml.workbook_part import WorkbookPart
from collabxl.ooxml.zip import RawZip
from tests.ooxml.workbooks import MARKER, SHAPES, VARIANTS, donor, pack, put, strict, unpack, workbook
from tests.parts import CORPUS, convert, pictures, sdk_errors

BASE = workbook("任务", "风险", active=1)
DONOR = donor()
UNREADABLE_BY_CALAMINE = {
    "UTF-16 workbook",
    "UTF-16 styles without BOM",
    "UTF-16 types and relationships",
    "parts elsewhere",
}


def checked(source: bytes, at: int | None = None) -> tuple[bytes, str]:
    """Return the workbook with 汇总 in it and the title it got, after the lint and the laws of writing."""
    package = Package(source)
    title = import_sheet(WorkbookPart(package), DONOR, title="汇总", at=at, marker=MARKER)
    changes, result = package.changes(), package.save()
    lint.check(package, result, [title])
    before, after = RawZip(source), RawZip(result)
    kept = [name for name in before.entries if name not in changes.changed]
    assert changes.dropped == ()
    assert list(after.entries)[: len(before.entries)] == list(before.entries)
    assert all(after.raw(name) == before.raw(name) for name in kept)
    assert put(result, DONOR) == result, "a second put changed something"
    return result, title


READ = """
import json, sys
from python_calamine import CalamineWorkbook
for line in sys.stdin:
    book = CalamineWorkbook.from_path(line.strip())
    sheets = [(name, str(book.get_sheet_by_name(name).to_python())) for name in book.sheet_names]
    print(json.dumps(sheets), flush=True)
"""


class Calamine:
    """Calamine in a process of its own, since some workbooks abort the interpreter."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[str] | None = None

    def values(self, path: Path) -> list[list[str]] | None:
        """Return (sheet, values) pairs, None where calamine cannot read the file."""
        if self.process is None or self.process.poll() is not None:
            command = [sys.executable, "-c", READ]
            pipe = subprocess.PIPE
            self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True)
        self.process.stdin.write(f"{path}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            self.process.wait()
            return None
        return json.loads(line)


@pytest.fixture(scope="module")
def calamine():
    reader = Calamine()
    yield reader
    if reader.process is not None:
        reader.process.communicate()


def same_values(calamine: Calamine, folder: Path, source: bytes, result: bytes, title: str) -> bool:
    """Return whether calamine could read the source; assert that its sheets say the same in the result."""
    paths = folder / "before.xlsx", folder / "after.xlsx"
    for path, content in zip(paths, (source, result), strict=True):
        path.write_bytes(content)
    before = calamine.values(paths[0])
    if before is None:
        return False
    after = calamine.values(paths[1])
    assert after is not None, "calamine can no longer read it"
    assert [sheet for sheet in after if sheet[0] != title] == before
    return True


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("at", [None, 0])
def test_every_variant_keeps_the_laws(variant, at, calamine, tmp_path):
    source = VARIANTS[variant](BASE)
    result, title = checked(source, at)
    assert same_values(calamine, tmp_path, source, result, title) == (variant not in UNREADABLE_BY_CALAMINE)


def new_errors(before: Path, after: Path) -> set[str]:
    """Return what the validator says against a result that it does not say against its source."""
    errors = set(sdk_errors(after))
    return errors - set(sdk_errors(before)) if errors else errors


@pytest.mark.parametrize("variant", [*SHAPES, "saved by openpyxl"])
def test_the_validator_finds_nothing_new(variant, tmp_path):
    before, after = tmp_path / "before.xlsx", tmp_path / "after.xlsx"
    before.write_bytes(VARIANTS[variant](BASE))
    after.write_bytes(put(before.read_bytes(), DONOR, at=0))
    assert not new_errors(before, after)


def test_the_same_input_gives_the_same_bytes():
    assert put(BASE, DONOR) == put(BASE, DONOR)
    assert put(BASE, DONOR) != put(BASE, donor("other", formulas=False))


@pytest.mark.parametrize("variant", ["as XlsxWriter writes", "prefixed elements", "strict"])
def test_libreoffice_shows_the_sheet_as_the_donor_painted_it(variant, tmp_path):
    """The first page is the same picture, pixel by pixel, as that of the donor printed alone."""
    (tmp_path / "ours.xlsx").write_bytes(put(VARIANTS[variant](BASE), DONOR, at=0))
    (tmp_path / "donor.xlsx").write_bytes(pack(strict(unpack(DONOR))) if variant == "strict" else DONOR)
    ours, alone = (pictures(tmp_path / name, tmp_path / "pages")[0] for name in ("ours.xlsx", "donor.xlsx"))
    assert ours.read_bytes() == alone.read_bytes()


def test_a_sheet_that_libreoffice_saved_is_still_ours(tmp_path):
    (tmp_path / "ours.xlsx").write_bytes(put(BASE, DONOR, at=0))
    saved = convert(tmp_path / "ours.xlsx", "xlsx:Calc MS Excel 2007 XML", tmp_path / "saved").read_bytes()
    result = put(saved, DONOR)
    assert [tab.title for tab in WorkbookPart(Package(result)).sheets] == ["汇总", "任务", "风险"]
    assert put(result, DONOR) == result


SEEDS = ("as XlsxWriter writes", "prefixed elements", "UTF-16 workbook", "zip64 extras", "streamed", "types by Default")
VALUES = [
    b"-1",
    b"0",
    b"99999999999",
    b"4294967295",
    b"x",
    b"",
    b"1e5",
    b" 7 ",
    b"NaN",
    b"\xe6\xb1\x87",
    b"../..",
    b"#",
    b"/",
]


def flipped(content: bytes, dice: random.Random) -> bytes:
    """Return bytes with some of them changed, cut out or put in twice."""
    mutant = bytearray(content)
    for _ in range(dice.choice([1, 1, 3, 20])):
        at, size = dice.randrange(len(mutant) + 1), dice.choice([1, 2, 4, 40])
        match dice.randrange(3):
            case 0:
                mutant[at : at + 1] = dice.randbytes(1)
            case 1:
                del mutant[at : at + size]
            case _:
                mutant[at:at] = mutant[at : at + size] or dice.randbytes(size)
    return bytes(mutant)


def reworded(content: bytes, dice: random.Random) -> bytes:
    """Return XML with one attribute, tag or element that says something else, is gone or stands twice."""
    pattern, by = dice.choice(
        [
            (rb'(?<=")[^"]*(?=")', lambda _: dice.choice(VALUES)),
            (rb' [\w:]+="[^"]*"', lambda _: b""),
            (rb"<[^>]+>", lambda _: b""),
            (rb"<\w[^>]*/>", lambda found: found[0] * dice.choice([0, 2])),
            (rb'(?<=")[^"]*(?=")', lambda _: dice.choice(re.findall(rb'(?<=")[^"]*(?=")', content))),
        ]
    )
    found = list(re.finditer(pattern, content))
    if not found:
        return flipped(content, dice)
    one = dice.choice(found)
    return content[: one.start()] + by(one) + content[one.end() :]


HOT = r"types|rels|workbook|styles|sheet3"


def mutant(source: bytes, dice: random.Random, hot: str = HOT) -> bytes:
    """Return a workbook broken in its container or in one or two of its parts."""
    way = dice.randrange(6)
    if way == 0:
        return flipped(source, dice)
    if way == 1:
        return source[:-2000] + flipped(source[-2000:], dice)
    parts = unpack(source)
    names = [name for name in parts if re.search(hot, name, re.IGNORECASE)]
    for name in dice.sample(names, dice.choice([1, 1, 2])):
        parts[name] = dice.choice([flipped, reworded, reworded])(parts[name], dice)
    return pack(parts)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_whatever_comes_in_only_a_refusal_comes_out(seed):
    dice = random.Random(seed)
    sources = [VARIANTS[name](BASE) for name in SEEDS]
    sources += [put(source, DONOR) for source in sources]
    refused = 0
    for _ in range(60):
        try:
            checked(mutant(dice.choice(sources), dice), dice.choice([None, 0, 1]))
        except PackageError as refusal:
            refused += 1
            assert refusal.code
            assert refusal.say("zh") != refusal.say("en")
            assert "{" not in refusal.say("zh")
    assert 0 < refused < 60


def foreign() -> list[Path]:
    """Return the corpus's workbooks of the new format that are not made to abort calamine."""
    files = sorted((CORPUS / "files").glob("*.xls[xm]")) if CORPUS.exists() else []
    return [path for path in files if not path.name.startswith("calamine_signal")]


needs_corpus = pytest.mark.skipif(not foreign(), reason=f"the corpus of foreign workbooks is not at {CORPUS}")


@pytest.mark.slow
@needs_corpus
def test_foreign_workbooks_keep_the_laws(calamine, tmp_path):
    codes, broken, read = {}, {}, 0
    for number, path in enumerate(foreign()):
        source = path.read_bytes()
        try:
            result, title = checked(source, 0 if number % 2 else None)
            read += same_values(calamine, tmp_path, source, result, title)
        except PackageError as refusal:
            codes.setdefault(refusal.code, []).append(path.name)
        except AssertionError as error:
            broken[path.name] = str(error)
    assert broken == {}
    refused = sum(map(len, codes.values()))
    assert refused < len(foreign()) * 0.03, codes
    assert read > len(foreign()) * 0.95


@needs_corpus
@pytest.mark.parametrize("path", foreign()[::60], ids=lambda path: path.name)
def test_the_validator_finds_nothing_new_in_foreign_workbooks(path, tmp_path):
    try:
        result = put(path.read_bytes(), DONOR)
    except PackageError as refusal:
        pytest.skip(f"refused: {refusal.code}")
    after = tmp_path / path.name
    after.write_bytes(result)
    assert not new_errors(path, after)


def test_a_mutant_that_aborts_calamine_is_refused_or_edited():
    files = sorted((CORPUS / "files").glob("calamine_signal*")) if CORPUS.exists() else []
    for path in files:
        try:
            checked(path.read_bytes())
        except PackageError as refusal:
            assert refusal.code
    if not files:
        pytest.skip(f"the corpus of foreign workbooks is not at {CORPUS}")
