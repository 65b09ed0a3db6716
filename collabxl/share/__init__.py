"""Working together on one workbook: copies that go out, copies that come back, and the mail between."""
