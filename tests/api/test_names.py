"""The names that scripts rely on: listed, typed, documented, cheap, and refused where there is none such."""

from __future__ import annotations

import ast
import inspect
import pkgutil
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import collabxl
from collabxl import Lang, api
from collabxl.text import LANGS

ROOT = Path(__file__).parents[2]
VERBS = {name: getattr(api, name) for name in api.__all__ if inspect.isfunction(getattr(api, name))}
ELSEWHERE = {"Any", "Iterable", "Iterator", "Literal", "Mapping", "Path", "Sequence", "DataFrame", "None"}
"""Words of annotations that are Python's or pandas' own."""
RIGHT = """
import datetime as dt
from pathlib import Path

import collabxl
from collabxl import LedgerEntry, Outcome, Settings, UnreadFile, check_workbooks, find_delays, findings_frame
from collabxl.api import MailSettings

chosen = Settings(pack="strict", mail=MailSettings(host="mail"))
one: Outcome = next(check_workbooks("a.xlsx", today=dt.date(2024, 8, 1), settings=chosen, jobs=2, passwords="x"))
several = list(collabxl.check_workbooks(["a.xlsx", Path("b.xlsx")], settings={"pack": "strict"}))
rows: int = len(findings_frame(several).index)
entry: LedgerEntry = collabxl.undo("a.xlsx", 1)
books = [each for each in find_delays("a.xlsx") if not isinstance(each, UnreadFile)]
first: str = books[0].project
version: str = collabxl.__version__
"""
WRONG = {
    "collabxl.chekc_workbooks": 'has no attribute "chekc_workbooks"; maybe "check_workbooks"',
    "from collabxl import FilError": 'has no attribute "FilError"',
    'collabxl.check_workbooks("a.xlsx", settngs=None)': 'Unexpected keyword argument "settngs"',
    'collabxl.Settings(slect=("DP",))': 'Unexpected keyword argument "slect"',
    'collabxl.check_workbooks("a.xlsx", today="2024-08-01")': 'has incompatible type "str"; expected "date | None"',
}


def test_what_is_listed_is_there_and_typed_as_the_very_same() -> None:
    """The list, the table for the interpreter and the imports for a type checker tell of the same names."""
    assert api.__all__ == sorted(api.HOMES, key=api.__all__.index)
    assert len(set(api.__all__)) == len(api.__all__)
    assert typed() == api.HOMES
    assert dir(api) == sorted(api.__all__)
    assert set(dir(collabxl)) == {*api.__all__, "__version__"} == set(collabxl.__all__)
    for name in api.__all__:
        assert getattr(collabxl, name) is getattr(api, name)


def typed() -> dict[str, str]:
    """Return where a type checker finds each name."""
    tree = ast.parse(Path(api.__file__).read_text(encoding="utf-8"))
    (block,) = (each for each in tree.body if isinstance(each, ast.If) and isinstance(each.test, ast.Name))
    froms = [each for each in block.body if isinstance(each, ast.ImportFrom)]
    assert len(froms) == len(block.body)
    assert not any(name.asname for each in froms for name in each.names)
    return {name.name: str(each.module) for each in froms for name in each.names}


def test_no_public_name_is_that_of_a_room() -> None:
    """Whoever imports the room would put it in the place of the verb."""
    assert {module.name for module in pkgutil.iter_modules(collabxl.__path__)}.isdisjoint(api.__all__)


@pytest.mark.parametrize(("name", "near"), [("chekc_workbooks", "check_workbooks"), ("Setings", "Settings")])
def test_a_misspelt_name_is_refused_with_the_nearest(name: str, near: str) -> None:
    for module in (collabxl, api):
        with pytest.raises(AttributeError, match=f"module '{module.__name__}' has no attribute '{name}'.*'{near}'"):
            getattr(module, name)
    assert not hasattr(collabxl, "zzzzzzzz")
    with pytest.raises(AttributeError, match=r"'zzzzzzzz'$"):
        getattr(collabxl, "zzzzzzzz")  # noqa: B009 - a type checker would not have it


def test_types_are_seen_and_what_is_wrong_is_not_let_through(tmp_path: Path) -> None:
    right, wrong = tmp_path / "right.py", tmp_path / "wrong.py"
    right.write_text(RIGHT, encoding="utf-8")
    wrong.write_text("import collabxl\n" + "\n".join(WRONG) + "\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file", "pyproject.toml", right, wrong],
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=600,
    )  # fmt: skip
    assert "right.py" not in done.stdout, done.stdout
    for line, says in enumerate(WRONG.values(), 2):
        assert re.search(rf"wrong\.py:{line}: error: .*{re.escape(says)}", done.stdout), done.stdout


def test_importing_it_loads_nothing_else() -> None:
    code = "import sys, collabxl; print(*(name for name in sys.modules if name.partition('.')[0] not in before))"
    before = "import sys; before = {name.partition('.')[0] for name in sys.modules} | set(sys.stdlib_module_names)\n"
    done = subprocess.run([sys.executable, "-c", before + code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert set(done.stdout.split()) == {"collabxl", "collabxl.api"}


@cache
def reference() -> ModuleType:
    """Return the maker of the page of the API, which lies beside the pages and in no package."""
    spec = spec_from_file_location("reference", ROOT / "docs" / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_a_verb_says_what_it_takes_and_raises(verb: Callable[..., Any]) -> None:
    """What several verbs take is explained once, on the page of the API."""
    said = inspect.getdoc(verb) or ""
    own = [name for name in inspect.signature(verb).parameters if name not in reference().SHARED]
    assert [name for name in own if f"``{name}``" not in said and f"``{name}=" not in said] == []
    assert re.search(r"Raises|raises the|raised|(Usage|File)Error (with|if|for)", said), said
    assert re.match(r"[^.]+[.:;]", said)


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_a_parameter_is_the_same_wherever_it_is(verb: Callable[..., Any]) -> None:
    kinds = {
        "paths": "Paths",
        "today": "dt.date | None",
        "settings": "Settings | Mapping[str, Any] | None",
        "jobs": "int | None",
        "passwords": "str | Iterable[str]",
        "force": "bool",
        "backup": "bool",
        "dry_run": "bool",
    }
    for name, parameter in inspect.signature(verb).parameters.items():
        assert parameter.annotation == kinds.get(name, parameter.annotation), name
        if name in ("today", "settings", "jobs", "passwords", "force", "backup", "dry_run"):
            assert parameter.kind is parameter.KEYWORD_ONLY
            assert parameter.default in (None, (), False)


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_the_types_that_a_verb_names_are_public(verb: Callable[..., Any]) -> None:
    made = inspect.signature(verb)
    named = [made.return_annotation, *(parameter.annotation for parameter in made.parameters.values())]
    words = {word for each in named for word in re.findall(r"\b[A-Z]\w+", each)}
    assert words <= {*api.__all__, *ELSEWHERE}


@pytest.mark.parametrize("lang", LANGS)
def test_the_page_tells_of_every_name_and_field(lang: Lang) -> None:
    """The page is made from the code while the site is built, and is never older."""
    text = "\n".join(reference().lines(lang))
    for name in api.__all__:
        assert text.count(f"### `{name}` {{ #{name} }}\n") == 1
        body = text.partition(f"### `{name}` {{")[2].partition("\n### ")[0]
        assert len(body.splitlines()) > 4, name
    for name in reference().SHARED:
        assert f"| `{name}` | " in text
    assert "today: dt.date | None = None,\n" in text
    assert "| overdue | int |" in text
    assert "Excel's own number" in text


def test_the_example_on_the_page_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "projects").mkdir()
    shutil.copy(ROOT / "samples" / "messy.xlsx", tmp_path / "projects")
    (tmp_path / "projects" / "broken.xlsx").write_bytes(b"no workbook")
    monkeypatch.chdir(tmp_path)
    exec(reference().EXAMPLE, {})
    said = capsys.readouterr().out
    assert re.search(r"messy\.xlsx +\d+\n", said)
    assert re.search(r"broken\.xlsx not-a-workbook .+\n", said)


@pytest.mark.parametrize("name", sorted({*api.__all__} - {*VERBS}))
def test_a_type_says_what_it_is(name: str) -> None:
    if isinstance(getattr(api, name), type):
        said = inspect.getdoc(getattr(api, name))
        assert said
        assert not said.startswith(f"{getattr(api, name).__name__}(")  # what dataclasses and tuples say by themselves
