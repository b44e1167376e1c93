"""Which images people use, from Dockerfiles, Compose, Kubernetes and CI files, lists and pull reports."""

from typing import Final

FORMATS: Final = "Dockerfiles, Compose files, Kubernetes manifests, GitHub workflows"
"""What `readers.READERS` reads, in the words of the console."""
