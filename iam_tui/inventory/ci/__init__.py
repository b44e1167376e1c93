"""CI definitions: which images their jobs and actions pull."""
