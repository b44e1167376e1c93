"""Which images people use, from Dockerfiles, Compose, Kubernetes and CI files, lists and pull reports."""
