"""The verbs from paths to results: check, sync, fix, new, documents, portfolio; many workbooks in one run."""
