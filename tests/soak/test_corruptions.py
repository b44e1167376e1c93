"""A bounded run of `tests.soak.corruptions`: each seed is another damage."""

import asyncio
import random
import shutil
from pathlib import Path

import pytest

from tests.soak import corruptions
from tests.soak.damage import KINDS, Damage, damage

FIRST = 100
COUNT = 12


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that is damaged."""
    path = tmp_path_factory.mktemp("soak") / "template.db"
    asyncio.run(corruptions.make_file(path))
    return path


@pytest.mark.parametrize("seed", range(FIRST, FIRST + COUNT))
def test_damage_is_called_damage(seed: int, template: Path, tmp_path: Path) -> None:
    """No exit code 70, no traceback, no hang, in any verb, the server and the console."""
    with corruptions.own_environment(tmp_path):
        found = list(corruptions.failures(seed, template, tmp_path, console=seed % 6 == 0))
    assert not found, "\n".join(map(str, found))


def test_the_same_seed_does_the_same_damage(template: Path, tmp_path: Path) -> None:
    """A failure can be repeated."""
    one, other = tmp_path / "one.db", tmp_path / "other.db"
    for seed in range(FIRST, FIRST + COUNT):
        said = [damage(seed, Path(shutil.copyfile(template, path))) for path in (one, other)]
        assert said[0] == said[1]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_damage_changes_the_file(kind: Damage, template: Path, tmp_path: Path) -> None:
    """Of ten seeds, most."""
    changed = 0
    for seed in range(10):
        path = Path(shutil.copyfile(template, tmp_path / "damaged.db"))
        kind(random.Random(seed), path)
        changed += path.read_bytes() != template.read_bytes()
    assert changed >= 5
