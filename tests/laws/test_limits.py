"""The limits that a workbook keeps are those of its formulas and of the rules alike."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from collabxl import Limits, Settings, build_workbook, check_workbooks, find_rules, sync_workbooks
from collabxl.formulas import formula_fields
from collabxl.rules.engine.run import stored_limits
from tests.cli.test_cli import run
from tests.laws.computing import differing
from tests.laws.dirty import TODAY, content
from tests.laws.test_twins import _twins

_FIELDS = [f"{{{key}}}" for key in Limits.model_fields]
_DERIVED = [
    f"{{{name}}}"
    for fields in formula_fields.DERIVED.values()
    for name, text in fields.items()
    if any(field in text for field in _FIELDS)
]
BY_LIMITS = [rule for rule in find_rules() if any(field in (rule.formula or "") for field in (*_FIELDS, *_DERIVED))]
"""The rules whose formulas go by a limit."""
SEEDS = range(3)


def chosen(seed: int) -> Limits:
    chance = Random(seed)
    medium = chance.randint(2, 10)
    return Limits(
        due_soon_days=chance.randint(0, 12),
        stale_days=chance.randint(1, 20),
        review_days=chance.randint(1, 40),
        medium_risk=medium,
        high_risk=chance.randint(medium, 25),
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("limits")
    paths = [folder / f"{seed}.xlsx" for seed in SEEDS]
    for seed, path in enumerate(paths):
        project, rows = content(seed + 30, 60, 0)
        build_workbook(path, project=project, rows=rows, today=TODAY, limits=chosen(seed))
    return paths


@pytest.mark.slow
def test_formulas_say_what_rules_find(built: list[Path]) -> None:
    assert len(BY_LIMITS) >= 4
    for rule in BY_LIMITS:
        pairs = [_twins(path, rule) for path in built]
        assert [found for found, _ in pairs] == [said for _, said in pairs], rule.code
        assert any(found for found, _ in pairs), rule.code


def test_a_batch_of_several_limits_finds_what_its_workbooks_do_alone(built: list[Path]) -> None:
    def found(paths: list[Path]) -> list[list[tuple[str, str | None, str]]]:
        outcomes = check_workbooks(paths, today=TODAY, settings=Settings(pack="strict"), jobs=1)
        return [[(each.rule.code, each.cell, each.message("zh")) for each in outcome.findings] for outcome in outcomes]

    assert found(built) == [found([path])[0] for path in built]


def test_a_sync_gives_a_workbook_what_was_chosen_and_nothing_else(built: list[Path], tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(built[0].read_bytes())
    wanted = chosen(0).model_copy(update={"high_risk": 21, "due_soon_days": 9})
    settings = Settings.model_validate({"limits": {"high_risk": 21, "due_soon_days": 9}})
    (synced,) = sync_workbooks([path], today=TODAY, settings=settings, jobs=1)
    assert synced.outcome.error is None
    (after,) = check_workbooks([path], today=TODAY, jobs=1)
    assert after.reading is not None
    assert stored_limits(after.reading) == wanted
    assert [each.state for each in sync_workbooks([path], today=TODAY, jobs=1)] == ["unchanged"]
    assert differing([path], tmp_path / "computed") == {}


def test_a_check_with_others_says_so_and_goes_by_the_workbooks(built: list[Path], tmp_path: Path) -> None:
    config = tmp_path / "other.toml"
    config.write_text("[limits]\nhigh_risk = 25\n", encoding="utf-8")
    words = ["--lang", "en", "check", str(built[0]), "--today", TODAY.isoformat(), "--format", "csv"]
    usual, told = run(*words), run(*words, "--config", str(config))
    assert told.stdout == usual.stdout
    assert usual.stdout.count("\n") > 50
    assert "limits" not in usual.stderr
    assert f"high_risk = {chosen(0).high_risk}" in told.stderr
