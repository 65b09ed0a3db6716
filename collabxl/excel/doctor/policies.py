"""What rules of Windows and Office mean for the add-in; a policy wins over what the user chose.

Sources: Microsoft's pages on Office macro policies and attack surface reduction rules. Read, not tried: we have none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from collabxl.excel.addin.locations import ADDIN
from collabxl.excel.doctor.registry import ASR, COMMON, DISABLED, SECURITY, TRUSTED, Registry
from collabxl.excel.doctor.sign import Sign
from collabxl.text import t

CHILD_PROCESSES = "d4f940ab-401b-4efc-aadc-ad5f3c50688a"
"""The rule “Block all Office applications from creating child processes”."""
_BLOCK, _WARN = 1, 6
_SIGNED_ONLY, _NO_MACROS = 3, 4

_CLEAR = t("没有发现拦截加载项的策略", "No policy was found that stops the add-in")
_SIGNATURE = t(
    "公司策略要求加载项有签名（{name}），没有签名的不会加载",
    "A policy wants add-ins signed ({name}); unsigned ones do not load",
)
_SIGN = t(
    "请 IT 用公司证书给 collabxl.xlam 签名，见 docs 的“IT 部署”页",
    "Ask IT to sign collabxl.xlam, see the page “IT roll-out” in docs",
)
_ADDINS_OFF = t("公司策略停用了所有加载项（{name}）", "A policy switches all add-ins off ({name})")
_ASK_IT = t(
    "请 IT 放行；在那之前可以用命令行 collabxl sync 文件名",
    "Ask IT to allow it; until then use the command line: collabxl sync FILE",
)
_MACROS_OFF = t(
    "宏被停用（VBAWarnings {value}），受信任位置也被停用",
    "Macros are off (VBAWarnings {value}), and so are trusted locations",
)
_MACROS_LIMITED = t(
    "宏被限制（VBAWarnings {value}）；加载项在受信任位置 XLSTART，应当仍能运行",
    "Macros are limited (VBAWarnings {value}); the add-in is in the trusted location XLSTART and should still run",
)
_OURS_DISABLED = t("Excel 把 {name} 列进了“已禁用项目”", "Excel lists {name} among its disabled items")
_ENABLE = t(
    "Excel：文件 → 选项 → 加载项 → 管理“禁用项目” → 转到 → 启用",
    "Excel: File → Options → Add-ins → Manage “Disabled Items” → Go → Enable",
)
_NO_CHILDREN = t(
    "安全规则不让 Office 启动程序（ASR {rule}）", "A security rule keeps Office from starting programs (ASR {rule})"
)
_CHILDREN_ASK = t(
    "安全规则会先问您是否让 Office 启动程序（ASR {rule}）",
    "A security rule asks before Office starts programs (ASR {rule})",
)
_WATCH = t("让 collabxl watch 开着：按钮把任务交给它", "Leave collabxl watch running: buttons hand their jobs to it")


def policy_signs(registry: Registry) -> Iterator[Sign]:
    """Return the signs of what stands in the registry."""
    found = [*_signature(registry), *_macros(registry), *_disabled_addins(registry), *_child_processes(registry)]
    yield from found or [Sign("ok", _CLEAR)]


def _signature(registry: Registry) -> Iterator[Sign]:
    for name, keys in (("RequireAddinSig", SECURITY), ("RequireAlwaysOnMacroSig", COMMON)):
        if _number(registry, keys, name) == 1:
            yield Sign("fail", _SIGNATURE, _SIGN, name=name)
    if _number(registry, SECURITY, "DisableAllAddins") == 1:
        yield Sign("fail", _ADDINS_OFF, _ASK_IT, name="DisableAllAddins")


def _macros(registry: Registry) -> Iterator[Sign]:
    warnings = _number(registry, SECURITY, "VBAWarnings")
    if warnings in (_SIGNED_ONLY, _NO_MACROS):
        untrusted = _number(registry, TRUSTED, "AllLocationsDisabled") == 1
        yield (
            Sign("fail", _MACROS_OFF, _ASK_IT, value=warnings)
            if untrusted
            else Sign("warn", _MACROS_LIMITED, value=warnings)
        )


def _disabled_addins(registry: Registry) -> Iterator[Sign]:
    items = registry.get(DISABLED, {}).values()
    if any(ADDIN in item.decode("utf-16-le", "ignore").lower() for item in items if isinstance(item, bytes)):
        yield Sign("fail", _OURS_DISABLED, _ENABLE, name=ADDIN)


def _child_processes(registry: Registry) -> Iterator[Sign]:
    rule = _number(registry, ASR, CHILD_PROCESSES)
    if rule in (_BLOCK, _WARN):
        yield Sign("warn", _NO_CHILDREN if rule == _BLOCK else _CHILDREN_ASK, _WATCH, rule=CHILD_PROCESSES)


def _number(registry: Registry, keys: Sequence[str], name: str) -> int | None:
    """Return the first value of a name in keys, policies first; some rules are kept as text."""
    for key in keys:
        value = registry.get(key, {}).get(name.lower())
        if isinstance(value, int) or (isinstance(value, str) and value.isdigit()):
            return int(value)
    return None
