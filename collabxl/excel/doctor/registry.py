"""What Windows' registry says about Excel's security, read into plain mappings: the keys that the signs ask for."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping

Registry = Mapping[str, Mapping[str, object]]
"""Values by their names, by the key that holds them; names and keys in lower case."""

_OFFICE = r"software\microsoft\office\16.0"
_POLICY = r"software\policies\microsoft\office\16.0"
SECURITY = (
    rf"hklm\{_POLICY}\excel\security",
    rf"hkcu\{_POLICY}\excel\security",
    rf"hkcu\{_OFFICE}\excel\security",
)
TRUSTED = tuple(rf"{key}\trusted locations" for key in SECURITY)
COMMON = (rf"hklm\{_POLICY}\common\security", rf"hkcu\{_POLICY}\common\security")
DISABLED = rf"hkcu\{_OFFICE}\excel\resiliency\disableditems"
ASR = (
    r"hklm\software\policies\microsoft\windows defender\windows defender exploit guard\asr\rules",
    r"hklm\software\microsoft\windows defender\windows defender exploit guard\asr\rules",
)


def registry() -> Registry:
    """Return what there is of the keys that matter; nothing away from Windows."""
    return {key: values for key in (*SECURITY, *TRUSTED, *COMMON, DISABLED, *ASR) if (values := dict(_values(key)))}


def _values(key: str) -> Iterator[tuple[str, object]]:
    if sys.platform != "win32":
        return
    import winreg

    root, _, path = key.partition("\\")
    hive = winreg.HKEY_LOCAL_MACHINE if root == "hklm" else winreg.HKEY_CURRENT_USER
    try:
        with winreg.OpenKey(hive, path) as opened:
            for index in range(winreg.QueryInfoKey(opened)[1]):
                name, value, _ = winreg.EnumValue(opened, index)
                yield name.lower(), value
    except OSError:  # no such key, or not for our eyes: Windows does not tell which
        return
