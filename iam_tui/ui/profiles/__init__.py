"""Profiles: choosing one, choosing who you are there, and creating a local file."""
