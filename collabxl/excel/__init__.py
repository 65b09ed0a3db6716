"""The open workbook, the ribbon and its jobs, the add-in, and whether all that can work here."""
