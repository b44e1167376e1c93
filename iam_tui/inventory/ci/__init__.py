"""CI files: which images their jobs and actions pull."""
