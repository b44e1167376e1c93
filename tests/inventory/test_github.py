"""GitHub workflows and actions: where images are, matrices, and what known actions pull."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iam_tui.inventory.ci.github_workflow import read_action, read_workflow
from tests.inventory.readings import MemorySource, check_soundness, shown

SECONDS = 20


def job(*lines: str) -> str:
    """A workflow of one job, whose keys begin on line 4."""
    return "on: push\njobs:\n  a:\n" + "".join(f"    {line}\n" for line in lines)


def steps(*lines: str) -> str:
    """A workflow of one job, whose first step is on line 5."""
    return job("steps:", *(f"  {line}" for line in lines))


def over(matrix: str) -> str:
    """A workflow whose job runs in `${{ matrix.i }}` on line 5, over that matrix."""
    return job(f"strategy: {{matrix: {matrix}}}", "container: ${{ matrix.i }}")


CASES = {
    "a container as a text": (job("container: node:20"), ["w:4 jobs.a.container node:20"]),
    "a container as a mapping": (
        job("container:", "  image: node:20", "  options: x"),
        ["w:5 jobs.a.container.image node:20"],
    ),
    "no container": (job("container:", "services:"), []),
    "a blank container": (job("container: ''"), []),
    "services": (
        job("services:", "  db: {image: 'postgres:16'}", "  kv:", "    image: redis"),
        ["w:5 jobs.a.services.db.image postgres:16", "w:7 jobs.a.services.kv.image redis:latest"],
    ),
    "a step that is an image": (
        steps("- uses: docker://alpine:3", "- uses: actions/checkout@v4", "- run: docker run x"),
        ["w:5 jobs.a.steps.uses alpine:3"],
    ),
    "a literal matrix": (
        over("{i: ['a:1', 'b:2']}"),
        ["w:5 jobs.a.container a:1", "w:5 jobs.a.container b:2"],
    ),
    "part of a name, and several axes": (
        job("strategy: {matrix: {os: [x, y], v: [1, 2]}}", "container: ${{matrix.os}}:${{ matrix.v }}"),
        [f"w:5 jobs.a.container {image}" for image in ("x:1", "x:2", "y:1", "y:2")],
    ),
    "a number is a number": (
        job("strategy: {matrix: {v: [3.9, 3.10]}}", "container: python:${{ matrix.v }}"),
        ["w:5 jobs.a.container python:3.9", "w:5 jobs.a.container python:3.1"],
    ),
    "exclude": (
        job(
            "strategy: {matrix: {o: [x, y], v: [1, 2], exclude: [{o: x, v: 1}, {o: y}]}}",
            "container: ${{ matrix.o }}:${{ matrix.v }}",
        ),
        ["w:5 jobs.a.container x:2"],
    ),
    "include makes a job": (
        over("{i: [a], include: [{i: b}]}"),
        ["w:5 jobs.a.container a:latest", "w:5 jobs.a.container b:latest"],
    ),
    "include alone": (
        over("{include: [{i: a}, {i: b}]}"),
        ["w:5 jobs.a.container a:latest", "w:5 jobs.a.container b:latest"],
    ),
    "include adds to the jobs it agrees with": (
        over("{o: [x, y], include: [{o: x, i: a}, {o: y, i: b}, {o: z, i: c}]}"),
        [f"w:5 jobs.a.container {name}:latest" for name in "abc"],
    ),
    "include to all": (over("{o: [x, y], include: [{i: a}]}"), ["w:5 jobs.a.container a:latest"]),
    "objects in a matrix": (
        job("strategy: {matrix: {t: [{i: a}, {i: b}]}}", "container: ${{ matrix.t['i'] }}"),
        ["w:5 jobs.a.container a:latest", "w:5 jobs.a.container b:latest"],
    ),
    "a blank value is no container": (over("{i: ['', a]}"), ["w:5 jobs.a.container a:latest"]),
    "a key that a job does not have is blank": (
        job("strategy: {matrix: {o: [x]}}", "container: node:20${{ matrix.x }}"),
        ["w:5 jobs.a.container node:20 doubtful"],
    ),
    "a matrix made while running": (
        over("'${{ fromJSON(needs.x.outputs.m) }}'"),
        ["w:5 jobs.a.container unresolved ${{ matrix.i }}"],
    ),
    "an axis made while running": (
        job(
            "strategy: {matrix: {i: '${{ fromJSON(x) }}', o: [a]}}",
            "container: ${{ matrix.i }}",
            "services: {s: {image: '${{ matrix.o }}'}}",
        ),
        ["w:5 jobs.a.container unresolved ${{ matrix.i }}", "w:6 jobs.a.services.s.image a:latest"],
    ),
    "other expressions": (
        job("container: ${{ inputs.image || 'node' }}", "services: {s: {image: 'x:${{ vars.TAG }}'}}"),
        [
            "w:4 jobs.a.container unresolved ${{ inputs.image || 'node' }}",
            "w:4 jobs.a.container node:latest doubtful",
            "w:5 jobs.a.services.s.image x doubtful",
        ],
    ),
    "a condition and two values": (
        job("container: ${{ inputs.x == 'a' && 'node:1' || format('x') }}"),
        [
            "w:4 jobs.a.container unresolved ${{ inputs.x == 'a' && 'node:1' || format('x') }}",
            "w:4 jobs.a.container node:1 doubtful",
        ],
    ),
    "a condition and a blank for no service": (
        job("services: {db: {image: \"${{ github.ref == 'x' && 'mysql:8.4' || '' }}\"}}"),
        ["w:4 jobs.a.services.db.image mysql:8.4 doubtful"],
    ),
    "a condition that the matrix decides": (
        job(
            "strategy: {matrix: {db: [MySQL, none]}}",
            "container: ${{ (matrix.db == 'mysql') && 'mysql:8.4' || matrix.db != 'mysql' && 'b' }}",
        ),
        ["w:5 jobs.a.container mysql:8.4", "w:5 jobs.a.container b:latest"],
    ),
    "a function, a broken expression": (
        job("container: ${{ fromJSON(x) }}", "services: {s: {image: '${{ a b }}'}, t: {image: '${{ x'}}"),
        [
            "w:4 jobs.a.container unresolved ${{ fromJSON(x) }}",
            "w:5 jobs.a.services.s.image unresolved ${{ a b }}",
            "w:5 jobs.a.services.t.image unresolved ${{ x",
        ],
    ),
    "braces in a text": (job("container: \"${{ '}}' && 'node' }}\""), ["w:4 jobs.a.container node:latest"]),
    "names in another case": (
        job(
            "strategy: {matrix: {Image: [a], T: [{Name: b}], "
            "exclude: [{IMAGE: x}], include: [{image: A, C: d}]}}",
            "container: ${{ matrix.image }}",
            "services: {s: {image: '${{ Matrix.t.NAME }}'}, t: {image: \"${{ matrix['c'] }}\"}}",
        ),
        [
            "w:5 jobs.a.container a:latest",
            "w:6 jobs.a.services.s.image b:latest",
            "w:6 jobs.a.services.t.image d:latest",
        ],
    ),
    "inputs and the workspace in another case": (
        "on:\n  workflow_call: {inputs: {Image: {default: node}}}\n"
        "jobs:\n  a:\n    container: ${{ Inputs.image }}:20\n"
        "    services: {s: {image: 'a:${{ GitHub.Event.Inputs.IMAGE }}'}}\n",
        ["w:5 jobs.a.container node:20 doubtful", "w:6 jobs.a.services.s.image a:node doubtful"],
    ),
    "variables in another case are others": (
        "env: {A: a}\njobs: {a: {steps: [\n"
        "  {uses: docker/setup-qemu-action@v3, with: {image: '${{ env.a }}'}}]}}\n",
        ["w:3 jobs.a.steps.with.image unresolved ${{ env.a }}"],
    ),
    "a truth value that the matrix gives": (
        job(
            "strategy: {matrix: {debug: [true, false]}}",
            "container: ${{ matrix.debug && 'k6' || 'alpine' }}",
            "services: {s: {image: 'a:${{ matrix.debug }}'}}",
        ),
        [
            "w:5 jobs.a.container k6:latest",
            "w:5 jobs.a.container alpine:latest",
            "w:6 jobs.a.services.s.image a:true",
            "w:6 jobs.a.services.s.image a:false",
        ],
    ),
    "a matrix with quotes": (
        job(
            "strategy: {matrix: {debug: ['false'], v: ['3.10', 3.10]}}",
            "container: ${{ matrix.debug && 'k6' || 'alpine' }}:${{ matrix.v }}",
        ),
        ["w:5 jobs.a.container k6:3.10", "w:5 jobs.a.container k6:3.1"],
    ),
    "a number and a text that are equal": (
        job(
            "strategy: {matrix: {v: ['3', 4], exclude: [{v: 3}], "
            "include: [{v: '4', i: a}, {v: true, i: b}]}}",
            "container: ${{ matrix.i }}:${{ matrix.v }}",
        ),
        ["w:5 jobs.a.container a:4", "w:5 jobs.a.container b:true"],
    ),
    "the type of an input": (
        "on:\n  workflow_call: {inputs: {d: {type: boolean, default: false}, e: {default: false},\n"
        "    n: {type: number, default: 0}}}\njobs:\n  a:\n"
        "    container: ${{ inputs.d && 'a' || 'b' }}:${{ inputs.n && 1 || 2 }}\n"
        "    services: {s: {image: \"${{ inputs.e && 'c' || 'd' }}\"}, t: {image: \"${{"
        " github.event.inputs.d && 'e' || 'f' }}\"}}\n",
        [
            "w:6 jobs.a.container b:2 doubtful",
            "w:7 jobs.a.services.s.image c:latest doubtful",
            "w:7 jobs.a.services.t.image e:latest doubtful",
        ],
    ),
    "a variable is a text": (
        "env: {D: false, E: null}\njobs: {a: {steps: [\n"
        "  {uses: docker/setup-qemu-action@v3, with: {image: \"${{ env.D && 'a' || 'b' }}\"}},\n"
        "  {uses: docker/setup-qemu-action@v3, with: {image: \"${{ env.E && 'a' || 'b' }}\"}}]}}\n",
        ["w:3 jobs.a.steps.with.image a:latest", "w:4 jobs.a.steps.with.image b:latest"],
    ),
    "more results than are kept": (
        job(
            "strategy: {matrix: {a: [" + "x, " * 8 + "1, 2, 3, 4, 5, 6, 7, 8], b: [1, 2, 3, 4, 5, 6, 7, 8,"
            " 9, 10, 11, 12, 13, 14, 15, 16]}}",
            "container: a/b:${{ matrix.a }}-${{ matrix.b }}",
        ),
        ["w:5 jobs.a.container a/b doubtful"],
    ),
    "defaults of inputs": (
        "on:\n  workflow_call: {inputs: {i: {default: node}}}\n"
        "  workflow_dispatch: {inputs: {t: {default: 20}}}\n"
        "jobs:\n  a:\n    container: ${{ inputs.i }}:${{ github.event.inputs.t }}\n",
        ["w:6 jobs.a.container node:20 doubtful"],
    ),
    "env of workflow, job and step": (
        "env: {A: a/a, B: a/b, C: '${{ env.A }}'}\njobs:\n  a:\n    env: {B: b/b}\n"
        "    container: ${{ env.A }}\n    steps:\n"
        "    - {uses: docker/setup-qemu-action@v3, with: {image: '${{ env.A }}'}}\n"
        "    - {uses: docker/setup-qemu-action@v3, with: {image: '${{ env.B }}'}}\n"
        "    - {uses: docker/setup-qemu-action@v3, with: {image: '${{ env.C }}:1'}, env: {A: c/a}}\n"
        "    - {uses: docker/setup-qemu-action@v3, with: {image: '${{ env.D }}'}, env: {D: '${{env.D}}'}}\n",
        [
            "w:5 jobs.a.container unresolved ${{ env.A }}",
            "w:7 jobs.a.steps.with.image a/a:latest",
            "w:8 jobs.a.steps.with.image b/b:latest",
            "w:9 jobs.a.steps.with.image c/a:1",
            "w:10 jobs.a.steps.with.image unresolved ${{ env.D }}",
        ],
    ),
    "the builder": (
        steps("- uses: docker/setup-buildx-action@v3"),
        ["w:5 jobs.a.steps.uses (hidden pull) moby/buildkit:buildx-stable-1"],
    ),
    "a builder without an image": (
        steps("- uses: docker/setup-buildx-action@v3", "  with: {driver: docker}"),
        [],
    ),
    "a builder with another image": (
        steps(
            "- uses: docker/setup-buildx-action@v3",
            "  with:",
            "    driver-opts: |",
            "      network=host",
            "      image=a/b:1",
        ),
        ["w:7 jobs.a.steps.with.driver-opts a/b:1"],
    ),
    "the emulator": (
        steps(
            "- uses: docker/setup-qemu-action@v3",
            "- uses: Docker/Setup-QEMU-action@v3",
            "  with: {image: 'a/b:1'}",
        ),
        [
            "w:5 jobs.a.steps.uses (hidden pull) tonistiigi/binfmt:latest",
            "w:7 jobs.a.steps.with.image a/b:1",
        ],
    ),
    "a build": (
        steps(
            "- uses: docker/build-push-action@v6",
            "  with:",
            "    build-contexts: |",
            "      base=docker-image://alpine:3",
            "      src=./src",
            "    cache-from: type=registry,ref=a/cache",
            "    sbom: true",
            "    provenance: true",
        ),
        [
            "w:7 jobs.a.steps.with.build-contexts alpine:3",
            "w:10 jobs.a.steps.with.cache-from a/cache:latest",
            "w:11 jobs.a.steps.with.sbom docker/buildkit-syft-scanner:stable-1",
        ],
    ),
    "an attestation with its own generator": (
        steps("- uses: docker/build-push-action@v6", "  with:", "    attests: type=sbom,generator=a/b:1"),
        ["w:7 jobs.a.steps.with.attests a/b:1"],
    ),
    "a build that asks for nothing of the kind": (
        steps("- uses: docker/build-push-action@v6", "  with: {push: true, cache-from: type=gha}"),
        [],
    ),
    "what two places share is one": (
        job("container: &c {image: a}", "services: {s: *c}"),
        ["w:4 jobs.a.container.image a:latest"],
    ),
    "what is no workflow": ("image: x\n", []),
    "no YAML": (job("container: [", "image: x"), ["w:5 image unresolved x"]),
    "no YAML, and no image line": (job("container: ["), ["w:5 github unresolved "]),
}


@pytest.mark.parametrize(("text", "rows"), CASES.values(), ids=CASES)
def test_workflows(text: str, rows: list[str]) -> None:
    usages = read_workflow(text, "w", MemorySource({})).usages
    assert shown(usages) == rows
    check_soundness(usages)


CONDITIONS = {
    "0": False,
    "-0": False,
    "0.0": False,
    "0x0": False,
    "''": False,
    "null": False,
    "false": False,
    "1": True,
    "-1.5e3": True,
    "'0'": True,
    "'false'": True,
    "!0": True,
    "1 == '1'": True,
    "'1' == '1.0'": False,
    "1 == '1.0'": True,
    "'0x10' == 16": True,
    "true == 1": True,
    "true == '1'": True,
    "true == 'true'": False,
    "null == 0": True,
    "null == ''": True,
    "null == '0'": True,
    "'A' == 'a'": True,
    "'a' != 'A'": False,
    "'a' == 0": False,
    "'a' != 0": True,
    "2 > 10": False,
    "'2' > '10'": True,
    "'2' > 10": False,
    "3 <= 3.0": True,
    "'a' < 1": False,
    "1 < 2 == true": True,
}


@pytest.mark.parametrize(("condition", "holds"), CONDITIONS.items(), ids=CONDITIONS)
def test_values_count_and_compare_as_on_github(condition: str, holds: bool) -> None:
    text = job('container: "${{ (' + condition + ") && 'yes' || 'no' }}\"")
    [usage] = read_workflow(text, "w", MemorySource({})).usages
    assert usage.reference
    assert usage.reference.familiar == ("yes:latest" if holds else "no:latest")


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("${{ matrix.v }}", "more than 100 different texts"),
        ("${{ a && 'b' || 'c' }}" * 20, "more than 100 different texts"),
        ("${{ matrix.v }}" * 2_000, "known only when the workflow runs"),
        ("${{ matrix.v", "known only when the workflow runs"),
    ],
    ids=["matrix", "conditions", "long", "no end"],
)
def test_a_build_argument_that_is_not_filled_in_is_not_left_to_its_default(value: str, problem: str) -> None:
    numbers = ", ".join(map(str, range(101)))
    text = job(
        f"strategy: {{matrix: {{v: [{numbers}]}}}}",
        "steps:",
        "- uses: docker/build-push-action@v6",
        f'  with: {{build-args: "V={value}"}}',
    )
    reading = read_workflow(text, "w", MemorySource({"Dockerfile": "ARG V=1\nFROM a:$V\n"}))
    [request] = reading.builds
    assert problem in request.build.problems["V"]


ACTIONS = {
    "an image": (
        "runs:\n  using: docker\n  image: docker://a/b:1\n",
        ["x/action.yml:3 runs.image a/b:1"],
        [],
    ),
    "a Dockerfile": ("runs: {using: docker, image: Dockerfile}\n", [], ["x/Dockerfile"]),
    "a Dockerfile that is not there": (
        "runs: {using: docker, image: other.dockerfile}\n",
        ["x/action.yml:1 runs.image unresolved other.dockerfile"],
        [],
    ),
    "a Dockerfile out of the folder": (
        "runs: {using: docker, image: ../../Dockerfile}\n",
        ["x/action.yml:1 runs.image unresolved ../../Dockerfile"],
        [],
    ),
    "steps": (
        "runs:\n  using: composite\n  steps:\n"
        "  - uses: docker://alpine\n  - uses: docker/setup-qemu-action@v3\n",
        [
            "x/action.yml:4 runs.steps.uses alpine:latest",
            "x/action.yml:5 runs.steps.uses (hidden pull) tonistiigi/binfmt:latest",
        ],
        [],
    ),
    "a script": ("runs: {using: node20, main: index.js}\n", [], []),
}


@pytest.mark.parametrize(("text", "rows", "dockerfiles"), ACTIONS.values(), ids=ACTIONS)
def test_actions(text: str, rows: list[str], dockerfiles: list[str]) -> None:
    reading = read_action(text, "x/action.yml", MemorySource({"x/Dockerfile": ""}))
    assert shown(reading.usages) == rows
    assert [request.dockerfile for request in reading.builds] == dockerfiles
    check_soundness(reading.usages)


HOSTILE = {
    "a matrix of a million jobs": over(
        "{i: [x], " + ", ".join(f"k{i}: [1, 2, 3, 4]" for i in range(10)) + "}"
    ),
    "a long include": over("{i: [x], include: [" + "{i: y}, " * 100_000 + "]}"),
    "an alias bomb": "a0: &a0 {i: x}\n"
    + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]\n" for i in range(1, 60))
    + over("*a59"),
    "an anchor in itself": over("&m {i: [*m], include: [*m]}"),
    "expressions never closed": job("container: '" + "${{" * 100_000 + "'"),
    "nested brackets": job("container: ${{ " + "(" * 400 + " }}", "services: ${{ a" + "[" * 300 + " }}"),
    "many conditions": job("container: ${{ " + " || ".join(f"a && 'b{i}'" for i in range(60)) + " }}"),
    "many alternatives": job("container: " + "${{ a && 'b' || 'c' }}" * 40),
    "variables made from variables": "env: {"
    + ", ".join(
        f"A{i}: '{'${{ env.A' + str(i + 1) + ' }}'}{'${{ env.A' + str(i + 1) + ' }}'}'" for i in range(200)
    )
    + "}\njobs: {a: {steps: [{uses: docker/build-push-action@v6, with: {build-args: 'X=${{ env.A0 }}'}}]}}\n",
    "build arguments never closed": steps(
        "- uses: docker/build-push-action@v6",
        "  with: {build-args: 'X=" + "${{ " * 5_000 + "'}",
    ),
    "many steps with many variables": "env: {"
    + ", ".join(f"A{i}: x" for i in range(20_000))
    + "}\njobs: {a: {steps: ["
    + "{uses: docker/build-push-action@v6, env: {X: y}}, " * 3_000
    + "]}}\n",
    "many signs": job("container: ${{ " + "!" * 900 + "a }}"),
    "many expressions": job(
        "strategy: {matrix: {i: [a, b]}}", "container: '" + "${{ matrix.i }}" * 50_000 + "'"
    ),
    "the same matrix in many steps": job(
        "strategy: {matrix: {a: [" + "0, " * 15 + "1], b: [" + "0, " * 15 + "1]}}",
        "steps:",
        *(f"- uses: docker://x{i}:${{{{ matrix.a }}}}" for i in range(5_000)),
    ),
    "deep expressions in deep variables": "env: {"
    + ", ".join(
        f'A{i}: "${{{{ {"(1 < 1 == 1 && 1 || 1 == !" * 19} env.A{i + 1} {")" * 19} }}}}"' for i in range(60)
    )
    + "}\njobs: {a: {steps: [{uses: docker/setup-qemu-action@v3, with: {image: '${{ env.A0 }}'}}]}}\n",
    "nested lists": job("steps: " + "[" * 200_000),
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_workflows_are_survived(text: str) -> None:
    start = process_time()
    check_soundness(read_workflow(text, "w", MemorySource({})).usages)
    assert process_time() - start < SECONDS


WORDS = [
    "container",
    "image",
    "services",
    "steps",
    "uses",
    "docker://x",
    "${{ matrix.i }}",
    "${{",
    "strategy",
    "with",
]
MARKS = [
    ": ",
    "\n",
    "\n    ",
    "\n      ",
    "- ",
    "{",
    "}",
    "[",
    "]",
    ", ",
    "'",
    '"',
    "|\n",
    "#",
    "matrix",
    "include",
]


@given(st.lists(st.sampled_from(WORDS + MARKS), max_size=40).map("".join) | st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    check_soundness(read_workflow(job(text), "w", MemorySource({})).usages)
    check_soundness(read_action(text, "a", MemorySource({})).usages)
