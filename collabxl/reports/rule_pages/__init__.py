"""The rules' pages: what each finds, why, what to do, where its example is wrong, how to live with it."""

from collabxl.reports.rule_pages.page import Brief, RulePage, brief, page

__all__ = ["Brief", "RulePage", "brief", "page"]
