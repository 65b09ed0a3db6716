"""A whole project in one zip: what belongs to it, with a manifest of SHA-256 sums that can be held against it later."""
