"""What our formulas call by name: the day of the figures and the word lists behind the drop-downs."""

from __future__ import annotations

from collabxl.schema.kinds import Words

AS_OF = "as_of"
"""The name of the cell with the day that counts as today: 数据日期 if it is filled in, else the real today."""
DEPARTMENTS, TASK_IDS, YES_NO = "list_departments", "list_tasks", "list_yes_no"


def list_name(words: Words) -> str:
    """Return the name of a word list's range."""
    return f"list_{words.key}"
