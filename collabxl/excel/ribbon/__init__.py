"""The ribbon's jobs: files by which Excel asks and is answered, and what each button does."""
