"""The command line: parse, call one verb, say what came of it, exit with the contract's code.

``collabxl --help`` must stay quick: commands are imported when called, their texts live in ``cli/texts.py``.
"""

from __future__ import annotations

from collabxl.cli.main import main

__all__ = ["main"]
