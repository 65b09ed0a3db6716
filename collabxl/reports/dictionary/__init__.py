"""The sheets as they are declared, for programs (JSON Schema) and for people (a data dictionary)."""

from collabxl.reports.dictionary.pages import pages
from collabxl.reports.dictionary.schema import schema
from collabxl.reports.dictionary.selection import select_sheets

__all__ = ["pages", "schema", "select_sheets"]
