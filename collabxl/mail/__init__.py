"""Mail in and out: workbooks found in messages, files and mailboxes, drafts written and letters sent.

A message is never trusted: what it says about itself is a hint, its attachments are bytes under limits.
"""
