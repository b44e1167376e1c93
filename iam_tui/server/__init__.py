"""A server for the documented part of Docker Hub's API, over a local store.

https://docs.docker.com/reference/api/hub/latest/
"""
