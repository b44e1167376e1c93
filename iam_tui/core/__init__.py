"""The rules: references, categories, policies, decisions, impact. Standard library only: no I/O, no clock."""
