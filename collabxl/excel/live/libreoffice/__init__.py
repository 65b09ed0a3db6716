"""LibreOffice Calc as an engine of xlwings, whose public interface stays as it is; experimental.

It has what a live refresh touches, no more. Where it can, it is as strict as Excel is surprising: a text that Excel
would turn into a number, a date or a formula is refused unless the cell is formatted as text.
"""
