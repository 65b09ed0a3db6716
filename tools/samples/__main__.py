"""Make the sample workbooks and, beside each, the findings it is to have: ``python -m tools.samples``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from collabxl import Settings, build_workbook, check_workbooks
from collabxl.formulas import layout
from collabxl.ooxml import a1
from collabxl.ooxml.package import Package
from collabxl.ooxml.workbook_part import WorkbookPart
from collabxl.rules.engine.rule import Pack
from collabxl.schema.columns import Column
from collabxl.schema.sheets import Minutes
from tools.samples import english, payment, spoilt, typed

SAMPLES = Path(__file__).parents[2] / "samples"
TODAY = dt.date(2024, 8, 1)


def expected(path: Path) -> Path:
    """Return where a sample's findings are listed."""
    return path.with_suffix(".findings.txt")


def pack(path: Path) -> Pack:
    """Return the pack a sample's findings are listed of."""
    return "strict" if path.stem.startswith("rollout") else "standard"


def found(path: Path) -> str:
    """Return a sample's findings as the list beside it has them: one line a finding, its place and its code."""
    (outcome,) = check_workbooks([path], today=TODAY, settings=Settings(pack=pack(path)))
    lines = (f"{finding.sheet_title or '-'}!{finding.cell or '-'} {finding.rule.code}" for finding in outcome.findings)
    return "".join(f"{line}\n" for line in lines)


def _paste_over(path: Path, column: Column, rows: int) -> None:
    """Take the drop-down away from the first rows of a column, as pasting cells from elsewhere does."""
    package = Package(path.read_bytes())
    tab = next(tab for tab in WorkbookPart(package).sheets if tab.title == column.sheet.meta.title.zh)
    assert tab.part is not None
    at = a1.column_letters(layout.column_number(column))
    whole, rest = (
        f'sqref="{at}{row}:{at}{layout.last_row(column.sheet)}"><formula1>'
        for row in (layout.FIRST, layout.FIRST + rows)
    )
    xml = package.read(tab.part)
    assert whole.encode() in xml
    package.put(tab.part, xml.replace(whole.encode(), rest.encode()))
    path.write_bytes(package.save())


def main() -> None:
    """Write all samples."""
    typed.seed(SAMPLES / "seed.xlsx")
    typed.messy(SAMPLES / "messy.xlsx")
    typed.launch_typed(SAMPLES / "rollout-typed.xlsx")
    built = [
        ("clean", payment.PROJECT, payment.clean()),
        ("filled", payment.PROJECT, payment.faulty()),
        ("rollout", spoilt.project(), spoilt.rows()),
    ]
    for name, project, rows in built:
        build_workbook(
            SAMPLES / f"{name}.xlsx", project=project, rows=rows, today=TODAY, identity=f"sample-{name}", force=True
        )
    _paste_over(SAMPLES / "filled.xlsx", Minutes.kind, rows=3)
    build_workbook(
        SAMPLES / "english.xlsx",
        project=english.PROJECT,
        rows=english.rows(),
        lang="en",
        today=TODAY,
        identity="sample-english",
        force=True,
    )
    for path in sorted(SAMPLES.glob("*.xlsx")):
        expected(path).write_text(found(path), encoding="utf-8")


if __name__ == "__main__":
    main()
