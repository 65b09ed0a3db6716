"""The rules' pages: what each finds, why, what to do, where its example is wrong, how to live with it."""

from collabxl.report.rulepages.page import Brief, Page, brief, page

__all__ = ["Brief", "Page", "brief", "page"]
