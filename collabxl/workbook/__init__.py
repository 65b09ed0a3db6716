"""From the declaration to a new workbook, painted with XlsxWriter; it reads no workbook and patches none."""
