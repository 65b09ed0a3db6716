"""The page of the public API, made from signatures, docstrings and declarations as they stand in the code."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from collabxl import api
from collabxl.reports.text_tables import markdown_table
from collabxl.text import Lang, t

TITLE = t("Python 接口", "Python API")
ABOUT = t(
    "脚本可以依赖的全部名称，都在 `collabxl` 里；用到哪个才载入哪个，`dir(collabxl)` 列出它们。"
    "写错的名称会被类型检查发现，运行时报错并给出最接近的名称。说明文字就是代码里的文档，所以是英文；这一页由代码生成。",
    "All the names that a script may rely on; they are in `collabxl`, each loaded when it is first used, and "
    "`dir(collabxl)` lists them. A misspelt name fails type checking, and at run time it is refused with the nearest "
    "one. What is said here are the docstrings of the code, from which this page is made.",
)
EXAMPLE = """import collabxl

outcomes = list(collabxl.check_workbooks("projects/", settings={"pack": "strict"}))
frame = collabxl.findings_frame(outcomes, lang="en")
print(frame[frame.severity == "error"].groupby("path").size())
for outcome in outcomes:
    if outcome.error is not None:
        print(outcome.path, outcome.error.kind, outcome.error.say("en"))
"""
SHARED = {
    "path": t("一个工作簿（拆分、合并、账本、归档：主表）", "one workbook: for an exchange, its master"),
    "paths": t(
        "一个路径或几个：文件、文件夹（含子文件夹）、通配符、`s3://…` 等地址；字符串是一个路径，不是它的字母",
        "one path or several: files, folders with all that is in them, patterns, addresses such as `s3://…`; a text is "
        "one path, not its letters",
    ),
    "today": t(
        "哪一天算今天；不写时取环境变量 COLLABXL_TODAY，再取系统日期",
        "the day that counts as today; by default that of the variable COLLABXL_TODAY, else the system's",
    ),
    "settings": t(
        "`Settings`，或与 collabxl.toml 同样写法的字典；不写就是默认设置，不会自己去读 collabxl.toml。"
        "不认识的键报 SettingsError 并给出最接近的",
        "`Settings`, or a dict as collabxl.toml spells it; by default the usual ones: no collabxl.toml is read unasked."
        " A key that is not known raises SettingsError with the nearest one",
    ),
    "jobs": t("同时读几个文件；不写时按文件数决定", "how many files are read at once; by default what they deserve"),
    "passwords": t(
        "打开密码，一个或几个，依次试用；文件只在内存里解密，绝不写回",
        "one password or several, tried in turn; files are decrypted in memory only and never written back",
    ),
    "access": t("怎样登录邮件服务器：`MailAccess(密码)`", "how to log in to a mail server: `MailAccess(password)`"),
    "lang": t("说明文字的语言，zh 或 en", "the language of what is said, zh or en"),
    "backup": t("写之前把旧文件留一份在旁边", "keep the old file beside it before it is replaced"),
    "dry_run": t("只说会做什么，不写文件", "say what would be done, write nothing"),
    "force": t("覆盖已有的文件", "replace a file that is there already"),
}
"""What means the same wherever it is."""
SECTIONS = {
    "collabxl.api.workbooks": t("工作簿", "Workbooks"),
    "collabxl.api.exchange": t("主表与副本", "A master and its copies"),
    "collabxl.api.reports": t("报告", "Reports"),
    "collabxl.api.delays": t("延期预警与邮件", "Delays and letters"),
    "collabxl.api.catalogue": t("设置、模板、规则、表", "Settings, templates, rules, sheets"),
}
_SHARED_TITLE, _TYPES = t("共同的参数", "Parameters that verbs share"), t("类型", "Types")
_HEADS = (t("参数", "Parameter"), t("说明", "What it is"))
_FIELDS = (t("名称", "Name"), t("类型", "Type"), t("说明", "What it is"))


def lines(lang: Lang) -> Iterator[str]:
    """Return the page in Markdown: what verbs share, every verb, every type."""
    yield from (f"# {TITLE.to(lang)}", "", ABOUT.to(lang), "", "```python", *EXAMPLE.splitlines(), "```", "")
    yield from (f"## {_SHARED_TITLE.to(lang)}", "")
    yield f"| {_HEADS[0].to(lang)} | {_HEADS[1].to(lang)} |"
    yield "| --- | --- |"
    yield from (f"| `{name}` | {says.to(lang)} |" for name, says in SHARED.items())
    for module, title in SECTIONS.items():
        yield from ("", f"## {title.to(lang)}")
        for name in _names(module):
            yield from ("", *_verb(name))
    yield from ("", f"## {_TYPES.to(lang)}")
    for name, module in api.HOMES.items():
        if module not in SECTIONS:
            yield from ("", *_type(name, lang))


def _names(module: str) -> list[str]:
    return [name for name, home in api.HOMES.items() if home == module]


def _head(name: str) -> str:
    """Return a heading that can be linked to by the name."""
    return f"### `{name}` {{ #{name} }}"


def _verb(name: str) -> Iterator[str]:
    verb = getattr(api, name)
    yield from (_head(name), "", "```python", *_signature(name, verb), "```", "", *_said(verb))


def _signature(name: str, verb: Any) -> list[str]:
    """Return how a verb is called, a parameter a line if it has more than two."""
    made = inspect.signature(verb)
    parts = [_parameter(parameter) for parameter in made.parameters.values()]
    named = next((at for at, each in enumerate(made.parameters.values()) if each.kind is each.KEYWORD_ONLY), None)
    if named is not None:
        parts.insert(named, "*")
    if len(made.parameters) < 3:
        return [f"{name}({', '.join(parts)}) -> {made.return_annotation}"]
    return [f"{name}(", *(f"    {part}," for part in parts), f") -> {made.return_annotation}"]


def _parameter(made: inspect.Parameter) -> str:
    star = "*" if made.kind is made.VAR_POSITIONAL else ""
    default = getattr(made.default, "__name__", repr(made.default))
    return f"{star}{made.name}: {made.annotation}" + (f" = {default}" if made.default is not made.empty else "")


def _said(of: Any) -> list[str]:
    return [line.replace("``", "`") for line in (inspect.getdoc(of) or "").splitlines()]


@cache
def _module(name: str) -> tuple[str, ast.Module]:
    source = Path(str(import_module(name).__file__)).read_text(encoding="utf-8")
    return source, ast.parse(source)


def _type(name: str, lang: Lang) -> Iterator[str]:
    """Return what there is to say about a type: a class with its fields, or what a name stands for."""
    yield from (_head(name), "", "```python")
    made = getattr(api, name)
    if not isinstance(made, type):
        yield from _alias(name)
        return
    node, _ = _class(made)
    yield from (f"class {name}({', '.join(map(ast.unparse, node.bases))})", "```", "", *_said(made))
    known = {getattr(api, each) for each in api.__all__ if each != name and isinstance(getattr(api, each), type)}
    ours = [each for each in reversed(made.__mro__) if each.__module__.startswith("collabxl") and each not in known]
    rows = [row for each in ours for row in _fields(*_class(each))]
    if rows:
        yield ""
        yield from markdown_table([head.to(lang) for head in _FIELDS], rows)


def _class(made: type) -> tuple[ast.ClassDef, str]:
    """Return the declaration of a class, and the source that it stands in."""
    source, tree = _module(made.__module__)
    (node,) = (each for each in tree.body if isinstance(each, ast.ClassDef) and each.name == made.__name__)
    return node, source


def _alias(name: str) -> Iterator[str]:
    """Return what a name that is no class stands for, and what is said below it."""
    module = api.HOMES[name]
    source, tree = _module(module)
    (at,) = (at for at, node in enumerate(tree.body) if _is_named(node, name))
    value = (ast.get_source_segment(source, tree.body[at]) or "").partition(" = ")[2]
    yield from (*f"{name} = {value}".splitlines(), "```", "", _below(tree.body, at))


def _is_named(node: ast.stmt, name: str) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return any(isinstance(target, ast.Name) and target.id == name for target in targets)


def _fields(made: ast.ClassDef, source: str) -> Iterator[tuple[str, str, str]]:
    """Return the fields, properties and methods of a class with their types and what is said of them."""
    for at, node in enumerate(made.body):
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and not node.target.id.startswith("_"):
            yield node.target.id, ast.get_source_segment(source, node.annotation) or "", _below(made.body, at)
        elif isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            is_property = any(isinstance(each, ast.Name) and "property" in each.id for each in node.decorator_list)
            returns = ast.get_source_segment(source, node.returns) if node.returns else ""
            said = " ".join((ast.get_docstring(node) or "").split("\n\n")[0].split()).replace("``", "")
            yield node.name if is_property else f"{node.name}()", returns or "", said


def _below(body: list[ast.stmt], at: int) -> str:
    """Return what stands as a docstring below a field."""
    after = body[at + 1] if at + 1 < len(body) else None
    if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) and isinstance(after.value.value, str):
        return " ".join(after.value.value.split()).replace("``", "")
    return ""
