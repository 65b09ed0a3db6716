"""What letters say: templates of our own (templates/mail) or of the user, in both languages, filled with fields."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from collabxl.errors import SettingsError
from collabxl.storage.data_files import resource_path
from collabxl.text import Lang, Text, t


class Wording(NamedTuple):
    """The subject and the text of a kind of letter, with the fields that are filled in."""

    subject: Text
    text: Text
    path: Path

    def fill(self, lang: Lang, fields: Mapping[str, Any]) -> tuple[str, str]:
        """Return subject and text in ``lang``; SettingsError if the template wants a field that there is not."""
        self.check(fields)
        try:
            return self.subject.fill(lang, fields).strip(), self.text.fill(lang, fields).strip("\n") + "\n"
        except (ValueError, TypeError) as error:
            says = t(
                "{path}：花括号里的格式不对（{why}）。日期可写 {{today:%m/%d}} 这样的格式，文字不带格式",
                "{path}: a format in braces is wrong ({why}). Dates take one such as {{today:%m/%d}}, texts take none",
            )
            raise SettingsError(says, path=str(self.path), why=str(error)) from error

    def check(self, known: Collection[str]) -> None:
        """Raise SettingsError if the template wants a field that is not among ``known``."""
        unknown = (self.subject.fields() | self.text.fields()).difference(known)
        if unknown:
            says = t(
                "{path}：没有 {unknown} 这样的字段，可用的有：{known}",
                "{path}: there are no fields {unknown}; known are {known}",
            )
            raise SettingsError(says, path=str(self.path), unknown=sorted(unknown), known=sorted(known))


def load_wording(kind: str | Path) -> Wording:
    """Return the wording of a kind of letter of ours (``split``, ``remind``) or of a .toml file of the same form.

    The file has the tables ``zh`` and ``en``, one may be missing, each with ``subject`` and ``text``; SettingsError
    says what is wrong with it.
    """
    path = kind if isinstance(kind, Path) else resource_path("templates", "mail", f"{kind}.toml")
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8"))
        zh, en = said.get("zh") or said["en"], said.get("en") or said["zh"]
        made = Wording(Text(zh["subject"], en["subject"]), Text(zh["text"], en["text"]), path)
        made.subject.fields(), made.text.fields()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        says = t(
            "{path} 不是邮件模板（{why}）。应有 [zh] 或 [en]，其中写 subject 和 text，花括号里是字段名",
            "{path} is no template of a letter ({why}). It should have [zh] or [en] with subject and text, "
            "and names of fields in braces",
        )
        raise SettingsError(says, path=str(path), why=str(error)) from error
    return made
