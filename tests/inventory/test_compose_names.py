"""Which files are read as Compose projects, and which of them together (references 3)."""

import pytest

from iam_tui.inventory.compose_names import compose_projects


@pytest.mark.parametrize(
    ("names", "projects"),
    [
        (["compose.yaml"], [("compose.yaml",)]),
        (
            ["docker-compose.yml", "docker-compose.override.yml"],
            [("docker-compose.yml", "docker-compose.override.yml")],
        ),
        (["docker-compose.yml", "compose.override.yaml"], [("docker-compose.yml", "compose.override.yaml")]),
        (["docker-compose.yml", "compose.yaml"], [("compose.yaml",), ("docker-compose.yml",)]),
        (["compose.override.yaml"], [("compose.override.yaml",)]),
        (["compose.yaml", "compose.prod.yaml"], [("compose.yaml",), ("compose.prod.yaml",)]),
        (
            ["docker-compose-ci.yml", "db.compose.yml", "x.yaml", "composer.json"],
            [("db.compose.yml",), ("docker-compose-ci.yml",)],
        ),
        (["README.md", "decompose.yaml"], []),
    ],
)
def test_projects_of_a_folder(names: list[str], projects: list[tuple[str, ...]]) -> None:
    assert compose_projects(names) == projects
