"""Reports made in tests: the samples and a few workbooks that have what the samples lack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from collabxl import Lang, Outcome, Settings, check_workbooks
from collabxl.reports.formats import ReportRun, blocks
from tests.tables import example, saved
from tools.samples.__main__ import SAMPLES, TODAY

WAIVED = """
tasks
| id   | name | owner | department | due        | priority | status |
| T001 | A    | 张三  | 市场部     | 2024-07-01 | high     | done   |
| T002 | B    | 张三  | 市场部     | 2024-07-01 | high     | 怪     |

waivers
| rule  | id   | reason   | approver | until      |
| DL401 | T002 | 客户同意 | 王总     | 2024-08-31 |
| CV102 |      | 暂时这样 |          | 2024-08-31 |
"""


def sampled(folder: Path) -> tuple[Outcome, ...]:
    """Return the outcomes of all samples, of a workbook with waivers, of a missing file and of a broken one."""
    waived = saved(example(WAIVED), folder / "豁免 & #1.xlsx")
    broken = folder / "broken.xlsx"
    broken.write_bytes(Path(SAMPLES / "seed.xlsx").read_bytes()[:1000])
    paths = [*sorted(SAMPLES.glob("*.xlsx")), waived, folder / "no.xlsx", broken]
    return tuple(check_workbooks(paths, today=TODAY, settings=Settings(pack="strict")))


def written(form: str, outcomes: Sequence[Outcome], path: Path, lang: Lang = "zh", fail_on: str = "error") -> Path:
    """Return a report as a file."""
    run = ReportRun(lang, TODAY, "0.0.0", fail_on, path)
    path.write_bytes(b"".join(blocks(form, iter(outcomes), run)))
    return path


def poisoned(outcome: Outcome, payload: str) -> Outcome:
    """Return an outcome that says the payload wherever a workbook can say anything."""
    findings = tuple(
        each._replace(
            sheet_title=payload, id=payload, header=payload, value=payload, args=_poisoned(each.args, payload)
        )
        for each in outcome.findings
    )
    return replace(outcome, path=payload, project=payload, findings=findings)


def _poisoned(args: Mapping[str, Any], payload: str) -> dict[str, Any]:
    return {name: payload if isinstance(value, str) else value for name, value in args.items()}
