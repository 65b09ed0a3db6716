"""The lists that other tools are told to prove."""

from __future__ import annotations

from collabxl.schema.columns import Sheet
from collabxl.schema.sheets import STANDARD

LISTS: tuple[type[Sheet], ...] = tuple(sheet for sheet in STANDARD.required_sheets if not sheet.meta.form_headers)
