"""Kubernetes manifests: which images their workloads pull."""
