"""What the formulas of a workbook's file show, computed as they stand: nothing is assumed about who wrote them."""
