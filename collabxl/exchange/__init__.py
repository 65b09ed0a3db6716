"""Workbooks between departments: copies out, copies back, merged by row and column, every change kept in a ledger."""
