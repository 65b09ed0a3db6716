"""What a new workbook may start from: the scenarios of ``templates/scenarios``, one's own, or an older workbook."""
