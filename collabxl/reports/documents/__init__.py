"""The documents of the process: what each says, as plain data, and one writer a format."""
