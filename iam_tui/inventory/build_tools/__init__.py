"""Build tools beside Compose: which images they make, from which Dockerfiles, and what they pull for that."""
