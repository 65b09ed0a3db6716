"""What the sheets compute live: the fields of formulas, the hidden sheet, and the values that programs show."""
