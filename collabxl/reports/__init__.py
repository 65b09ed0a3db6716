"""What is said about findings: outcomes and their figures, plain text, the contract's JSON, the summary sheet."""
