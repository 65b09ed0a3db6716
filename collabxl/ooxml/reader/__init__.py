"""Reading packages without laying them out: zips proved, parts as UTF-8, cells and marks searched for, all bounded."""
