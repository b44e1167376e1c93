"""Testing pulls, and asking the owners for access."""
