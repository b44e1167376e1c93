"""Signing in to Docker Hub."""
