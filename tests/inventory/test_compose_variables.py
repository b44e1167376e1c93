"""Compose files: variables, their forms and where their values come from."""

import pytest

from iam_tui.inventory.compose.reader import read_compose
from tests.inventory.readings import Case, MemorySource, check_soundness, shown


def image(text: str, environment_file: str = "") -> dict[str, str]:
    """A project of one service with that image on line 3."""
    files = {"compose.yaml": f"services:\n  web:\n    image: {text}\n"}
    return {**files, ".env": environment_file} if environment_file else files


def row(text: str) -> list[str]:
    return [f"compose.yaml:3 services.web.image {text}"]


CASES = [
    Case("no variable", image("nginx:1.25"), row("nginx:1.25")),
    Case("no tag means latest", image("bitnami/redis"), row("bitnami/redis:latest")),
    Case("$X from .env", image("nginx:$TAG", "TAG=1.25\n"), row("nginx:1.25")),
    Case("${X} from .env", image("nginx:${TAG}", "TAG=1.25\n"), row("nginx:1.25")),
    Case("${X:-d}: unset", image("nginx:${TAG:-1.25}"), row("nginx:1.25 doubtful")),
    Case("${X:-d}: blank", image("nginx:${TAG:-1.25}", "TAG=\n"), row("nginx:1.25 doubtful")),
    Case("${X:-d}: set", image("nginx:${TAG:-1.25}", "TAG=1.27\n"), row("nginx:1.27")),
    Case("${X-d}: unset", image("nginx:${TAG-1.25}"), row("nginx:1.25 doubtful")),
    Case("${X-d}: blank stays blank", image("nginx:${TAG-1}", "TAG=\n"), row("nginx doubtful")),
    Case("${X:+r}: set", image("nginx${TAG:+:1.25}", "TAG=1\n"), row("nginx:1.25")),
    Case("${X:+r}: unset is blank", image("nginx${TAG:+:1.25}"), row("nginx:latest doubtful")),
    Case("${X+r}: blank is set", image("nginx${TAG+:1.25}", "TAG=\n"), row("nginx:1.25")),
    Case("${X:?e}: unset fails", image("nginx:${TAG:?no tag}"), row("nginx doubtful")),
    Case("${X:?e}: set", image("nginx:${TAG:?no tag}", "TAG=1\n"), row("nginx:1")),
    Case("${X?e}: blank is set", image("nginx${TAG?e}", "TAG=\n"), row("nginx:latest doubtful")),
    Case("nested default", image("nginx:${A:-${B:-7}}"), row("nginx:7 doubtful")),
    Case("nested default, inner set", image("nginx:${A:-${B:-7}}", "B=8\n"), row("nginx:8 doubtful")),
    Case("nested default, outer set", image("nginx:${A:-${B:-7}}", "A=9\n"), row("nginx:9")),
    Case("a whole image in a default", image("${IMAGE:-ghcr.io/a/b:1}"), row("ghcr.io/a/b:1 doubtful")),
    Case("$$ is a dollar, and no image", image("nginx:$$TAG", "TAG=1\n"), row("unresolved nginx:$$TAG")),
    Case("unset, a blank tag", image("nginx:${TAG}"), row("nginx doubtful")),
    Case("unset, a blank host", image("${HOST}/team/app:1"), row("unresolved ${HOST}/team/app:1")),
    Case("unset, but still an image", image("nginx:1.25${X}"), row("nginx:1.25 doubtful")),
    Case("shell's # form is none", image("nginx:${TAG#v}", "TAG=v1\n"), row("unresolved nginx:${TAG#v}")),
    Case("shell's / form is none", image("nginx:${T/v/}", "T=v1\n"), row("unresolved nginx:${T/v/}")),
    Case("never closed", image('"nginx:${TAG"', "TAG=1\n"), row("unresolved nginx:${TAG")),
    Case("$1 is no variable", image("nginx:$1"), row("unresolved nginx:$1")),
    Case("export in .env", image("nginx:$TAG", "export TAG=1\n"), row("nginx:1")),
    Case("double quotes in .env", image("nginx:$TAG", 'TAG="1" # one\n'), row("nginx:1")),
    Case("single quotes in .env", image("nginx:$TAG", "T=2\nTAG='1'\n"), row("nginx:1")),
    Case("single quotes keep a dollar", image("n:$TAG", "T=2\nTAG='$T'\n"), row("unresolved n:$TAG")),
    Case("a comment tail in .env", image("nginx:$TAG", "TAG=1 # one\n"), row("nginx:1")),
    Case("a # inside a value in .env", image("nginx:$TAG", "TAG=1#2\n"), row("unresolved nginx:$TAG")),
    Case("variables in .env", image("nginx:$TAG", "T=1\nTAG=${T}.7\n"), row("nginx:1.7")),
    Case("a default in .env", image("nginx:$TAG", "TAG=${U:-7}\n"), row("nginx:7 doubtful")),
    Case("a default in .env, set", image("nginx:$TAG", "U=8\nTAG=${U:-7}\n"), row("nginx:8")),
    Case("an unknown value in .env", image("a:${T:-1}", "T=${U:?}\n"), row("a doubtful")),
    Case("a colon in .env", image("nginx:$TAG", "TAG: 1\n"), row("nginx:1")),
    Case("CRLF in .env", image("nginx:$TAG", "A=0\r\nTAG=1\r\n"), row("nginx:1")),
    Case("the last one in .env counts", image("nginx:$TAG", "TAG=1\nTAG=2\n"), row("nginx:2")),
    Case("a quoted value of two lines", image("nginx:$B", 'A="x\nB=0"\nB=2\n'), row("nginx:2")),
    Case("quotes in YAML", image('"nginx:${TAG:-1}"'), row("nginx:1 doubtful")),
    Case(
        "a service's env_file is not for variables",
        {
            "compose.yaml": "services:\n  web:\n    image: nginx:${TAG-9}\n    env_file: web.env\n",
            "web.env": "TAG=1\n",
        },
        row("nginx:9 doubtful"),
    ),
    Case(
        ".env is beside the first file",
        {"compose.yaml": "services: {web: {image: 'nginx:${TAG}'}}\n", "sub/.env": "TAG=1\n"},
        ["compose.yaml:1 services.web.image nginx doubtful"],
    ),
    Case(
        "a file's name for its project",
        {"compose.yaml": "name: shop\nservices:\n  web:\n    image: ${COMPOSE_PROJECT_NAME}/web\n"},
        ["compose.yaml:4 services.web.image shop/web:latest"],
    ),
    Case(
        "without it only Compose knows the project's name",
        image("${COMPOSE_PROJECT_NAME}/web"),
        row("unresolved ${COMPOSE_PROJECT_NAME}/web"),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_variables(case: Case) -> None:
    usages = read_compose(["compose.yaml"], MemorySource(case.files)).usages
    assert shown(usages) == case.rows
    check_soundness(usages)


def test_the_environment_counts_only_if_given_and_then_wins() -> None:
    source = MemorySource(image("nginx:${TAG:-1}", "TAG=2\n"))
    assert shown(read_compose(["compose.yaml"], source).usages) == row("nginx:2")
    assert shown(read_compose(["compose.yaml"], source, {"TAG": "3"}).usages) == row("nginx:3")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("nginx:${TAG:?set a tag}", "TAG is not set, but it is required: set a tag"),
        ("nginx:${TAG}", "TAG is not set, so nothing is filled in; only the repository is known"),
        ("nginx:${TAG:-1}", "TAG is not set, so 1 is filled in"),
        ("nginx:1${TAG}", "TAG is not set, so nothing is filled in"),
        ("nginx:${TAG#v}", "Compose cannot read what follows ${"),
    ],
)
def test_the_problem_names_the_variable(text: str, problem: str) -> None:
    [usage] = read_compose(["compose.yaml"], MemorySource(image(text))).usages
    assert usage.problem.startswith(problem)


def test_other_values_of_an_environment_file_stay_secret() -> None:
    files = image("nginx:${TAG}", "TAG='1\nPASSWORD=hunter2\n")
    [usage] = read_compose(["compose.yaml"], MemorySource(files)).usages
    assert "hunter2" not in repr(usage)
