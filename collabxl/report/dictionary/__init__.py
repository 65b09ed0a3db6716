"""The sheets as they are declared, for programs (JSON Schema) and for people (a data dictionary)."""

from collabxl.report.dictionary.chosen import chosen
from collabxl.report.dictionary.pages import pages
from collabxl.report.dictionary.schema import schema

__all__ = ["chosen", "pages", "schema"]
