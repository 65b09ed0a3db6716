"""The plan: what tasks, their links and a calendar say about the days to come; many projects at once, in arrays."""
