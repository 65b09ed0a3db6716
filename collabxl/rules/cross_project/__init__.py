"""One plan across the workbooks of a run: what leads through each is gathered, and each is told what it waits for."""
