"""From a filled-in workbook to frames: find sheets and headers by their words, turn cells into values or misfits."""
