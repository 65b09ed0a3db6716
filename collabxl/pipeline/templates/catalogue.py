"""The scenarios that come with collabxl, found by what people call them, and scenario files of one's own."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from pydantic import ValidationError

from collabxl.errors import UsageError, missing_file_error, permission_error
from collabxl.pipeline.templates.model import SCENES, Scenario
from collabxl.storage.data_files import resource_path
from collabxl.text import t

_UNKNOWN = ("extra_forbidden", "unexpected_keyword_argument")
ALIKE = 40
"""How alike, per cent, a name must be to be suggested."""


@cache
def scenarios() -> Mapping[str, Scenario]:
    """Return the scenarios that come with collabxl by their slug, in the order of their scenes."""
    loaded = (load_scenario(path) for path in sorted(resource_path("templates", "scenarios").glob("*.toml")))
    scenes = list(SCENES)
    ordered = sorted(loaded, key=lambda scenario: (scenes.index(scenario.scene), scenario.slug))
    return MappingProxyType({scenario.slug: scenario for scenario in ordered})


def find_scenario(name: str) -> Scenario:
    """Return the scenario of that slug or title; UsageError with the nearest names if there is none."""
    from rapidfuzz import fuzz, process

    known = {_plain(word): each for each in scenarios().values() for word in (each.slug, *each.title.both)}
    wanted = _plain(name)
    if wanted in known:
        return known[wanted]
    near = process.extractOne(wanted, list(known), scorer=fuzz.WRatio, score_cutoff=ALIKE)
    if near:
        meant = known[near[0]]
        says = t(
            "没有模板“{name}”，是不是“{near}”（{slug}）？",
            "There is no template “{name}”; did you mean “{near}” ({slug})?",
        )
        raise UsageError(says, name=name, near=meant.title, slug=meant.slug)
    says = t("没有模板“{name}”，可用的有：{known}", "There is no template “{name}”; there are {known}")
    raise UsageError(says, name=name, known=list(scenarios()))


def load_scenario(path: Path) -> Scenario:
    """Return the scenario that a file declares; UsageError names the file, the place and what is wrong there."""
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
        scenario = Scenario.model_validate({"slug": path.stem, **said})
    except FileNotFoundError as error:
        raise missing_file_error(str(path)) from error
    except PermissionError as error:
        raise permission_error(str(path)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        says = t("{path} 不是有效的 TOML：{why}", "{path} is no valid TOML: {why}")
        raise UsageError(says, path=str(path), why=str(error)) from error
    except ValidationError as error:
        raise _scenario_error(path, error) from error
    for why in scenario.contradictions():
        raise UsageError(t("{path}：{why}", "{path}: {why}"), path=str(path), why=why)
    return scenario


def _scenario_error(path: Path, error: ValidationError) -> UsageError:
    first = min(error.errors(), key=lambda each: each["type"] not in _UNKNOWN)  # a key misspelt is missing, too
    where = ".".join(str(step) for step in first["loc"])
    if first["type"] in _UNKNOWN:
        says = t("{path}：不认识 {key}", "{path}: unknown key {key}")
        return UsageError(says, path=str(path), key=where)
    if first["type"] == "missing":
        return UsageError(t("{path}：缺少 {key}", "{path}: {key} is missing"), path=str(path), key=where)
    says = t("{path}：{key} 的值不对（{why}）", "{path}: wrong value for {key} ({why})")
    return UsageError(says, path=str(path), key=where, why=first["msg"].removeprefix("Value error, "))


def _plain(name: str) -> str:
    return "".join(name.split()).casefold().replace("_", "-")
