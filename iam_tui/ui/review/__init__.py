"""Reviewing, saving, and resolving conflicts."""
