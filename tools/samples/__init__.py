"""The samples as content, and the command that makes their files: ``python -m tools.samples``."""
