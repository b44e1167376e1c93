"""Dockerfiles and Containerfiles: which images their builds pull."""
