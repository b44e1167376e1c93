"""Docker's pull reports: what was really pulled, by whom, how often."""
