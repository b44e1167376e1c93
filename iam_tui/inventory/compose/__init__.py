"""Compose files: which images their services pull and build."""
