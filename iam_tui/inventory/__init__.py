"""Which images people use: pull reports, Dockerfiles, Compose, Kubernetes and CI files, as usages."""
