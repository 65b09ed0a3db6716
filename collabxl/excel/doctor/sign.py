"""One thing the doctor looked at."""

from __future__ import annotations

from typing import Any, Literal

from collabxl.text import Lang, Text

State = Literal["ok", "warn", "fail"]


class Sign:
    """How a thing is, in a sentence, and what to do if it is not well."""

    def __init__(self, state: State, says: Text, cure: Text | None = None, **fields: Any) -> None:
        self.state = state
        self._says, self._cure, self._fields = says, cure, fields

    def say(self, lang: Lang) -> str:
        """Return the sentence in ``lang``."""
        return self._says.fill(lang, self._fields)

    def cure(self, lang: Lang) -> str | None:
        """Return what to do in ``lang``, None if nothing has to be done."""
        return self._cure.fill(lang, self._fields) if self._cure else None
