"""The seal of a copy: whose it is, of which workbook and revision, signed so that nobody can pass it off as another.

It is kept twice, as document properties and as a hidden name, because some programs lose the one or the other.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import NamedTuple, Self

from collabxl.exchange.three_way import Rows
from collabxl.rules.engine.ledger_reader import to_json

NAME = "_collabxl_copy"
"""The hidden name whose text repeats the seal."""
BETWEEN = "|"


class CopyIdentity(NamedTuple):
    """What a copy says about itself."""

    copy: str
    workbook_id: str
    revision: int
    department: str
    signature: str = ""

    def properties(self) -> dict[str, str]:
        """Return the custom document properties that bear the seal, by their names after ``collabxl.``"""
        return {name: str(value) for name, value in self._asdict().items()}

    def text(self) -> str:
        """Return the seal in one text, for the hidden name: all but the department, whose name may be too long."""
        return BETWEEN.join((self.copy, self.workbook_id, str(self.revision), self.signature))

    @classmethod
    def from_text(cls, text: str) -> Self | None:
        """Return the seal that a text tells, its department empty; None if it tells none."""
        copy, _, rest = text.partition(BETWEEN)
        workbook_id, _, rest = rest.partition(BETWEEN)
        revision, _, signature = rest.partition(BETWEEN)
        told = {"copy": copy, "workbook_id": workbook_id, "revision": revision, "signature": signature}
        return cls.from_properties({**told, "department": ""})

    @classmethod
    def from_properties(cls, told: Mapping[str, str]) -> Self | None:
        """Return the seal that properties bear, None where one is missing or senseless."""
        try:
            return cls(
                **{name: told[name] for name in cls._fields if name != "revision"}, revision=int(told["revision"])
            )
        except (KeyError, ValueError):
            return None

    def sign(self, key: bytes, base: Rows, rows: Mapping[str, list[str]]) -> Self:
        """Return the seal with its signature over what the copy was and which rows are its own."""
        return self._replace(signature=self._digest(key, base, rows))

    def is_valid(self, key: bytes, base: Rows, rows: Mapping[str, list[str]]) -> bool:
        """Return whether the signature is the one that the holder of the key made."""
        return hmac.compare_digest(self.signature, self._digest(key, base, rows))

    def _digest(self, key: bytes, base: Rows, rows: Mapping[str, list[str]]) -> str:
        said = [*self._replace(signature=""), to_json(base), to_json({sheet: list(ids) for sheet, ids in rows.items()})]
        return hmac.new(key, json.dumps(said, ensure_ascii=False).encode(), hashlib.sha256).hexdigest()
