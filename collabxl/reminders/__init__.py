"""Delay warnings (延期预警): who has to do what about which task, as mail drafts, a calendar or a message to a chat."""
