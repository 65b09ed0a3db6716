<<<<<<< HEAD
"""Workbooks between departments: copies out, copies back, merged by row and column, every change kept in a ledger."""
=======
"""Working together on one workbook: copies that go out, copies that come back, and the mail between."""
>>>>>>> mail
