"""A project tree as large as one likes: sources, documents and settings, some of which name images."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

FILES_IN_FOLDER: Final = 20
_SOURCE: Final = "".join(
    f"def work_{number}(value: int) -> int:\n    return value\n\n" for number in range(80)
)
_SETTINGS: Final = "name: module\nsettings:\n  level: info\n  retries: 3\n"
_DOCKERFILE: Final = """\
# syntax=docker/dockerfile:1
ARG VERSION=22
FROM node:${VERSION}-alpine AS build
COPY . /code
RUN npm ci
FROM nginx:1.27
COPY --from=build /code/dist /usr/share/nginx/html
"""
_COMPOSE: Final = """\
services:
  web:
    build:
      context: .
      target: build
  db:
    image: postgres:${POSTGRES:-17}
"""
_MANIFEST: Final = """\
apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
      containers:
        - name: web
          image: ghcr.io/acme/web:1.0
"""
_IGNORED: Final = "*.log\n*.pyc\n__pycache__/\nnode_modules/\n/dist\nbuild/\n.env\n!keep.log\n"


def make_tree(root: Path, files: int) -> int:
    """Make a tree of so many files, 20 in a folder; how many of them a scan has to read.

    One folder in 50 is a service with a Dockerfile and a Compose file or a manifest; each has a YAML file
    that names no image. The sources are of some 5 kB, like the middle one of most projects.
    """
    root.mkdir()
    (root / ".gitignore").write_text(_IGNORED)
    read = 0
    for number, folder in enumerate(_folders(root, files // FILES_IN_FOLDER)):
        folder.mkdir(parents=True)
        texts = {"settings.yaml": _SETTINGS}
        if number % 50 == 0:
            texts["Dockerfile"] = _DOCKERFILE
        if number % 100 == 0:
            texts["compose.yaml"] = _COMPOSE
        if number % 100 == 50:
            texts["deployment.yaml"] = _MANIFEST
        read += len(texts)
        texts |= {f"module_{other}.py": _SOURCE for other in range(FILES_IN_FOLDER - len(texts))}
        for name, text in texts.items():
            (folder / name).write_text(text)
    return read


def _folders(root: Path, count: int) -> Iterator[Path]:
    for number in range(count):
        yield root / f"part{number % 10}" / f"unit{number // 10 % 10}" / f"module{number}"
