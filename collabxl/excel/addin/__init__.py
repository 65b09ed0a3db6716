"""The Excel add-in: built from ``macros/``, installed for a user, and asked how it is."""
