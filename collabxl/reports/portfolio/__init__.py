"""Many projects at a glance: their numbers as plain data, as one page for a browser, and as one workbook."""
