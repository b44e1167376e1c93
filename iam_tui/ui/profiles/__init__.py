"""Choosing a profile, who you are there, and making a new local file."""
