"""The least that any reader can cost: every cell of every sheet by python-calamine, nothing done with it.

python -m tests.bench.by_calamine FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

from python_calamine import CalamineWorkbook

if __name__ == "__main__":
    for path in sorted(Path(sys.argv[1]).glob("*.xlsx")):
        book = CalamineWorkbook.from_path(path)
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()
