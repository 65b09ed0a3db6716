"""A newcomer at a terminal: collabxl as it was installed, and a transcript of all that was typed and said."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Newcomer:
    """Somebody who works in ``desk`` with the program of an environment that has nothing but the wheel."""

    program: Path
    desk: Path
    transcript: list[str] = field(default_factory=list)

    def types(self, line: str, *, code: int = 0) -> str:
        """Run a command and return what it said; fail with the transcript if it left with another code."""
        done = subprocess.run(
            [self.program, *line.split()[1:]],
            cwd=self.desk,
            env=self._surroundings(),
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
        )
        said = done.stdout + done.stderr
        self.transcript.append(f"$ {line}\n{said}")
        assert done.returncode == code, f"{self.told()}\n{done.returncode} instead of {code}"
        return said

    def does(self, what: str) -> None:
        """Enter into the transcript what was done elsewhere."""
        self.transcript.append(f"# {what}\n")

    def told(self) -> str:
        """Return the transcript."""
        return "\n".join(self.transcript)

    def _surroundings(self) -> dict[str, str]:
        """Return an environment in which nothing of the checkout is found."""
        ours = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}
        return {**ours, "COLLABXL_LANG": "zh", "COLLABXL_TODAY": "2024-07-15", "COLUMNS": "100"}
