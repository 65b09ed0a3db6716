"""The sheets as they are declared, for programs (JSON Schema) and for people (a data dictionary)."""

from collabxl.reports.dictionary.pages import pages
from collabxl.reports.dictionary.schema import schema
from collabxl.reports.dictionary.selection import chosen

__all__ = ["chosen", "pages", "schema"]
