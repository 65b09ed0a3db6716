"""Scenario templates: the files, their rows on the calendar, older workbooks as templates."""
