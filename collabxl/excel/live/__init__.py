"""Workbooks that are open in a program: read and refreshed where they are, asked for by jobs of the ribbon or by hand.

This package must stay light: whoever takes a job answers before anything big is imported.
"""
