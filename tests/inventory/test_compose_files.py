"""Compose projects of several files and documents: override, extends, include, profiles."""

import pytest

from iam_tui.inventory.compose.reader import read_compose
from tests.inventory.readings import Case, MemorySource, check_soundness, shown

MAIN = "compose.yaml"
OVERRIDE = "compose.override.yaml"

CASES = [
    Case(
        "a later file wins",
        {
            MAIN: "services:\n  web:\n    image: a\n  db:\n    image: b\n",
            OVERRIDE: "services: {web: {image: c}}\n",
        },
        [f"{OVERRIDE}:1 services.web.image c:latest", f"{MAIN}:5 services.db.image b:latest"],
    ),
    Case(
        "null in a later file leaves the earlier",
        {MAIN: "services: {web: {image: a}}\n", OVERRIDE: "services: {web: {image: }}\n"},
        [f"{MAIN}:1 services.web.image a:latest"],
    ),
    Case(
        "several documents in a file",
        {MAIN: "services:\n  web: {image: a}\n---\nservices:\n  web: {image: b}\n  db: {image: c}\n"},
        [f"{MAIN}:5 services.web.image b:latest", f"{MAIN}:6 services.db.image c:latest"],
    ),
    Case(
        "!reset takes away a build",
        {
            MAIN: "services:\n  web:\n    image: a\n    build: .\n",
            OVERRIDE: "services:\n  web:\n    build: !reset null\n",
        },
        [f"{MAIN}:3 services.web.image a:latest"],
    ),
    Case(
        "!reset takes away a service",
        {MAIN: "services: {web: {image: a}, db: {image: b}}\n", OVERRIDE: "services: {web: !reset null}\n"},
        [f"{MAIN}:1 services.db.image b:latest"],
    ),
    Case(
        "!override replaces a list",
        {
            MAIN: "services: {web: {image: a, profiles: [x]}}\n",
            OVERRIDE: "services: {web: {profiles: !override [y]}}\n",
        },
        [f"{MAIN}:1 services.web.image a:latest [y]"],
    ),
    Case(
        "lists of later files are added",
        {
            MAIN: "services: {web: {image: a, profiles: [x]}}\n",
            OVERRIDE: "services: {web: {profiles: [y]}}\n",
        },
        [f"{MAIN}:1 services.web.image a:latest [x y]"],
    ),
    Case(
        "profiles hide nothing",
        {MAIN: "services:\n  web: {image: a}\n  tool:\n    image: b\n    profiles: [debug, ci]\n"},
        [f"{MAIN}:2 services.web.image a:latest", f"{MAIN}:4 services.tool.image b:latest [debug ci]"],
    ),
    Case(
        "extends in the same file",
        {MAIN: "services:\n  base:\n    image: a\n  web:\n    extends:\n      service: base\n"},
        [f"{MAIN}:3 services.base.image a:latest"],
    ),
    Case(
        "extends, short form, with an image of its own",
        {MAIN: "services:\n  base: {image: a}\n  web:\n    extends: base\n    image: b\n"},
        [f"{MAIN}:2 services.base.image a:latest", f"{MAIN}:5 services.web.image b:latest"],
    ),
    Case(
        "extends brings profiles along",
        {
            MAIN: "services:\n  base: {profiles: [x], image: z}\n"
            "  web: {extends: base, image: a, profiles: [y]}\n"
        },
        [f"{MAIN}:2 services.base.image z:latest [x]", f"{MAIN}:3 services.web.image a:latest [x y]"],
    ),
    Case(
        "one who is always started needs no profile",
        {
            MAIN: "services:\n  base:\n    image: a\n    profiles: [x]\n"
            "  web:\n    extends: base\n    profiles: !reset []\n"
        },
        [f"{MAIN}:3 services.base.image a:latest"],
    ),
    Case(
        "extends from another file",
        {
            MAIN: "services:\n  web:\n    extends: {file: common/base.yaml, service: app}\n",
            "common/base.yaml": "services:\n  app:\n    image: a:${TAG}\n  other: {image: never}\n",
            ".env": "TAG=1\n",
            "common/.env": "TAG=2\n",
        },
        ["common/base.yaml:3 services.app.image a:1"],
    ),
    Case(
        "extends of extends across files",
        {
            MAIN: "services:\n  web:\n    extends: {file: a/one.yaml, service: app}\n",
            "a/one.yaml": "services:\n  app:\n    extends: {file: ../b/two.yaml, service: app}\n",
            "b/two.yaml": "services:\n  app:\n    image: x\n",
        },
        ["b/two.yaml:3 services.app.image x:latest"],
    ),
    Case(
        "extends of a service of an earlier file is refused by Compose too",
        {MAIN: "services: {base: {image: a}}\n", OVERRIDE: "services: {web: {extends: base, image: b}}\n"},
        [
            f"{MAIN}:1 services.base.image a:latest",
            f"{OVERRIDE}:1 services.web.image b:latest",
            f"{OVERRIDE}:1 services.web.extends unresolved base",
        ],
    ),
    Case(
        "extends out of the folder",
        {MAIN: "services:\n  web:\n    extends:\n      file: ../x.yaml\n      service: app\n"},
        [f"{MAIN}:4 services.web.extends.file unresolved ../x.yaml"],
    ),
    Case(
        "extends of what is not there",
        {MAIN: "services:\n  web:\n    extends: nobody\n    image: a\n"},
        [f"{MAIN}:4 services.web.image a:latest", f"{MAIN}:3 services.web.extends unresolved nobody"],
    ),
    Case(
        "extends in a circle",
        {MAIN: "services:\n  a:\n    extends: b\n    image: x\n  b:\n    extends: a\n"},
        [f"{MAIN}:4 services.a.image x:latest", f"{MAIN}:6 services.b.extends unresolved a"],
    ),
    Case(
        "include, short form",
        {MAIN: "include:\n  - db/compose.yaml\n", "db/compose.yaml": "services:\n  db:\n    image: a\n"},
        ["db/compose.yaml:3 services.db.image a:latest"],
    ),
    Case(
        "include has an .env of its own, and the including file's wins",
        {
            MAIN: "include: [db/c.yaml]\n",
            ".env": "A=1\n",
            "db/c.yaml": "services:\n  db:\n    image: x:${A}.${B}\n",
            "db/.env": "A=2\nB=3\n",
        },
        ["db/c.yaml:3 services.db.image x:1.3"],
    ),
    Case(
        "include with a list of files and its own environment file",
        {
            MAIN: "include:\n  - path: [db/a.yaml, db/b.yaml]\n    env_file: db.env\n",
            "db/a.yaml": "services:\n  db: {image: x}\n  c: {image: z}\n",
            "db/b.yaml": "services:\n  db:\n    image: y:${B}\n",
            "db.env": "B=3\n",
            "db/.env": "B=4\n",
        },
        ["db/b.yaml:3 services.db.image y:3", "db/a.yaml:3 services.c.image z:latest"],
    ),
    Case(
        "an override of what is included",
        {
            MAIN: "include: [db.yaml]\n",
            OVERRIDE: "services: {db: {image: b}}\n",
            "db.yaml": "services: {db: {image: a}}\n",
        },
        [f"{OVERRIDE}:1 services.db.image b:latest"],
    ),
    Case(
        "include of include, each from its own folder",
        {
            MAIN: "include: [a/one.yaml]\n",
            "a/one.yaml": "include: [b/two.yaml]\n",
            "a/b/two.yaml": "services: {x: {image: x}}\n",
        },
        ["a/b/two.yaml:1 services.x.image x:latest"],
    ),
    Case(
        "include from elsewhere",
        {MAIN: "include:\n  - oci://docker.io/acme/app:1\n  - https://github.com/acme/app.git\n"},
        [
            f"{MAIN}:2 include unresolved oci://docker.io/acme/app:1",
            f"{MAIN}:3 include unresolved https://github.com/acme/app.git",
        ],
    ),
    Case(
        "include out of the folder, and of nothing",
        {MAIN: "include:\n  - ../x.yaml\n  - path: /etc/x.yaml\n  - gone.yaml\nservices: {a: {image: a}}\n"},
        [
            f"{MAIN}:5 services.a.image a:latest",
            f"{MAIN}:2 include unresolved ../x.yaml",
            f"{MAIN}:3 include.path unresolved /etc/x.yaml",
            f"{MAIN}:4 include unresolved gone.yaml",
        ],
    ),
    Case(
        "an environment file out of the folder",
        {
            MAIN: "include:\n  - path: a.yaml\n    env_file: ../.env\n",
            "a.yaml": "services: {a: {image: 'a:${T:-1}'}}\n",
        },
        ["a.yaml:1 services.a.image a:1 doubtful", f"{MAIN}:3 include.env_file unresolved ../.env"],
    ),
    Case(
        "include in a circle",
        {MAIN: "include: [a.yaml]\n", "a.yaml": "include: [a.yaml]\nservices: {a: {image: a}}\n"},
        ["a.yaml:2 services.a.image a:latest", "a.yaml:1 include unresolved a.yaml"],
    ),
    Case(
        "<<: own keys win, the rest is inherited",
        {MAIN: "x-a: &a\n  image: one\nservices:\n  web:\n    <<: *a\n  db:\n    <<: *a\n    image: two\n"},
        [f"{MAIN}:2 services.web.image one:latest", f"{MAIN}:8 services.db.image two:latest"],
    ),
    Case(
        "<<: of a list the first wins",
        {MAIN: "x-a: &a {image: one}\nx-b: &b {image: two}\nservices:\n  web:\n    <<: [*a, *b]\n"},
        [f"{MAIN}:1 services.web.image one:latest"],
    ),
    Case(
        "what two services share is one place",
        {MAIN: "x-a: &a\n  image: one\nservices:\n  web: *a\n  db: {<<: *a}\n"},
        [f"{MAIN}:2 services.web.image one:latest"],
    ),
    Case(
        "the oldest form, without services",
        {MAIN: "web:\n  image: a\n  ports: ['80']\ndb:\n  image: b\nx-note: {image: no}\n"},
        [f"{MAIN}:2 web.image a:latest", f"{MAIN}:5 db.image b:latest"],
    ),
    Case(
        "volumes and networks alone name no image",
        {MAIN: "version: '3'\nvolumes: {image: {image: x}}\nnetworks: {n: {}}\n"},
        [],
    ),
    Case(
        "flow style, quoted keys",
        {MAIN: '{"services": {"web": {"image": "a"}}}'},
        [f"{MAIN}:1 services.web.image a:latest"],
    ),
    Case(
        "folded image",
        {MAIN: "services:\n  web:\n    image: >-\n      nginx:1\n"},
        [f"{MAIN}:3 services.web.image nginx:1"],
    ),
    Case(
        "the last of a repeated key",
        {MAIN: "services:\n  w:\n    image: a\n    image: b\n"},
        [f"{MAIN}:4 services.w.image b:latest"],
    ),
    Case(
        "a repeated anchor",
        {MAIN: "x: &a {image: a}\ny: &a {image: b}\nservices: {w: *a}\n"},
        [f"{MAIN}:2 services.w.image b:latest"],
    ),
    Case(
        "a template is no YAML",
        {
            MAIN: "services:\n{{- if .x }}\n  web:\n    image: {{ .image }} # here\n"
            "  db:\n    image: a\n{{- end }}\n"
        },
        [f"{MAIN}:4 image unresolved {{{{ .image }}}}", f"{MAIN}:6 image a:latest doubtful"],
    ),
    Case(
        "broken YAML keeps its image lines",
        {MAIN: "services:\n  web:\n    image: a\n   db: [\n"},
        [f"{MAIN}:3 image unresolved a"],
    ),
    Case("broken YAML without one", {MAIN: "a: b: c\n"}, [f"{MAIN}:1 compose unresolved "]),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule)
def test_files(case: Case) -> None:
    files = [name for name in (MAIN, OVERRIDE) if name in case.files]
    usages = read_compose(files, MemorySource(case.files)).usages
    assert shown(usages) == case.rows
    check_soundness(usages)


def test_the_files_of_a_project_are_told() -> None:
    source = MemorySource(
        {
            MAIN: "include: [a.yaml]\nservices: {w: {extends: {file: b.yaml, service: x}}}\n",
            "a.yaml": "",
            "b.yaml": "",
        }
    )
    assert read_compose([MAIN], source).files == [MAIN, "a.yaml", "b.yaml"]
