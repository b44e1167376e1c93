"""The documented part of Docker Hub's API over a local store (facts 4 and 9)."""
