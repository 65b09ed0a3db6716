"""Lossless editing of a user's workbook: bytes → parts → sheets; what does not have to change keeps its very bytes."""
