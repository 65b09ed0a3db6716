"""The declaration of the sheets: every header word, kind and rule of form is written once, here."""
