"""``python -m collabxl`` is the command line."""

from collabxl.cli import main

main()
